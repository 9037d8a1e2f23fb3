"""The server's time. Functions that write take `now` as an argument; only the edge asks here."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
