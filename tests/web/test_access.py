"""Who gets what answer where: tests/cases/access.csv, written by hand, one row per route and method.

A number is the status a role with the route's own things before it gets; `login` is the redirect to the sign-in
page. `foreign`: everybody who may use the route, but is granted in the community next door. `unknown`: the same
people at home, asking for things that do not exist. A dash: the route names no thing. An import job belongs to
the office worker who started it, so it is foreign to the admin as well.
"""

import csv
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.routing import RequestRedirect

from tests.answered import Answered
from tests.captured import Captured
from tests.disputed import disputed
from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.imports import form_source, xlsform
from webapp.jobs import import_folder
from webapp.models import Account, Photo
from webapp.models.engine import begin_write
from webapp.services import forms

STREET, COUNTY = "530502005000", "530502000000"
HOME = {
    "cadre": COMMUNITY, "community": COMMUNITY, "office": STREET, "unit": STREET, "supervisor": STREET, "district": COUNTY,
    "admin": COUNTY,
}  # fmt: skip
SHUT = {"login", "401", "403", "404", "-"}
with (Path(__file__).parents[1] / "cases" / "access.csv").open(encoding="utf-8", newline="") as file:
    TABLE = list(csv.DictReader(file))


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def clients(app, make):
    """A client per role at home, a phone's, and one of nobody."""

    def of(account: Account):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = account.get_id(), True
        client.account = account
        return client

    found = {role: of(make.account(role, area)) for role, area in HOME.items()}
    found["foreign"] = {role: of(make.account(role, OTHER_COMMUNITY)) for role in HOME}
    device, headers = make.phone(found["cadre"].account)
    phone = app.test_client()
    phone.environ_base["HTTP_AUTHORIZATION"] = headers["Authorization"]
    return found | {"phone": phone, "anonymous": app.test_client(), "device": device}


@pytest.fixture
def things(app, session, make, clients, request) -> dict[str, str]:
    """One of everything a path can name, all of it in the home community."""
    household, cadre = make.household(), clients["cadre"].account
    capture = Captured(session)(household, by=cadre)
    picture = _picture()
    sha256 = hashlib.sha256(picture).hexdigest()
    photo = {"kind": "door", "bytes": len(picture), "width": 64, "height": 48, "taken_at": WHEN}
    session.add(Photo(capture_id=capture.id, sha256=sha256, no=1, **photo))
    session.commit()
    assert clients["phone"].put(f"/api/v1/blobs/{sha256}", data=picture, content_type="image/jpeg").status_code == 201
    names_response = "{response}" in request.node.callspec.params["row"]["path"]
    response = Answered(session)(household, cadre).id if names_response else uuid7()
    questionnaire(session)
    conflict = disputed(session, household, cadre, clients["device"])
    media = app.config["MEDIA"]
    job = import_folder.make(media, io.BytesIO(b"-"), "register", "a.xlsx", clients["office"].account.id)
    pack = import_folder.make(media, io.BytesIO(b"-"), "rescue", "a.heturescue", clients["office"].account.id)
    return {
        "sha256": sha256, "area": COMMUNITY, "household": household.id, "capture": capture.id, "conflict": conflict.id,
        "response": response,
        "account": cadre.id, "grant": cadre.grants[0].id, "device": clients["device"].id, "job": job.state().id,
        "pack": pack.state().id, "form_id": "trial", "version": "1",
    }  # fmt: skip


def questionnaire(session) -> None:
    """A draft: forms are of no area, so the table names it as it is."""
    workbook = form_source.workbook("group_info")
    form = replace(xlsform.convert(workbook), form_id="trial", version="1")
    begin_write(session)
    forms.keep(session, form, forms.Origin(workbook, "trial.xlsx", None, 2018), now())
    session.commit()


@pytest.fixture
def nothing() -> dict[str, str]:
    """Well-formed names of nothing."""
    names = ("household", "capture", "conflict", "response", "account", "grant", "device", "job", "pack")
    return {"sha256": "0" * 64, "area": "530502005099"} | {name: uuid7() for name in names}


def _code(client, row: dict, things: dict) -> str:
    answer = client.open(row["path"].format(**things), method=row["method"], data=b"")
    at_login = answer.status_code == 302 and answer.location.startswith("/login?next=")
    answer.close()
    return "login" if at_login else str(answer.status_code)


@pytest.mark.parametrize("row", TABLE, ids=[f"{row['method']} {row['path']}" for row in TABLE])
def test_everybody_gets_the_answer_in_the_table(clients, things, nothing, row):
    expected = {who: row[who] for who in ("anonymous", "phone", *HOME)}
    allowed = [role for role in HOME if row[role] not in SHUT]
    if row["foreign"] != "-":
        expected |= {f"{role} next door": row["foreign"] for role in allowed}
        expected |= {f"{role} asking for nothing": row["unknown"] for role in allowed}
    got = {who: _answer(clients, row, who, things, nothing) for who in expected}
    assert got == expected


def _answer(clients, row: dict, who: str, things: dict, nothing: dict) -> str:
    role, _, how = who.partition(" ")
    if how == "next door":
        return _code(clients["foreign"][role], row, things)
    return _code(clients[role], row, nothing if how else things)


def _routes(app) -> set[tuple[str, str]]:
    rules = app.url_map.iter_rules()
    return {(method, rule.rule) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}}


def _route_of(urls, row: dict) -> tuple[str, str]:
    named = re.sub(r"\{(\w+)\}", lambda match: "0" * 64 if match[1] == "sha256" else str(uuid7()), row["path"].partition("?")[0])
    try:
        rule, _ = urls.match(named, method=row["method"], return_rule=True)
    except RequestRedirect as redirect:
        raise AssertionError(f"{row['path']} leads to {redirect.new_url}") from redirect
    return row["method"], rule.rule


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_every_route_has_a_row(app):
    """A new route needs a decision about who may use it: add its row to tests/cases/access.csv."""
    urls = app.url_map.bind("localhost")
    assert _routes(app) - {_route_of(urls, row) for row in TABLE} == set()


def test_every_route_that_names_a_thing_is_tried_from_next_door():
    """Those without are a phone's own uploads, which name a hash and answer to its token only."""
    open_to_people = [row for row in TABLE if "{" in row["path"] and any(row[role] not in SHUT for role in HOME)]
    assert [row["path"] for row in open_to_people if (row["foreign"], row["unknown"]) != ("404", "404")] == []
