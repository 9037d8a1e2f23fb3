"""The households behind the figures: as a list, as points, one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope
from webapp.models import Account, Area, Blob, Capture, Household, ReviewEvent
from webapp.queries.coverage import Filters, matching, with_captures
from webapp.queries.scope import inside

PAGE = 50
CHUNK = 500

Group, Community = aliased(Area), aliased(Area)
SORTS: dict[str, tuple[ColumnElement, ...]] = {
    "area": (Household.area_code,),
    "number": (Household.number,),
    "name": (Household.pinyin,),
    "attribute": (Household.attribute,),
    "state": (Household.location_state,),
    "received": (Capture.received_at,),
}


@dataclass(frozen=True)
class Row:
    """One household with its current capture, as lists and exports want it."""

    id: UUID
    number: str
    head_name: str
    community: str
    group: str
    attribute: str
    state: str
    capture_id: UUID | None
    exception: str | None
    note: str | None
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    source: str | None
    taken_at: datetime | None
    received_at: datetime | None
    by: str | None


@dataclass(frozen=True)
class Return:
    """Why the office sent a capture back."""

    reasons: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Place:
    """Where a household is drawn. `previous`: nothing stands this year, this is the point before."""

    household_id: UUID
    number: str
    state: str
    lon: float
    lat: float
    previous: bool


@dataclass(frozen=True)
class Detail:
    household: Household
    area: list[str]  # community, group
    capture: Capture | None
    by: str | None
    returned: Return | None  # also an old one, undone since: look at the household's state
    arrived: frozenset[str]  # hashes of the photos that are here


def search(words: str) -> ColumnElement[bool]:
    """By part of the name or the number, or by the start of the pinyin or its initials."""
    low = words.strip().lower()
    return or_(
        Household.head_name.contains(words.strip(), autoescape=True),
        func.lower(Household.number).contains(low, autoescape=True),
        Household.pinyin.startswith(low, autoescape=True),
        Household.initials.startswith(low, autoescape=True),
    )


def _rows(scope: Scope, filters: Filters, words: str, sort: str) -> Select:
    query = (
        select(
            Household.id, Household.number, Household.head_name, Community.name, Group.name, Household.attribute,
            Household.location_state, Household.capture_id, Capture.exception, Capture.note, Capture.lon, Capture.lat,
            Capture.accuracy_m, Capture.source, Capture.taken_at, Capture.received_at, Account.name,
        )
        .join(Group, Group.code == Household.area_code)
        .join(Community, Community.code == func.substr(Household.area_code, 1, 12))
        .outerjoin(Capture, Capture.id == Household.capture_id)
        .outerjoin(Account, Account.id == Capture.account_id)
        .where(*matching(scope, filters), *([search(words)] if words.strip() else []))
    )  # fmt: skip
    return query.order_by(*_order(sort))


def _order(sort: str) -> list[ColumnElement]:
    """`name` or `-name`; always ends with the number, which is unique."""
    columns = SORTS[sort.lstrip("-")]
    return [*(column.desc() if sort.startswith("-") else column.asc() for column in columns), Household.number]


def how_many(session: Session, scope: Scope, filters: Filters, words: str = "") -> int:
    query = with_captures(select(func.count()).select_from(Household), filters)
    return session.scalar(query.where(*matching(scope, filters), *([search(words)] if words.strip() else []))) or 0


def page(session: Session, scope: Scope, filters: Filters, words: str, sort: str, number: int) -> list[Row]:
    """One page of the list, counted from 1."""
    query = _rows(scope, filters, words, sort).limit(PAGE).offset((number - 1) * PAGE)
    return [Row(*row) for row in session.execute(query)]


def every(session: Session, scope: Scope, filters: Filters, words: str = "", sort: str = "area") -> Iterator[list[Row]]:
    """The whole list in chunks, so that an export stays small in memory."""
    for part in session.execute(_rows(scope, filters, words, sort).execution_options(yield_per=CHUNK)).partitions(CHUNK):
        yield [Row(*row) for row in part]


def returns(session: Session, captures: Iterable[UUID | None]) -> dict[UUID, Return]:
    """The newest return of each of these captures that has one."""
    ids = [capture_id for capture_id in captures if capture_id]
    events = session.execute(
        select(ReviewEvent.capture_id, ReviewEvent.reasons, ReviewEvent.text)
        .where(ReviewEvent.capture_id.in_(ids), ReviewEvent.move == "return")
        .order_by(ReviewEvent.at, ReviewEvent.id)
    )
    return {capture_id: Return(tuple(reasons), text) for capture_id, reasons, text in events}


def places(session: Session, scope: Scope, filters: Filters, *, with_previous: bool = False) -> Iterator[Place]:
    """Current points, by number; with the points before for households that have none now."""
    before = aliased(Capture)
    query = select(Household.id, Household.number, Household.location_state, Capture.lon, Capture.lat)
    query = query.outerjoin(Capture, Capture.id == Household.capture_id).where(*matching(scope, filters))
    if with_previous:
        query = query.add_columns(before.lon, before.lat).outerjoin(before, before.id == Household.previous_capture_id)
        query = query.where(or_(Capture.lon.is_not(None), before.lon.is_not(None)))
    else:
        query = query.where(Capture.lon.is_not(None))
    for household_id, number, state, lon, lat, *old in session.execute(query.order_by(Household.number)):
        current = lon is not None
        yield Place(household_id, number, state, *((lon, lat) if current else old), previous=not current)


def detail(session: Session, household_id: UUID, scope: Scope) -> Detail | None:
    """One household of the scope with everything its card shows."""
    household = session.scalar(
        select(Household).where(Household.id == household_id, inside(Household.area_code, scope), Household.deleted_at.is_(None))
    )
    if household is None:
        return None
    capture = session.get(Capture, household.capture_id) if household.capture_id else None
    account = session.get(Account, capture.account_id) if capture and capture.account_id else None
    codes = (household.area_code[:12], household.area_code)
    return Detail(
        household=household,
        area=list(session.scalars(select(Area.name).where(Area.code.in_(codes)).order_by(Area.code))),
        capture=capture,
        by=account.name if account else None,
        returned=returns(session, [household.capture_id]).get(household.capture_id),
        arrived=_arrived(session, capture),
    )


def _arrived(session: Session, capture: Capture | None) -> frozenset[str]:
    hashes = [photo.sha256 for photo in capture.photos] if capture else []
    return frozenset(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(hashes))))
