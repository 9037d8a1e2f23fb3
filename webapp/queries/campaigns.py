"""The year's work."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain import ages, income
from webapp.models import Campaign, Phase

COLLECTING = 3


def active(session: Session) -> Campaign:
    return session.scalars(select(Campaign).where(Campaign.active)).one()


def locked(session: Session) -> Campaign:
    """The active one, held until the commit: two offices may save at once."""
    return session.scalars(select(Campaign).where(Campaign.active).with_for_update()).one()


def counted(session: Session, year: int) -> Collection[str]:
    """The parts of transfers that count as income in that year."""
    parts = session.scalar(select(Campaign.income_parts).where(Campaign.year == year))
    return income.TRANSFER_PARTS if parts is None else parts


def counting_day(session: Session, year: int) -> date:
    """The day ages of that year are counted to: when collecting begins."""
    began = session.scalar(select(Phase.start).where(Phase.year == year, Phase.no == COLLECTING))
    return began or ages.day_of(year)


def every(session: Session) -> list[Campaign]:
    """The newest first."""
    return list(session.scalars(select(Campaign).order_by(Campaign.year.desc())))
