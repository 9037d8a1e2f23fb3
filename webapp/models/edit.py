"""Corrections of the register made at a door."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime

FIELDS = ("head", "group", "address", "phone")
EFFECTS = ("take", "keep", "conflict", "passed")


class HouseholdEdit(db.Model):
    """What one operation of a phone says of one field of a household. Kept for ever; only what became of it may change."""

    __table_args__ = (
        CheckConstraint(f"field IN {FIELDS}", name="field"),
        CheckConstraint(f"effect IN {EFFECTS}", name="effect"),
        Index("ix_household_edit_household", "household_id"),
    )

    op_id: Mapped[UUID] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(10), primary_key=True)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    device_seq: Mapped[int]
    base_key: Mapped[str] = mapped_column(String(200))  # domain.merge: what the cadre saw
    began: Mapped[str] = mapped_column(String(200))  # the key where the phone's own edits of this field began
    base: Mapped[str] = mapped_column(String(200))  # for people: a group as its code, a phone number masked
    ours: Mapped[str] = mapped_column(String(200))  # what the register said when this was judged
    theirs: Mapped[str] = mapped_column(String(200))
    theirs_sealed: Mapped[bytes | None]  # a phone number whole; services.sealing
    effect: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)  # phone clock
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
