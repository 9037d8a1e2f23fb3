"""Questionnaires: authored as XLSForm, published once and never edited after that."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime

FORM_SUBJECTS = ("household", "community", "group", "case")
VERSION_STATES = ("draft", "published", "closed")


class Form(db.Model):
    __table_args__ = (CheckConstraint(f"subject IN {FORM_SUBJECTS}", name="subject"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)  # form_id of the XLSForm
    uuid: Mapped[UUID] = mapped_column(unique=True)  # what the pull calls it
    subject: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))  # of the newest version
    rev: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FormVersion(db.Model):
    """Of the published ones of a form, the newest of the campaign's year is filled in; answers to older ones still come in."""

    __table_args__ = (CheckConstraint(f"state IN {VERSION_STATES}", name="state"),)

    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("campaign.year"))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    title: Mapped[str] = mapped_column(String(120))
    xml: Mapped[str] = mapped_column(Text)
    xml_md5: Mapped[str] = mapped_column(String(32))  # OpenRosa names a form's text by it
    attachments: Mapped[dict] = mapped_column(JSON)  # file name → text of the CSV
    warnings: Mapped[list] = mapped_column(JSON)
    source: Mapped[bytes] = mapped_column(LargeBinary)  # the workbook it was made of
    source_name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # none: came with the program
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
