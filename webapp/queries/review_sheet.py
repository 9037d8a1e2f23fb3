"""All about one capture, for the person who judges it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.domain.problems import not_found
from webapp.models import Account, Area, Blob, Campaign, Capture, Device, Household, ReviewEvent
from webapp.queries.scope import inside

NEAR_DEGREES = 0.0015  # about 150 m: who else lives around this door


class Sheet(NamedTuple):
    capture: Capture
    household: Household | None
    place: Area
    parent: Area | None
    account: Account | None
    device: Device | None
    events: list[ReviewEvent]
    arrived: dict[str, datetime]  # photo → when its bytes were here
    before: list[Capture]  # of the same subject, newest first
    after: list[Capture]  # oldest first: these stand in its place
    previous: Capture | None  # last year's point, or the one the register came with


def capture(session: Session, capture_id: UUID, scope: Scope, *, lock: bool = False) -> Capture:
    """Raises not_found, also for what lies outside the scope. Lock it to decide: two people may press a button at once."""
    found = select(Capture).where(Capture.id == capture_id, inside(Capture.area_code, scope))
    row = session.scalar(found.with_for_update() if lock else found)
    if row is None:
        raise not_found()
    return row


def sheet(session: Session, row: Capture) -> Sheet:
    place = session.get_one(Area, row.area_code)
    household = session.get(Household, row.household_id) if row.household_id else None
    siblings = _siblings(session, row)
    position = next(i for i, other in enumerate(siblings) if other.id == row.id)
    return Sheet(
        capture=row, household=household, place=place,
        parent=session.get(Area, place.parent_code) if place.parent_code else None,
        account=session.get(Account, row.account_id) if row.account_id else None,
        device=session.get(Device, row.device_id) if row.device_id else None,
        events=events(session, row.id), arrived=_arrived(session, row),
        before=siblings[:position][::-1], after=siblings[position + 1 :],
        previous=session.get(Capture, household.previous_capture_id) if household and household.previous_capture_id else None,
    )  # fmt: skip


def _siblings(session: Session, row: Capture) -> list[Capture]:
    """Everything phones sent about this subject, first received first; the one that stands at a household last."""
    subject = Capture.household_id == row.household_id if row.household_id else _same_area(row)
    found = select(Capture).where(subject, or_(Capture.source != "import", Capture.id == row.id))
    rows = list(session.scalars(found.order_by(Capture.received_at, Capture.id)))
    standing = session.get_one(Household, row.household_id).capture_id if row.household_id else None
    return sorted(rows, key=lambda other: other.id == standing)


def _same_area(row: Capture) -> ColumnElement[bool]:
    return (Capture.area_code == row.area_code) & (Capture.subject == row.subject)


def events(session: Session, capture_id: UUID) -> list[ReviewEvent]:
    """Every step of the review, oldest first."""
    found = select(ReviewEvent).where(ReviewEvent.capture_id == capture_id).order_by(ReviewEvent.at, ReviewEvent.id)
    return list(session.scalars(found))


def _arrived(session: Session, row: Capture) -> dict[str, datetime]:
    hashes = [photo.sha256 for photo in row.photos]
    found = session.execute(select(Blob.sha256, Blob.received_at).where(Blob.sha256.in_(hashes)))
    return dict(found.all())


def neighbours(session: Session, row: Capture, scope: Scope) -> list[tuple[str, float, float]]:
    """(head, lon, lat) of the other households' current points around this one, by name."""
    if row.lon is None:
        return []
    around = (
        Capture.lon.between(row.lon - NEAR_DEGREES, row.lon + NEAR_DEGREES),
        Capture.lat.between(row.lat - NEAR_DEGREES, row.lat + NEAR_DEGREES),
    )
    found = (
        select(Household.head_name, Capture.lon, Capture.lat).join(Capture, Capture.id == Household.capture_id)
        .where(*around, inside(Household.area_code, scope), Household.deleted_at.is_(None), Household.id != row.household_id)
        .order_by(Household.pinyin, Household.id).limit(60)
    )  # fmt: skip
    return [(name, lon, lat) for name, lon, lat in session.execute(found)]


def thresholds(session: Session, year: int) -> dict[str, float]:
    return session.get_one(Campaign, year).thresholds


def batch(session: Session, account_id: UUID, at: datetime, scope: Scope) -> list[tuple[Capture, str, bool]]:
    """(capture, name, is it still as the batch left it) of what this person accepted at that very moment."""
    found = (
        select(Capture, Household.head_name, Area.name)
        .join(ReviewEvent, ReviewEvent.capture_id == Capture.id).join(Area, Area.code == Capture.area_code)
        .outerjoin(Household, Household.id == Capture.household_id)
        .where(ReviewEvent.account_id == account_id, ReviewEvent.at == at, ReviewEvent.move == "accept")
        .where(inside(Capture.area_code, scope)).order_by(Capture.received_at, Capture.id)
    )  # fmt: skip
    return [(row, head or place, row.state == "accepted") for row, head, place in session.execute(found)]


def title(session: Session, row: Capture) -> str:
    """The head of the household, or the name of the area."""
    if row.household_id:
        return session.get_one(Household, row.household_id).head_name
    return session.get_one(Area, row.area_code).name
