"""/api/v1/openapi.json is what the API does: every route, who may ask, and the shape of real answers."""

import csv
import re
from pathlib import Path

import pytest
from msgspec import json

from tests.factories import COMMUNITY
from tests.packs import Packer, pack
from tests.sync.payloads import capture, op, photo
from tests.sync.test_blobs import digest, jpeg
from webapp.blueprints.api import answers, contract
from webapp.services.rescue_keys import rescue_keys

ACCESS = Path(__file__).parents[1] / "cases" / "access.csv"


@pytest.fixture
def described(client) -> dict:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


@pytest.fixture
def true(described):
    """true(answer) reads a real answer strictly as the shape that is told of it; its status must be told too."""
    read = set()

    def check(answer, path: str):
        method = answer.request.method
        told = described["paths"][path][method.lower()]["responses"]
        content = told[str(answer.status_code)]["content"] if answer.status_code < 400 else told["default"]["content"]
        assert answer.mimetype in content, (path, answer.status_code)
        reference = content[answer.mimetype].get("schema", {}).get("$ref")
        if reference:
            json.decode(answer.data, type=getattr(answers, reference.rpartition("/")[2]))
        read.add((method, path, answer.status_code))
        return answer

    check.read = read
    return check


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_every_route_of_the_api_is_described_and_nothing_else(app, described):
    """A new route needs its row in blueprints/api/contract.py."""
    assert set(contract.ROUTES) == {rule.endpoint for rule, _ in contract.served(app)}
    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert told == {(method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)) for rule, method in contract.served(app)}


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_who_may_ask_is_told_as_the_access_table_has_it(described):
    with ACCESS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith("/api/v1/")]
    assert rows
    for row in rows:
        told = described["paths"][row["path"].partition("?")[0]][row["method"].lower()]["security"]
        assert bool(told) == (row["anonymous"] == "401"), row["path"]
        assert ({"session": []} in told) == (row["anonymous"] == "401" and row["office"] != "401"), row["path"]


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_every_shape_it_names_is_there(described):
    text = json.encode(described).decode()
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named <= set(described["components"]["schemas"])
    assert {"Frame", "Op", "StatedCapture", "StatedEdit", "Failure"} <= named
    assert "\\\\A" not in text  # such a pattern means nothing outside Python


def test_a_day_of_a_phone_is_answered_as_described(signing, make, true):
    picture, household = jpeg(), make.household()
    blob, named = f"/api/v1/blobs/{digest(picture)}", "/api/v1/blobs/{sha256}"
    true(signing.ask("GET", "/api/v1/me"), "/api/v1/me")
    ops = [op(household.id, capture(photos=[photo(picture)])), op(household.id, {"nothing": 1}, seq=2), {"id": 7}]
    pushed = true(signing.ask("POST", "/api/v1/sync/push", {"device_id": signing.device_id, "ops": ops}), "/api/v1/sync/push")
    assert [verdict["verdict"] for verdict in pushed.json["verdicts"]] == ["accepted", "refused", "refused"]
    true(signing.ask("GET", "/api/v1/sync/pull?cursor=&limit=500"), "/api/v1/sync/pull")
    bearer = {"Authorization": f"Bearer {signing.token}"}
    for start, end in ((0, 500), (0, 500), (500, len(picture))):
        piece = picture[start:end]
        place = {"Content-Range": f"bytes {start}-{end - 1}/{len(picture)}"}
        proof = {"X-Hetu-Proof": signing.key.proof("PUT", blob, piece)}
        true(signing.client.put(blob, data=piece, headers=bearer | place | proof), named)
    true(signing.ask("GET", f"{blob}/offset"), f"{named}/offset")
    true(signing.ask("GET", blob), named)
    true(signing.ask("GET", f"/api/v1/coverage?area={COMMUNITY}"), "/api/v1/coverage")
    points = true(signing.ask("GET", "/api/v1/coverage.geojson?previous=1"), "/api/v1/coverage.geojson")
    assert len(points.json["features"]) == 1
    true(signing.ask("GET", "/api/v1/coverage?area=1"), "/api/v1/coverage")
    true(signing.ask("POST", "/api/v1/devices/token", {}), "/api/v1/devices/token")
    assert len(true.read) == 12


def test_a_phone_comes_and_goes_as_described(signing, true):
    true(signing.sign_in(device_id=signing.device_id), "/api/v1/devices")
    true(signing.sign_in(), "/api/v1/devices")
    true(signing.ask("POST", "/api/v1/devices/enrol", {"code": "x", "label": "-"}), "/api/v1/devices/enrol")
    other = type(signing)(signing.client, signing.username)
    renewed = signing.ask("POST", "/api/v1/devices/renew", {"public_key": other.key.public})
    true(renewed, "/api/v1/devices/renew")
    true(signing.ask("POST", "/api/v1/devices/wiped", {"unsent": 0}), "/api/v1/devices/wiped")
    assert len(true.read) == 4


def test_a_rescue_pack_is_answered_as_described(app, client, phone, cadre, make, true):
    picture, packer = jpeg(), Packer(rescue_keys(app.config["RESCUE_KEY"]), phone.device.id, cadre.id)
    whole = pack(packer.op(op(make.household().id, capture(photos=[photo(picture)]))), packer.photo(picture))
    for data in (whole, whole[:-1], b""):
        true(client.post("/api/v1/rescue", data=data, content_type="application/octet-stream"), "/api/v1/rescue")
    assert {status for _, _, status in true.read} == {200, 400}
