"""Filled-in questionnaires. Never edited: a newer version replaces an older one, and both are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime

RESPONSE_STATES = ("received", "accepted", "returned")
RESPONSE_SOURCES = ("phone", "odk", "desk")
EVENT_KINDS = ("received", "replaced", "accepted", "returned", "reopened", "comment")
#: Kept and acknowledged, and not yet looked at by its form.
_UNCHECKED = text("state = 'received' AND problems IS NULL")


class Response(db.Model):
    __table_args__ = (
        ForeignKeyConstraint(["form_id", "version"], ["form_version.form_id", "form_version.version"]),
        CheckConstraint(f"state IN {RESPONSE_STATES}", name="state"),
        CheckConstraint(f"source IN {RESPONSE_SOURCES}", name="source"),
        Index("ix_response_queue", "state", "received_at", "id"),
        Index("ix_response_form", "form_id", "received_at", "id"),
        Index("ix_response_unchecked", "received_at", postgresql_where=_UNCHECKED, sqlite_where=_UNCHECKED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # its instanceID, and the id of the operation that brought it
    root_id: Mapped[UUID] = mapped_column(index=True)  # the first version of the same filling-in; its own id if it is the first
    replaces_id: Mapped[UUID | None] = mapped_column(index=True)  # deprecatedID
    newest: Mapped[bool] = mapped_column(default=True)  # of those with its root
    form_id: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"), index=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)  # the household's group, or the area it is about
    xml_sealed: Mapped[bytes]  # services.sealing, as it came byte for byte: it names people and their numbers
    xml_sha256: Mapped[str] = mapped_column(String(64))
    base_rev: Mapped[int | None]  # of the household's year when it was filled in
    changes: Mapped[list | None] = mapped_column(JSON)  # domain.xform: field by field against last year; sealed ones masked
    problems: Mapped[list | None] = mapped_column(JSON)  # what the server's own check found; null: not checked yet
    state: Mapped[str] = mapped_column(String(10), default="received")
    source: Mapped[str] = mapped_column(String(6))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)  # phone clock
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    app_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class ResponseFile(db.Model):
    """An attachment a response says it has. Its bytes (models.Blob) may come before it or after it."""

    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)  # as the answers name it
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)  # none: expected, and not told yet
    bytes: Mapped[int | None]


class ResponseEvent(db.Model):
    """What happened to a response, for ever."""

    __table_args__ = (CheckConstraint(f"kind IN {EVENT_KINDS}", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AppUser(db.Model):
    """A key with which an ODK client works in somebody's name: it sees and does what that account may.

    The app user of a phone fills in forms until it is revoked; a script's session reads and reviews until it expires.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of a session
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
