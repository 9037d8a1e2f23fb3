"""Laying on the desk what no rule may settle. Deciding it is services.decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.models import Conflict
from webapp.models.engine import insert_for
from webapp.queries import conflicts
from webapp.services.feeds import EVERYBODY, News, announce
from webapp.services.sender import Sender

OPEN, DECIDED, PASSED = "open", "decided", "passed"
#: How a conflict passed without a person: a newer edit of the same phone stands in its place, the register took it after all, its
#: author may send it again.
NEWER, TAKEN, ALLOWED = "newer", "taken", "allowed"


class Held(NamedTuple):
    """An operation that is kept and not carried out."""

    kind: str  # deleted, op_fork, quarantine
    op_id: UUID
    payload_sha256: str
    entity_id: UUID
    problem: str
    taken_at: datetime


def conflict_id(op_id: UUID, what: str) -> UUID:
    """The same conflict found twice is one."""
    return uuid5(op_id, what)


def lay(session: Session, rows: Sequence[dict]) -> None:
    """New ones, and old ones that stand differently now. All rows name the same columns."""
    if not rows:
        return
    insert = insert_for(session)(Conflict)
    changes = {name: insert.excluded[name] for name in ("base", "ours", "state", "choice")}
    laid = insert.on_conflict_do_update(
        index_elements=[Conflict.id], set_=changes | {"rev": Conflict.rev + 1}, where=Conflict.state != DECIDED
    ).returning(Conflict.id, Conflict.rev)
    tell(session, [(row.id, row.rev) for row in session.execute(laid, list(rows))])


def tell(session: Session, revs: Collection[tuple[UUID, int]]) -> None:
    """To everybody's feed, for an author may have lost the area since; only authors are shown the row."""
    announce(session, [News(EVERYBODY, "conflict", conflict, rev) for conflict, rev in revs])


def hold(session: Session, held: Sequence[Held], sender: Sender) -> None:
    """Operations that wait for a person, on the desk of the place they speak of; of an unknown place, at their author's."""
    if not held:
        return
    forked = {item.op_id for item in held if item.kind == "op_fork"}
    places = conflicts.places(session, {item.entity_id for item in held}, forked)
    at_authors = conflicts.desk_of(session, sender.account_id)
    of_sender = {"account_id": sender.account_id, "device_id": sender.device_id, "received_at": sender.received_at}
    where = [places.get(item.op_id) or places.get(item.entity_id) or at_authors for item in held]
    lay(session, [_held_row(item, place) | of_sender for item, place in zip(held, where, strict=True)])


def _held_row(item: Held, place: conflicts.Place) -> dict:
    own_id = conflict_id(item.op_id, f"{item.kind} {item.payload_sha256}")
    return {
        "id": own_id, "case_id": place.household_id if item.kind == "deleted" else own_id, "kind": item.kind,
        "area_code": place.area_code, "household_id": place.household_id, "op_id": item.op_id,
        "payload_sha256": item.payload_sha256, "problem": item.problem, "taken_at": item.taken_at, "state": OPEN,
        "choice": None, "base": None, "ours": None, "rev": 1,
    }  # fmt: skip


def allow(session: Session, op_ids: Collection[UUID]) -> None:
    """Their authors may send these again, and did: nothing is left to decide."""
    if not op_ids:
        return
    waiting = (Conflict.op_id.in_(op_ids), Conflict.kind == "quarantine", Conflict.state == OPEN)
    passed = update(Conflict).where(*waiting).values(state=PASSED, choice=ALLOWED, rev=Conflict.rev + 1)
    tell(session, [tuple(row) for row in session.execute(passed.returning(Conflict.id, Conflict.rev))])
