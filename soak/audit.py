"""Asking the server's own database and media folder for everything that phones have promised.

The ledger was written outside of the phones, in the moment each of them showed 已保存. Every promise must be there once and
unchanged, and nothing else may be there.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import create_app
from webapp.extensions import db
from webapp.models import Blob, Capture, Conflict, Finding, Op, Photo
from webapp.services.media import Media
from webapp.sync.receipts import Receipts

#: Verdicts that leave the payload with the server.
KEPT = {"accepted", "refused", "conflict"}


@dataclass
class Ledger:
    promises: dict[str, dict] = field(default_factory=dict)
    shown: list[dict] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    summary: dict = field(default_factory=dict)

    @property
    def photos(self) -> set[str]:
        return {sha for promise in self.promises.values() for sha in promise["photos"]}


def read_ledger(path: Path) -> Ledger:
    ledger = Ledger()
    for line in map(msgspec.json.decode, path.read_bytes().splitlines()):
        if "promise" in line:
            ledger.promises[line["promise"]["id"]] = line["promise"]
        ledger.shown += [line["shown"]] if "shown" in line else []
        ledger.complaints += [line["complaint"]] if "complaint" in line else []
        ledger.summary |= line.get("summary", {})
    return ledger


def audit(url: str, media: Path, secret: str, ledger: Ledger) -> dict:
    """The figures of design §13 and those that explain them. Everything named `lost`, `duplicated` … should be 0."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "MEDIA": media, "SECRET_KEY": secret, "DATA_KEYS": ""})
    with app.app_context():
        found = _figures(db.session, Media(media), Receipts(secret), ledger)
        db.session.remove()
        db.engine.dispose()
    return found


def _figures(session: Session, media: Media, receipts: Receipts, ledger: Ledger) -> dict:
    ops = {(str(op.id), op.payload_sha256): op for op in session.scalars(select(Op))}
    lost = [promise for promise in ledger.promises.values() if not is_kept(session, promise, ops)]
    pictures = {blob.sha256 for blob in session.scalars(select(Blob)) if _is_whole(media, blob)}
    lost_photos = ledger.photos - pictures
    contested, visible = _contested(ledger, ops), _visible(session)
    hidden = [promise for promise in ledger.promises.values() if promise["door"] in contested - visible]
    stale = [row | {"phone": phone["no"]} for phone in ledger.shown for row in phone["stale"]]
    stuck = [row for phone in ledger.shown for row in _stuck(phone, ledger)]
    return {
        "visits": len(ledger.promises), "on_server": len(ledger.promises) - len(lost), "lost": len(lost) + len(lost_photos),
        "duplicated": _surplus(session, ledger, ops, pictures),
        "conflicts": len(contested), "conflicts_visible": len(contested & visible),
        "photos": len(ledger.photos), "photos_on_server": len(ledger.photos & pictures),
        "false_success": _false_successes(ledger, receipts, ops, pictures),
        "stuck": len(stuck), "stale": len(stale),
        "broken": [*lost, *sorted(lost_photos), *stuck, *hidden, *stale][:20],
    }  # fmt: skip


def is_kept(session: Session, promise: dict, ops: dict[tuple[str, str], Op]) -> bool:
    """There under its own id with the hash the phone signed for, and what it became says what the person entered."""
    op = ops.get((promise["id"], promise["hash"]))
    if op is None or op.verdict not in KEPT or str(op.entity_id) != promise["door"]:
        return False
    return READERS[op.kind](session, promise) if op.verdict == "accepted" else op.payload["note"] == promise["note"]


def _capture_is_kept(session: Session, promise: dict) -> bool:
    row = session.get(Capture, UUID(promise["id"]))
    if row is None:
        return False
    said = (row.note, row.lon, row.lat, row.exception, str(row.account_id), {photo.sha256 for photo in row.photos})
    names = ("note", "lon", "lat", "exception", "account")
    return said == (*(promise[name] for name in names), set(promise["photos"]))


#: By kind of operation: did what was accepted become what was entered?
READERS: dict[str, Callable[[Session, dict], bool]] = {"capture.add": _capture_is_kept}


def _is_whole(media: Media, blob: Blob) -> bool:
    path = media.whole(blob.sha256)
    return path.exists() and sha256(path.read_bytes()).hexdigest() == blob.sha256


def _surplus(session: Session, ledger: Ledger, ops: dict, pictures: set[str]) -> int:
    """What is there twice, or without having been promised."""
    notes = Counter(session.scalars(select(Capture.note)))
    strangers = [capture_id for capture_id in session.scalars(select(Capture.id)) if str(capture_id) not in ledger.promises]
    unknown = [key for key in ops if ledger.promises.get(key[0], {}).get("hash") != key[1]]
    listed = [row for row in session.execute(select(Photo.capture_id, Photo.sha256)) if str(row[0]) not in ledger.promises]
    twice = sum(count - 1 for count in notes.values())
    return max(len(strangers), twice) + len(unknown) + len(listed) + len(pictures - ledger.photos)


def _contested(ledger: Ledger, ops: dict) -> set[str]:
    """Doors at which two people captured without one knowing of the other (F29)."""
    at: dict[str, list[dict]] = defaultdict(list)
    for promise in ledger.promises.values():
        op = ops.get((promise["id"], promise["hash"]))
        if op and op.verdict == "accepted":
            at[promise["door"]].append(promise)
    return {door for door, promises in at.items() if len({p["username"] for p in promises}) > 1 and not _in_turn(promises)}


def _in_turn(promises: list[dict]) -> bool:
    known = {promise["knew"] for promise in promises}
    return len(promises) == 2 and any(promise["id"] in known for promise in promises)


def _visible(session: Session) -> set[str]:
    """Households that lie on the desk for a person to decide, and places whose reviewer is told of two phones."""
    asked = select(Op.entity_id).join(Conflict, Conflict.op_id == Op.id).where(Conflict.kind == "two_captures")
    flagged = (
        select(Op.entity_id).join(Capture, Capture.id == Op.id).join(Finding, Finding.capture_id == Capture.id)
        .where(Finding.code == "two_phones", Capture.subject != "household")
    )  # fmt: skip
    return {str(entity_id) for statement in (asked, flagged) for entity_id in session.scalars(statement)}


def _false_successes(ledger: Ledger, receipts: Receipts, ops: dict, pictures: set[str]) -> int:
    """What a phone calls 已上传 without a receipt of ours, or without the server having it."""
    accepted = {op_id for (op_id, _), op in ops.items() if op.verdict == "accepted"}
    claimed = [(op, op["id"] in accepted) for phone in ledger.shown for op in phone["ops"]]
    claimed += [(photo, photo["sha256"] in pictures) for phone in ledger.shown for photo in phone["photos"]]
    return sum(
        not (is_there and receipts.verify(row["receipt"] or "-")) for row, is_there in claimed if row["status"] == "uploaded"
    )


def _stuck(phone: dict, ledger: Ledger) -> list[dict]:
    """What a phone still has to send although nothing is in the way, but for what the server refused for good."""
    rows = [row for row in (*phone["ops"], *phone["photos"]) if row["status"] in ("queued", "sending", "attention")]
    return [row for row in rows if ledger.promises.get(row.get("id"), {}).get("exception") != "E99"]
