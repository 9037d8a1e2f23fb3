"""Identifiers: UUIDv7 for what people make, derived ones for what has a code."""

import secrets
import time
from uuid import UUID, uuid5

AREA_NAMESPACE = UUID("0e0f6a52-5c1b-5d0a-9b6e-530502005000")


def uuid7(unix_ms: int | None = None) -> UUID:
    """A time-ordered random UUID (RFC 9562, version 7)."""
    ms = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    value = (ms & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def area_id(code: str) -> UUID:
    """The same area has the same id on every server."""
    return uuid5(AREA_NAMESPACE, code)


def campaign_id(year: int) -> UUID:
    return area_id(f"campaign-{year}")
