"""Telling phones what changed."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.models import Change, Feed

EVERYBODY = ""  # the feed of what every phone gets: campaign, county and street


def changed(session: Session, feed_key: str, kind: str, entities: Iterable[tuple[UUID, int]], *, deleted: bool = False) -> None:
    """Number these (id, rev) into a feed. The counter's row stays locked until the commit, so no phone can see
    a number before all smaller ones."""
    fresh = dict(entities)
    if not fresh:
        return
    last = _reserve(session, feed_key, len(fresh))
    known = _known(session, feed_key, kind, list(fresh))
    for seq, (entity_id, rev) in enumerate(fresh.items(), last - len(fresh) + 1):
        row = known.get(entity_id) or Change(feed_key=feed_key, kind=kind, entity_id=entity_id)
        row.seq, row.rev, row.deleted = seq, rev, deleted
        session.add(row)
    session.flush()


def _reserve(session: Session, feed_key: str, count: int) -> int:
    """The last of `count` numbers just taken."""
    taken = session.scalar(
        update(Feed).where(Feed.key == feed_key).values(seq=Feed.seq + count).returning(Feed.seq)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if taken is None:
        session.add(Feed(key=feed_key, seq=count))
        session.flush()
        return count
    return taken


def _known(session: Session, feed_key: str, kind: str, ids: list[UUID]) -> dict[UUID, Change]:
    rows: dict[UUID, Change] = {}
    for start in range(0, len(ids), 500):
        part = select(Change).where(
            Change.feed_key == feed_key, Change.kind == kind, Change.entity_id.in_(ids[start : start + 500])
        )
        rows |= {row.entity_id: row for row in session.scalars(part)}
    return rows
