"""Judging captures. Every step is kept as an event; the capture and its household follow."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.domain.workflow import find
from webapp.domain.workflow.location_review import MOVES, check
from webapp.models import Account, Capture, ReviewEvent
from webapp.queries import reviews
from webapp.services import areas, households


def accept(session: Session, capture: Capture, by: Account, now: datetime, text: str = "") -> ReviewEvent:
    """Raises move_not_allowed; review_explanation_missing when a finding is an error and no text says why it may stand."""
    return _step(session, capture, "accept", [], text, by, now)


def send_back(session: Session, capture: Capture, reasons: list[str], text: str, by: Account, now: datetime) -> ReviewEvent:
    """To the phone it came from. Raises move_not_allowed, review_reason_missing."""
    return _step(session, capture, "return", reasons, text, by, now)


def reopen(session: Session, capture: Capture, by: Account, now: datetime) -> ReviewEvent:
    """Undo a decision, at once or later. Raises move_not_allowed."""
    return _step(session, capture, "reopen", [], "", by, now)


def check_unchanged(session: Session, capture: Capture, seen_state: str) -> None:
    """Is it still what the reviewer had on the screen? Raises review_superseded, review_changed.

    The household stays locked, so that no newer capture can slip in before the commit.
    """
    reviews.lock_households(session, [capture])
    if not reviews.is_current(session, capture):
        raise Problem("review_superseded")
    if capture.state != seen_state:
        raise Problem("review_changed")


def accept_many(session: Session, captures: Sequence[Capture], by: Account, now: datetime) -> dict[Capture, str | None]:
    """Each one with the problem that kept it from being accepted, or None. The events of one batch share their time."""
    refusals = _refusals(session, captures)
    accepted = [capture for capture in captures if capture not in refusals]
    for capture in accepted:
        _move(session, capture, "accept", [], "", by, now)
    _tell(session, accepted, now)
    return {capture: refusals.get(capture) for capture in captures}


def reopen_many(session: Session, captures: Sequence[Capture], by: Account, now: datetime) -> None:
    for capture in captures:
        _move(session, capture, "reopen", [], "", by, now)
    _tell(session, captures, now)


def _refusals(session: Session, captures: Sequence[Capture]) -> dict[Capture, str]:
    """Why a batch leaves some of these out."""
    reviews.lock_households(session, captures)
    ready, left_out = reviews.sorted_out(session, [capture.id for capture in captures])
    return {capture: left_out[capture.id] for capture in captures if capture.id not in ready}


def _step(
    session: Session, capture: Capture, name: str, reasons: list[str], text: str, by: Account, now: datetime
) -> ReviewEvent:
    event = _move(session, capture, name, reasons, text, by, now)
    _tell(session, [capture], now)
    return event


def _move(
    session: Session, capture: Capture, name: str, reasons: list[str], text: str, by: Account, now: datetime
) -> ReviewEvent:
    move = find(MOVES, capture.state, name)
    check(move, reasons, text.strip(), [finding.severity for finding in capture.findings])
    event = ReviewEvent(
        id=uuid7(now), capture_id=capture.id, move=name, reasons=reasons, text=text.strip(),
        account=by, at=now,
    )  # fmt: skip
    session.add(event)
    capture.state = move.to
    return event


def _tell(session: Session, captures: Sequence[Capture], now: datetime) -> None:
    """The register and the phones follow, unless a newer capture stands in a judged one's place."""
    session.flush()
    shown = reviews.lock_households(session, captures)
    for capture, household in shown.items():
        households.show(household, capture)
    households.touch(session, shown.values(), now)
    areas.touch(session, {capture.area_code for capture in captures if capture.household_id is None})
    session.flush()
