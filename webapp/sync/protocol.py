"""Reading what a phone sends: frames, operations, hashes. Needs no database, so no lock is held meanwhile."""

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import loads
from typing import Annotated, Any
from uuid import UUID

import rfc8785
from msgspec import DecodeError, Meta, Raw, Struct, ValidationError, convert, json

from webapp.domain.problems import Problem
from webapp.services.stated import Sha256, in_our_age

MAX_OPS, MAX_PUSH_BYTES = 200, 2 * 1024 * 1024
MAX_INT = 2**31 - 1
#: The protocol of the oldest phones that are still understood; older ones are told to update and keep everything.
OLDEST_CLIENT = 1


class Frame(Struct, forbid_unknown_fields=True):
    device_id: UUID
    ops: list[Raw]


class Op(Struct, forbid_unknown_fields=True, frozen=True):
    id: UUID
    device_seq: Annotated[int, Meta(ge=1, le=MAX_INT)]
    kind: Annotated[str, Meta(max_length=30, pattern=r"\A[^\x00]*\Z")]
    entity_id: UUID
    base_rev: Annotated[int, Meta(ge=0, le=MAX_INT)] | None
    taken_at: str
    payload: Raw
    payload_sha256: Sha256


@dataclass(slots=True)
class Arrival:
    """One operation as far as it can be judged by itself: its payload as read, and what follows from it."""

    op: Op
    stated: Any = None
    found: Any = None
    taken_at: Any = None  # a datetime; None only beside a problem
    problem: Problem | None = None

    @property
    def key(self) -> tuple[UUID, str]:
        return self.op.id, self.op.payload_sha256


@dataclass(slots=True)
class Unreadable:
    """An operation whose own frame cannot be read. `id` is whatever stood in its place."""

    id: Any
    problem: Problem


@dataclass(frozen=True)
class Kind:
    """How the payload of one kind of operation is read, which of its places contradict, and what follows from it alone.

    What follows is worked out for a whole batch at once, for that is cheaper.
    """

    decode: Callable[[Raw], Any]
    faults: Callable[[Any], list[str]]
    work_out: Callable[[list[Any]], list[Any]]


_frame, _op = json.Decoder(Frame), json.Decoder(Op)


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body's real bytes. Raises too_large, bad_request."""
    if encoding not in ("", "identity", "gzip"):
        raise Problem("bad_request", ["Content-Encoding"])
    plain = _gunzip(body) if encoding == "gzip" else body
    if len(plain) > MAX_PUSH_BYTES:
        raise Problem("too_large")
    return plain


def _gunzip(body: bytes) -> bytes:
    """Stops one byte past the limit, however much is packed behind it."""
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(body, MAX_PUSH_BYTES + 1)
    except zlib.error:
        raise Problem("bad_request", ["Content-Encoding"]) from None
    if not unzip.eof and len(plain) <= MAX_PUSH_BYTES:
        raise Problem("bad_request", ["Content-Encoding"])
    return plain


def read(body: bytes, kinds: Mapping[str, Kind]) -> tuple[UUID, list[Arrival | Unreadable]]:
    """The device a batch says it is from, and its operations in order. Raises bad_request, too_large."""
    try:
        frame = _frame.decode(body)
    except (DecodeError, ValidationError, RecursionError) as error:
        raise Problem("bad_request", [place(error)]) from None
    if len(frame.ops) > MAX_OPS:
        raise Problem("too_large", ["ops"])
    arrivals = [_arrival(raw, kinds) for raw in frame.ops]
    _work_out([arrival for arrival in arrivals if isinstance(arrival, Arrival) and arrival.problem is None], kinds)
    return frame.device_id, arrivals


def _work_out(sound: list[Arrival], kinds: Mapping[str, Kind]) -> None:
    by_kind = defaultdict(list)
    for arrival in sound:
        by_kind[arrival.op.kind].append(arrival)
    for kind, some in by_kind.items():
        found = kinds[kind].work_out([arrival.stated for arrival in some])
        for arrival, what in zip(some, found, strict=True):
            arrival.found = what


def _arrival(raw: Raw, kinds: Mapping[str, Kind]) -> Arrival | Unreadable:
    try:
        op = _op.decode(raw)
    except (DecodeError, ValidationError) as error:
        return Unreadable(_stated_id(raw), Problem("invalid_payload", [place(error)]))
    found_sha256 = canonical_sha256(bytes(op.payload))
    if found_sha256 is None:
        return Unreadable(op.id, Problem("invalid_payload", ["payload"]))
    arrival = Arrival(op, taken_at=instant(op.taken_at))
    arrival.problem = _judge(arrival, found_sha256, kinds)
    return arrival


def _stated_id(raw: Raw) -> Any:
    try:
        return json.decode(raw).get("id")
    except (DecodeError, AttributeError, RecursionError):
        return None


def _judge(arrival: Arrival, found_sha256: str, kinds: Mapping[str, Kind]) -> Problem | None:
    op = arrival.op
    if found_sha256 != op.payload_sha256:
        return Problem("hash_mismatch", ["payload_sha256"])
    if op.kind not in kinds:
        return Problem("unknown_kind", ["kind"])
    if arrival.taken_at is None:
        return Problem("clock_unreadable", ["taken_at"])
    return _read_payload(arrival, kinds[op.kind])


def _read_payload(arrival: Arrival, kind: Kind) -> Problem | None:
    try:
        arrival.stated = kind.decode(arrival.op.payload)
    except (DecodeError, ValidationError) as error:
        return Problem("invalid_payload", [place(error, "payload")])
    wrong = [f"payload.{name}" for name in kind.faults(arrival.stated)]
    return Problem("invalid_payload", wrong) if wrong else None


def client(text: str) -> int:
    """The protocol a phone speaks. The first ones did not say."""
    return stated_seq(text) or 1


def stated_seq(text: str) -> int | None:
    """A number up to MAX_INT as a header says it, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MAX_INT else None


def instant(text: str) -> datetime | None:
    """An RFC 3339 time with its zone, or None."""
    try:
        moment = convert(text, Annotated[datetime, Meta(tz=True)])
    except ValidationError:
        return None
    return moment if in_our_age(moment) else None


_PLACE = re.compile(r"at `\$\.?([^`]*)`")
_FIELD = re.compile(r"(?:missing required|unknown) field `([^`]*)`")


def place(error: Exception, root: str = "") -> str:
    """The place a decoder complains about, as payload.fixes[3][1]."""
    where, field = _PLACE.search(str(error)), _FIELD.search(str(error))
    parts = (root, where[1] if where else "", field[1] if field else "")
    return ".".join(part for part in parts if part).replace(".[", "[")


#: Numbers that JSON can write in more than one way: 5.0, 1e3, and those beyond what a double holds.
_LOOSE_NUMBER = re.compile(rb"[:,\[]-?(?:[0-9]+\.0[,\]}]|[0-9.]+[eE]|[0-9]{16})")
#: Letters that UTF-16 writes as two and sorts before some others; the canonical form sorts names as UTF-16 does.
_BEYOND_16_BITS = re.compile(rb"[\xf0-\xf4]")
_ONE_DIGIT = bytes.maketrans(b"0123456789", b"0000000000")


def _has_loose_number(text: bytes) -> bool:
    """Most payloads show at a glance, outside of their texts, that they have none."""
    bare = b"".join(text.split(b'"')[::2])
    doubtful = b"\\" in text or b"e" in bare or b".0," in bare or b".0]" in bare or b".0}" in bare
    long = b"0000000000000000" in bare.translate(_ONE_DIGIT)
    return (doubtful or long) and _LOOSE_NUMBER.search(text) is not None


def canonical_sha256(text: bytes) -> str | None:
    """SHA-256 of a JSON text's canonical form (RFC 8785); None when it has none.

    Phones send payloads in canonical form. Seeing that it is takes 15 µs, writing it anew 150.
    """
    try:
        value = json.decode(text)
        if json.encode(value, order="sorted") != text or _has_loose_number(text) or _BEYOND_16_BITS.search(text):
            text = rfc8785.dumps(loads(text, parse_int=_as_double))
    except (DecodeError, ValueError, RecursionError):
        return None
    return sha256(text).hexdigest()


def _as_double(digits: str) -> int | float:
    """JavaScript knows one kind of number."""
    return int(digits) if len(digits) < 16 else float(digits)
