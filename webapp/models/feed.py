"""The two ends of sync: operations received, changes to be pulled."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime


class Op(db.Model):
    """One operation as a phone sent it. The same id with another payload is a second row: both are kept."""

    __table_args__ = (Index("ix_op_device_seq", "device_id", "device_seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payload_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    device_seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    entity_id: Mapped[UUID]
    base_rev: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(String(10))
    problem: Mapped[dict | None] = mapped_column(JSON)
    payload: Mapped[dict | None] = mapped_column(JSON)  # kept only where it did not become something; sealed if it names people
    receipt: Mapped[str | None] = mapped_column(String(200))
    rev: Mapped[int | None]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Renumbered(db.Model):
    """A number under which an operation came once more than it is kept: its phone counts anew since. So it is not missing."""

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    device_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[UUID]


class Feed(db.Model):
    """A counter per community (and "" for what everybody gets). Its row is locked while changes are numbered,
    so a number is visible only when all smaller ones are."""

    key: Mapped[str] = mapped_column(String(12), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Change(db.Model):
    """The newest change of one thing in one feed. Older ones are of no use to a phone."""

    __table_args__ = (Index("ix_change_feed_seq", "feed_key", "seq"),)

    feed_key: Mapped[str] = mapped_column(ForeignKey("feed.key"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    entity_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    rev: Mapped[int]
    deleted: Mapped[bool] = mapped_column(default=False)
