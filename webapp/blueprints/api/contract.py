"""The API as OpenAPI 3.1 from one table. Paths, methods and who may ask are read off the app itself; shapes off the code that
reads the bodies. docs/protocol.md says what it all means."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask
from msgspec import json
from werkzeug.routing import Rule

from webapp.blueprints.api import answers as to
from webapp.blueprints.shell import access
from webapp.blueprints.sync import devices
from webapp.services.stated import StatedCapture
from webapp.services.stated_edit import StatedEdit
from webapp.sync.protocol import Frame, Op

PREFIX = "/api/v1/"
JPEG, GEOJSON, OCTETS = "image/jpeg", "application/geo+json", "application/octet-stream"
FILTERS = ("area", "state", "from", "to", "cadre", "attribute")


class Route(NamedTuple):
    says: str
    answers: dict[int, type | str]  # a shape, or the media type of what is no JSON
    asks: type | str | None = None
    query: tuple[str, ...] = ()


#: By endpoint. A new route of the API needs a row.
ROUTES = {
    "sync.enrol": Route("Enrol a phone by password", {201: to.Enrolled}, devices.Enrolment),
    "sync.enrol_by_code": Route("Enrol a phone by a code from the desk", {201: to.Enrolled}, devices.CodeEnrolment),
    "sync.rotate_token": Route("A new token for this phone", {200: to.Token}, devices.Key),
    "sync.renew": Route("An identity of its own for a cloned phone", {201: to.Renewed}, devices.NewKey),
    "sync.wiped": Route("The phone has cleared itself", {200: to.ServerTime}, devices.Wiped),
    "sync.bring_pack": Route("A rescue pack, one's own or another's", {200: to.Brought}, OCTETS),
    "sync.me": Route("Who is asking, and what was granted", {200: to.Me}),
    "sync.push_ops": Route("Operations of a phone; one verdict each", {200: to.Verdicts}, Frame),
    "sync.pull_changes": Route("What changed since a cursor", {200: to.Changes}, query=("cursor", "limit")),
    "sync.one_household": Route("One household as a pull sends it", {200: to.OneHousehold}),
    "sync.put_blob": Route("A photo, whole or by pieces", {200: to.Kept, 201: to.Kept, 202: to.Offset}, JPEG),
    "sync.blob_offset": Route("How much of a photo is here", {200: to.Progress}),
    "sync.get_blob": Route("A photo, painted anew", {200: JPEG}, query=("size",)),
    "api.coverage_figures": Route("Counts for each child area", {200: to.Coverage}, query=FILTERS),
    "api.coverage_points": Route("Current points", {200: GEOJSON}, query=(*FILTERS, "previous")),
    "api.form_download": Route("A questionnaire with its code lists", {200: to.FormText}),
    "api.openapi": Route("This description", {200: dict}),
}
_TYPES = (to.Failure, to.Points, StatedCapture, StatedEdit, Op)


def description(app: Flask) -> bytes:
    shapes = _shapes()
    schemas = shapes.pop("schemas")
    schemas["Op"]["properties"]["payload"] = {"anyOf": [shapes["StatedCapture"], shapes["StatedEdit"]]}
    schemas["Frame"]["properties"]["ops"]["items"] = shapes["Op"]
    paths: dict[str, dict] = {}
    for rule, method in served(app):
        paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})[method.lower()] = _operation(app, rule, shapes)
    found = {
        "openapi": "3.1.0", "info": {"title": "Hetu", "version": "1", "description": "docs/protocol.md says what it means."},
        "paths": paths, "components": {"schemas": schemas, "securitySchemes": _schemes(app)},
    }  # fmt: skip
    return json.encode(found).replace(rb'"pattern":"\\A', b'"pattern":"^').replace(rb'\\Z"', b'$"')


def served(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route of the API with each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX):
            yield from ((rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def _shapes() -> dict[str, Any]:
    """The reference of every shape by its name, and all of them under `schemas`."""
    told = [kind for route in ROUTES.values() for kind in (route.asks, *route.answers.values()) if isinstance(kind, type)]
    kinds = dict.fromkeys([*_TYPES, *(kind for kind in told if kind is not dict)])
    references, schemas = json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return {kind.__name__: ref for kind, ref in zip(kinds, references, strict=True)} | {"schemas": schemas}


def _operation(app: Flask, rule: Rule, shapes: dict) -> dict:
    route = ROUTES[rule.endpoint]
    named = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in sorted(rule.arguments)]
    asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in route.query]
    answers = {str(status): {"description": "OK", "content": _content(kind, shapes)} for status, kind in route.answers.items()}
    operation = {
        "operationId": rule.endpoint, "summary": route.says, "parameters": named + asked, "security": _security(app, rule),
        "responses": answers | {"default": {"description": "Refused", "content": _content(to.Failure, shapes)}},
    }  # fmt: skip
    return operation | ({"requestBody": {"required": True, "content": _content(route.asks, shapes)}} if route.asks else {})


def _content(kind: type | str, shapes: dict) -> dict:
    if kind == GEOJSON:
        return {GEOJSON: {"schema": shapes["Points"]}}
    if isinstance(kind, str):
        return {kind: {}}
    return {"application/json": {"schema": shapes.get(kind.__name__, {"type": "object"})}}


def _security(app: Flask, rule: Rule) -> list[dict]:
    needed = app.view_functions[rule.endpoint].needs  # type: ignore[attr-defined]
    if needed == access.PUBLIC:
        return []
    return [{"device": []}] if needed in (access.DEVICE, access.LEAVING) else [{"device": []}, {"session": []}]


def _schemes(app: Flask) -> dict:
    cookie = app.config["SESSION_COOKIE_NAME"]
    return {"device": {"type": "http", "scheme": "bearer"}, "session": {"type": "apiKey", "in": "cookie", "name": cookie}}
