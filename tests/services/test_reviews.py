"""What a decision does to the capture, its household and the phones."""

import pytest
from sqlalchemy import select, update

from tests.factories import COMMUNITY, WHEN
from webapp.domain.cells import cell
from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Area, Capture, Change, Finding, Household, ReviewEvent
from webapp.models.engine import begin_write
from webapp.services import households, reviews

POINT = {"lon": 99.12, "lat": 25.11, "cell": cell(99.12, 25.11), "accuracy_m": 6.0}


@pytest.fixture
def arrive(session, make):
    """A capture as the phone's push leaves it: arrive(household), or arrive(area_code="530502005000", subject="office")."""

    def arrive(household=None, findings=(), exception=None, **values):
        session.commit()
        begin_write(session)
        where = {"household_id": household.id, "area_code": household.area_code, "subject": "household"} if household else {}
        capture = Capture(
            id=uuid7(), year=2018, fixes=[], source="gps", taken_at=WHEN, received_at=WHEN, state="received", exception=exception,
            **({} if exception else POINT) | where | values,
        )  # fmt: skip
        capture.findings = [Finding(id=uuid7(), code=code, severity=severity, seen={}) for code, severity in findings]
        session.add(capture)
        session.flush()
        if household:
            households.show(household, capture)
            households.touch(session, [household], WHEN)
        session.commit()
        begin_write(session)
        return capture

    return arrive


@pytest.fixture
def office(make):
    return make.account("office", "530502005000")


def _moves(session, capture):
    rows = session.scalars(select(ReviewEvent).where(ReviewEvent.capture_id == capture.id).order_by(ReviewEvent.id))
    return [(event.move, event.reasons, event.text) for event in rows]


def _seq(session, feed, entity_id):
    return session.scalar(select(Change.seq).where(Change.feed_key == feed, Change.entity_id == entity_id))


def test_an_accepted_capture_makes_its_household_accepted_and_tells_the_phones(session, make, arrive, office):
    household = make.household()
    capture = arrive(household)
    before, rev = _seq(session, COMMUNITY, household.id), household.rev
    reviews.accept(session, capture, office, WHEN)
    assert (capture.state, household.location_state, household.rev) == ("accepted", "accepted", rev + 1)
    assert _seq(session, COMMUNITY, household.id) > before
    assert _moves(session, capture) == [("accept", [], "")]


def test_an_accepted_exception_stays_an_exception_in_the_figures(session, make, arrive, office):
    household = make.household()
    reviews.accept(session, arrive(household, exception="E06"), office, WHEN)
    assert household.location_state == "excepted"


def test_a_returned_capture_carries_its_reasons(session, make, arrive, office):
    household = make.household()
    capture = arrive(household)
    reviews.send_back(session, capture, ["B01", "B03"], " 请到门口重采 ", office, WHEN)
    assert household.location_state == "returned"
    assert _moves(session, capture) == [("return", ["B01", "B03"], "请到门口重采")]


def test_a_return_without_a_reason_changes_nothing(session, make, arrive, office):
    household = make.household()
    capture = arrive(household)
    with pytest.raises(Problem, match="review_reason_missing"):
        reviews.send_back(session, capture, [], "  ", office, WHEN)
    assert (capture.state, household.location_state, _moves(session, capture)) == ("received", "uploaded", [])


def test_undo_brings_the_household_back_and_keeps_both_steps(session, make, arrive, office):
    household = make.household()
    capture = arrive(household)
    reviews.accept(session, capture, office, WHEN)
    reviews.reopen(session, capture, office, WHEN.replace(minute=31))
    assert (capture.state, household.location_state) == ("received", "uploaded")
    assert [move for move, *_ in _moves(session, capture)] == ["accept", "reopen"]


def test_the_same_decision_cannot_be_made_twice(session, make, arrive, office):
    capture = arrive(make.household())
    reviews.accept(session, capture, office, WHEN)
    with pytest.raises(Problem, match="move_not_allowed"):
        reviews.accept(session, capture, office, WHEN)
    assert len(_moves(session, capture)) == 1


def test_judging_a_superseded_capture_leaves_the_household_to_the_newer_one(session, make, arrive, office):
    household = make.household()
    older, _newer = arrive(household), arrive(household)
    rev = household.rev
    reviews.send_back(session, older, ["B01"], "", office, WHEN)
    assert (older.state, household.location_state, household.rev) == ("returned", "uploaded", rev)


def test_a_decision_about_an_area_reaches_the_phones_as_an_area(session, arrive, office):
    capture = arrive(subject="community", area_code=COMMUNITY)
    area = session.get(Area, COMMUNITY)
    before, rev = _seq(session, COMMUNITY, area.id), area.rev
    reviews.accept(session, capture, office, WHEN)
    assert area.rev == rev + 1
    assert _seq(session, COMMUNITY, area.id) > before


def test_an_area_counts_on_from_what_another_request_made_of_it(session, arrive, office):
    capture, area = arrive(subject="community", area_code=COMMUNITY), session.get(Area, COMMUNITY)
    session.execute(update(Area).where(Area.code == COMMUNITY).values(rev=41).execution_options(synchronize_session=False))
    session.commit()
    begin_write(session)
    assert area.rev < 41  # as this request has read it
    reviews.accept(session, capture, office, WHEN)
    assert session.get(Change, (COMMUNITY, "area", area.id)).rev == area.rev == 42


def test_the_offices_own_point_reaches_everybody(session, arrive, office):
    reviews.accept(session, arrive(subject="office", area_code="530502005000"), office, WHEN)
    street = session.get(Area, "530502005000")
    assert session.get(Change, ("", "area", street.id)).rev == street.rev == 2


def test_an_error_needs_words_before_it_is_accepted(session, make, arrive, office):
    capture = arrive(make.household(), findings=[("estimate_mismatch", "error")])
    with pytest.raises(Problem, match="review_explanation_missing"):
        reviews.accept(session, capture, office, WHEN)
    reviews.accept(session, capture, office, WHEN, "已电话核实")
    assert _moves(session, capture) == [("accept", [], "已电话核实")]


def test_one_that_cannot_be_accepted_never_sinks_the_batch(session, make, arrive, office):
    good, decided = arrive(make.household()), arrive(make.household())
    flagged = arrive(make.household(), findings=[("estimate_mismatch", "error")])
    superseded = arrive(household := make.household())
    arrive(household)
    reviews.send_back(session, decided, ["B01"], "", office, WHEN)
    results = reviews.accept_many(session, [good, decided, flagged, superseded], office, WHEN)
    assert [results[row] for row in (good, decided, flagged, superseded)] == [
        None, "review_changed", "review_flagged", "review_superseded",
    ]  # fmt: skip
    assert (good.state, decided.state, flagged.state, superseded.state) == ("accepted", "returned", "received", "received")
    session.commit()
    assert session.get(Household, good.household_id).location_state == "accepted"
