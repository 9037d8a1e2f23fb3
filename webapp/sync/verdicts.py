"""Judging one operation: by itself, by what came under its id before, and by what it is about. Writes nothing."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from webapp.domain.problems import Problem
from webapp.services.sealing import KeyRing
from webapp.services.sender import Sender
from webapp.sync.mutations import KINDS, Grants
from webapp.sync.protocol import Arrival
from webapp.sync.receipts import Receipts

#: Verdicts that take an operation's id. The office may dismiss what it held, or release a second content as a record of its own.
SETTLED = ("accepted", "dismissed", "released")
TAKEN = (*SETTLED, "conflict")
#: What only the place it is for can tell is wrong with an operation; nothing of it can be kept.
REFUSED = "invalid_payload"


class Past(NamedTuple):
    """What became of an operation when it came before."""

    verdict: str
    receipt: str | None
    rev: int | None
    problem: dict | None = None
    #: The number it came under: (device, device_seq).
    number: tuple[UUID | None, int | None] = (None, None)


@dataclass(frozen=True)
class Door:
    """What a batch is judged by. No grants at all: the account was closed, and everything waits for the office."""

    grants: Grants | None
    sender: Sender
    receipts: Receipts
    ring: KeyRing


def judge(arrival: Arrival, before: dict[str, Past], places: dict[UUID, Any], door: Door) -> tuple[Past, Problem | None]:
    op, problem = arrival.op, arrival.problem
    same = before.get(op.payload_sha256)
    if problem and problem.code == "hash_mismatch":
        return Past("refused", None, None), problem
    if same and same.verdict in SETTLED:
        return same._replace(verdict="duplicate"), None
    if same and same.verdict == "conflict" and same.receipt:
        return same, Problem(**same.problem) if same.problem else None
    receipt = door.receipts.of_op(op.id, op.payload_sha256, door.sender.received_at)
    if any(past.verdict in TAKEN for sha, past in before.items() if sha != op.payload_sha256):
        return _disputed(receipt, None, Problem("conflict", ["payload_sha256"]))
    if problem is None:
        problem = _barred(arrival, places, door)
    if problem:
        return Past("refused", None, None), problem
    return _taken(arrival, places[op.id], receipt, door)


def _barred(arrival: Arrival, places: dict[UUID, Any], door: Door) -> Problem | None:
    if door.grants is None:
        return Problem("account_disabled")
    return None if arrival.op.id in places else Problem("not_found", ["entity_id"])


def _taken(arrival: Arrival, place: Any, receipt: str, door: Door) -> tuple[Past, Problem | None]:
    if place.deleted:
        return _disputed(receipt, place.rev, Problem("household_deleted", ["entity_id"]))
    problem = KINDS[arrival.op.kind].judge(arrival, place, door.sender, door.ring)
    if problem and problem.code == REFUSED:
        return Past("refused", None, None), problem
    return _disputed(receipt, place.rev + 1, problem) if problem else (Past("accepted", receipt, place.rev + 1), None)


def _disputed(receipt: str, rev: int | None, problem: Problem) -> tuple[Past, Problem]:
    """The server has it, so the phone may rest; what becomes of it is for a person to say."""
    return Past("conflict", receipt, rev, plain(problem)), problem


def plain(problem: Problem) -> dict:
    return {"code": problem.code, "fields": problem.fields}
