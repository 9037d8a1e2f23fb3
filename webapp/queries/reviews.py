"""The review queue: what waits for a decision, what was decided, and in which order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope, area_prefix
from webapp.domain.workflow.location_review import DOUBTS
from webapp.models import Account, Area, Blob, Capture, Finding, Household, Photo
from webapp.queries.scope import inside

STATES = ("received", "accepted", "returned", "superseded")
SUBJECTS = ("household", "exception", "office", "community", "group", "water_point")
PAGE_ROWS = 50

Group = aliased(Area, name="place")
Parent = aliased(Area, name="parent")


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see of the queue. Empty means everything."""

    state: str = "received"
    area: str = ""
    subject: str = ""
    flags: str = ""  # flagged or clear
    account: UUID | None = None
    words: str = ""
    sort: str = "received"  # a key of SORTS; a minus in front turns it round


class Row(NamedTuple):
    id: UUID
    state: str
    current: bool
    subject: str
    number: str | None
    head_name: str | None
    place: str
    parent: str
    cadre: str | None
    taken_at: datetime
    received_at: datetime
    accuracy_m: float | None
    fixes: list
    source: str
    exception: str | None
    photos: int
    photos_here: int

    @property
    def title(self) -> str:
        return self.head_name or self.place


def current() -> ColumnElement[bool]:
    """Captures nothing newer stands in the place of. The statement must join Household (outer)."""
    newer = aliased(Capture)
    later = or_(newer.received_at > Capture.received_at, and_(newer.received_at == Capture.received_at, newer.id > Capture.id))
    outdone = exists().where(newer.area_code == Capture.area_code, newer.subject == Capture.subject, later)
    return func.coalesce(Household.capture_id == Capture.id, and_(Capture.household_id.is_(None), ~outdone))


def is_current(session: Session, capture: Capture) -> bool:
    found = select(Capture.id).outerjoin(Household, Household.id == Capture.household_id)
    return session.scalar(found.where(Capture.id == capture.id, current())) is not None


def flagged() -> ColumnElement[bool]:
    return exists().where(Finding.capture_id == Capture.id, Finding.severity.in_(DOUBTS))


def _photo_count(*more: ColumnElement[bool]):
    return select(func.count()).where(Photo.capture_id == Capture.id, *more).scalar_subquery()


_PHOTOS = _photo_count()
_PHOTOS_HERE = _photo_count(exists().where(Blob.sha256 == Photo.sha256))

#: First reported, first reviewed; every other order falls back to it.
_QUEUE = (Capture.received_at, Capture.id)
SORTS = {
    "received": Capture.received_at,
    "taken": Capture.taken_at,
    "name": func.coalesce(Household.pinyin, Group.name),
    "place": Capture.area_code,
    "cadre": Account.name,
    "accuracy": func.coalesce(Capture.accuracy_m, -1),
}


def _order(sort: str) -> tuple:
    column = SORTS[sort.lstrip("-")]
    return (column.desc() if sort.startswith("-") else column.asc(), *_QUEUE)


def _from(statement: Select) -> Select:
    return (
        statement.select_from(Capture)
        .join(Group, Group.code == Capture.area_code)
        .outerjoin(Parent, Parent.code == Group.parent_code)
        .outerjoin(Household, Household.id == Capture.household_id)
        .outerjoin(Account, Account.id == Capture.account_id)
        .where(Capture.source != "import", Household.deleted_at.is_(None))
    )


def _matching(statement: Select, scope: Scope, wanted: Filter) -> Select:
    conditions = [inside(Capture.area_code, scope), _in_state(wanted.state)]
    if wanted.area:
        conditions.append(Capture.area_code.startswith(area_prefix(wanted.area)))
    if wanted.subject:
        conditions.append(_about(wanted.subject))
    if wanted.flags:
        conditions.append(flagged() if wanted.flags == "flagged" else ~flagged())
    if wanted.account:
        conditions.append(Capture.account_id == wanted.account)
    if wanted.words:
        conditions.append(_found(wanted.words))
    return _from(statement).where(*conditions)


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "superseded":
        return ~current()
    return and_(current(), Capture.state == state) if state else current()


def _about(subject: str) -> ColumnElement[bool]:
    if subject == "exception":
        return Capture.exception.is_not(None)
    return and_(Capture.subject == subject, Capture.exception.is_(None))


def _found(words: str) -> ColumnElement[bool]:
    places = (Household.head_name, Household.pinyin, Household.initials, Household.number, Group.name, Account.name)
    return or_(*(place.icontains(words.strip(), autoescape=True) for place in places))


def queue(session: Session, scope: Scope, wanted: Filter, page: int | None = None) -> list[Row]:
    """One page of rows (from 1) in the wanted order, or all of them."""
    statement = select(
        Capture.id, Capture.state, current(), Capture.subject, Household.number, Household.head_name, Group.name, Parent.name,
        Account.name, Capture.taken_at, Capture.received_at, Capture.accuracy_m, Capture.fixes, Capture.source, Capture.exception,
        _PHOTOS, _PHOTOS_HERE,
    )  # fmt: skip
    statement = _matching(statement, scope, wanted).order_by(*_order(wanted.sort))
    if page:
        statement = statement.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return [Row(*row) for row in session.execute(statement)]


def ids(session: Session, scope: Scope, wanted: Filter) -> list[UUID]:
    """The whole queue, in order, as ids."""
    return list(session.scalars(_matching(select(Capture.id), scope, wanted).order_by(*_order(wanted.sort))))


def count(session: Session, scope: Scope, wanted: Filter) -> int:
    return session.scalar(_matching(select(func.count()), scope, wanted)) or 0


def counts(session: Session, scope: Scope, wanted: Filter) -> dict[str, int]:
    """How many of each state the other filters leave."""
    found = _matching(select(Capture.state, func.count()), scope, replace(wanted, state="")).group_by(Capture.state)
    by_state = dict(session.execute(found).all())
    superseded = count(session, scope, replace(wanted, state="superseded"))
    return {state: by_state.get(state, 0) for state in STATES} | {"superseded": superseded}


def findings(session: Session, capture_ids: Iterable[UUID]) -> dict[UUID, list[Finding]]:
    """The findings of these captures, gravest first."""
    found = defaultdict(list)
    for part in _parts(capture_ids):
        for row in gravest_first(session.scalars(select(Finding).where(Finding.capture_id.in_(part)))):
            found[row.capture_id].append(row)
    return found


def gravest_first(rows: Iterable[Finding]) -> list[Finding]:
    return sorted(rows, key=lambda row: (("error", "warn", "info").index(row.severity), row.code))


def cadres(session: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """Who sent what is in this scope, by name."""
    senders = select(Capture.account_id).where(inside(Capture.area_code, scope))
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(senders)).order_by(Account.name, Account.id))
    return [(account_id, name) for account_id, name in found]


def places(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """The communities of this scope to choose from, by code."""
    found = select(Area.code, Area.name).where(inside(Area.code, scope), Area.level == "community").order_by(Area.code)
    return [(code, name) for code, name in session.execute(found)]


def decidable(session: Session, scope: Scope, wanted: Iterable[UUID]) -> list[Capture]:
    """The captures of a batch that are in scope, first reported first, each locked until the commit."""
    mine = select(Capture).where(inside(Capture.area_code, scope)).with_for_update()
    found = [row for part in _parts(wanted) for row in session.scalars(mine.where(Capture.id.in_(part)))]
    return sorted(found, key=lambda capture: (capture.received_at, capture.id))


def lock_households(session: Session, captures: Iterable[Capture]) -> dict[Capture, Household]:
    """The households that show these captures, by capture; all of them locked in the order everybody locks them."""
    by_household = {capture.household_id: capture for capture in captures if capture.household_id}
    found = {}
    for part in _parts(sorted(by_household)):
        locked = select(Household).where(Household.id.in_(part)).order_by(Household.id).with_for_update()
        rows = session.scalars(locked.execution_options(populate_existing=True))
        found |= {by_household[row.id]: row for row in rows if row.capture_id == by_household[row.id].id}
    return found


def sorted_out(session: Session, chosen: Iterable[UUID]) -> tuple[list[UUID], dict[UUID, str]]:
    """Of these captures those a batch may accept, first reported first, and why not for each of the others."""
    ready, left_out = [], {}
    statement = _from(select(Capture.id, Capture.state, current(), flagged())).order_by(*_QUEUE)
    for part in _parts(chosen):
        for capture_id, state, is_newest, has_doubts in session.execute(statement.where(Capture.id.in_(part))):
            reason = _left_out(state, is_newest, has_doubts)
            if reason:
                left_out[capture_id] = reason
            else:
                ready.append(capture_id)
    return ready, left_out


def _left_out(state: str, is_newest: bool, has_doubts: bool) -> str | None:
    if not is_newest:
        return "review_superseded"
    if state != "received":
        return "review_changed"
    return "review_flagged" if has_doubts else None


def _parts(rows: Iterable, size: int = 500) -> Iterator[list]:
    """SQLite takes a limited number of values in one statement."""
    kept = list(rows)
    return (kept[start : start + size] for start in range(0, len(kept), size))
