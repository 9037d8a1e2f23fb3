"""The figures of coverage: who is registered, and what has come in of them."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope, area_prefix
from webapp.domain.coverage import Figures, counted
from webapp.domain.days import begin
from webapp.models import Account, Area, Capture, Feed, Household
from webapp.queries.areas import CHILD_DIGITS
from webapp.queries.days import day_column
from webapp.queries.scope import inside


@dataclass(frozen=True)
class Filters:
    """Which households a page shows. The days are those on which the current capture was received, both included."""

    states: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    cadre: UUID | None = None
    attribute: str | None = None

    @property
    def asks_captures(self) -> bool:
        return bool(self.since or self.until or self.cadre)

    @property
    def whole(self) -> "Filters":
        """The same households whatever has come in of them: the base of a percentage."""
        return replace(self, states=(), since=None, until=None, cadre=None)


@dataclass(frozen=True)
class Tally:
    """What one person, or one day, brought of the captures that stand today."""

    captured: int
    accepted: int
    returned: int
    excepted: int

    @property
    def handled(self) -> int:
        """Households with an end: a point or an exception that was not sent back."""
        return self.captured + self.excepted


@dataclass(frozen=True)
class CadreTally:
    account_id: UUID | None  # none: the point came with the register
    name: str | None
    tally: Tally


def matching(scope: Scope, filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions on Household, and on Capture where the filters ask about it."""
    conditions = [inside(Household.area_code, scope), Household.deleted_at.is_(None)]
    if filters.states:
        conditions.append(Household.location_state.in_(filters.states))
    if filters.attribute:
        conditions.append(Household.attribute == filters.attribute)
    if filters.cadre:
        conditions.append(Capture.account_id == filters.cadre)
    if filters.since:
        conditions.append(Capture.received_at >= begin(filters.since))
    if filters.until:
        conditions.append(Capture.received_at < begin(filters.until + timedelta(days=1)))
    return conditions


def _with_captures(query: Select, filters: Filters) -> Select:
    # only when asked: without the join the figures are read from one index alone
    return query.join(Capture, Capture.id == Household.capture_id) if filters.asks_captures else query


def figures(session: Session, scope: Scope, filters: Filters = Filters()) -> Figures:  # noqa: B008 - frozen
    """All households of the scope that match."""
    rows = session.execute(
        _with_captures(select(Household.location_state, func.count()), filters)
        .where(*matching(scope, filters))
        .group_by(Household.location_state)
    )
    return counted({state: households for state, households in rows})


def by_child(session: Session, area: Area, scope: Scope, filters: Filters = Filters()) -> dict[str, Figures]:  # noqa: B008
    """Figures by the code of the area right below; areas without a household are left out. A group has nothing below."""
    digits = CHILD_DIGITS.get(len(area_prefix(area.code)))
    if digits is None:
        return {}
    child = func.substr(Household.area_code, 1, digits)
    rows = session.execute(
        _with_captures(select(child, Household.location_state, func.count()), filters)
        .where(*matching(scope, filters))
        .group_by(child, Household.location_state)
    )
    by_code: dict[str, dict[str, int]] = defaultdict(dict)
    for prefix, state, households in rows:
        by_code[prefix.ljust(12, "0")][state] = households
    return {code: counted(states) for code, states in by_code.items()}


def _tally() -> list[ColumnElement[int]]:
    def households(*states: str) -> ColumnElement[int]:
        return func.sum(case((Household.location_state.in_(states), 1), else_=0))

    return [households("uploaded", "accepted"), households("accepted"), households("returned"), households("excepted")]


def by_cadre(session: Session, scope: Scope, filters: Filters = Filters()) -> list[CadreTally]:  # noqa: B008
    """What each person captured, the most first."""
    columns = _tally()
    rows = session.execute(
        select(Capture.account_id, func.max(Account.name), *columns)
        .select_from(Household)
        .join(Capture, Capture.id == Household.capture_id)
        .outerjoin(Account, Account.id == Capture.account_id)
        .where(*matching(scope, filters))
        .group_by(Capture.account_id)
        .order_by(columns[0].desc(), func.max(Account.name))
    )
    return [CadreTally(account_id, name, Tally(*counts)) for account_id, name, *counts in rows]


def by_day(session: Session, scope: Scope, filters: Filters = Filters()) -> dict[date, Tally]:  # noqa: B008
    """What each local day brought, in order; days without a capture are left out."""
    day = day_column(Capture.received_at)
    rows = session.execute(
        select(day, *_tally())
        .select_from(Household)
        .join(Capture, Capture.id == Household.capture_id)
        .where(*matching(scope, filters))
        .group_by(day)
        .order_by(day)
    )
    return {received: Tally(*counts) for received, *counts in rows}


def cadres(session: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """Who captured anything that stands in the scope, by name: the choices of a filter."""
    mine = (
        select(Capture.account_id)
        .join(Household, Household.capture_id == Capture.id)
        .where(inside(Household.area_code, scope), Household.deleted_at.is_(None))
        .distinct()
    )
    return list(session.execute(select(Account.id, Account.name).where(Account.id.in_(mine)).order_by(Account.name)).tuples())


def stamp(session: Session, scope: Scope) -> str:
    """Changes whenever anything does that phones of this scope are told: every write of a household counts a feed up."""
    communities = Scope(tuple(sorted({prefix[:12] for prefix in scope.prefixes})))
    rows = session.execute(
        select(Feed.key, Feed.seq).where(or_(inside(Feed.key, communities), Feed.key == "")).order_by(Feed.key)
    ).tuples()
    return hashlib.sha256(repr([scope.prefixes, *rows.all()]).encode()).hexdigest()[:24]
