"""What the square on a printed sheet says: which household it is about, and nothing of who lives there."""

from binascii import crc_hqx
from uuid import UUID

MARK = "HETU1"


def of(household_id: UUID) -> str:
    """In capitals and without signs beyond those a small square holds: HETU1:<household>:<check>."""
    text = f"{MARK}:{household_id}".upper()
    return f"{text}:{crc_hqx(text.encode(), 0xFFFF):04X}"
