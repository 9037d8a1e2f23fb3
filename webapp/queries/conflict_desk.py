"""The desk where conflicts wait: one row per case, and everything known of one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope
from webapp.models import Account, Area, Conflict, ConflictEvent, Household
from webapp.models.conflict import STATES
from webapp.queries.scope import inside

PAGE_ROWS = 50
Group, Parent, Twin = aliased(Area, name="place"), aliased(Area, name="parent"), aliased(Conflict, name="twin")
SORTS = {
    "received": Conflict.received_at, "decided": Conflict.decided_at, "kind": Conflict.kind, "name": Household.pinyin,
    "place": Conflict.area_code, "cadre": Account.name,
}  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see. Empty means everything."""

    state: str = "open"
    kind: str = ""
    area: str = ""
    words: str = ""
    sort: str = "received"  # a key of SORTS; a minus in front turns it round


class Row(NamedTuple):
    id: UUID
    case_id: UUID
    kind: str
    state: str
    choice: str | None
    problem: str | None
    number: str | None
    head_name: str | None
    place: str
    parent: str | None
    cadre: str
    taken_at: datetime
    received_at: datetime
    decided_at: datetime | None


def _first_of_case() -> ColumnElement[bool]:
    """A case is one row, however many fields or records it has in this state."""
    same = (Twin.case_id == Conflict.case_id, Twin.kind == Conflict.kind, Twin.state == Conflict.state)
    return ~exists().where(*same, Twin.id < Conflict.id)


def _matching(statement: Select, scope: Scope, wanted: Filter) -> Select:
    found = (
        statement.select_from(Conflict).join(Group, Group.code == Conflict.area_code)
        .outerjoin(Parent, Parent.code == Group.parent_code).outerjoin(Household, Household.id == Conflict.household_id)
        .join(Account, Account.id == Conflict.account_id)
        .where(inside(Conflict.area_code, scope.narrowed(wanted.area) if wanted.area else scope), _first_of_case())
    )  # fmt: skip
    if wanted.state:
        found = found.where(Conflict.state == wanted.state)
    if wanted.kind:
        found = found.where(Conflict.kind == wanted.kind)
    return found.where(_said(wanted.words)) if wanted.words.strip() else found


def _said(words: str) -> ColumnElement[bool]:
    places = (Household.head_name, Household.pinyin, Household.initials, Household.number, Group.name, Parent.name, Account.name)
    return or_(*(place.icontains(words.strip(), autoescape=True) for place in places))


def _order(sort: str) -> tuple:
    column = SORTS[sort.removeprefix("-")]
    return (column.is_(None), column.desc() if sort.startswith("-") else column.asc(), Conflict.received_at, Conflict.id)


def rows(session: Session, scope: Scope, wanted: Filter, page: int | None = None) -> list[Row]:
    """One page of cases (from 1) in the wanted order, or all of them."""
    statement = select(
        Conflict.id, Conflict.case_id, Conflict.kind, Conflict.state, Conflict.choice, Conflict.problem, Household.number,
        Household.head_name, Group.name, Parent.name, Account.name, Conflict.taken_at, Conflict.received_at, Conflict.decided_at,
    )  # fmt: skip
    statement = _matching(statement, scope, wanted).order_by(*_order(wanted.sort))
    if page:
        statement = statement.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return [Row(*row) for row in session.execute(statement)]


def ids(session: Session, scope: Scope, wanted: Filter) -> list[UUID]:
    return list(session.scalars(_matching(select(Conflict.id), scope, wanted).order_by(*_order(wanted.sort))))


def count(session: Session, scope: Scope, wanted: Filter) -> int:
    return session.scalar(_matching(select(func.count()), scope, wanted)) or 0


def counts(session: Session, scope: Scope, wanted: Filter) -> dict[str, int]:
    """How many of each state the other filters leave."""
    found = _matching(select(Conflict.state, func.count()), scope, replace(wanted, state="")).group_by(Conflict.state)
    by_state = dict(session.execute(found).all())
    return {state: by_state.get(state, 0) for state in STATES}


def waiting(session: Session, scope: Scope) -> int:
    """Cases that somebody has to decide; asked on every page of the desk."""
    found = select(func.count(Conflict.case_id.distinct())).where(inside(Conflict.area_code, scope), Conflict.state == "open")
    return session.scalar(found) or 0


def fields(session: Session, shown: Collection[Row]) -> dict[UUID, list[str]]:
    """The fields each of these cases is about, by case."""
    found: dict[UUID, list[str]] = defaultdict(list)
    asked = select(Conflict.case_id, Conflict.field).where(
        Conflict.case_id.in_([row.case_id for row in shown]), Conflict.field.is_not(None)
    )
    for case_id, name in session.execute(asked.distinct().order_by(Conflict.field)):
        found[case_id].append(name)
    return found


def places(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """The communities of this scope to choose from, by code."""
    found = select(Area.code, Area.name).where(inside(Area.code, scope), Area.level == "community").order_by(Area.code)
    return [(code, name) for code, name in session.execute(found)]


def events(session: Session, case: Iterable[Conflict]) -> list[Any]:
    """Every step of a case, oldest first: (event, field, name of who took it)."""
    found = (
        select(ConflictEvent, Conflict.field, Account.name).join(Conflict, Conflict.id == ConflictEvent.conflict_id)
        .join(Account, Account.id == ConflictEvent.account_id)
        .where(ConflictEvent.conflict_id.in_([row.id for row in case])).order_by(ConflictEvent.id)
    )  # fmt: skip
    return list(session.execute(found).all())


def groups_of(session: Session, community: str, scope: Scope) -> list[tuple[str, str]]:
    found = select(Area.code, Area.name).where(Area.parent_code == community, Area.level == "group", inside(Area.code, scope))
    return [(code, name) for code, name in session.execute(found.order_by(Area.code))]
