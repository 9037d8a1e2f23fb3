"""Reading a rescue pack: sealed records and photos in one row, however large the file. docs/protocol.md §6."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, Literal

from msgspec import DecodeError, Meta, Struct, ValidationError, json

from webapp.domain.problems import Problem
from webapp.services.rescue_keys import RescueKeys, unb64, unseal
from webapp.services.sealing import Unreadable
from webapp.services.stated import MAX_PHOTO_BYTES

FAMILY, MAGIC = b"HETURESCUE", b"HETURESCUE1\n"
MAX_PACK_BYTES = 2 * 1024**3
MAX_HEADER_BYTES, MAX_BODY_BYTES = 16 * 1024, MAX_PHOTO_BYTES + 1024
Short = Annotated[str, Meta(max_length=200)]


class Wrapped(Struct):
    """The content key, sealed to one of the server's keys by way of a key pair of its own."""

    key_id: Short
    epk: Short
    key: Short


class Header(Struct):
    """What stands beside a sealed thing in the clear. Phones may write more of it, for themselves."""

    kind: Literal["op", "photo"]
    id: Short
    server: Wrapped


class Sealed(Struct):
    header: Header
    body: bytes


class Foreign(Unreadable):
    """Sealed to a key that is not ours, or not any more."""


class Pack:
    """Things in the order they lie in the file; None for one whose header cannot be read. Where the file breaks off, or
    its lengths make no sense any more, it ends: `cut`."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self.cut, self.bytes_read = False, 0

    def __iter__(self) -> Iterator[Sealed | None]:
        """Raises rescue_empty_file, rescue_not_a_pack, rescue_newer."""
        _check(self._bytes(len(MAGIC)))
        while (head := self._part(MAX_HEADER_BYTES)) is not None:
            body = self._part(MAX_BODY_BYTES)
            if body is None:
                self.cut = True
                return
            yield _sealed(head, body)

    def _part(self, most: int) -> bytes | None:
        """Four bytes of length and as many bytes as they say."""
        said = self._bytes(4)
        size = int.from_bytes(said)
        if len(said) < 4 or size > most:
            self.cut = self.cut or bool(said)
            return None
        part = self._bytes(size)
        if len(part) < size:
            self.cut = True
            return None
        return part

    def _bytes(self, size: int) -> bytes:
        """As many as there are: a network gives fewer at a time."""
        pieces, missing = [], size
        while missing and (piece := self._stream.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        self.bytes_read += size - missing
        return b"".join(pieces)


def _check(start: bytes) -> None:
    if not start:
        raise Problem("rescue_empty_file")
    if not start.startswith(FAMILY):
        raise Problem("rescue_not_a_pack")
    if start != MAGIC:
        raise Problem("rescue_newer")


def _sealed(head: bytes, body: bytes) -> Sealed | None:
    try:
        return Sealed(json.decode(head, type=Header), body)
    except (DecodeError, ValidationError, RecursionError):
        return None


def opened(sealed: Sealed, keys: RescueKeys) -> bytes:
    """What was sealed. Raises Foreign, Unreadable."""
    header = sealed.header
    key = keys.keys.get(header.server.key_id)
    if key is None:
        raise Foreign
    bound = f"{header.kind}|{header.id}".encode()
    content_key = key.unwrap(unb64(header.server.epk), unb64(header.server.key), bound)
    return unseal(content_key, sealed.body, bound)
