"""What a phone states in a capture: its shape, and the rules that no single field can tell."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from webapp.domain import codes

MAX_FIXES, MAX_PHOTOS, MAX_PHOTO_BYTES = 120, 12, 8 * 1024 * 1024

Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Metres = Annotated[float, Meta(ge=0)]
Pixels = Annotated[int, Meta(ge=1, le=100_000)]
Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
#: PostgreSQL keeps no NUL in a text.
Note = Annotated[str, Meta(max_length=500, pattern=r"\A[^\x00]*\Z")]
#: t_ms, lon, lat, accuracy_m
FixRow = tuple[Annotated[int, Meta(ge=0)], Longitude, Latitude, Metres]


class StatedPhoto(Struct, forbid_unknown_fields=True, frozen=True):
    sha256: Sha256
    kind: Literal["door", "house", "family", "evidence"]
    bytes: Annotated[int, Meta(ge=1, le=MAX_PHOTO_BYTES)]
    width: Pixels
    height: Pixels
    taken_at: Annotated[datetime, Meta(tz=True)]
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Metres | None = None


class StatedCapture(Struct, forbid_unknown_fields=True, frozen=True):
    """The payload of capture.add, docs/protocol.md §2."""

    subject: Literal["household", "office", "community", "group", "water_point"]
    lon: Longitude | None
    lat: Latitude | None
    accuracy_m: Metres | None
    altitude_m: float | None
    spread_m: Metres | None
    fixes: Annotated[list[FixRow], Meta(max_length=MAX_FIXES)]
    source: Literal["gps", "manual_map"]
    exception: str | None
    note: Note
    photos: Annotated[list[StatedPhoto], Meta(max_length=MAX_PHOTOS)]
    reason: str | None = None
    supersedes: UUID | None = None


def faults(stated: StatedCapture) -> list[str]:
    """The places that contradict each other or the code lists; empty when the capture can be kept."""
    return [*_point_faults(stated), *_code_faults(stated), *_time_faults(stated)]


def _point_faults(stated: StatedCapture) -> Iterator[str]:
    given = [name for name in ("lon", "lat", "accuracy_m") if getattr(stated, name) is not None]
    if stated.exception is not None:
        yield from given
    else:
        yield from (name for name in ("lon", "lat", "accuracy_m") if name not in given)


def _code_faults(stated: StatedCapture) -> Iterator[str]:
    if stated.exception is not None and stated.exception not in codes.codes("capture_exception"):
        yield "exception"
    if stated.reason is not None and stated.reason not in codes.codes("capture_reason"):
        yield "reason"
    if stated.source == "manual_map" and stated.reason is None:
        yield "reason"


def _time_faults(stated: StatedCapture) -> Iterator[str]:
    rows = stated.fixes
    yield from (f"fixes[{i}][0]" for i in range(1, len(rows)) if rows[i][0] < rows[i - 1][0])
    yield from (f"photos[{i}].taken_at" for i, photo in enumerate(stated.photos) if not in_our_age(photo.taken_at))


def in_our_age(moment: datetime) -> bool:
    """Wrong clocks are kept, but both databases must be able to hold them in UTC."""
    return 1970 <= moment.year < 9999
