"""The year's work."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Campaign


def active(session: Session) -> Campaign:
    return session.scalars(select(Campaign).where(Campaign.active)).one()
