"""Questionnaires as they were published."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import FormVersion


def version(session: Session, form_id: str, version: str) -> FormVersion | None:
    return session.get(FormVersion, (form_id, version))


def published(session: Session, year: int) -> list[FormVersion]:
    """The newest published one of each form of this year, by form."""
    found = select(FormVersion).where(FormVersion.year == year, FormVersion.state == "published")
    rows = session.scalars(found.order_by(FormVersion.form_id, FormVersion.published_at))
    return list({row.form_id: row for row in rows}.values())
