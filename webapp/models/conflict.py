"""What no rule may settle: a person decides. Kept for ever, with every step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime

#: field: a correction against a register that says something else by now. deleted: a record of a household no longer registered.
#: two_captures: two phones at one door without knowing. op_fork: one operation id, two contents. quarantine: sent by somebody
#: who may not any more.
KINDS = ("field", "deleted", "two_captures", "op_fork", "quarantine")
#: passed: settled without a person, by a newer edit of the same phone or by a right given back.
STATES = ("open", "decided", "passed")
MOVES = ("decide", "reopen")


class Conflict(db.Model):
    """Ours is what the server has, theirs is what the phone sent."""

    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_conflict_desk", "state", "area_code", "received_at"),
        Index("ix_conflict_household", "household_id"),
        Index("ix_conflict_op", "op_id"),
        Index("ix_conflict_case", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # follows from the operation, so that finding it twice makes one
    case_id: Mapped[UUID]  # what is decided on one page: the fields of one edit, all records of one deleted household
    kind: Mapped[str] = mapped_column(String(12))
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))  # on whose desk it lies
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"))
    op_id: Mapped[UUID]
    payload_sha256: Mapped[str] = mapped_column(String(64))
    field: Mapped[str | None] = mapped_column(String(10))
    problem: Mapped[str | None] = mapped_column(String(30))  # why an operation lies in quarantine
    other_id: Mapped[UUID | None]  # of two captures: the earlier one
    other_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    base: Mapped[str | None] = mapped_column(String(200))  # for people, as in household_edit
    ours: Mapped[str | None] = mapped_column(String(200))
    theirs: Mapped[str | None] = mapped_column(String(200))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(8))
    choice: Mapped[str | None] = mapped_column(String(8))  # ours, theirs, other; of a passed one: newer, taken, allowed
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rev: Mapped[int] = mapped_column(default=1)


class ConflictEvent(db.Model):
    """A decision, or its taking back."""

    __table_args__ = (CheckConstraint(f"move IN {MOVES}", name="move"), Index("ix_conflict_event_conflict", "conflict_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)  # UUIDv7: their order is the history
    conflict_id: Mapped[UUID] = mapped_column(ForeignKey("conflict.id"))
    move: Mapped[str] = mapped_column(String(8))
    choice: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[list] = mapped_column(JSON)  # codes of decision_reason
    text: Mapped[str] = mapped_column(String(500))
    before: Mapped[str | None] = mapped_column(String(200))  # what the register said, and says since; for people
    after: Mapped[str | None] = mapped_column(String(200))
    before_sealed: Mapped[bytes | None]
    before_key: Mapped[str | None] = mapped_column(String(200))  # domain.merge: to put back exactly what was there
    after_key: Mapped[str | None] = mapped_column(String(200))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
