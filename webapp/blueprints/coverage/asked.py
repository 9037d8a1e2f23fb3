"""What the address of a page asks for: area, filters, order. The same words go into every link."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from webapp.blueprints.shell.access import here
from webapp.domain.access import Scope
from webapp.domain.codes import codes
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.models import Area
from webapp.models.household import LOCATION_STATES
from webapp.queries import areas
from webapp.queries.coverage import Filters


def area_and_scope(ability: str) -> tuple[Area, Scope]:
    """The area of ?area=, else the widest one; and the part of it that is this person's. 404 for anybody else's."""
    scope = here(ability)
    area = areas.by_code(db.session, request.args.get("area") or areas.widest_code(scope), scope)
    if area is None:
        raise not_found()
    return area, scope.narrowed(area.code)


def filters(args: MultiDict) -> Filters:
    """Raises bad_request, dates_reversed."""
    since, until = _read("from", date.fromisoformat, args), _read("to", date.fromisoformat, args)
    if since and until and since > until:
        raise Problem("dates_reversed", ["from", "to"])
    return Filters(
        states=tuple(_among(LOCATION_STATES, "state", value) for value in args.getlist("state") if value),
        since=since,
        until=until,
        cadre=_read("cadre", UUID, args),
        attribute=_among(codes("household_attribute"), "attribute", args.get("attribute") or None),
    )


def _read(name: str, kind, args: MultiDict):
    if not args.get(name):
        return None
    try:
        return kind(args[name])
    except ValueError as error:
        raise Problem("bad_request", [name]) from error


def _among(known: Iterable[str], name: str, value: str | None) -> str | None:
    if value is not None and value not in known:
        raise Problem("bad_request", [name])
    return value


def words_of(wanted: Filters) -> dict:
    """Filters as words of an address; empty ones left out."""
    words = {
        "state": list(wanted.states),
        "from": wanted.since and wanted.since.isoformat(),
        "to": wanted.until and wanted.until.isoformat(),
        "cadre": wanted.cadre and str(wanted.cadre),
        "attribute": wanted.attribute,
    }
    return {name: value for name, value in words.items() if value}
