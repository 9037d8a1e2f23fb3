"""Phones, the codes that let one in, and what became of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.extensions import db
from webapp.models.account import Account
from webapp.models.types import UTCDateTime


class Device(db.Model):
    """A phone somebody signed in on. Token and private key are known to the phone alone (ADR 0009)."""

    __table_args__ = (Index("ix_device_next_token_hash", "next_token_hash", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    next_token_hash: Mapped[str | None] = mapped_column(String(64))  # given out; its first use ends the other one
    public_key: Mapped[str | None] = mapped_column(String(90))  # P-256 point, base64url; none: enrolled without a key
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seq: Mapped[int] = mapped_column(default=0)  # highest device_seq received
    seq_before: Mapped[int] = mapped_column(default=0)  # last_seq before the newest batch
    stated_seq: Mapped[int] = mapped_column(default=0)  # highest device_seq the phone says it has taken
    clock_skew_s: Mapped[float | None]  # phone minus server, as last heard
    forked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # one number came with two records: it was cloned
    must_renew: Mapped[bool] = mapped_column(default=False)  # until one of the two has an identity of its own
    renewed_from_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    wipe: Mapped[str | None] = mapped_column(String(12))  # ordered: after_upload, at_once
    wiped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # as the phone reported
    wiped_unsent: Mapped[int | None]

    account: Mapped[Account] = relationship()

    @property
    def is_lost(self) -> bool:
        return self.wipe == "at_once"


class DeviceEvent(db.Model):
    """What happened to a phone's identity, and who at the desk wanted it. Never edited."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    seen: Mapped[dict] = mapped_column(JSON)


class EnrolCode(db.Model):
    """Lets one phone in as this account, once and soon. The code itself is shown and forgotten."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
