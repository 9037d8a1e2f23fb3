"""Central's review of a response, done by our own moves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import Response
from webapp.openrosa.central import MOVES
from webapp.queries.app_users import Client
from webapp.services import responses

NEEDS = {"accept": "review.accept", "return": "review.return", "reopen": "review.return"}


def review(session: Session, client: Client, version_id: UUID, state: str | None, now: datetime) -> None:
    """Raises bad_request, not_allowed, not_found and what the move itself refuses."""
    if state not in MOVES:
        raise Problem("bad_request", ["reviewState"])
    row = session.get_one(Response, version_id)
    move = MOVES[state]
    if not client.where(NEEDS[move]).covers(row.area_code):
        raise Problem("not_allowed")
    responses.move(session, row, move, client.account_id, now)
