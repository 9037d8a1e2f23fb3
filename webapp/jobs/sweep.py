"""Throwing away pieces of photos that stopped coming.

A piece is never the only copy of a photo: the phone keeps it until it holds the receipt of the whole, and asks before it
goes on. What is swept costs it a sending from the start. Still, what a record waits for stays: its phone may be lost.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.queries import captures
from webapp.services.media import Media
from webapp.sync import blobs

STILL_DAYS = 14


def parts(session: Session, media: Media, now: datetime) -> int:
    """Forget the pieces to which nothing came for two weeks and for which no record waits; how many those were."""
    before = (now - timedelta(days=STILL_DAYS)).timestamp()
    still = {path.with_suffix("") for path in media.parts() if path.stat().st_mtime < before}
    awaited = captures.awaited(session, {part.name for part in still})
    return sum(_forget(part, before) for part in sorted(still) if part.name not in awaited)


def _forget(part: Path, before: float) -> bool:
    """False if a phone went on with it meanwhile, or if there was only its lock."""
    with blobs.held(part):
        if not part.exists():
            blobs.forget(part)
            return False
        if part.stat().st_mtime >= before:
            return False
        blobs.forget(part)
        return True
