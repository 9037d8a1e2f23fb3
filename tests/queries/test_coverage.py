"""The figures of coverage, held against a count by hand."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlalchemy.dialects import postgresql, sqlite

from tests.captured import Captured
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.domain.access import Scope
from webapp.domain.coverage import BEHIND
from webapp.domain.days import day_of
from webapp.domain.ids import uuid7
from webapp.models import Area, Capture, Household
from webapp.models.engine import begin_write
from webapp.queries import coverage
from webapp.queries import coverage_households as households
from webapp.queries.coverage import Filters

STREET = "530502005000"
WHOLE = Scope(("530502005",))
MIDNIGHT = datetime(2018, 10, 9, 16, 0, tzinfo=UTC)  # the 10th begins in China

CASES = st.lists(
    st.tuples(
        st.sampled_from([(COMMUNITY, 1), (COMMUNITY, 2), (OTHER_COMMUNITY, 1)]),
        st.sampled_from(["missing", "uploaded", "accepted", "returned", "excepted"]),
        st.sampled_from(["01", "04"]),
        st.integers(0, 1),  # which cadre
        st.integers(-30, 30),  # hours from midnight
    ),
    max_size=25,
)
ASKED = st.builds(
    Filters,
    states=st.sampled_from([(), ("missing",), ("uploaded", "accepted"), ("returned", "excepted", "missing")]),
    since=st.sampled_from([None, date(2018, 10, 9), date(2018, 10, 10)]),
    until=st.sampled_from([None, date(2018, 10, 10)]),
    attribute=st.sampled_from([None, "04"]),
)
SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def captured(session) -> Captured:
    return Captured(session)


def _fits(case, asked: Filters, cadres) -> bool:
    _, state, attribute, cadre, hours = case
    day = day_of(MIDNIGHT + timedelta(hours=hours)) if state != "missing" else None
    return all((
        not asked.states or state in asked.states,
        not asked.attribute or attribute == asked.attribute,
        not asked.cadre or (day is not None and cadres[cadre].id == asked.cadre),
        not asked.since or (day is not None and day >= asked.since),
        not asked.until or (day is not None and day <= asked.until),
    ))  # fmt: skip


def _by_hand(cases) -> dict[str, int]:
    states = Counter(state for _, state, *_ in cases)
    return {name: sum(states[state] for state in behind) for name, behind in BEHIND.items()} | {"registered": len(cases)}


def _seen(figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in BEHIND}


def _emptied(session) -> None:
    session.commit()
    begin_write(session)
    session.execute(delete(Capture))
    session.execute(delete(Household))
    session.commit()


def _store(session, captured, cases, cadres) -> None:
    """All cases in one transaction: a commit each would take minutes."""
    begin_write(session)
    for n, ((community, group), state, attribute, cadre, hours) in enumerate(cases):
        at = MIDNIGHT + timedelta(hours=hours)
        household = Household(
            id=uuid7(), number=f"H{n}", head_name="户主", pinyin="huzhu", initials="hz", area_code=f"{community}{group:02d}",
            attribute=attribute, exit_status="0", created_at=at, updated_at=at, location_state=state,
        )  # fmt: skip
        session.add(household)
        session.flush()
        if state != "missing":
            household.capture_id = captured.stored(household, state, by=cadres[cadre], at=at).id
    session.commit()


@SOME
@given(cases=CASES, asked=ASKED, one_cadre=st.sampled_from([None, 0, 1]))
def test_figures_lists_and_progress_agree_with_a_count_by_hand(session, make, captured, cases, asked, one_cadre):
    _emptied(session)
    for community, group in ((COMMUNITY, 1), (COMMUNITY, 2), (OTHER_COMMUNITY, 1)):
        make.group(community, group)
    cadres = [make.account("cadre"), make.account("cadre")]
    asked = replace(asked, cadre=cadres[one_cadre].id if one_cadre is not None else None)
    _store(session, captured, cases, cadres)
    wanted = [case for case in cases if _fits(case, asked, cadres)]

    counts = coverage.counts(session, WHOLE, asked)
    assert _seen(counts.total) == _by_hand(wanted)
    total = counts.total
    assert total.registered == total.captured + total.excepted + total.returned + total.missing

    below = counts.below(session.get(Area, STREET))
    for community in (COMMUNITY, OTHER_COMMUNITY):
        inside = [case for case in wanted if case[0][0] == community]
        assert (_seen(below[community]) if inside else None) == (_by_hand(inside) if inside else None)

    assert households.how_many(session, WHOLE, asked) == len(wanted)
    assert sum(len(part) for part in households.every(session, WHOLE, asked)) == len(wanted)
    with_point = [case for case in wanted if case[1] in ("uploaded", "accepted", "returned")]
    assert len(list(households.places(session, WHOLE, asked))) == len(with_point)

    progress = coverage.progress(session, WHOLE, asked)
    came_in = [case for case in wanted if case[1] != "missing"]
    for key, figures in [*progress.by_cadre.items(), *progress.by_day.items()]:
        mine = [case for case in came_in if key in (cadres[case[3]].id, day_of(MIDNIGHT + timedelta(hours=case[4])))]
        assert _seen(figures) == _by_hand(mine)
    assert sum(figures.registered for figures in progress.by_day.values()) == len(came_in)


def test_the_day_turns_at_midnight_in_china(session, make, captured):
    for second in (-1, 0):
        captured(make.household(), at=MIDNIGHT + timedelta(seconds=second))
    assert list(coverage.progress(session, WHOLE).by_day) == [date(2018, 10, 10), date(2018, 10, 9)]
    first_day = Filters(since=date(2018, 10, 9), until=date(2018, 10, 9))
    assert coverage.counts(session, WHOLE, first_day).total.captured == 1


def test_only_the_areas_of_the_scope_are_counted(session, make):
    for community, group in ((COMMUNITY, 1), (COMMUNITY, 2), (OTHER_COMMUNITY, 1)):
        make.household(community, group)
    one_group = Scope((f"{COMMUNITY}02",))
    assert coverage.counts(session, one_group).total.registered == 1
    assert list(coverage.counts(session, one_group).below(session.get(Area, STREET))) == [COMMUNITY]
    assert coverage.counts(session, Scope(())).total.registered == 0
    assert households.page(session, Scope(()), Filters(), "", "area", 1) == []
    assert coverage.progress(session, Scope(())).by_cadre == {}


def test_a_household_struck_off_the_register_is_not_missing(session, make, captured):
    struck = make.household(deleted_at=MIDNIGHT)
    captured(struck)
    assert coverage.counts(session, WHOLE).total.registered == 0
    assert list(households.places(session, WHOLE, Filters())) == []
    assert households.detail(session, struck.id, WHOLE) is None


def test_the_figures_are_read_from_one_index(session, make):
    make.household()
    if session.bind.dialect.name == "postgresql":  # what is cheapest hangs on what other tests left in the pages
        for way in ("seqscan", "bitmapscan", "indexscan"):
            session.execute(text(f"SET LOCAL enable_{way} = off"))
    plan = _plan(session)
    assert "ix_household_coverage" in plan
    assert "TEMP B-TREE" not in plan


def _plan(session) -> str:
    """How the database means to answer `counts`."""
    statements = []

    class Watched:
        @staticmethod
        def execute(statement):
            statements.append(statement)
            return []

    coverage.counts(Watched, WHOLE)
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.bind.dialect.name].dialect()
    words = statements[0].compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
    return str(session.execute(text(f"{explain} {words}")).all())


def test_the_stamp_changes_with_the_scopes_own_households_only(session, make, captured):
    mine, other = make.household(COMMUNITY), make.household(OTHER_COMMUNITY)
    before = coverage.stamp(session, Scope((f"{COMMUNITY}01",)))
    captured(other)
    assert coverage.stamp(session, Scope((f"{COMMUNITY}01",))) == before
    captured(mine)
    assert coverage.stamp(session, Scope((f"{COMMUNITY}01",))) != before


def test_points_of_the_year_before_are_given_only_when_asked_for(session, make, captured):
    missing, seen = make.household(), make.household()
    captured.before(missing, door=(99.2, 25.1))
    captured.before(seen, door=(99.3, 25.2))
    captured(seen)
    assert [place.household_id for place in households.places(session, WHOLE, Filters())] == [seen.id]
    places = {place.household_id: place for place in households.places(session, WHOLE, Filters(), with_previous=True)}
    assert (places[missing.id].lon, places[missing.id].lat, places[missing.id].previous) == (99.2, 25.1, True)
    assert (places[seen.id].lon, places[seen.id].previous) == (99.24, False)


@pytest.mark.parametrize("words", ["三", " 张三丰 ", "zhangsan", "zsf", "ZSF", "0_7", "h0_7"])
def test_a_household_is_found_by_name_pinyin_initials_and_number(session, make, words):
    make.household(number="H0_7", head_name="张三丰", pinyin="zhangsanfeng", initials="zsf")
    make.household(number="H017", head_name="李四", pinyin="lisi", initials="ls")
    rows = households.page(session, WHOLE, Filters(), words, "area", 1)
    assert [row.head_name for row in rows] == ["张三丰"]


def test_the_list_is_cut_into_leaves_in_the_order_asked_for(session, make):
    for n in range(households.PAGE + 3):
        make.household(pinyin=f"p{n % 7}")
    first, second = (households.page(session, WHOLE, Filters(), "", "-name", leaf) for leaf in (1, 2))
    assert (len(first), len(second)) == (households.PAGE, 3)
    numbers = [row.number for row in first + second]
    by_hand = sorted(session.query(Household), key=lambda row: row.number)
    assert numbers == [row.number for row in sorted(by_hand, key=lambda row: row.pinyin, reverse=True)]


def test_only_the_newest_return_counts(session, make, captured):
    office, capture = make.account("office", STREET), captured(make.household(), "returned")
    captured.sent_back(capture, office, ["B01", "B03"], "second", at=MIDNIGHT)
    captured.sent_back(capture, office, ["B02"], "first")
    assert households.returns(session, [capture.id, None])[capture.id] == households.Return(("B01", "B03"), "second")
