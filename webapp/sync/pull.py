"""What changed since a cursor, as this reader may see it.

A change says only that something is different. Whether it is sent or taken back is decided by how things stand now:
what exists and lies in the scope is sent, everything else is taken back, if the phone can have it at all.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.access import Scope, scope
from webapp.domain.problems import not_found
from webapp.queries import feed, phone_rows
from webapp.services.feeds import EVERYBODY
from webapp.sync import cursor as cursors
from webapp.sync.cursor import Cursor

#: So many feeds are asked at once; SQLite refuses deeper conditions.
FEEDS_AT_ONCE = 100
#: A campaign is replaced by the next; a conflict is shown to its authors only, and stays theirs.
TAKEN_BACK = ("area", "area_year", "household", "family", "form")


@dataclass(frozen=True)
class Reader:
    account_id: UUID
    locale: str
    grants: tuple[tuple[str, str], ...]

    @property
    def scope(self) -> Scope:
        prefixes = {*scope(self.grants, "field.capture").prefixes, *scope(self.grants, "household.read").prefixes}
        return Scope(tuple(sorted(p for p in prefixes if not any(p != q and p.startswith(q) for q in prefixes))))


def page(session: Session, reader: Reader, cursor_text: str, limit: int) -> dict:
    """The answer to GET /sync/pull. Raises bad_request."""
    cursor, visible = cursors.read(cursor_text), reader.scope
    heads = feed.heads(session, visible, [EVERYBODY, *cursor.seqs])
    cursors.adapt(cursor, visible, _granted(heads, visible), EVERYBODY, heads)
    behind = [key for key in sorted(cursor.seqs) if cursor.seqs[key] < heads.get(key, 0)]
    asked = behind[:FEEDS_AT_ONCE]
    rows = feed.changes(session, {key: cursor.seqs[key] for key in asked}, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    sent = _shown(session, reader, visible, cursor, rows)
    _advance(cursor, rows, asked, heads, more)
    return {"cursor": cursor.text(), "more": more or len(behind) > len(asked), "changes": sent}


def one_household(session: Session, reader: Reader, household_id: UUID) -> dict:
    """A household as a pull sends it, asked for by itself. Raises not_found."""
    row = feed.ChangeRow("", "household", household_id, 0, 0)
    found = phone_rows.every(session, reader.account_id, reader.locale, reader.scope, [row]).get(("household", household_id))
    if not found:
        raise not_found()
    rev, data = found
    return {"kind": "household", "id": household_id, "rev": rev, "deleted": False, "data": data}


def _granted(heads: dict[str, int], visible: Scope) -> dict[str, int]:
    return {key: seq for key, seq in heads.items() if key and visible.narrowed(key).prefixes}


def _shown(session: Session, reader: Reader, visible: Scope, cursor: Cursor, rows: list[feed.ChangeRow]) -> list[dict]:
    data = phone_rows.every(session, reader.account_id, reader.locale, visible, rows)
    was = Scope(tuple(cursor.was))
    lost = feed.areas_of(session, [row for row in rows if (row.kind, row.entity_id) not in data])
    changes = []
    for row in rows:
        found = data.get((row.kind, row.entity_id))
        if found:
            rev, shape = found
            changes.append({"kind": row.kind, "id": row.entity_id, "rev": rev, "deleted": False, "data": shape})
        elif row.kind in TAKEN_BACK and _can_have(row, lost.get(row.entity_id), was, cursor):
            changes.append({"kind": row.kind, "id": row.entity_id, "rev": row.rev, "deleted": True, "data": None})
    return changes


def _can_have(row: feed.ChangeRow, area_code: str | None, was: Scope, cursor: Cursor) -> bool:
    """May the phone hold this thing that is not for it? Not if it was outside the scope whenever the feed was read."""
    return row.seq > cursor.marks.get(row.feed_key, 0) or (area_code is not None and _touches(was, area_code))


def _touches(scope: Scope, area_code: str) -> bool:
    return bool(scope.narrowed(area_code).prefixes)


def _advance(cursor: Cursor, rows: list[feed.ChangeRow], asked: list[str], heads: dict[str, int], more: bool) -> None:
    """To the last row of each feed; a feed that was read to its end stands at its head as it was before reading."""
    for row in rows:
        cursor.seqs[row.feed_key] = max(row.seq, cursor.seqs[row.feed_key])
    last = rows[-1].feed_key if rows and more else None
    for key in asked:
        if last is None or key < last:
            cursor.seqs[key] = max(cursor.seqs[key], heads[key])
    cursors.settle(cursor, heads)
    visible = Scope(tuple(cursor.scope))
    for key in [key for key in cursor.seqs if key != EVERYBODY and not visible.narrowed(key).prefixes]:
        if cursor.seqs[key] >= heads.get(key, 0):
            del cursor.seqs[key]
            cursor.marks.pop(key, None)
