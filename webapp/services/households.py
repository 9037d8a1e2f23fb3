"""Keeping the register's copy of what captures say."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.access import community_of
from webapp.domain.coverage import location_state
from webapp.models import Capture, Household
from webapp.models.bulk import update_rows
from webapp.services.feeds import News, announce
from webapp.services.sealing import Place


def phone_of(household_id: UUID) -> Place:
    """Where a household's number is sealed for."""
    return Place("household", household_id, "phone")


class Shown(NamedTuple):
    """A household and the capture it now shows; `rev` is already the new one."""

    id: UUID
    area_code: str
    rev: int
    capture_id: UUID
    state: str


def show(household: Household, capture: Capture) -> None:
    """Make this capture the household's current one. Call `touch` for all households of the batch afterwards."""
    household.capture_id = capture.id
    household.location_state = location_state(capture.state, capture.lon is not None)


def touch(session: Session, households: Iterable[Household], now: datetime) -> None:
    """Count up the revisions and tell the phones."""
    rows = list(households)
    for household in rows:
        household.rev += 1
        household.updated_at = now
    session.flush()
    announce(session, [_news(row.area_code, row.id, row.rev) for row in rows])


def write_shown(session: Session, shown: Collection[Shown], now: datetime) -> None:
    """`show` for a batch, without loading a row. The caller holds the rows' locks and announces the news."""
    rows = [
        {"id": row.id, "capture_id": row.capture_id, "location_state": row.state, "rev": row.rev, "updated_at": now}
        for row in shown
    ]  # fmt: skip
    update_rows(session, Household.__table__, "id", rows)


def news(shown: Iterable[Shown]) -> list[News]:
    return [_news(row.area_code, row.id, row.rev) for row in shown]


def touch_ids(session: Session, ids: Iterable[UUID], now: datetime) -> None:
    """`touch` for rows nobody has loaded."""
    counted = (
        update(Household).where(Household.id.in_(list(ids))).values(rev=Household.rev + 1, updated_at=now)
        .returning(Household.area_code, Household.id, Household.rev).execution_options(synchronize_session=False)
    )  # fmt: skip
    announce(session, [_news(*row) for row in session.execute(counted)])


def _news(area_code: str, household_id: UUID, rev: int) -> News:
    return News(community_of(area_code), "household", household_id, rev)
