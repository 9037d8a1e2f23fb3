"""Questionnaires as the desk and phones read them."""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from webapp.domain.problems import not_found
from webapp.models import Campaign, Form, FormVersion

#: What a list of versions does not need.
_LONG = (defer(FormVersion.xml), defer(FormVersion.source), defer(FormVersion.attachments))


class FormRow(NamedTuple):
    form: Form
    versions: list[FormVersion]  # newest first


def version(session: Session, form_id: str, version: str) -> FormVersion | None:
    return session.get(FormVersion, (form_id, version))


def one(session: Session, form_id: str, version: str) -> tuple[Form, FormVersion]:
    """Raises not_found."""
    row = session.get(FormVersion, (form_id, version))
    if row is None:
        raise not_found()
    return session.get_one(Form, form_id), row


def every(session: Session, year: int) -> list[FormRow]:
    """The forms of a campaign with all their versions, by title; a form without any in this year is left out."""
    found = select(FormVersion).options(*_LONG).where(FormVersion.year == year)
    by_form: dict[str, list[FormVersion]] = {}
    for row in session.scalars(found.order_by(FormVersion.created_at.desc(), FormVersion.version.desc())):
        by_form.setdefault(row.form_id, []).append(row)
    forms = session.scalars(select(Form).where(Form.id.in_(by_form)).order_by(Form.subject.desc(), Form.id))
    return [FormRow(form, by_form[form.id]) for form in forms]


def published(session: Session, year: int) -> list[FormVersion]:
    """What is to be filled in: of each form the version published last."""
    newest = func.row_number().over(partition_by=FormVersion.form_id, order_by=FormVersion.published_at.desc())
    open_ones = select(FormVersion.form_id, FormVersion.version, newest.label("place"))
    ranked = open_ones.where(FormVersion.year == year, FormVersion.state == "published").subquery()
    same = (ranked.c.form_id == FormVersion.form_id) & (ranked.c.version == FormVersion.version)
    return list(session.scalars(select(FormVersion).join(ranked, same).where(ranked.c.place == 1).order_by(FormVersion.form_id)))


def for_phones(session: Session, ids: Iterable[UUID]) -> dict[tuple[str, UUID], tuple[int, dict]]:
    """(rev, data) of these forms by (kind, id), if they are to be filled in this year."""
    wanted = list(ids)
    if not wanted:
        return {}
    forms = {form.id: form for form in session.scalars(select(Form).where(Form.uuid.in_(wanted)))}
    year = session.scalar(select(Campaign.year).where(Campaign.active))
    rows = [row for row in published(session, year) if row.form_id in forms]
    return {("form", forms[row.form_id].uuid): (forms[row.form_id].rev, _shape(forms[row.form_id], row)) for row in rows}


def _shape(form: Form, row: FormVersion) -> dict:
    text = download(form, row)
    return {
        "form": form.id, "version": row.version, "title": row.title, "subject": form.subject, "year": row.year,
        "sha256": sha256(text).hexdigest(), "bytes": len(text),
    }  # fmt: skip


def download(form: Form, row: FormVersion) -> bytes:
    """What fills a form in, as one text: the same bytes whenever it is asked for."""
    return msgspec.json.encode(
        {
            "form": form.id, "version": row.version, "title": row.title, "subject": form.subject, "xml": row.xml,
            "attachments": dict(sorted(row.attachments.items())),
        }
    )  # fmt: skip
