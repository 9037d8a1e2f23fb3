"""The year's work."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Campaign


def active(session: Session) -> Campaign:
    return session.scalars(select(Campaign).where(Campaign.active)).one()


def locked(session: Session) -> Campaign:
    """The active one, held until the commit: two offices may save at once."""
    return session.scalars(select(Campaign).where(Campaign.active).with_for_update()).one()
