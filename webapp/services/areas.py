"""Areas as phones follow them: counted up and told whenever what was captured at one looks different."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.access import area_level, community_of
from webapp.queries import captures
from webapp.services import feeds
from webapp.services.feeds import News


def feed_of(code: str) -> str:
    """What lies in a community is news for those who have it; the rest is for everybody."""
    return community_of(code) if area_level(code) in ("community", "group") else feeds.EVERYBODY


def news(area_id: UUID, code: str, rev: int) -> News:
    return News(feed_of(code), "area", area_id, rev)


def touch(session: Session, codes: Collection[str]) -> None:
    """Count up the revisions and tell the phones."""
    if not codes:
        return
    rows = captures.lock_areas_by_code(session, codes)
    for row in rows:
        row.rev += 1
    session.flush()
    feeds.announce(session, [news(row.id, row.code, row.rev) for row in rows])
