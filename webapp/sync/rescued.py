"""Taking a rescue pack in: each record as the operation of the phone that made it, each photo for the record that names it.

The secret inside a sealed record proves its phone, whoever carries the file. Ids and hashes are those of the ordinary way,
so what came by both ways is kept once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Annotated, BinaryIO, NamedTuple
from uuid import UUID, uuid4

from msgspec import DecodeError, Meta, Raw, Struct, ValidationError, json
from sqlalchemy.orm import Session

from webapp.domain.access import Scope, area_prefix
from webapp.domain.problems import Problem
from webapp.models import Blob, Device
from webapp.models.engine import begin_write
from webapp.queries import captures as reads
from webapp.queries.devices import check_standing
from webapp.services import media
from webapp.services.media import Media
from webapp.services.rescue_keys import RescueKeys
from webapp.services.sealing import KeyRing, Unreadable
from webapp.services.sender import Sender
from webapp.services.stated import MAX_PHOTOS, Sha256
from webapp.sync import protocol, push
from webapp.sync.mutations import KINDS, Grants
from webapp.sync.receipts import Receipts
from webapp.sync.rescue import Foreign, Pack, Sealed, opened

BATCH = 50
#: A stranger is listened to only this long without one record that proves its phone.
UNPROVEN_BYTES = 16 * 1024 * 1024


class CarriedOp(Struct):
    """The phone's own row of an operation, as far as it concerns us, and the secret of its phone."""

    id: UUID
    device_id: UUID
    device_seq: int
    kind: str
    entity_id: UUID
    base_rev: int | None
    taken_at: str
    payload_json: str
    payload_sha256: str
    secret: str
    title: str = ""
    photos: Annotated[list[Sha256], Meta(max_length=MAX_PHOTOS)] = []  # noqa: RUF012  msgspec copies it


class OpLine(Struct):
    """What became of a record, and by what a person knows it again."""

    verdict: dict
    title: str
    taken_at: str
    device_id: UUID
    photos: list[str]


class PhotoLine(Struct):
    sha256: str
    verdict: str  # accepted, duplicate, refused
    receipt: str | None = None
    problem: str | None = None


class Origin(NamedTuple):
    """The phone a record was made on."""

    account_id: UUID
    label: str
    name: str
    grants: Grants
    standing: str | None  # why the phone itself may not be heard any more
    active: bool  # is the account?


class Report(Struct):
    ops: list[OpLine] = []  # noqa: RUF012
    photos: list[PhotoLine] = []  # noqa: RUF012
    unreadable: int = 0
    foreign: int = 0  # sealed to another server, or by a phone that is not ours
    cut: bool = False  # the file breaks off


@dataclass
class Rescue:
    """One pack on its way in. `scope`: where the person at the desk may import; None when a phone brought the pack.
    Without `writing` everything is judged as if, and nothing is kept."""

    session: Session
    keys: RescueKeys
    media: Media
    receipts: Receipts
    ring: KeyRing
    now: Callable[[], datetime]
    scope: Scope | None = None
    writing: bool = True
    report: Report = field(default_factory=Report)
    origins: dict[UUID, Origin | None] = field(default_factory=dict)
    _waiting: list[tuple[Origin, CarriedOp]] = field(default_factory=list)
    _named: dict[str, UUID] = field(default_factory=dict)

    def take(self, stream: BinaryIO, tick: Callable[[int], None] = lambda done: None) -> Report:
        """Raises the problems of `Pack`, and rescue_foreign for a pack without a single record of ours."""
        pack = Pack(stream)
        for sealed in pack:
            self._take_one(sealed)
            if self.scope is None and not self.origins and pack.bytes_read > UNPROVEN_BYTES:
                raise Problem("rescue_foreign")
            tick(pack.bytes_read)
        self._push()
        self.report.cut = pack.cut
        if not self.origins:
            raise Problem("rescue_foreign" if self.report.foreign else "rescue_unreadable")
        return self.report

    def _take_one(self, sealed: Sealed | None) -> None:
        try:
            if sealed is None:
                raise Unreadable
            if sealed.header.kind == "op":
                self._take_op(json.decode(opened(sealed, self.keys), type=CarriedOp))
            else:
                self._take_photo(sealed.header.id, sealed)
        except Foreign:
            self.report.foreign += 1
        except (Unreadable, DecodeError, ValidationError, RecursionError):
            self.report.unreadable += 1

    def _take_op(self, op: CarriedOp) -> None:
        if not self.keys.prove(op.device_id, op.secret):
            raise Foreign
        json.decode(op.payload_json)
        origin = self._origin(op.device_id)
        refusal = self._refusal(origin)
        if origin is None or refusal:
            self._say(op, {"id": op.id, "verdict": "refused", "receipt": None, "rev": None, "problem": _problem(refusal)})
            return
        self._named |= dict.fromkeys(op.photos, origin.account_id)
        if len(self._waiting) == BATCH or any(other.device_id != op.device_id for _, other in self._waiting):
            self._push()
        self._waiting.append((origin, op))

    def _origin(self, device_id: UUID) -> Origin | None:
        if device_id not in self.origins:
            device = self.session.get(Device, device_id)
            self.origins[device_id] = _origin(device) if device else None
        return self.origins[device_id]

    def _refusal(self, origin: Origin | None) -> str | None:
        """A phone's word carries no further than its own: what was locked out goes to the desk, where a person decides."""
        if origin is None:
            return "rescue_unknown_device"
        if self.scope is not None:
            ours = any(self.scope.covers(area_prefix(code)) for _, code in origin.grants)
            return None if ours else "rescue_elsewhere"
        return origin.standing

    def _say(self, op: CarriedOp, verdict: dict) -> None:
        self.report.ops.append(OpLine(verdict, op.title, op.taken_at, op.device_id, op.photos))

    def _push(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self.session.commit()  # what was read so far must not hold a snapshot
        (origin, first), ops = waiting[0], [op for _, op in waiting]
        _, arrivals = protocol.read(_batch(ops), KINDS)
        sender = Sender(origin.account_id, first.device_id, self.now(), carried=True)
        # what a phone brings of a closed account waits for the office; at the desk the office is asked right here
        grants = origin.grants if self.scope is not None or origin.active else None
        verdicts = push.receive(self.session, arrivals, push.Door(grants, sender, self.receipts, self.ring))
        self._settle()
        for op, verdict in zip(ops, verdicts, strict=True):
            self._say(op, verdict)

    def _settle(self) -> None:
        if self.writing:
            self.session.commit()
        else:
            self.session.rollback()

    def _take_photo(self, sha: str, sealed: Sealed) -> None:
        if sha not in self._named and not reads.showing(self.session, sha):
            self.report.photos.append(PhotoLine(sha, "refused", problem="rescue_unnamed"))
            return
        blob = reads.blob(self.session, sha)
        self.session.commit()
        self.report.photos.append(self._kept(blob, "duplicate") if blob else self._keep_photo(sha, opened(sealed, self.keys)))

    def _kept(self, blob: Blob, verdict: str) -> PhotoLine:
        return PhotoLine(blob.sha256, verdict, self.receipts.of_blob(blob.sha256, blob.bytes, blob.received_at))

    def _keep_photo(self, sha: str, data: bytes) -> PhotoLine:
        if sha256(data).hexdigest() != sha:
            return PhotoLine(sha, "refused", problem="hash_mismatch")
        if not self.writing:
            return PhotoLine(sha, "accepted")
        part = self.media.folder / "parts" / "rescue" / uuid4().hex
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        begin_write(self.session)
        try:
            blob = media.keep(self.session, self.media, sha, part, self._named.get(sha), self.now())
        except Problem as problem:
            self.session.rollback()
            return PhotoLine(sha, "refused", problem=problem.code)
        self.session.commit()
        return self._kept(blob, "accepted")

    def lines(self) -> Iterator[tuple[OpLine, Origin | None, int]]:
        """Each record with its phone and how many of its photos are here."""
        here = {photo.sha256 for photo in self.report.photos if photo.verdict != "refused"}
        for line in self.report.ops:
            yield line, self.origins[line.device_id], sum(sha in here for sha in line.photos)


def _origin(device: Device) -> Origin:
    account = device.account
    return Origin(account.id, device.label, account.name, account.pairs, _standing(device), account.is_active)


def _standing(device: Device) -> str | None:
    try:
        check_standing(device)
    except Problem as problem:
        return problem.code
    return None


def _problem(code: str | None) -> dict:
    return {"code": code, "fields": []}


def _batch(ops: list[CarriedOp]) -> bytes:
    """The body the phone would have pushed."""
    names = ("id", "device_seq", "kind", "entity_id", "base_rev", "taken_at", "payload_sha256")
    rows = [{name: getattr(op, name) for name in names} | {"payload": Raw(op.payload_json.encode())} for op in ops]
    return json.encode({"device_id": ops[0].device_id, "ops": rows})
