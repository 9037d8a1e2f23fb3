"""Deciding conflicts of fields and of captures, and taking a decision back. Every step is kept.

What was held back altogether is decided by sync.release: it knows how to carry an operation out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import ValidationError, convert
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.domain.ids import uuid7
from webapp.domain.merge import CONFLICT, KEEP, TAKE
from webapp.domain.problems import Problem, not_found
from webapp.domain.workflow.conflict import OTHER, THEIRS, check_decision, check_reopening
from webapp.models import Account, Capture, Conflict, ConflictEvent, Household, HouseholdEdit
from webapp.queries import conflicts as reads
from webapp.queries import edits as register_reads
from webapp.services import conflicts, edits, households
from webapp.services.edits import Value
from webapp.services.households import phone_of
from webapp.services.sealing import KeyRing, masked
from webapp.services.stated_edit import StatedGroup, StatedLine, StatedName, StatedNumber, fits

SHAPES: dict[str, Any] = {"head": StatedName, "group": StatedGroup, "address": StatedLine, "phone": StatedNumber}


@dataclass(frozen=True)
class Why:
    """Who decides, and what for."""

    by: Account
    at: datetime
    reasons: list[str] = field(default_factory=list)
    text: str = ""


def decide_field(
    session: Session, conflict: Conflict, choice: str, value: str, seen: str, why: Why, scope: Scope, ring: KeyRing
) -> None:
    """`seen` is the key of what the register said on the page. Raises conflict_changed, conflict_value_odd and those of the
    workflow."""
    check_decision(conflict.state, conflict.kind, choice, why.reasons, why.text)
    row, register = _register(session, conflict, scope)
    before = register[conflict.field]
    if before.key != seen:
        raise Problem("conflict_changed")
    said = session.get_one(HouseholdEdit, (conflict.op_id, conflict.field))
    after = _chosen(session, conflict, choice, value, before, said, scope, ring)
    said.effect = TAKE if choice == THEIRS else KEEP
    edits.write(session, [(row, register | {conflict.field: after})], why.at)
    note(session, conflict, "decide", choice, why, before=before, after=after)


def _register(session: Session, conflict: Conflict, scope: Scope) -> tuple[register_reads.RegisterRow, dict[str, Value]]:
    found = register_reads.lock_households(session, [conflict.household_id], scope)
    if conflict.household_id not in found:
        raise not_found()
    return found[conflict.household_id], edits.values_of(found[conflict.household_id])


def _chosen(
    session: Session, conflict: Conflict, choice: str, value: str, before: Value, said: HouseholdEdit, scope: Scope, ring: KeyRing
) -> Value:
    if choice == OTHER:
        return _other(session, conflict, value.strip(), before, scope, ring)
    return edits.taken(said, conflict.household_id, ring) if choice == THEIRS else before


def _other(session: Session, conflict: Conflict, value: str, before: Value, scope: Scope, ring: KeyRing) -> Value:
    """Neither of the two: what a person at the desk says instead. Raises conflict_value_odd."""
    base = {"base": before.shown, "theirs": value} | ({"mark": None} if conflict.field == "phone" else {})
    try:
        is_good = fits(conflict.field, convert(base, SHAPES[conflict.field]))
    except ValidationError:
        is_good = False
    if not is_good or (conflict.field == "group" and not register_reads.groups(session, {value}, scope)):
        raise Problem("conflict_value_odd", [conflict.field])
    if conflict.field != "phone":
        return Value(value, value)
    return Value(str(uuid7()), masked(value), ring.seal(phone_of(conflict.household_id), value) if value else None)


def reopen_field(session: Session, conflict: Conflict, why: Why, scope: Scope) -> None:
    """The register says again what it said before. Raises conflict_overtaken when it has been changed since."""
    check_reopening(conflict.state, conflict.kind, conflict.choice)
    last = reads.last_decision(session, conflict.id)
    row, register = _register(session, conflict, scope)
    now_there = register[conflict.field]
    if now_there.key != last.after_key:
        raise Problem("conflict_overtaken")
    before = Value(last.before_key, last.before, last.before_sealed)
    session.get_one(HouseholdEdit, (conflict.op_id, conflict.field)).effect = CONFLICT
    edits.write(session, [(row, register | {conflict.field: before})], why.at)
    note(session, conflict, "reopen", conflict.choice, why, before=now_there, after=before)


def decide_captures(session: Session, conflict: Conflict, choice: str, why: Why) -> None:
    """Which of two captures stands. When a third one stands by now, it goes on standing."""
    check_decision(conflict.state, conflict.kind, choice, why.reasons, why.text)
    household = session.get_one(Household, conflict.household_id, with_for_update=True, populate_existing=True)
    standing, chosen = household.capture_id, conflict.op_id if choice == THEIRS else conflict.other_id
    shown = chosen if standing in (conflict.op_id, conflict.other_id) else standing
    _show(session, household, shown, why.at)
    note(session, conflict, "decide", choice, why, before=_standing(standing), after=_standing(shown))


def reopen_captures(session: Session, conflict: Conflict, why: Why) -> None:
    check_reopening(conflict.state, conflict.kind, conflict.choice)
    last = reads.last_decision(session, conflict.id)
    household = session.get_one(Household, conflict.household_id, with_for_update=True, populate_existing=True)
    if str(household.capture_id) != last.after_key:
        raise Problem("conflict_overtaken")
    _show(session, household, UUID(last.before_key), why.at)
    note(session, conflict, "reopen", conflict.choice, why)


def _standing(capture_id: UUID) -> Value:
    return Value(str(capture_id), "")


def _show(session: Session, household: Household, capture_id: UUID, at: datetime) -> None:
    households.show(household, session.get_one(Capture, capture_id))
    households.touch(session, [household], at)


NOTHING = Value("", "")


def note(
    session: Session, conflict: Conflict, move: str, choice: str, why: Why, *, before: Value = NOTHING, after: Value = NOTHING
) -> None:
    """Keep the step, bring the conflict to its new state, and tell its authors' phones."""
    session.add(ConflictEvent(
        id=uuid7(), conflict_id=conflict.id, move=move, choice=choice, reasons=why.reasons, text=why.text, account_id=why.by.id,
        at=why.at, before=before.shown, before_key=before.key, before_sealed=before.sealed, after=after.shown,
        after_key=after.key,
    ))  # fmt: skip
    conflict.state = conflicts.DECIDED if move == "decide" else conflicts.OPEN
    conflict.choice = choice if move == "decide" else None
    conflict.decided_at = why.at if move == "decide" else None
    conflict.rev += 1
    session.flush()
    conflicts.tell(session, [(conflict.id, conflict.rev)])


def together(rows: Iterable[Conflict], at: datetime | None) -> list[Conflict]:
    """Those of a case that were decided in one go."""
    return [row for row in rows if row.state == conflicts.DECIDED and row.decided_at == at]
