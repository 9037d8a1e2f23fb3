"""Telling phones what changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.orm import Session

from webapp.models import Change, Feed
from webapp.models.bulk import insert_rows
from webapp.models.engine import insert_for

EVERYBODY = ""  # the feed of what every phone gets: campaign, county and street

NEWEST = (
    "ON CONFLICT (feed_key, kind, entity_id) DO UPDATE SET seq = excluded.seq, rev = excluded.rev, deleted = excluded.deleted"
)


class News(NamedTuple):
    """One thing that changed, in one feed."""

    feed_key: str
    kind: str
    entity_id: UUID
    rev: int
    deleted: bool = False


def changed(session: Session, feed_key: str, kind: str, entities: Iterable[tuple[UUID, int]], *, deleted: bool = False) -> None:
    """Number these (id, rev) into a feed."""
    announce(session, [News(feed_key, kind, entity_id, rev, deleted) for entity_id, rev in entities])


def announce(session: Session, news: Iterable[News]) -> None:
    """Number these into their feeds. A counter's row stays locked until the commit, so no phone can see a number
    before all smaller ones; counters are taken in one order by everybody, so nobody waits in a circle."""
    by_feed: dict[str, dict[tuple[str, UUID], News]] = defaultdict(dict)
    for item in news:
        by_feed[item.feed_key][item.kind, item.entity_id] = item
    rows = [row for key, items in sorted(by_feed.items()) for row in _numbered(session, key, list(items.values()))]
    insert_rows(session, Change.__table__, rows, NEWEST)


def _numbered(session: Session, feed_key: str, items: list[News]) -> list[dict]:
    first = _reserve(session, feed_key, len(items)) - len(items) + 1
    return [item._asdict() | {"seq": seq} for seq, item in enumerate(items, first)]


def _reserve(session: Session, feed_key: str, count: int) -> int:
    """The last of `count` numbers just taken."""
    return session.connection().execute(_reserving(insert_for(session)), {"key": feed_key, "seq": count}).scalar_one()


@lru_cache
def _reserving(insert: Callable) -> Executable:
    statement, seq = insert(Feed.__table__), Feed.__table__.c.seq
    taken = statement.on_conflict_do_update(index_elements=["key"], set_={"seq": seq + statement.excluded.seq})
    return taken.returning(seq)
