"""A household's filled-in questionnaires as phones see them: of each form the newest, docs/protocol.md §4."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Account, Blob, Response, ResponseEvent, ResponseFile

RESPONSE, FILE, EVENT = Response.__table__.c, ResponseFile.__table__.c, ResponseEvent.__table__.c
#: Events that decide; what was reopened stands no more.
DECISIONS = {"accepted": "accepted", "returned": "returned"}


def of_households(session: Session, account_id: UUID, ids: Collection[UUID]) -> dict[UUID, list[dict]]:
    """By household; some questions, however many there are."""
    found: dict[UUID, list[dict]] = defaultdict(list)
    rows = _newest(session, ids)
    files, reviews = _files(session, [row.id for row in rows]), _reviews(session, [row.id for row in rows])
    for row in rows:
        decided = reviews.get(row.id) if row.state in DECISIONS else None
        found[row.household_id].append({
            "id": row.id, "form": row.form_id, "version": row.version, "state": row.state, "taken_at": row.taken_at,
            "received_at": row.received_at, "by": row.by, "mine": row.account_id == account_id, "files": files[row.id],
            "review": decided,
        })  # fmt: skip
    return found


def _newest(session: Session, ids: Collection[UUID]) -> list[Any]:
    if not ids:
        return []
    rows = session.execute(
        select(
            RESPONSE.id, RESPONSE.household_id, RESPONSE.form_id, RESPONSE.version, RESPONSE.state, RESPONSE.taken_at,
            RESPONSE.received_at, RESPONSE.account_id, Account.name.label("by"),
        ).join(Account, Account.id == RESPONSE.account_id)
        .where(RESPONSE.household_id.in_(ids), RESPONSE.newest).order_by(RESPONSE.received_at, RESPONSE.id)
    ).all()  # fmt: skip
    newest = {(row.household_id, row.form_id): row for row in rows}
    return sorted(newest.values(), key=lambda row: (row.received_at, row.id))


def _files(session: Session, ids: Collection[UUID]) -> dict[UUID, list[dict]]:
    found: dict[UUID, list[dict]] = defaultdict(list)
    if ids:
        rows = session.execute(
            select(FILE.response_id, FILE.name, FILE.sha256, Blob.sha256.label("here"))
            .outerjoin(Blob, Blob.sha256 == FILE.sha256).where(FILE.response_id.in_(ids)).order_by(FILE.name)
        )  # fmt: skip
        for row in rows:
            found[row.response_id].append({"name": row.name, "sha256": row.sha256, "received": row.here is not None})
    return found


def _reviews(session: Session, ids: Collection[UUID]) -> dict[UUID, dict]:
    if not ids:
        return {}
    rows = session.execute(
        select(EVENT.response_id, EVENT.reasons, EVENT.text, EVENT.at, Account.name.label("by"))
        .join(Account, Account.id == EVENT.account_id).where(EVENT.response_id.in_(ids), EVENT.kind.in_(DECISIONS))
        .order_by(EVENT.at, EVENT.id)
    )  # fmt: skip
    return {row.response_id: {"reasons": row.reasons, "text": row.text, "by": row.by, "at": row.at} for row in rows}
