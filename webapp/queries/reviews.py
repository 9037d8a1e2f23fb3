"""The review queue and everything a reviewer looks at."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.models import Capture, Household


def current() -> ColumnElement[bool]:
    """Captures nothing newer stands in the place of. The statement must join Household (outer)."""
    newer = aliased(Capture)
    later = or_(newer.received_at > Capture.received_at, and_(newer.received_at == Capture.received_at, newer.id > Capture.id))
    outdone = exists().where(newer.area_code == Capture.area_code, newer.subject == Capture.subject, later)
    return or_(Household.capture_id == Capture.id, and_(Capture.household_id.is_(None), ~outdone))


def is_current(session: Session, capture: Capture) -> bool:
    found = select(Capture.id).outerjoin(Household, Household.id == Capture.household_id)
    return session.scalar(found.where(Capture.id == capture.id, current())) is not None
