"""Photos by pieces. A piece is kept only where the last one ended; the whole is kept only if it has its hash."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from webapp.domain.problems import Problem, not_found
from webapp.services.stated import MAX_PHOTO_BYTES

MAX_CHUNK_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes (\d{1,10})-(\d{1,10})/(\d{1,10})")


@dataclass(frozen=True)
class Piece:
    """`data` belongs at `start` of a file of `total` bytes."""

    start: int
    total: int
    data: bytes


def checked_sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise not_found()
    return text


def piece(content_range: str | None, data: bytes) -> Piece:
    """What a request brought. Raises bad_request, too_large."""
    if content_range is None:
        found = Piece(0, len(data), data)
    else:
        found = _ranged(content_range, data)
        if len(data) > MAX_CHUNK_BYTES:
            raise Problem("too_large", ["Content-Range"])
    if found.total > MAX_PHOTO_BYTES:
        raise Problem("too_large", ["Content-Range"])
    if not data:
        raise Problem("bad_request", ["body"])
    return found


def _ranged(content_range: str, data: bytes) -> Piece:
    match = _RANGE.fullmatch(content_range)
    if match is None:
        raise Problem("bad_request", ["Content-Range"])
    start, end, total = map(int, match.groups())
    if end - start + 1 != len(data) or end >= total:
        raise Problem("bad_request", ["Content-Range"])
    return Piece(start, total, data)


@contextmanager
def held(part: Path) -> Iterator[None]:
    """One at a time works on a part, over all processes."""
    part.parent.mkdir(parents=True, exist_ok=True)
    path = part.with_suffix(".lock")
    while True:
        with path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_still(path, lock):
                yield
                return


def _is_still(path: Path, lock: IO) -> bool:
    """A lock that was swept away while we waited for it keeps nobody out."""
    try:
        return os.path.samestat(path.stat(), os.fstat(lock.fileno()))
    except FileNotFoundError:
        return False


def append(part: Path, found: Piece) -> int:
    """Bytes there are now. Raises wrong_offset with the place to go on from.

    A server that died between the last piece and the receipt has left a whole part: any piece then only asks for it.
    """
    size = stored_bytes(part)
    if size >= found.total:
        return size
    if found.start != size:
        raise Problem("wrong_offset", [], {"offset": size})
    with part.open("ab") as file:
        file.write(found.data)
    return size + len(found.data)


def stored_bytes(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def forget(part: Path) -> None:
    for path in (part, part.with_suffix(".lock")):
        path.unlink(missing_ok=True)
