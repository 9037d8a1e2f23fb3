"""The register taken in from a workbook: what is written, what is not, and what a second time does."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from tests.imports.books import TITLES, book, row
from webapp.domain.access import Scope
from webapp.domain.clock import now
from webapp.domain.datum import from_wgs84
from webapp.domain.problems import Problem
from webapp.imports.register_xlsx import read
from webapp.models import Area, Capture, Change, Household
from webapp.models.engine import begin_write
from webapp.services import register
from webapp.services.sealing import Unreadable, key_ring

STREET = Scope(("530502005",))
RING = key_ring("v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")


@pytest.fixture
def plan(session, tmp_path):
    def compare(rows, titles=TITLES, *, datum=None, scope=STREET):
        return register.compare(session, read(book(tmp_path, rows, titles)), datum, scope, RING)

    return compare


@pytest.fixture
def take_in(session, plan):
    def write(rows, titles=TITLES, **how):
        session.rollback()
        begin_write(session)
        made = plan(rows, titles, **how)
        register.write(session, made, RING, now())
        session.commit()
        return made

    return write


def household(session, number) -> Household:
    session.expire_all()
    return session.scalars(select(Household).where(Household.number == number)).one()


def test_a_register_becomes_households_in_their_groups(session, take_in):
    other = row("A2", 社区="530502005002", 小组="大田组", 属性="低保贫困户", 脱贫属性="已脱贫（享受政策）")
    take_in([row("A1", 户主="曾秀英"), other])
    first, second = household(session, "A1"), household(session, "A2")
    assert (first.head_name, first.pinyin, first.initials) == ("曾秀英", "zengxiuying", "zxy")
    assert (first.area_code, first.attribute, first.exit_status) == ("53050200500101", "01", "0")
    assert (second.area_code, second.attribute, second.exit_status) == ("53050200500201", "04", "1")
    assert session.get(Area, "53050200500201").name == "大田组"
    assert (first.location_state, first.capture_id, first.demo) == ("missing", None, False)


def test_a_family_moves_with_its_household(session, take_in):
    take_in([row("A1")])
    take_in([row("A1", 社区="河上村社区")])
    told = session.execute(select(Change.feed_key, Change.deleted).where(Change.kind == "family")).all()
    assert sorted(told) == [("530502005001", True), ("530502005002", False)]


def test_phones_are_told_of_every_new_household_and_group(session, take_in):
    take_in([row("A1"), row("A2"), row("A3", 社区="河上村社区")])
    told = Counter((feed, kind) for feed, kind in session.execute(select(Change.feed_key, Change.kind)))
    assert told["530502005001", "household"] == 2
    assert told["530502005002", "household"] == 1
    assert told["530502005001", "area"] >= 1


def test_a_phone_number_is_kept_sealed_and_shown_masked(session, take_in):
    take_in([row("A1", 电话="129 9000-1234"), row("A2", 电话="12990005678")])
    first, second = household(session, "A1"), household(session, "A2")
    assert first.phone_masked == "129****1234"
    assert b"12990001234" not in first.phone_sealed
    assert RING.open(register.phone_of(first.id), first.phone_sealed) == "12990001234"
    with pytest.raises(Unreadable):
        RING.open(register.phone_of(first.id), second.phone_sealed)


def test_the_same_file_again_changes_nothing(session, take_in, plan):
    rows = [row("A1"), row("A2")]
    take_in(rows)
    again = plan(rows)
    assert (len(again.new), len(again.changed), again.unchanged, again.new_groups) == (0, 0, 2, {})


def test_a_later_file_updates_by_number_and_says_what_changes(session, take_in):
    take_in([row("A1"), row("A2")])
    made = take_in([row("A1", 户主="李四", 电话=""), row("A2", 小组="二组")])
    fields = {change.entry.number: change.fields for change in made.changed}
    assert fields["A1"] == {"head": ("张三", "李四"), "phone": ("12990000001", "")}
    assert fields["A2"] == {"area": ("53050200500101 一组", "53050200500102 二组")}
    changed = household(session, "A1")
    assert (changed.head_name, changed.pinyin, changed.phone_sealed, changed.phone_masked, changed.rev) == (
        "李四", "lisi", None, "", 2,
    )  # fmt: skip
    assert household(session, "A2").area_code == "53050200500102"


def test_another_number_is_another_write_and_the_same_one_is_not(session, take_in):
    take_in([row("A1"), row("A2")])
    take_in([row("A1", 电话="12990005555"), row("A2", 户主="李四")])
    assert household(session, "A1").phone_mark is not None
    assert household(session, "A2").phone_mark is None


def test_a_column_the_file_does_not_have_is_left_alone(session, take_in):
    take_in([row("A1")])
    made = take_in([row("A1")[:6]], TITLES[:6])
    assert made.unchanged == 1
    assert household(session, "A1").phone_masked == "129****0001"


def test_a_household_that_moves_leaves_the_phones_of_its_old_community(session, take_in):
    take_in([row("A1")])
    take_in([row("A1", 社区="河上村社区")])
    moved = household(session, "A1")
    told = {
        change.feed_key: change.deleted
        for change in session.scalars(select(Change).where(Change.entity_id == moved.id))
    }  # fmt: skip
    assert told == {"530502005001": True, "530502005002": False}


def test_households_the_file_does_not_name_stay_and_are_listed(session, take_in):
    take_in([row("A1"), row("A2"), row("B1", 社区="河上村社区")])
    made = take_in([row("A1")])
    assert [known.number for known in made.missing] == ["A2"]
    assert session.scalar(select(func.count(Household.id)).where(Household.deleted_at.is_(None))) == 3


def test_a_row_with_a_fault_is_not_imported_and_the_others_are(session, take_in):
    made = take_in([row("A1"), row("A2", 社区="不存在社区"), row("A3", 属性="富裕户")])
    assert [(error.cell, error.code) for error in made.errors] == [("C3", "community_unknown"), ("E4", "code_unknown")]
    assert session.scalars(select(Household.number)).all() == ["A1"]


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000", "GCJ02", "BD09"])
def test_a_position_is_kept_in_wgs84_whatever_its_datum(session, take_in, datum):
    lon, lat = from_wgs84((99.2283, 25.1146), datum)
    take_in([[*row("A1"), lon, lat]], [*TITLES, "经度", "纬度"], datum=datum)
    kept = household(session, "A1")
    capture = session.get_one(Capture, kept.previous_capture_id)
    assert (capture.lon, capture.lat) == pytest.approx((99.2283, 25.1146), abs=2e-7)
    assert (capture.source, capture.household_id, capture.state) == ("import", kept.id, "accepted")
    assert (kept.location_state, kept.capture_id) == ("missing", None)


def test_a_position_is_replaced_only_when_it_moved(session, take_in):
    titles = [*TITLES, "经度", "纬度"]
    take_in([[*row("A1"), 99.2283, 25.1146]], titles, datum="WGS84")
    assert take_in([[*row("A1"), 99.2283, 25.1146]], titles, datum="WGS84").unchanged == 1
    made = take_in([[*row("A1"), 99.2284, 25.1146]], titles, datum="WGS84")
    assert made.changed[0].fields == {"position": ("99.228300, 25.114600", "99.228400, 25.114600")}
    assert session.scalar(select(func.count(Capture.id))) == 2


def test_positions_without_a_declared_datum_are_refused(plan):
    with pytest.raises(Problem, match="import_datum_missing"):
        plan([[*row("A1"), 99.2, 25.1]], [*TITLES, "经度", "纬度"])


def test_rows_outside_ones_own_areas_are_faults(plan):
    made = plan([row("A1"), row("A2", 社区="河上村社区")], scope=Scope(("530502005001",)))
    assert [(error.cell, error.code) for error in made.errors] == [("C3", "outside_scope")]


def test_a_household_of_somebody_elses_area_cannot_be_taken_over(take_in, plan):
    take_in([row("B1", 社区="河上村社区")])
    made = plan([row("B1", 社区="河村社区")], scope=Scope(("530502005001",)))
    assert [(error.cell, error.code) for error in made.errors] == [("A2", "number_elsewhere")]


def test_a_community_takes_ninety_nine_groups_and_no_more(plan):
    made = plan([row(f"G{n}", 小组=f"第{n}组") for n in range(101)])
    assert len(made.new_groups) == 99
    assert [(error.cell, error.code) for error in made.errors] == [("D101", "groups_full"), ("D102", "groups_full")]


def test_comparing_writes_nothing(session, plan):
    plan([row("A1")])
    assert not session.new
    assert not session.dirty
    assert session.scalar(select(func.count(Household.id))) == 0


def test_two_plans_agree_only_if_they_would_do_the_same(take_in, plan):
    first, second = plan([row("A1")]), plan([row("A1", 户主="李四")])
    assert first.fingerprint() == second.fingerprint()  # a new household is a new household
    take_in([row("A1")])
    assert plan([row("A1", 户主="李四")]).fingerprint() != plan([row("A1", 户主="王五")]).fingerprint()
