"""Central's review of a response, done by our own moves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.access import scope
from webapp.domain.problems import Problem
from webapp.domain.workflow import find
from webapp.domain.workflow.response_review import MOVES
from webapp.models import Account, Response
from webapp.queries import odk_responses
from webapp.services import response_arrival, response_review
from webapp.services.sealing import KeyRing

#: Where a response is to be, for each of Central's words; and the move that brings it there.
WANTED = {
    "approved": ("accepted", "accept"), "hasIssues": ("returned", "return"), "rejected": ("returned", "return"),
    "edited": ("received", "reopen"), "received": ("received", "reopen"), None: ("received", "reopen"),
}  # fmt: skip
#: Why, where Central asks for no reason: code list response_reason, with what was written beside it.
OTHER_REASON = "C99"


def review(session: Session, ring: KeyRing, by: Account, version_id: UUID, state: str | None, now: datetime) -> None:
    """Raises bad_request, not_allowed and what the move itself refuses."""
    if state not in WANTED:
        raise Problem("bad_request", ["reviewState"])
    row = odk_responses.locked(session, version_id)
    to, name = WANTED[state]
    if row.problems is None:
        response_arrival.check(session, ring, [row], now)
    if row.state == to:
        return
    if row.state != "received" and name != "reopen":
        _move(session, ring, row, "reopen", by, now)
    _move(session, ring, row, name, by, now)


def _move(session: Session, ring: KeyRing, row: Response, name: str, by: Account, now: datetime) -> None:
    if not scope(by.pairs, find(MOVES, row.state, name).ability).covers(row.area_code):
        raise Problem("not_allowed")
    words = _words(session, row, by)
    if name == "accept":
        response_review.accept(session, ring, row, by, now, words)
    elif name == "return":
        response_review.send_back(session, row, [OTHER_REASON], words or odk_responses.NO_WORDS, by, now)
    else:
        response_review.reopen(session, ring, row, by, now)


def _words(session: Session, row: Response, by: Account) -> str:
    """What this person wrote about it last: Central's review itself carries no words."""
    mine = (event.text for event in odk_responses.comments(session, row.root_id) if event.account_id == by.id)
    return next(mine, "")
