"""Taking operations in: one verdict each, in order, however often and in whatever company they come.

An operation is known by its id and the hash of its payload. The same pair again is a duplicate and gets its first receipt.
The same id with another hash, once one was accepted, is a conflict: both stay. A refused operation is judged anew when it
comes again, for what was missing may be there by now (a grant, a household).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, Float, Integer, bindparam, case, func, literal, null, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import Capture, Device, Op
from webapp.models.bulk import Among, by_ids, insert_rows
from webapp.models.engine import begin_write
from webapp.services.captures import Sender
from webapp.sync import numbers
from webapp.sync.mutations import KINDS, Grants
from webapp.sync.protocol import Arrival, Unreadable
from webapp.sync.receipts import Receipts

ATTEMPTS = 4
DEADLOCK = "40P01"
JUDGED = ("verdict", "problem", "payload", "receipt", "rev", "received_at")
JUDGED_ANEW = (
    f"ON CONFLICT (id, payload_sha256) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in JUDGED)} "
    "WHERE op.verdict = 'refused'"
)
_DEVICE, _OP, _CAPTURE = Device.__table__, Op.__table__, Capture.__table__


class Past(NamedTuple):
    """What became of an operation when it came before."""

    verdict: str
    receipt: str | None
    rev: int | None
    #: The number it came under: (device, device_seq).
    number: tuple[UUID | None, int | None] = (None, None)


Known = dict[UUID, dict[str, Past]]


class Kept(NamedTuple):
    """A verdict that leaves a row behind."""

    arrival: Arrival
    past: Past
    problem: Problem | None = None


def receive(
    session: Session, arrivals: Sequence[Arrival | Unreadable], grants: Grants, sender: Sender, receipts: Receipts
) -> list[dict]:
    """The verdicts of a batch. On PostgreSQL two phones may bring the same operation at once: the second one finds it
    taken when it writes, and looks again. Raises device_revoked."""
    for _ in range(ATTEMPTS):
        begin_write(session)
        try:
            return _receive(session, arrivals, grants, sender, receipts)
        except (IntegrityError, OperationalError) as error:
            session.rollback()
            if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
    raise Problem("slow_down")


def _receive(
    session: Session, arrivals: Sequence[Arrival | Unreadable], grants: Grants, sender: Sender, receipts: Receipts
) -> list[dict]:
    readable = [arrival for arrival in arrivals if isinstance(arrival, Arrival)]
    seq_before = _note_device(session, sender, max((arrival.op.device_seq for arrival in readable), default=0))
    known = _known(session, [arrival.op.id for arrival in readable])
    numbers.settle(session, readable, known, sender, seq_before)
    places = _places(session, grants, [arrival for arrival in readable if arrival.problem is None])
    verdicts: list[dict] = []
    kept: list[Kept] = []
    for arrival in arrivals:
        if isinstance(arrival, Unreadable):
            verdicts.append(_verdict(arrival.id, "refused", arrival.problem))
            continue
        past, problem = _judge(arrival, known[arrival.op.id], places, sender.received_at, receipts)
        verdicts.append(_verdict(arrival.op.id, past.verdict, problem, past))
        if past.verdict != "duplicate":
            kept.append(Kept(arrival, past, problem))
            known[arrival.op.id].setdefault(arrival.op.payload_sha256, past)
            if past.verdict == "accepted":
                known[arrival.op.id][arrival.op.payload_sha256] = past
    _apply(session, kept, places, sender)
    _keep(session, kept, sender)
    return verdicts


def _judge(
    arrival: Arrival, before: dict[str, Past], places: dict[UUID, Any], now: datetime, receipts: Receipts
) -> tuple[Past, Problem | None]:
    op, problem = arrival.op, arrival.problem
    same = before.get(op.payload_sha256)
    if problem and problem.code == "hash_mismatch":
        return Past("refused", None, None), problem
    if same and same.verdict == "accepted":
        return same._replace(verdict="duplicate"), None
    if any(past.verdict == "accepted" for past in before.values()):
        return Past("conflict", None, None), Problem("conflict", ["payload_sha256"])
    if problem is None and op.id not in places:
        problem = Problem("not_found", ["entity_id"])
    if problem:
        return Past("refused", None, None), problem
    return Past("accepted", receipts.of_op(op.id, op.payload_sha256, now), places[op.id].rev + 1), None


def _verdict(op_id: Any, verdict: str, problem: Problem | None = None, past: Past | None = None) -> dict:
    return {
        "id": op_id, "verdict": verdict, "receipt": past.receipt if past else None, "rev": past.rev if past else None,
        "problem": {"code": problem.code, "fields": problem.fields} if problem else None,
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


def _note_device(session: Session, sender: Sender, seq: int) -> int:
    """Seen now, with its highest number; the one it had before. The row stays locked: one batch of a phone at a time.
    Raises device_revoked."""
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
    for op_id, payload_sha256, verdict, receipt, rev, *number in by_ids(session, _pasts, ids) if ids else ():
        known[op_id][payload_sha256] = Past(verdict, receipt, rev, (number[0], number[1]))
    return known


def _pasts(among: Among) -> CompoundSelect:
    number = (_OP.c.device_id, _OP.c.device_seq)
    ops = select(_OP.c.id, _OP.c.payload_sha256, _OP.c.verdict, _OP.c.receipt, _OP.c.rev, *number).where(among(_OP.c.id))
    # a capture that came without an operation, with the register, has its id all the same
    bare = (literal(""), literal("accepted"), null(), null(), null(), null())
    return ops.union_all(select(_CAPTURE.c.id, *bare).where(among(_CAPTURE.c.id)))


def _places(session: Session, grants: Grants, readable: list[Arrival]) -> dict[UUID, Any]:
    by_kind = defaultdict(list)
    for arrival in readable:
        by_kind[arrival.op.kind].append(arrival)
    return {op_id: place for kind, some in by_kind.items() for op_id, place in KINDS[kind].find(session, grants, some).items()}


def _apply(session: Session, kept: list[Kept], places: dict[UUID, Any], sender: Sender) -> None:
    by_kind = defaultdict(list)
    for arrival, past, _ in kept:
        if past.verdict == "accepted":
            by_kind[arrival.op.kind].append((arrival, places[arrival.op.id]))
    for kind, accepted in by_kind.items():
        KINDS[kind].keep(session, accepted, sender)


def _keep(session: Session, kept: list[Kept], sender: Sender) -> None:
    """A row for every operation that was not one already; a refused one that came again is judged in its place."""
    rows: dict[tuple[UUID, str], dict] = {}
    for item in kept:
        row, before = _row(item, sender), rows.get(item.arrival.key)
        if before is None:
            rows[item.arrival.key] = row
        elif before["verdict"] == "refused":
            rows[item.arrival.key] = before | {name: row[name] for name in JUDGED}
    insert_rows(session, _OP, list(rows.values()), JUDGED_ANEW)


def _row(item: Kept, sender: Sender) -> dict:
    op, (verdict, receipt, rev, _), problem = item.arrival.op, item.past, item.problem
    return {
        "id": op.id, "payload_sha256": op.payload_sha256, "device_id": sender.device_id, "device_seq": op.device_seq,
        "kind": op.kind, "entity_id": op.entity_id, "base_rev": op.base_rev, "verdict": verdict,
        "problem": {"code": problem.code, "fields": problem.fields} if problem else None,
        "payload": None if verdict == "accepted" else op.payload, "receipt": receipt, "rev": rev,
        "taken_at": item.arrival.taken_at or sender.received_at, "received_at": sender.received_at,
    }  # fmt: skip
