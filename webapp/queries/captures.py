"""What stands where a new capture will stand, and who may see a photo."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.models import Area, Blob, Boundary, Campaign, Capture, Household, Op, Phase, Photo, Response, ResponseFile
from webapp.models.bulk import Among, by_ids

RESPONSE = Response.__table__.c
CAPTURE, HOUSEHOLD, AREA, OP = Capture.__table__.c, Household.__table__.c, Area.__table__.c, Op.__table__.c
FIELD_PHASE = 3


class HouseholdPlace(NamedTuple):
    id: UUID
    area_code: str
    rev: int
    capture_id: UUID | None
    previous_capture_id: UUID | None
    deleted: bool = False


class AreaPlace(NamedTuple):
    id: UUID
    area_code: str
    rev: int
    level: str
    deleted: bool = False


class Standing(NamedTuple):
    """A capture as far as a newer one of the same subject is judged by it."""

    id: UUID
    lon: float | None
    lat: float | None
    state: str
    account_id: UUID | None
    year: int
    device_id: UUID | None
    device_seq: int


class FieldWork(NamedTuple):
    """The running campaign as a capture needs it."""

    year: int
    thresholds: dict
    ends_on: date
    county_outline_id: int | None


_STANDING = (
    CAPTURE.id, CAPTURE.lon, CAPTURE.lat, CAPTURE.state, CAPTURE.account_id, CAPTURE.year, CAPTURE.device_id,
    func.coalesce(OP.device_seq, 0),
)  # fmt: skip
_WITH_OPS = Capture.__table__.outerjoin(Op.__table__, (OP.id == CAPTURE.id) & (OP.verdict == "accepted"))


def _field_work() -> Select:
    campaign, phase, boundary = Campaign.__table__.c, Phase.__table__.c, Boundary.__table__.c
    of_county = select(func.max(boundary.id)).join_from(Boundary.__table__, Area.__table__, AREA.code == boundary.area_code)
    return (
        select(campaign.year, campaign.thresholds, phase.end, of_county.where(AREA.level == "county").scalar_subquery())
        .join_from(Campaign.__table__, Phase.__table__, and_(phase.year == campaign.year, phase.no == FIELD_PHASE))
        .where(campaign.active)
    )  # fmt: skip


_FIELD_WORK = _field_work()


def field_work(session: Session) -> FieldWork | None:
    """The active campaign, its thresholds, the last day of capturing, and the newest outline of the county."""
    row = session.connection().execute(_FIELD_WORK).first()
    return FieldWork(*row) if row else None


def lock_households(session: Session, ids: Collection[UUID], scope: Scope) -> dict[UUID, HouseholdPlace]:
    """Those of the ids that are in the scope, also those no longer registered, locked in one order until the commit."""
    if not ids:
        return {}
    # the scope is judged here: beside it in SQL, a planner without statistics walks the whole scope for fifty ids
    rows = by_ids(session, _households, ids)
    return {row.id: HouseholdPlace(*row[:-1], row.deleted_at is not None) for row in rows if scope.covers(row.area_code)}


def _households(among: Among) -> Select:
    return (
        select(
            HOUSEHOLD.id, HOUSEHOLD.area_code, HOUSEHOLD.rev, HOUSEHOLD.capture_id, HOUSEHOLD.previous_capture_id,
            HOUSEHOLD.deleted_at,
        )
        .where(among(HOUSEHOLD.id)).order_by(HOUSEHOLD.id).with_for_update()
    )  # fmt: skip


def lock_areas(session: Session, ids: Collection[UUID], scope: Scope) -> dict[UUID, AreaPlace]:
    if not ids:
        return {}
    return {row.id: AreaPlace(*row) for row in by_ids(session, _areas, ids) if scope.covers(row.code)}


def _areas(among: Among) -> Select:
    return select(AREA.id, AREA.code, AREA.rev, AREA.level).where(among(AREA.id)).order_by(AREA.id).with_for_update()


def lock_areas_by_code(session: Session, codes: Collection[str]) -> list[Area]:
    """As rows, with what they hold now; locked in the order of `lock_areas`."""
    found = select(Area).where(Area.code.in_(codes)).order_by(Area.id).with_for_update()
    return list(session.scalars(found.execution_options(populate_existing=True)))


def standing(session: Session, ids: Collection[UUID]) -> dict[UUID, Standing]:
    return {row.id: Standing(*row) for row in by_ids(session, _standing, ids)} if ids else {}


def _standing(among: Among) -> Select:
    return select(*_STANDING).select_from(_WITH_OPS).where(among(CAPTURE.id))


def standing_at(session: Session, codes: Collection[str]) -> dict[tuple[str, str], Standing]:
    """The newest capture of each (area code, subject) that is not a household."""
    if not codes:
        return {}
    found = (
        select(CAPTURE.area_code, CAPTURE.subject, *_STANDING).select_from(_WITH_OPS)
        .where(CAPTURE.area_code.in_(codes), CAPTURE.subject != "household").order_by(CAPTURE.received_at, CAPTURE.id)
    )  # fmt: skip
    return {(row[0], row[1]): Standing(*row[2:]) for row in session.execute(found)}


def outline(session: Session, boundary_id: int):
    return session.scalar(select(Boundary.geom).where(Boundary.id == boundary_id))


def showing(session: Session, sha256: str) -> list[tuple[UUID | None, str]]:
    """(household id or None, area code) of every capture and response that lists this photo."""
    captured = select(CAPTURE.household_id, CAPTURE.area_code).join(Photo, Photo.capture_id == CAPTURE.id)
    answered = select(RESPONSE.household_id, RESPONSE.area_code).join(ResponseFile, ResponseFile.response_id == RESPONSE.id)
    found = captured.where(Photo.sha256 == sha256).union(answered.where(ResponseFile.sha256 == sha256))
    return [(row[0], row[1]) for row in session.execute(found)]


def awaited(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of the hashes that a capture or response lists and that are not here whole."""
    missing = select(Photo.sha256).where(~exists().where(Blob.sha256 == Photo.sha256))
    expected = select(ResponseFile.sha256).where(~exists().where(Blob.sha256 == ResponseFile.sha256))
    return {*session.scalars(missing), *session.scalars(expected)} & set(hashes)


def may_see(session: Session, sha256: str, scope: Scope) -> bool:
    """Does a capture or response they are shown list it? A household counts where it lives now. Who has no area sees none."""
    captured = (
        select(CAPTURE.household_id, func.coalesce(HOUSEHOLD.area_code, CAPTURE.area_code))
        .join(Photo, Photo.capture_id == CAPTURE.id).outerjoin(Household, HOUSEHOLD.id == CAPTURE.household_id)
        .where(Photo.sha256 == sha256, HOUSEHOLD.deleted_at.is_(None))
    )  # fmt: skip
    answered = (
        select(RESPONSE.household_id, func.coalesce(HOUSEHOLD.area_code, RESPONSE.area_code))
        .join(ResponseFile, ResponseFile.response_id == RESPONSE.id).outerjoin(Household, HOUSEHOLD.id == RESPONSE.household_id)
        .where(ResponseFile.sha256 == sha256, HOUSEHOLD.deleted_at.is_(None))
    )  # fmt: skip
    listed = session.execute(captured.union(answered))
    shown = (scope.covers(code) if household_id else scope.shows(code) for household_id, code in listed)
    return bool(scope.prefixes) and any(shown)


def blob(session: Session, sha256: str) -> Blob | None:
    return session.get(Blob, sha256)


