"""Writing what is known of a group or a community in a year."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain import area_fields, area_sums
from webapp.domain.access import area_level, community_of
from webapp.models import Area, AreaYear
from webapp.queries import area_years, captures
from webapp.services import feeds
from webapp.services.areas import feed_of
from webapp.services.feeds import News
from webapp.services.sealing import KeyRing, Place, sealed_columns


def written(
    session: Session, area_code: str, year: int, values: Mapping[str, Any], response_id: UUID | None, now: datetime, ring: KeyRing
) -> int:
    """The new revision of this place's year. What is generated is never taken from `values`; the community's figures follow."""
    areas = {area.code: area for area in captures.lock_areas_by_code(session, {area_code, community_of(area_code)})}
    row, level = _row(session, area_code, year, now), area_level(area_code)
    for name in area_fields.stated(level):
        if name in values:
            _put(row, areas[area_code], name, values[name], ring)
    row.response_id = response_id
    if level == "community":
        _generate(session, row)
    _count_up(session, areas[area_code], row, now)
    if level == "group":
        _follow(session, areas[community_of(area_code)], year, now)
    return row.rev


def _row(session: Session, area_code: str, year: int, now: datetime) -> AreaYear:
    row = area_years.row(session, area_code, year)
    if row is None:
        row = AreaYear(area_code=area_code, year=year, rev=0, updated_at=now)
        session.add(row)
    return row


def place_of(area: Area, year: int, name: str) -> Place:
    """Where a telephone number is sealed for."""
    return Place("area_year", area.id, f"{year}.{name}")


def _put(row: AreaYear, area: Area, name: str, value: Any, ring: KeyRing) -> None:
    if area_fields.fields()[name].is_sealed:
        for column, kept in sealed_columns(ring, place_of(area, row.year, name), name, value).items():
            setattr(row, column, kept)
    else:
        setattr(row, name, value)


def _generate(session: Session, row: AreaYear) -> None:
    session.flush()
    groups = area_years.groups(session, row.area_code, row.year)
    for name, value in area_sums.generated(groups, area_years.registered(session, row.area_code, row.year)).items():
        setattr(row, name, value)


def _follow(session: Session, community: Area, year: int, now: datetime) -> None:
    row = _row(session, community.code, year, now)
    _generate(session, row)
    if session.is_modified(row) or not row.rev:
        _count_up(session, community, row, now)


def _count_up(session: Session, area: Area, row: AreaYear, now: datetime) -> None:
    row.rev += 1
    row.updated_at = now
    session.flush()
    feeds.announce(session, [News(feed_of(area.code), "area_year", area.id, row.rev)])
