"""Captures as phones see them, and the custody of a household: what happened to its captures, step by step."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Account, Blob, Capture, Op, Photo, ReviewEvent

CAPTURE, PHOTO, OP = Capture.__table__.c, Photo.__table__.c, Op.__table__.c
EVENTS = {"accept": "accepted", "return": "returned", "reopen": "reopened"}


class CaptureRow(NamedTuple):
    id: UUID
    household_id: UUID | None
    area_code: str
    subject: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    source: str
    exception: str | None
    state: str
    taken_at: datetime
    received_at: datetime
    account_id: UUID | None
    by: str
    receipt: str | None


class PhotoRow(NamedTuple):
    capture_id: UUID
    sha256: str
    kind: str
    received_at: datetime | None


class EventRow(NamedTuple):
    capture_id: UUID
    move: str
    reasons: list[str]
    text: str
    at: datetime
    by: str


_ROW = (
    CAPTURE.id, CAPTURE.household_id, CAPTURE.area_code, CAPTURE.subject, CAPTURE.lon, CAPTURE.lat, CAPTURE.accuracy_m,
    CAPTURE.source, CAPTURE.exception, CAPTURE.state, CAPTURE.taken_at, CAPTURE.received_at, CAPTURE.account_id,
    Account.name, OP.receipt,
)  # fmt: skip


def _rows(session: Session, *conditions) -> list[CaptureRow]:
    found = (
        select(*_ROW).select_from(Capture.__table__).outerjoin(Account, Account.id == CAPTURE.account_id)
        .outerjoin(Op.__table__, (OP.id == CAPTURE.id) & (OP.verdict == "accepted"))
        .where(*conditions).order_by(CAPTURE.received_at, CAPTURE.id)
    )  # fmt: skip
    return [CaptureRow(*row[:13], row[13] or "", row[14]) for row in session.execute(found)]


class Custody:
    """All captures of some households or areas with their photos and reviews, read in three questions."""

    def __init__(self, session: Session, account_id: UUID, rows: list[CaptureRow]):
        self._account_id, self.rows = account_id, rows
        ids = [row.id for row in rows]
        self._photos = _grouped(_photos(session, ids))
        self._events = _grouped(_events(session, ids))

    @classmethod
    def of_households(cls, session: Session, account_id: UUID, ids: Collection[UUID]) -> "Custody":
        return cls(session, account_id, _rows(session, CAPTURE.household_id.in_(ids)) if ids else [])

    @classmethod
    def of_areas(cls, session: Session, account_id: UUID, codes: Collection[str]) -> "Custody":
        at_areas = (CAPTURE.area_code.in_(codes), CAPTURE.subject != "household")
        return cls(session, account_id, _rows(session, *at_areas) if codes else [])

    def shape(self, row: CaptureRow) -> dict:
        """The `capture` of docs/protocol.md §4."""
        photos = self._photos[row.id]
        return {
            "id": row.id, "lon": row.lon, "lat": row.lat, "accuracy_m": row.accuracy_m, "source": row.source,
            "exception": row.exception, "taken_at": row.taken_at, "received_at": row.received_at, "by": row.by,
            "mine": row.account_id == self._account_id, "state": row.state,
            "photos": [{"sha256": p.sha256, "kind": p.kind, "received": p.received_at is not None} for p in photos],
            "review": self._review(row),
        }  # fmt: skip

    def history(self, rows: Iterable[CaptureRow]) -> list[dict]:
        """Every step of these captures."""
        return [step for row in rows for step in self._steps(row)]

    def _review(self, row: CaptureRow) -> dict | None:
        """The decision that stands; one that was reopened stands no more."""
        events = self._events[row.id]
        if row.state == "received" or not events:
            return None
        last = events[-1]
        return {"reasons": last.reasons, "text": last.text, "by": last.by, "at": last.at}

    def _steps(self, row: CaptureRow) -> list[dict]:
        arrived = "imported" if row.source == "import" else "received"
        steps = [step(row.received_at, arrived, row.by, row.receipt)]
        photos = self._photos[row.id]
        if photos and all(photo.received_at for photo in photos):
            whole_at = max(row.received_at, *(photo.received_at for photo in photos))
            steps.append(step(whole_at, "photos", row.by))
        events = self._events[row.id]
        return steps + [step(e.at, EVENTS[e.move], e.by, reasons=e.reasons, text=e.text) for e in events]


def step(
    at: datetime, event: str, by: str, receipt: str | None = None, *, reasons: Collection[str] = (), text: str = "",
    changes: Collection[dict] = (),
) -> dict:  # fmt: skip
    """One entry of a household's `history`, docs/protocol.md §4."""
    entry = {"at": at, "event": event, "by": by, "receipt": receipt, "reasons": list(reasons), "text": text}
    return entry | {"changes": list(changes)} if changes else entry


def _grouped(rows: list[Any]) -> dict[UUID, list]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.capture_id].append(row)
    return grouped


def _photos(session: Session, ids: list[UUID]) -> list[PhotoRow]:
    if not ids:
        return []
    found = (
        select(PHOTO.capture_id, PHOTO.sha256, PHOTO.kind, Blob.received_at).outerjoin(Blob, Blob.sha256 == PHOTO.sha256)
        .where(PHOTO.capture_id.in_(ids)).order_by(PHOTO.capture_id, PHOTO.no)
    )  # fmt: skip
    return [PhotoRow(*row) for row in session.execute(found)]


def _events(session: Session, ids: list[UUID]) -> list[EventRow]:
    if not ids:
        return []
    event = ReviewEvent.__table__.c
    found = (
        select(event.capture_id, event.move, event.reasons, event.text, event.at, Account.name)
        .join(Account, Account.id == event.account_id).where(event.capture_id.in_(ids)).order_by(event.id)
    )  # fmt: skip
    return [EventRow(*row) for row in session.execute(found)]
