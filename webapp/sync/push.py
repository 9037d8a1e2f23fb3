"""Taking operations in: one verdict each, in order, however often and in whatever company they come.

An operation is known by its id and the hash of its payload. The same pair again is a duplicate and gets its first receipt.
The same id with another hash, once one was taken, is a conflict: both stay. A refused operation is judged anew when it
comes again, for what was missing may be there by now (a grant, a household). What only a person can settle is kept, with a
receipt, and laid on the desk (services.conflicts).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, Float, Integer, bindparam, case, func, literal, null, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import Capture, Device, Op
from webapp.models.bulk import Among, by_ids, insert_rows
from webapp.models.engine import begin_write
from webapp.services import conflicts
from webapp.services.conflicts import Held
from webapp.services.sealing import KeyRing
from webapp.services.sender import Sender
from webapp.sync import numbers
from webapp.sync.mutations import KINDS, Grants
from webapp.sync.protocol import Arrival, Unreadable
from webapp.sync.verdicts import TAKEN, Door, Past, judge, plain

ATTEMPTS = 4
DEADLOCK = "40P01"
JUDGED = ("verdict", "problem", "payload", "receipt", "rev", "received_at")
JUDGED_ANEW = (
    f"ON CONFLICT (id, payload_sha256) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in JUDGED)} "
    "WHERE op.receipt IS NULL"
)
#: What lies on the desk until somebody decides, by its problem.
HELD = {"conflict": "op_fork", "household_deleted": "deleted", "not_found": "quarantine", "account_disabled": "quarantine"}
_DEVICE, _OP, _CAPTURE = Device.__table__, Op.__table__, Capture.__table__

Known = dict[UUID, dict[str, Past]]


class Kept(NamedTuple):
    """A verdict that leaves a row behind."""

    arrival: Arrival
    past: Past
    problem: Problem | None = None
    was_refused: bool = False

    @property
    def held(self) -> str | None:
        return HELD.get(self.problem.code) if self.problem else None

    @property
    def is_taken(self) -> bool:
        """Does it become something now?"""
        return self.past.verdict in TAKEN and self.held is None


def receive(session: Session, arrivals: Sequence[Arrival | Unreadable], door: Door) -> list[dict]:
    """The verdicts of a batch. On PostgreSQL two phones may bring the same operation at once: the second one finds it
    taken when it writes, and looks again. Raises device_revoked."""
    for _ in range(ATTEMPTS):
        begin_write(session)
        try:
            return _receive(session, arrivals, door)
        except (IntegrityError, OperationalError) as error:
            session.rollback()
            if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
    raise Problem("slow_down")


def _receive(session: Session, arrivals: Sequence[Arrival | Unreadable], door: Door) -> list[dict]:
    readable = [arrival for arrival in arrivals if isinstance(arrival, Arrival)]
    seq_before = _note_device(session, door.sender, max((arrival.op.device_seq for arrival in readable), default=0))
    known = _known(session, [arrival.op.id for arrival in readable])
    numbers.settle(session, readable, known, door.sender, seq_before)
    places = _places(session, door.grants or [], [arrival for arrival in readable if arrival.problem is None])
    verdicts: list[dict] = []
    kept: list[Kept] = []
    for arrival in arrivals:
        if isinstance(arrival, Unreadable):
            verdicts.append(_verdict(arrival.id, "refused", arrival.problem))
            continue
        before = known[arrival.op.id]
        same = before.get(arrival.op.payload_sha256)
        past, problem = judge(arrival, before, places, door)
        verdicts.append(_verdict(arrival.op.id, past.verdict, problem, past))
        if past.verdict != "duplicate" and past is not same:
            kept.append(Kept(arrival, past, problem, same is not None))
            if same is None or past.verdict in TAKEN:
                before[arrival.op.payload_sha256] = past
    _apply(session, kept, places, door)
    _keep(session, kept, door)
    _lay_on_the_desk(session, kept, door.sender)
    return verdicts


def _verdict(op_id: Any, verdict: str, problem: Problem | None = None, past: Past | None = None) -> dict:
    return {
        "id": op_id, "verdict": verdict, "receipt": past.receipt if past else None, "rev": past.rev if past else None,
        "problem": plain(problem) if problem else None,
    }  # fmt: skip


_SEEN = (
    update(_DEVICE).where(_DEVICE.c.id == bindparam("the_id"), _DEVICE.c.revoked_at.is_(None))
    .values(
        last_seen_at=bindparam("at"),
        seq_before=_DEVICE.c.last_seq,
        stated_seq=func.coalesce(bindparam("stated_seq", type_=Integer), _DEVICE.c.stated_seq),
        last_seq=case((_DEVICE.c.last_seq < bindparam("seq"), bindparam("seq")), else_=_DEVICE.c.last_seq),
        clock_skew_s=func.coalesce(bindparam("skew_s", type_=Float), _DEVICE.c.clock_skew_s),
    )
    .returning(_DEVICE.c.seq_before)
)  # fmt: skip


_CARRIED = (
    update(_DEVICE).where(_DEVICE.c.id == bindparam("the_id"))
    .values(
        seq_before=_DEVICE.c.last_seq,
        last_seq=case((_DEVICE.c.last_seq < bindparam("seq"), bindparam("seq")), else_=_DEVICE.c.last_seq),
    )
    .returning(_DEVICE.c.seq_before)
)  # fmt: skip


def _note_device(session: Session, sender: Sender, seq: int) -> int:
    """Seen now, with its highest number; the one it had before. The row stays locked: one batch of a phone at a time.
    Raises device_revoked.

    What was carried here in a rescue pack counts its number only: whether the phone may be heard was asked by `rescued`.
    """
    if sender.carried:
        return session.connection().execute(_CARRIED, {"the_id": sender.device_id, "seq": seq}).scalar_one()
    seen = {
        "the_id": sender.device_id, "at": sender.received_at, "seq": seq, "skew_s": sender.clock_skew_s,
        "stated_seq": sender.stated_seq,
    }  # fmt: skip
    seq_before = session.connection().execute(_SEEN, seen).scalar()
    if seq_before is None:
        raise Problem("device_revoked")
    return seq_before


def _known(session: Session, ids: list[UUID]) -> Known:
    known: Known = defaultdict(dict)
    for op_id, payload_sha256, verdict, receipt, rev, problem, *number in by_ids(session, _pasts, ids) if ids else ():
        known[op_id][payload_sha256] = Past(verdict, receipt, rev, problem, (number[0], number[1]))
    return known


def _pasts(among: Among) -> CompoundSelect:
    columns = (_OP.c.id, _OP.c.payload_sha256, _OP.c.verdict, _OP.c.receipt, _OP.c.rev, _OP.c.problem)
    ops = select(*columns, _OP.c.device_id, _OP.c.device_seq).where(among(_OP.c.id))
    # a capture that came without an operation, with the register, has its id all the same
    bare = (literal(""), literal("accepted"), null(), null(), null(), null(), null())
    return ops.union_all(select(_CAPTURE.c.id, *bare).where(among(_CAPTURE.c.id)))


def _places(session: Session, grants: Grants, readable: list[Arrival]) -> dict[UUID, Any]:
    by_kind = defaultdict(list)
    for arrival in readable:
        by_kind[arrival.op.kind].append(arrival)
    return {op_id: place for kind, some in by_kind.items() for op_id, place in KINDS[kind].find(session, grants, some).items()}


def _apply(session: Session, kept: list[Kept], places: dict[UUID, Any], door: Door) -> None:
    by_kind = defaultdict(list)
    for item in kept:
        if item.is_taken:
            by_kind[item.arrival.op.kind].append((item.arrival, places[item.arrival.op.id]))
    for kind, taken in by_kind.items():
        KINDS[kind].keep(session, taken, door.sender, door.ring)


def _keep(session: Session, kept: list[Kept], door: Door) -> None:
    """A row for every operation that was not one already; a refused one that came again is judged in its place."""
    rows: dict[tuple[UUID, str], dict] = {}
    for item in kept:
        row, before = _row(item, door), rows.get(item.arrival.key)
        if before is None:
            rows[item.arrival.key] = row
        elif before["verdict"] == "refused":
            rows[item.arrival.key] = before | {name: row[name] for name in JUDGED}
    insert_rows(session, _OP, list(rows.values()), JUDGED_ANEW)


def _row(item: Kept, door: Door) -> dict:
    op, past, sender = item.arrival.op, item.past, door.sender
    return {
        "id": op.id, "payload_sha256": op.payload_sha256, "device_id": sender.device_id, "device_seq": op.device_seq,
        "kind": op.kind, "entity_id": op.entity_id, "base_rev": op.base_rev, "verdict": past.verdict,
        "problem": plain(item.problem) if item.problem else None,
        "payload": None if item.is_taken else _stored(item.arrival, door.ring), "receipt": past.receipt, "rev": past.rev,
        "taken_at": item.arrival.taken_at or sender.received_at, "received_at": sender.received_at,
    }  # fmt: skip


def _stored(arrival: Arrival, ring: KeyRing) -> Any:
    kind = KINDS.get(arrival.op.kind)
    return kind.stored(arrival, ring) if kind else arrival.op.payload


def _lay_on_the_desk(session: Session, kept: list[Kept], sender: Sender) -> None:
    held = {item.arrival.key: _held(item, kind, sender) for item in kept if (kind := item.held)}
    conflicts.hold(session, list(held.values()), sender)
    conflicts.allow(session, [item.arrival.op.id for item in kept if item.was_refused and item.is_taken])


def _held(item: Kept, kind: str, sender: Sender) -> Held:
    op, code = item.arrival.op, item.problem.code if item.problem else ""
    return Held(kind, op.id, op.payload_sha256, op.entity_id, code, item.arrival.taken_at or sender.received_at)
