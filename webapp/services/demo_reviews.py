"""What the demo's office made of the captures so far: first reported, first reviewed, about half of them done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.domain.workflow.location_review import DOUBTS
from webapp.models import Account, Capture
from webapp.services import reviews
from webapp.services.demo_words import word

#: Shares of everything that came in.
ACCEPTED, RETURNED = 0.5, 0.04
LOOKED_AFTER = timedelta(hours=1, minutes=30)
PER_CAPTURE = timedelta(seconds=25)
#: What a finding is sent back with.
REASONS = {
    "coarse": "B02", "no_door_photo": "B05", "far_from_last": "B01", "estimate_mismatch": "B01", "manual_point": "B01",
    "few_fixes": "B02", "outside_district": "B01",
}  # fmt: skip
NEAR_ACCEPT = 0.9  # of those nobody doubts; the rest waits for a second look


def waiting(session: Session, year: int) -> list[UUID]:
    """The queue, first reported first."""
    queue = select(Capture.id).where(Capture.year == year, Capture.state == "received")
    return list(session.scalars(queue.order_by(Capture.received_at, Capture.taken_at)))


def review(session: Session, dice: Random, queue: list[UUID], by: Account, now: datetime) -> Iterator[int]:
    """Work through the queue until the shares are reached; yields how many were decided, so that the caller may commit."""
    accepts, returns, decided = round(ACCEPTED * len(queue)), round(RETURNED * len(queue)), 0
    for capture_id in queue:
        if not (accepts or returns):
            return
        capture = session.get_one(Capture, capture_id, options=[selectinload(Capture.findings)])
        at = min(capture.received_at + LOOKED_AFTER + PER_CAPTURE * (decided % 200), now)
        move = _decide(dice, capture, accepts, returns)
        if move == "accept":
            reviews.accept(session, capture, by, at, word("accept") if _doubted(capture) else "")
        elif move:
            reviews.send_back(session, capture, [move], word(f"return_{move}"), by, at)
        accepts, returns, decided = accepts - (move == "accept"), returns - (move not in ("accept", None)), decided + 1
        yield decided


def _doubted(capture: Capture) -> bool:
    return any(finding.severity in DOUBTS for finding in capture.findings)


def _decide(dice: Random, capture: Capture, accepts: int, returns: int) -> str | None:
    """ "accept", the reason for sending it back, or None: later."""
    luck = dice.random()
    if _doubted(capture):
        if returns and luck < 0.45:
            return next((REASONS[finding.code] for finding in capture.findings if finding.code in REASONS), None)
        return "accept" if accepts and luck > 0.8 else None
    if returns and luck < 0.012 and capture.subject == "household":
        return "B06" if capture.exception else "B03"
    return "accept" if accepts and luck < NEAR_ACCEPT else None
