"""The datums of Chinese maps against points computed by another implementation (gcoord)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.datum import FORWARD, from_wgs84, to_wgs84
from webapp.domain.distance import distance_m

POINTS = json.loads((Path(__file__).parents[1] / "cases/datum/points.json").read_text("utf-8"))
in_the_district = st.tuples(st.floats(98.7, 99.6), st.floats(24.7, 25.7))


@pytest.mark.parametrize("case", POINTS, ids=lambda case: f"{case['name']} {case['datum']}")
def test_a_point_goes_there_and_comes_back(case):
    there = from_wgs84(tuple(case["wgs84"]), case["datum"])
    back = to_wgs84(there, case["datum"])

    assert there == pytest.approx(case["there"], abs=1e-9)
    assert back == pytest.approx(case["wgs84"], abs=1e-9)


@given(in_the_district, st.sampled_from(sorted(FORWARD)))
def test_no_point_of_the_district_moves_on_a_round_trip(point, datum):
    assert to_wgs84(from_wgs84(point, datum), datum) == pytest.approx(point, abs=1e-9)


@given(in_the_district)
def test_a_forgotten_datum_shows_as_hundreds_of_metres(point):
    assert 250 < distance_m(point, from_wgs84(point, "GCJ02")) < 450
    assert 600 < distance_m(point, from_wgs84(point, "BD09")) < 1000
