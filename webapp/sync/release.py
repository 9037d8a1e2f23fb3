"""Deciding what was held back: operations of deleted households, second contents, and those in quarantine.

Released ones are carried out on the authority of whoever decides; their author stays the cadre, their time of receipt the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import structs
from sqlalchemy import null
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.domain.workflow.conflict import OURS, THEIRS, check_decision, check_reopening
from webapp.models import Conflict, Household, Op
from webapp.queries import conflicts as reads
from webapp.services import decisions, households
from webapp.services.decisions import NOTHING, Why
from webapp.services.edits import Value
from webapp.services.sealing import KeyRing
from webapp.services.sender import Sender
from webapp.sync import protocol
from webapp.sync.mutations import KINDS, Grants
from webapp.sync.protocol import Arrival
from webapp.sync.receipts import Receipts


@dataclass(frozen=True)
class Authority:
    """What the person who decides may do, and the server's keys."""

    grants: Grants
    receipts: Receipts
    ring: KeyRing


def decide(session: Session, held: Iterable[Conflict], choice: str, why: Why, authority: Authority) -> None:
    """All of a case at once. Raises conflict_unreleasable and those of the workflow."""
    waiting = sorted(held, key=lambda item: (item.received_at, item.op_id))
    for conflict in waiting:
        check_decision(conflict.state, conflict.kind, choice, why.reasons, why.text)
    registered = _register_again(session, waiting[0], why.at) if choice == THEIRS and waiting[0].kind == "deleted" else NOTHING
    for conflict in waiting:
        op = session.get_one(Op, (conflict.op_id, conflict.payload_sha256), with_for_update=True)
        if choice == THEIRS:
            _carry_out(session, conflict, op, authority)
        elif op.verdict != "accepted":
            op.verdict = "dismissed"
        op.receipt = op.receipt or authority.receipts.of_op(op.id, op.payload_sha256, why.at)
        decisions.note(session, conflict, "decide", choice, why, before=registered)


def _register_again(session: Session, conflict: Conflict, at: datetime) -> Value:
    """The household back into the register; answers when it had been taken out."""
    household = session.get_one(Household, conflict.household_id, with_for_update=True, populate_existing=True)
    since, household.deleted_at = household.deleted_at, None
    households.touch(session, [household], at)
    return Value(since.isoformat() if since else "", "")


def _carry_out(session: Session, conflict: Conflict, op: Op, authority: Authority) -> None:
    if op.verdict in ("accepted", "released"):
        return  # decided, reopened and decided again: it is there already
    kind: Any = KINDS[op.kind]
    arrival = _arrival(op, uuid7() if conflict.kind == "op_fork" else op.id, authority.ring)
    place = kind.find(session, authority.grants, [arrival]).get(arrival.op.id)
    if place is None or place.deleted:
        raise Problem("conflict_unreleasable")
    sender = Sender(conflict.account_id, conflict.device_id, conflict.received_at)
    kind.judge(arrival, place, sender, authority.ring)
    kind.keep(session, [(arrival, place)], sender, authority.ring)
    # two accepted rows of one id would be one record too many
    op.verdict = "released" if conflict.kind == "op_fork" else "accepted"
    op.problem, op.payload, op.rev = null(), null(), place.rev + 1  # type: ignore[assignment]  # None would be JSON's null
    session.flush()


def content(op: Op, ring: KeyRing) -> Any:
    """What a held operation states, for the eyes of whoever decides. None once it has become something."""
    kind = KINDS[op.kind]
    return kind.decode(kind.unstored(op.id, op.payload, ring)) if op.payload else None


def _arrival(op: Op, as_id: UUID, ring: KeyRing) -> Arrival:
    """The operation as it came."""
    kind = KINDS[op.kind]
    payload = kind.unstored(op.id, op.payload, ring)
    asked = protocol.Op(
        op.id, op.device_seq, op.kind, op.entity_id, op.base_rev, op.taken_at.isoformat(), payload, op.payload_sha256
    )  # fmt: skip
    stated = kind.decode(payload)
    arrival = Arrival(asked, stated, kind.work_out([stated])[0], op.taken_at)
    return replace(arrival, op=structs.replace(asked, id=as_id))


def reopen(session: Session, decided: Iterable[Conflict], why: Why) -> None:
    """Raises move_not_allowed."""
    for conflict in decided:
        check_reopening(conflict.state, conflict.kind, conflict.choice)
        if conflict.choice == OURS:
            _hold_again(session, conflict)
        else:
            _take_out_again(session, conflict, why.at)
        decisions.note(session, conflict, "reopen", conflict.choice or OURS, why)


def _hold_again(session: Session, conflict: Conflict) -> None:
    """Its phone may have seen the receipt, so it is held and no longer refused."""
    op = session.get_one(Op, (conflict.op_id, conflict.payload_sha256), with_for_update=True)
    if op.verdict == "dismissed":
        op.verdict = "conflict"


def _take_out_again(session: Session, conflict: Conflict, at: datetime) -> None:
    last = reads.last_decision(session, conflict.id)
    household = session.get_one(Household, conflict.household_id, with_for_update=True, populate_existing=True)
    if household.deleted_at is None and last.before_key:
        household.deleted_at = datetime.fromisoformat(last.before_key)
        households.touch(session, [household], at)
