"""The figures of coverage: who is registered, and what has come in of them."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
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


EVERYBODY = Filters()


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


def with_captures(query: Select, filters: Filters) -> Select:
    # only when asked: without the join the figures are read from one index alone
    return query.join(Capture, Capture.id == Household.capture_id) if filters.asks_captures else query


@dataclass(frozen=True)
class Counts:
    """Households by the code of their group and their state."""

    by_group: dict[str, dict[str, int]]

    @property
    def total(self) -> Figures:
        return counted(_summed(self.by_group.values()))

    def below(self, area: Area) -> dict[str, Figures]:
        """By the code of the area right below this one; areas without a household are left out."""
        digits = CHILD_DIGITS.get(len(area_prefix(area.code)), 14)
        parts: dict[str, list[dict[str, int]]] = defaultdict(list)
        for group, states in self.by_group.items():
            parts[group[:digits].ljust(12, "0")].append(states)
        return {code: counted(_summed(states)) for code, states in parts.items()}


def _summed(parts: Iterable[dict[str, int]]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for part in parts:
        whole.update(part)
    return whole


def counts(session: Session, scope: Scope, filters: Filters = EVERYBODY) -> Counts:
    """All households of the scope that match, counted in the order of one index; larger areas are summed up here."""
    rows = session.execute(
        with_captures(select(Household.area_code, Household.location_state, func.count()), filters)
        .where(*matching(scope, filters))
        .group_by(Household.area_code, Household.location_state)
    )
    by_group: dict[str, dict[str, int]] = defaultdict(dict)
    for group, state, households in rows:
        by_group[group][state] = households
    return Counts(dict(by_group))


@dataclass(frozen=True)
class Progress:
    """What stands today of what was captured, by who brought it and by the local day it was received."""

    by_cadre: dict[UUID | None, Figures]  # None: the point came with the register
    by_day: dict[date, Figures]


def progress(session: Session, scope: Scope, filters: Filters = EVERYBODY) -> Progress:
    """Who brought the most first; the newest day first. Days and people without a capture are left out."""
    day = day_column(Capture.received_at)
    rows = session.execute(
        select(Capture.account_id, day, Household.location_state, func.count())
        .select_from(Household)
        .join(Capture, Capture.id == Household.capture_id)
        .where(*matching(scope, filters))
        .group_by(Capture.account_id, day, Household.location_state)
    )
    cadres: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    days: dict[date, Counter[str]] = defaultdict(Counter)
    for account_id, received, state, households in rows:
        cadres[account_id][state] += households
        days[received][state] += households
    return Progress(
        by_cadre=dict(sorted(_figures(cadres).items(), key=lambda item: (-item[1].captured, str(item[0])))),
        by_day=dict(sorted(_figures(days).items(), reverse=True)),
    )


def _figures(by_key: dict) -> dict:
    return {key: counted(states) for key, states in by_key.items()}


def names(session: Session, accounts: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these people, in order."""
    wanted = [account_id for account_id in accounts if account_id]
    return dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)).order_by(Account.name)).all())


def cadres(session: Session, scope: Scope) -> dict[UUID, str]:
    """Who captured anything that stands in the scope, by name: the choices of a filter."""
    mine = select(Capture.account_id).join(Household, Household.capture_id == Capture.id).where(*matching(scope, EVERYBODY))
    return names(session, session.scalars(mine.distinct()))


def stamp(session: Session, scope: Scope) -> str:
    """Changes whenever anything does that phones of this scope are told: every write of a household counts a feed up."""
    communities = Scope(tuple(sorted({prefix[:12] for prefix in scope.prefixes})))
    rows = session.execute(
        select(Feed.key, Feed.seq).where(or_(inside(Feed.key, communities), Feed.key == "")).order_by(Feed.key)
    ).all()
    return hashlib.sha256(repr([scope.prefixes, *rows]).encode()).hexdigest()[:24]
