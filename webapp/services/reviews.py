"""Judging captures. Every step is kept as an event; the capture and its household follow."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.domain.workflow import find
from webapp.domain.workflow.location_review import DOUBTS, MOVES, check
from webapp.models import Account, Area, Capture, Household, ReviewEvent
from webapp.queries import reviews
from webapp.services import feeds, foundation, households


def accept(session: Session, capture: Capture, by: Account, now: datetime, text: str = "") -> ReviewEvent:
    """Raises move_not_allowed; review_explanation_missing when a finding is an error and no text says why it may stand."""
    return _step(session, capture, "accept", [], text, by, now)


def send_back(session: Session, capture: Capture, reasons: list[str], text: str, by: Account, now: datetime) -> ReviewEvent:
    """To the phone it came from. Raises move_not_allowed, review_reason_missing."""
    return _step(session, capture, "return", reasons, text, by, now)


def reopen(session: Session, capture: Capture, by: Account, now: datetime) -> ReviewEvent:
    """Undo a decision, at once or later. Raises move_not_allowed."""
    return _step(session, capture, "reopen", [], "", by, now)


def accept_many(session: Session, captures: Iterable[Capture], by: Account, now: datetime) -> dict[Capture, str | None]:
    """Each one with the problem that kept it from being accepted, or None. The events of one batch share their time."""
    return {capture: _refusal(session, capture, by, now) for capture in captures}


def _refusal(session: Session, capture: Capture, by: Account, now: datetime) -> str | None:
    if any(finding.severity in DOUBTS for finding in capture.findings):
        return "review_flagged"
    if not reviews.is_current(session, capture):
        return "review_superseded"
    try:
        accept(session, capture, by, now)
    except Problem as problem:
        return problem.code
    return None


def _step(
    session: Session, capture: Capture, name: str, reasons: list[str], text: str, by: Account, now: datetime
) -> ReviewEvent:
    move = find(MOVES, capture.state, name)
    check(move, reasons, text.strip(), [finding.severity for finding in capture.findings])
    event = ReviewEvent(
        id=uuid7(int(now.timestamp() * 1000)), capture_id=capture.id, move=name, reasons=reasons, text=text.strip(),
        account=by, at=now,
    )  # fmt: skip
    session.add(event)
    capture.state = move.to
    _tell(session, capture, now)
    session.flush()
    return event


def _tell(session: Session, capture: Capture, now: datetime) -> None:
    """The register and the phones follow, unless a newer capture stands in this one's place."""
    if capture.household_id is None:
        return _tell_area(session, capture)
    household = session.get_one(Household, capture.household_id)
    if household.capture_id == capture.id:
        households.show(household, capture)
        households.touch(session, [household], now)
    return None


def _tell_area(session: Session, capture: Capture) -> None:
    area = session.get_one(Area, capture.area_code)
    area.rev += 1
    feeds.changed(session, foundation.feed_of(area), "area", [(area.id, area.rev)])
