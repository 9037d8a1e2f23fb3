"""Questionnaires: a draft may be replaced and thrown away, what is published stays as it is for ever."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.ids import form_uuid
from webapp.domain.problems import Problem, not_found
from webapp.imports import form_source, xlsform
from webapp.imports.xlsform import Converted
from webapp.models import Form, FormVersion
from webapp.services.feeds import EVERYBODY, changed


@dataclass(frozen=True)
class Origin:
    """The workbook a version is made of, and who brought it; nobody did if it came with the program."""

    source: bytes
    name: str
    account_id: UUID | None
    year: int


def draft(session: Session, source: bytes, source_name: str, account_id: UUID | None, year: int, now: datetime) -> FormVersion:
    """A stranger's workbook, converted and kept. Raises the problems of `xlsform.convert_apart` and of `keep`."""
    return keep(session, xlsform.convert_apart(source), Origin(source, source_name, account_id, year), now)


def keep(session: Session, form: Converted, origin: Origin, now: datetime) -> FormVersion:
    """As a draft; one of the same version is replaced. Raises form_version_used, form_other_subject."""
    row = session.get(FormVersion, (form.form_id, form.version))
    if row is not None and (row.state != "draft" or row.year != origin.year):
        raise Problem("form_version_used", values={"version": form.version})
    _form(session, form, now)
    if row is not None:
        session.delete(row)
        session.flush()
    row = FormVersion(form_id=form.form_id, version=form.version, state="draft", created_at=now, **_content(form, origin))
    session.add(row)
    session.flush()
    return row


def _form(session: Session, form: Converted, now: datetime) -> None:
    known = session.get(Form, form.form_id)
    if known is None:
        known = Form(id=form.form_id, uuid=form_uuid(form.form_id), subject=form.subject, title=form.title[:120], created_at=now)
        session.add(known)
        session.flush()
    if known.subject != form.subject:
        raise Problem("form_other_subject", values={"form": form.form_id})


def _content(form: Converted, origin: Origin) -> dict:
    return {
        "title": form.title[:120], "xml": form.xml, "xml_md5": md5(form.xml.encode(), usedforsecurity=False).hexdigest(),
        "attachments": form.attachments, "warnings": form.warnings, "source": origin.source, "source_name": origin.name[:120],
        "account_id": origin.account_id, "year": origin.year,
    }  # fmt: skip


def discard(session: Session, form_id: str, version: str) -> None:
    """Throw a draft away, and its form with it if nothing else is left of it. Raises form_not_draft, not_found."""
    session.delete(_in_state(session, form_id, version, "draft"))
    session.flush()
    if not session.query(FormVersion).filter_by(form_id=form_id).count():
        session.delete(session.get_one(Form, form_id))
        session.flush()


def publish(session: Session, form_id: str, version: str, now: datetime) -> FormVersion:
    """Phones get it with the next pull. Raises form_not_draft, not_found."""
    row = _in_state(session, form_id, version, "draft")
    row.state, row.published_at = "published", now
    _announce(session, row)
    return row


def close(session: Session, form_id: str, version: str) -> FormVersion:
    """Not to be filled in any more; what was filled in still comes in. Raises form_not_published, not_found."""
    row = _in_state(session, form_id, version, "published")
    row.state = "closed"
    _announce(session, row)
    return row


def _in_state(session: Session, form_id: str, version: str, state: str) -> FormVersion:
    row = session.get(FormVersion, (form_id, version))
    if row is None:
        raise not_found()
    if row.state != state:
        raise Problem(f"form_not_{state}")
    return row


def _announce(session: Session, row: FormVersion) -> None:
    form = session.get_one(Form, row.form_id)
    form.title, form.rev = row.title, form.rev + 1
    session.flush()
    changed(session, EVERYBODY, "form", [(form.uuid, form.rev)])


def lay_shipped(session: Session, year: int, now: datetime) -> list[FormVersion]:
    """Publish the forms that come with the program, as far as this server has not got them yet."""
    return [_lay(session, name, year, now) for name in form_source.names() if _is_new(session, name, year)]


def _is_new(session: Session, name: str, year: int) -> bool:
    return session.get(FormVersion, (name, form_source.version(name, year))) is None


def _lay(session: Session, name: str, year: int, now: datetime) -> FormVersion:
    source = form_source.workbook(name, year)
    row = keep(session, xlsform.convert(source), Origin(source, f"{name}.xlsx", None, year), now)
    return publish(session, row.form_id, row.version, now)
