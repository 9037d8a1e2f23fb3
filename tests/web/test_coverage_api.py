"""The figures and points of coverage for machines: a phone's token or a signed-in session."""

from datetime import datetime

import pytest

from tests.captured import Captured, village_of
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.domain.coverage import BEHIND

STREET = "530502005000"


@pytest.fixture
def captured(session) -> Captured:
    return Captured(session)


@pytest.fixture
def village(make, captured):
    return village_of(make, captured)


def _children(answer) -> dict:
    return {child["area"]: child for child in answer.json["children"]}


def test_the_figures_for_machines_keep_their_contract(signed_in, village):
    answer = signed_in("office", STREET).get(f"/api/v1/coverage?area={STREET}")
    assert set(answer.json) == {"area", "as_of", "children"}
    assert answer.json["area"] == STREET
    assert datetime.fromisoformat(answer.json["as_of"]).tzinfo is not None
    assert answer.json["as_of"].endswith("Z")
    figures = {"registered": 10, "captured": 4, "accepted": 2, "returned": 2, "excepted": 2, "missing": 2}
    assert _children(answer)[COMMUNITY] == {"area": COMMUNITY, "name": "河村社区"} | figures
    for child in _children(answer).values():
        assert child["registered"] == sum(child[name] for name in BEHIND if name not in ("registered", "accepted"))
    assert _children(answer)["530502005010"]["registered"] == 0


def test_a_phone_asks_for_its_own_area_with_its_token(client, make, village):
    _, headers = make.phone(make.account("cadre", COMMUNITY))
    assert set(_children(client.get("/api/v1/coverage", headers=headers))) == {f"{COMMUNITY}01", f"{COMMUNITY}02"}
    assert list(_children(client.get(f"/api/v1/coverage?area={STREET}", headers=headers))) == [COMMUNITY]
    assert client.get(f"/api/v1/coverage?area={OTHER_COMMUNITY}", headers=headers).status_code == 404


def test_a_group_has_nothing_below(signed_in, village):
    answer = signed_in("office", STREET).get(f"/api/v1/coverage?area={COMMUNITY}01")
    assert answer.json["children"] == []


def test_nobody_asks_without_saying_who(client):
    assert client.get("/api/v1/coverage").status_code == 401
    assert client.get("/api/v1/coverage.geojson").status_code == 401


@pytest.mark.parametrize("role", ["unit", "admin"])
def test_figures_are_not_for_those_without_households(signed_in, role):
    assert signed_in(role).get("/api/v1/coverage").status_code == 403


def test_points_say_state_and_household(signed_in, village, captured):
    captured.before(village["missing"])
    client = signed_in("office", STREET)
    features = client.get(f"/api/v1/coverage.geojson?area={COMMUNITY}01").json["features"]
    states = {feature["properties"]["household"]: feature["properties"]["state"] for feature in features}
    assert states == {str(village[state].id): state for state in ("uploaded", "accepted", "returned")}
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [99.24, 25.13]}
    with_previous = client.get(f"/api/v1/coverage.geojson?area={COMMUNITY}01&previous=1").json["features"]
    assert [one["properties"]["state"] for one in with_previous if one["properties"]["previous"]] == ["missing"]


def test_points_heed_the_filters(signed_in, village):
    answer = signed_in("office", STREET).get("/api/v1/coverage.geojson?state=accepted")
    assert {feature["properties"]["state"] for feature in answer.json["features"]} == {"accepted"}
