"""The feeds of changes."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope, area_prefix, community_of
from webapp.models import Area, Change, Feed, Household
from webapp.queries.scope import inside

CHANGE = Change.__table__.c


class ChangeRow(NamedTuple):
    feed_key: str
    kind: str
    entity_id: UUID
    seq: int
    rev: int


def heads(session: Session, scope: Scope, more: Collection[str]) -> dict[str, int]:
    """The newest number of each feed that touches the scope, and of the feeds named besides."""
    of_groups = [community_of(prefix) for prefix in scope.prefixes if len(area_prefix(prefix)) > 12]
    wanted = or_(inside(Feed.key, scope), Feed.key.in_([*more, *of_groups]))
    return {row.key: row.seq for row in session.execute(select(Feed.key, Feed.seq).where(wanted))}


def changes(session: Session, after: dict[str, int], limit: int) -> list[ChangeRow]:
    """Changes with greater numbers than these, by feed and number."""
    newer = or_(false(), *(and_(CHANGE.feed_key == key, CHANGE.seq > seq) for key, seq in after.items()))
    found = (
        select(CHANGE.feed_key, CHANGE.kind, CHANGE.entity_id, CHANGE.seq, CHANGE.rev).where(newer)
        .order_by(CHANGE.feed_key, CHANGE.seq).limit(limit)
    )  # fmt: skip
    return [ChangeRow(*row) for row in session.execute(found)]


def areas_of(session: Session, rows: Iterable[ChangeRow]) -> dict[UUID, str]:
    """Where these things are or were; what is gone without a trace is left out."""
    ids = [row.entity_id for row in rows]
    if not ids:
        return {}
    households = select(Household.id, Household.area_code).where(Household.id.in_(ids))
    areas = select(Area.id, Area.code).where(Area.id.in_(ids))
    return {row[0]: row[1] for statement in (households, areas) for row in session.execute(statement)}


def area_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {row.code: row.name for row in session.execute(select(Area.code, Area.name).where(Area.code.in_(codes)))}
