"""Edits of households and their conflicts as phones see them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.models import Account, Conflict, ConflictEvent, HouseholdEdit, Op
from webapp.queries.phone_captures import step
from webapp.queries.scope import inside

EDIT, CONFLICT, EVENT = HouseholdEdit.__table__.c, Conflict.__table__.c, ConflictEvent.__table__.c
#: What became of a stated field, as a person says it.
OUTCOMES = {"take": "taken", "keep": "kept", "conflict": "waiting", "passed": "kept"}
DECISIONS = {"decide": "decided", "reopen": "undecided"}


def history(session: Session, household_ids: Collection[UUID]) -> dict[UUID, list[dict]]:
    """What was corrected in each of these households, by whom, from what to what, and what a person decided."""
    found: dict[UUID, list[dict]] = defaultdict(list)
    for steps in (_edits(session, household_ids), _decisions(session, household_ids)):
        for household_id, entry in steps:
            found[household_id].append(entry)
    return found


def _edits(session: Session, household_ids: Collection[UUID]) -> list[tuple[UUID, dict]]:
    said = (
        select(HouseholdEdit.__table__, Account.name.label("by"), Op.receipt).join(Account, Account.id == EDIT.account_id)
        .outerjoin(Op, (Op.id == EDIT.op_id) & (Op.payload_sha256 == EDIT.payload_sha256))
        .where(EDIT.household_id.in_(household_ids)).order_by(EDIT.received_at, EDIT.op_id, EDIT.field)
    )  # fmt: skip
    by_op: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(said):
        by_op[row.op_id].append(row)
    return [(rows[0].household_id, _edited(rows)) for rows in by_op.values()]


def _edited(rows: list[Any]) -> dict:
    first = rows[0]
    changes = [
        {"field": row.field, "before": row.ours, "after": row.theirs, "outcome": OUTCOMES[row.effect]} for row in rows
    ]  # fmt: skip
    return step(first.received_at, "edited", first.by, first.receipt, text=first.note, changes=changes)


def _decisions(session: Session, household_ids: Collection[UUID]) -> list[tuple[UUID, dict]]:
    made = (
        select(ConflictEvent.__table__, CONFLICT.household_id, CONFLICT.kind, CONFLICT.field, Account.name.label("who"))
        .join(Conflict, CONFLICT.id == EVENT.conflict_id).join(Account, Account.id == EVENT.account_id)
        .where(CONFLICT.household_id.in_(household_ids)).order_by(EVENT.id)
    )  # fmt: skip
    return [(row.household_id, _decided(row)) for row in session.execute(made)]


def _decided(row: Any) -> dict:
    change = {"field": row.field or row.kind, "before": row.before or "", "after": row.after or "", "outcome": row.choice}
    return step(row.at, DECISIONS[row.move], row.who, reasons=row.reasons, text=row.text, changes=[change])


def conflicts(
    session: Session, account_id: UUID, scope: Scope, ids: Collection[UUID]
) -> dict[tuple[str, UUID], tuple[int, dict]]:
    """(rev, data) of those of these conflicts that concern something this person sent, docs/protocol.md §4."""
    if not ids:
        return {}
    stands = _whose_value_stands(account_id, scope)
    mine = or_(CONFLICT.account_id == account_id, CONFLICT.other_account_id == account_id, stands)
    found = session.execute(
        select(Conflict.__table__, Op.receipt)
        .outerjoin(Op, (Op.id == CONFLICT.op_id) & (Op.payload_sha256 == CONFLICT.payload_sha256))
        .where(CONFLICT.id.in_(ids), mine)
    ).all()
    last = _last_decisions(session, [row.id for row in found])
    return {("conflict", row.id): (row.rev, _conflict(row, account_id, last.get(row.id))) for row in found}


def _whose_value_stands(account_id: UUID, scope: Scope) -> Any:
    """The register says what this person corrected, and somebody else wants it otherwise. Not of an area lost since: an author
    knows his own words already, this one would learn another's."""
    said = (
        EDIT.household_id == CONFLICT.household_id, EDIT.field == CONFLICT.field, EDIT.theirs == CONFLICT.ours,
        EDIT.effect.in_(("take", "keep")), EDIT.account_id == account_id, EDIT.op_id != CONFLICT.op_id,
    )  # fmt: skip
    return and_(CONFLICT.kind == "field", inside(CONFLICT.area_code, scope), select(EDIT.op_id).where(*said).exists())


def _conflict(row: Any, account_id: UUID, decision: dict | None) -> dict:
    ops = [op_id for op_id, author in ((row.op_id, row.account_id), (row.other_id, row.other_account_id)) if author == account_id]
    is_author = row.account_id == account_id
    return {
        "ops": ops, "household": row.household_id, "kind": row.kind, "field": row.field, "state": row.state,
        "side": "theirs" if is_author else "ours", "choice": row.choice, "base": row.base, "ours": row.ours, "theirs": row.theirs,
        "receipt": row.receipt if is_author else None, "decision": decision if row.state == "decided" else None,
    }  # fmt: skip


def _last_decisions(session: Session, ids: Collection[UUID]) -> dict[UUID, dict]:
    made = (
        select(EVENT.conflict_id, EVENT.after, EVENT.reasons, EVENT.text, EVENT.at, Account.name.label("by"))
        .join(Account, Account.id == EVENT.account_id).where(EVENT.conflict_id.in_(ids), EVENT.move == "decide")
        .order_by(EVENT.id)
    )  # fmt: skip
    return {
        row.conflict_id: {"value": row.after, "reasons": row.reasons, "text": row.text, "by": row.by, "at": row.at}
        for row in session.execute(made)
    }
