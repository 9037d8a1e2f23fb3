"""What is read of one conflict besides the conflict itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Account, Blob, Conflict, ConflictEvent, HouseholdEdit


class Written(NamedTuple):
    """Who put a value into the register, and when."""

    by: str
    at: datetime


class Pictured(NamedTuple):
    sha256: str
    kind: str
    width: int
    height: int
    taken_at: datetime
    arrived: bool


def written_by(session: Session, conflict: Conflict) -> Written | None:
    """The last one before the conflict who changed its field from a phone or by a decision; None: it came with the register."""
    edited = (
        select(Account.name, HouseholdEdit.received_at).join(Account, Account.id == HouseholdEdit.account_id)
        .where(HouseholdEdit.household_id == conflict.household_id, HouseholdEdit.field == conflict.field)
        .where(HouseholdEdit.effect == "take", HouseholdEdit.theirs == conflict.ours)
    )  # fmt: skip
    decided = (
        select(Account.name, ConflictEvent.at).join(Conflict, Conflict.id == ConflictEvent.conflict_id)
        .join(Account, Account.id == ConflictEvent.account_id)
        .where(Conflict.household_id == conflict.household_id, Conflict.field == conflict.field)
        .where(ConflictEvent.after == conflict.ours, Conflict.id != conflict.id)
    )  # fmt: skip
    found = [Written(*row) for part in (edited, decided) for row in session.execute(part)]
    return max((row for row in found if row.at <= conflict.received_at), key=lambda row: row.at, default=None)


def note_of(session: Session, op_id: UUID) -> str:
    return session.scalar(select(HouseholdEdit.note).where(HouseholdEdit.op_id == op_id).limit(1)) or ""


def statements(session: Session, op_id: UUID) -> list[HouseholdEdit]:
    return list(session.scalars(select(HouseholdEdit).where(HouseholdEdit.op_id == op_id).order_by(HouseholdEdit.field)))


def photos(session: Session, stated: Iterable[Any]) -> list[Pictured]:
    """These photos with whether their bytes are here."""
    rows = list(stated)
    here = set(session.scalars(select(Blob.sha256).where(Blob.sha256.in_([row.sha256 for row in rows]))))
    return [Pictured(row.sha256, row.kind, row.width, row.height, row.taken_at, row.sha256 in here) for row in rows]
