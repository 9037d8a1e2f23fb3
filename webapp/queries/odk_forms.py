"""Versions of a questionnaire, as ODK Central lists them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import FormVersion


def versions(session: Session, form_id: str, year: int) -> list[FormVersion]:
    """Those ever published in a year, the newest first."""
    mine = (FormVersion.form_id == form_id, FormVersion.year == year, FormVersion.state != "draft")
    return list(session.scalars(select(FormVersion).where(*mine).order_by(FormVersion.published_at.desc())))
