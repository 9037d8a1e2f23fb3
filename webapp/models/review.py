"""Every step of the review, kept for ever."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.extensions import db
from webapp.models.account import Account
from webapp.models.types import UTCDateTime

MOVES = ("accept", "return", "reopen")


class ReviewEvent(db.Model):
    __table_args__ = (CheckConstraint(f"move IN {MOVES}", name="move"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # UUIDv7: their order is the history
    capture_id: Mapped[UUID] = mapped_column(ForeignKey("capture.id"), index=True)
    move: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list] = mapped_column(JSON, default=list)  # codes of return_reason
    text: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="joined")
