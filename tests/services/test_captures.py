"""What the server doubts about a capture. It is kept all the same."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from shapely.geometry import box
from sqlalchemy import select

from tests.sync.conftest import Phone
from tests.sync.payloads import DOOR, capture, exception, fixes, op, photo
from webapp.domain.doubts import District, Evidence, Limits, doubts
from webapp.domain.fix import position
from webapp.domain.thresholds import DEFAULTS
from webapp.models import Capture, Finding
from webapp.models.engine import begin_write

AT = datetime(2018, 10, 9, 2, 11, tzinfo=UTC)
LIMITS = Limits(DEFAULTS, datetime(2018, 10, 15, 16, tzinfo=UTC), District(box(99, 25, 99.5, 25.5)))
METRE = 1 / 111_195


def evidence(rows=None, **values) -> Evidence:
    rows = fixes() if rows is None else rows
    found = position(rows)
    point = (found.lon, found.lat) if found else DOOR
    stated = {
        "subject": "household", "source": "gps", "point": point, "accuracy_m": 8.0, "fixes": rows, "found": found,
        "reason": None, "photo_kinds": frozenset({"door"}), "taken_at": AT, "received_at": AT,
    }  # fmt: skip
    return Evidence(**stated | values)


def moved(east_m: float) -> tuple[float, float]:
    found = position(fixes())
    return found.lon + east_m * METRE / 0.9054, found.lat


def alike(accuracy_m=8.0) -> list:
    return [[n * 1500, *DOOR, accuracy_m] for n in range(6)]


SUSPECT = {
    "nothing": (evidence(), {}),
    "a point half a metre off": (evidence(point=moved(0.5)), {}),
    "a point two metres off": (evidence(point=moved(2)), {"estimate_mismatch": "error"}),
    "a hand-placed point far off": (evidence(source="manual_map", point=moved(90), reason="R02"), {"manual_point": "warn"}),
    "wide circles": (evidence([[t, x, y, 60.0 + t / 1000] for t, x, y, _ in fixes()]), {"coarse": "warn"}),
    "two fixes": (evidence(fixes(n=2)), {"few_fixes": "warn", "coarse": "warn"}),
    "no fix at all": (evidence([]), {"few_fixes": "error"}),
    "only fixes of cell towers": (evidence([[n * 1500, *DOOR, 900.0 + n] for n in range(4)]), {"few_fixes": "error"}),
    "49 m from the last": (evidence(last=moved(49)), {}),
    "51 m from the last": (evidence(last=moved(51)), {"far_from_last": "warn"}),
    "another county": (evidence(fixes((100.2, 25.1))), {"outside_district": "error"}),
    "150 m over the border": (evidence(fixes((99.5 + 150 * METRE / 0.9054, 25.1))), {}),
    "250 m over the border": (evidence(fixes((99.5 + 250 * METRE / 0.9054, 25.1))), {"outside_district": "error"}),
    "no photo of the door": (evidence(photo_kinds=frozenset({"house"})), {"no_door_photo": "warn"}),
    "a declined photo": (evidence(photo_kinds=frozenset(), reason="R06"), {"no_door_photo": "info"}),
    "an area without a photo": (evidence(subject="group", photo_kinds=frozenset()), {}),
    "readings all alike": (evidence(alike()), {"constant_accuracy": "info", "identical_fixes": "info"}),
    "the last hour of the field weeks": (evidence(taken_at=datetime(2018, 10, 15, 15, 59, tzinfo=UTC),
                                                  received_at=datetime(2018, 10, 15, 15, 59, tzinfo=UTC)), {}),
    "after the field weeks": (evidence(taken_at=datetime(2018, 10, 15, 16, tzinfo=UTC),
                                       received_at=datetime(2018, 10, 16, tzinfo=UTC)), {"late": "info"}),
    "a clock nine minutes ahead": (evidence(taken_at=AT + timedelta(minutes=9)), {}),
    "a clock eleven minutes ahead": (evidence(taken_at=AT + timedelta(minutes=11)), {"future": "warn"}),
    "a phone that says it is late": (evidence(clock_skew_s=-700), {"clock_skew": "warn"}),
    "an exception": (evidence([], point=None, photo_kinds=frozenset()), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", SUSPECT)
def test_doubts(name):
    given, expected = SUSPECT[name]
    assert {doubt.code: doubt.severity for doubt in doubts(given, LIMITS)} == expected


@pytest.fixture
def phone(app, make):
    return Phone(app, *make.phone(make.account("cadre")))


def codes(make) -> set[str]:
    make.session.rollback()
    return set(make.session.scalars(select(Finding.code)))


def test_a_good_capture_has_no_doubt_that_needs_a_word(phone, make):
    phone.push(op(make.household().id))
    assert codes(make) == set()


def test_a_point_that_is_not_the_estimate_of_its_fixes_is_kept_and_flagged(phone, make):
    (verdict,) = phone.push(op(make.household().id, capture(lon=DOOR[0] + 40 * METRE)))
    assert verdict["verdict"] == "accepted"
    assert codes(make) == {"estimate_mismatch"}


def test_a_far_point_is_measured_against_the_capture_before(phone, make):
    household = make.household()
    away = fixes((DOOR[0] + 100 * METRE, DOOR[1]))
    phone.push(op(household.id), op(household.id, capture(fixes=away), seq=2))
    assert codes(make) == {"far_from_last"}


def test_after_a_return_the_wrong_point_is_no_measure(phone, make):
    household = make.household()
    phone.push(sent := op(household.id))
    make.session.rollback()
    begin_write(make.session)
    make.session.scalars(select(Capture)).one().state = "returned"
    make.session.commit()
    away = fixes((DOOR[0] + 100 * METRE, DOOR[1]))
    phone.push(op(household.id, capture(fixes=away, supersedes=sent["id"]), seq=2))
    assert codes(make) == set()


def test_a_second_phone_at_the_same_door_is_flagged_until_the_first_is_returned(app, phone, make):
    colleague = Phone(app, *make.phone(make.account("cadre")))
    household = make.household()
    phone.push(op(household.id), op(household.id, seq=2))
    assert codes(make) == set()
    colleague.push(op(household.id, exception()))
    assert codes(make) == {"two_phones"}


def test_the_same_photo_named_twice_is_one_photo(phone, make):
    phone.push(op(make.household().id, capture(photos=[photo(), photo(), photo(b"house", "house")])))
    make.session.rollback()
    assert [(item.no, item.kind) for item in make.session.scalars(select(Capture)).one().photos] == [(1, "door"), (2, "house")]


def test_findings_have_the_same_id_wherever_they_are_found(phone, make):
    sent = op(make.household().id, capture(photos=[]))
    phone.push(sent)
    make.session.rollback()
    finding = make.session.scalars(select(Finding)).one()
    assert finding.id == uuid5(UUID(sent["id"]), "no_door_photo")
