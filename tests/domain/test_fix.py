"""The estimator: the shared cases, then what must hold for any visit."""

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.distance import distance_m
from webapp.domain.fix import METRES_PER_DEGREE, Estimate, estimate, grade, is_settled, mismatch_m, position, positions

CASES = Path(__file__).parents[1] / "cases/fix"
THRESHOLDS = {"accuracy_good_m": 15, "accuracy_fair_m": 30, "accuracy_poor_m": 100,
              "spread_good_m": 10, "spread_fair_m": 25, "good_fixes": 5, "min_fixes": 3}
DOOR = (99.2283, 25.1146)
EAST_M, NORTH_M = METRES_PER_DEGREE * 0.9054575, METRES_PER_DEGREE  # cos 25.1146°


def cases(name):
    return pytest.mark.parametrize("case", json.loads((CASES / name).read_text("utf-8")), ids=lambda c: c["name"])


def fix(second, east_m=0.0, north_m=0.0, accuracy_m=5.0):
    return [second * 1000, DOOR[0] + east_m / EAST_M, DOOR[1] + north_m / NORTH_M, accuracy_m]


def at(found):
    return found.lon, found.lat


offsets_m = st.floats(-6, 6)
good_fixes = st.lists(st.tuples(offsets_m, offsets_m, st.floats(3, 9)), min_size=15, max_size=40).map(
    lambda rows: [fix(5 + second, *row) for second, row in enumerate(rows)])
any_fixes = st.lists(
    st.tuples(st.integers(0, 3000), st.floats(-80, 80), st.floats(-80, 80), st.none() | st.floats(-1, 300)),
    max_size=40).map(lambda rows: [fix(sum(r[0] for r in rows[:n]) / 1000, *row[1:]) for n, row in enumerate(rows)])


@cases("estimate.json")
def test_a_visit_is_estimated_as_agreed_with_the_phone(case):
    found = estimate(case["fixes"])

    assert (found and found._asdict()) == pytest.approx(case["estimate"], abs=1e-9)
    assert is_settled(found) == case["settled"]
    assert grade(found, THRESHOLDS) == case["grade"]


@cases("grade.json")
def test_a_grade_is_the_worst_of_its_metrics(case):
    found = Estimate(*DOOR, case["accuracy_m"], case["spread_m"], case["n_used"], 60, 30_000, 5.0, 0.5)

    assert grade(found, case["thresholds"]) == case["grade"]


@cases("distance.json")
def test_a_distance_is_measured_on_the_mean_sphere(case):
    assert distance_m(tuple(case["a"]), tuple(case["b"])) == pytest.approx(case["distance_m"], abs=1e-5)


@given(any_fixes)
def test_the_stated_circle_is_never_smaller_than_what_was_seen(fixes):
    found = estimate(fixes)

    if found:
        assert found.accuracy_m >= max(3, found.median_accuracy_m, found.spread_m)
        assert 1 <= found.n_used <= found.n_seen == len(fixes)


@given(st.lists(any_fixes, max_size=6))
def test_a_visit_has_the_same_answer_whatever_came_with_it(visits):
    assert positions(visits) == [position(visit) for visit in visits]


@given(any_fixes)
def test_a_visit_with_one_readable_fix_has_an_estimate(fixes):
    readable = [row for row in fixes if row[3] is not None and 0 < row[3] <= 100]

    assert (estimate(readable) is None) == (not readable)


@given(any_fixes)
def test_the_estimate_stays_among_its_fixes(fixes):
    found = estimate(fixes)

    if found:
        assert min(r[1] for r in fixes) - 1e-7 <= found.lon <= max(r[1] for r in fixes) + 1e-7
        assert min(r[2] for r in fixes) - 1e-7 <= found.lat <= max(r[2] for r in fixes) + 1e-7


@given(good_fixes, st.floats(-20, 20))
def test_the_same_visit_further_east_is_estimated_further_east(fixes, shift):
    here, there = estimate(fixes), estimate([[t, lon + shift, lat, acc] for t, lon, lat, acc in fixes])

    assert distance_m((here.lon + shift, here.lat), at(there)) < 0.05
    assert there.spread_m == pytest.approx(here.spread_m, abs=0.02)


def with_outlier(fixes, where, offset, accuracy_m):
    n = int(where * len(fixes))
    return [*fixes[:n + 1], fix(fixes[n][0] / 1000 + 0.5, *offset, accuracy_m), *fixes[n + 1:]]


outliers = st.tuples(st.floats(0, 0.999), st.sampled_from([(500, 0), (0, -500), (350, 350)]), st.floats(3, 9))


@given(st.integers(0, 19_999), outliers)
def test_one_outlier_among_fifteen_fixes_around_a_door_hardly_moves_it(seed, outlier):
    """Scattered as a receiver does it: around one place. 20,000 such visits moved by 1.53 m at most."""
    dice = Random(seed)
    fixes = [fix(5 + second, dice.gauss(0, 2), dice.gauss(0, 2), dice.uniform(3, 9)) for second in range(15)]

    assert distance_m(at(estimate(fixes)), at(estimate(with_outlier(fixes, *outlier)))) < 2


@given(good_fixes, outliers)
def test_one_outlier_never_draws_the_door_out_of_the_good_fixes(fixes, outlier):
    """Fixes in two heaps leave two answers, and one fix more may decide between them; never for the outlier."""
    found = estimate(with_outlier(fixes, *outlier))

    _, lons, lats, _ = zip(*fixes, strict=True)
    assert min(lons) - 1e-7 <= found.lon <= max(lons) + 1e-7
    assert min(lats) - 1e-7 <= found.lat <= max(lats) + 1e-7


def test_more_fixes_never_shrink_the_circle_below_what_the_phone_claims():
    few, many = ([fix(5 + n, accuracy_m=12) for n in range(size)] for size in (4, 100))

    assert estimate(few).accuracy_m == estimate(many).accuracy_m == 12


def test_a_point_that_is_not_the_estimate_of_its_fixes_is_noticed():
    fixes = [fix(second) for second in range(30)]

    assert mismatch_m(*DOOR, fixes) == pytest.approx(0, abs=0.01)
    assert mismatch_m(DOOR[0] + 50 / EAST_M, DOOR[1], fixes) == pytest.approx(50, abs=0.1)
    assert mismatch_m(*DOOR, []) is None
