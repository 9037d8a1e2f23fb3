"""Where a phone stands: how far it has read each feed, and for whose areas. Opaque to the phone."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from msgspec import DecodeError, Struct, ValidationError, field, json

from webapp.domain.access import Scope
from webapp.domain.problems import Problem

MAX_CHARS = 64 * 1024


class Cursor(Struct, omit_defaults=True, forbid_unknown_fields=True):
    #: The last number read of each feed.
    seqs: dict[str, int] = field(default_factory=dict)
    #: The areas it was made for, as code prefixes.
    scope: list[str] = field(default_factory=list)
    #: A feed that is read once more, or for the first time: what lies outside the scope up to this number was never sent,
    #: unless it lies in `was`.
    marks: dict[str, int] = field(default_factory=dict)
    #: The areas it was made for before the grants changed, until the feeds have been read again.
    was: list[str] = field(default_factory=list)

    def text(self) -> str:
        return urlsafe_b64encode(json.encode(self)).rstrip(b"=").decode()


def read(text: str) -> Cursor:
    """Raises bad_request."""
    try:
        if len(text) > MAX_CHARS:
            raise ValueError(text[:20])
        packed = text.encode("ascii")
        return json.decode(urlsafe_b64decode(packed + b"=" * (-len(packed) % 4)), type=Cursor) if text else Cursor()
    except (ValueError, DecodeError, ValidationError):
        raise Problem("bad_request", ["cursor"]) from None


def adapt(cursor: Cursor, scope: Scope, feeds: dict[str, int], everybody: str, heads: dict[str, int]) -> None:
    """Turn the cursor to today's scope. `feeds` holds the newest number of each feed in the scope, `heads` of all it names.

    A feed whose part of the scope changed is read once more from its first change: what was gained is sent, what was
    lost is taken back. A feed that is no longer in the scope is read to its end that way and then forgotten.
    """
    before = Scope(tuple(cursor.scope))
    for key in [key for key, seq in cursor.seqs.items() if seq > heads.get(key, 0)]:
        cursor.seqs[key] = 0  # the server was restored from an older copy: the phone may hold anything, so all is said again
        cursor.marks.pop(key, None)
    for key in {*cursor.seqs, *feeds, everybody}:
        known = key in cursor.seqs
        if known and (key == everybody or _part(before, key) == _part(scope, key)):
            continue
        cursor.marks[key] = max(cursor.marks.get(key, 0), cursor.seqs[key] if known else feeds.get(key, 0))
        cursor.seqs[key] = 0
    if cursor.scope != list(scope.prefixes):
        cursor.was = sorted({*cursor.was, *cursor.scope})
        cursor.scope = list(scope.prefixes)


def _part(scope: Scope, feed_key: str) -> tuple[str, ...]:
    return scope.narrowed(feed_key).prefixes


def settle(cursor: Cursor, feeds: dict[str, int]) -> None:
    """Forget what has been read to its end. `feeds` as in `adapt`."""
    for key in [key for key, mark in cursor.marks.items() if cursor.seqs[key] >= mark]:
        del cursor.marks[key]
    if not cursor.marks:
        cursor.was = []
