"""Where a conflict lies, and what is decided together."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.domain.problems import not_found
from webapp.models import Area, Capture, Conflict, ConflictEvent, Grant, Household, HouseholdEdit
from webapp.queries.scope import inside


class Place(NamedTuple):
    area_code: str
    household_id: UUID | None


def places(session: Session, entity_ids: Collection[UUID], op_ids: Collection[UUID]) -> dict[UUID, Place]:
    """Where these households and areas are, and what these operations brought; what does not exist is left out."""
    of_ops = select(Capture.id, Capture.area_code, Capture.household_id).where(Capture.id.in_(op_ids))
    of_edits = (
        select(HouseholdEdit.op_id, Household.area_code, Household.id)
        .join(Household, Household.id == HouseholdEdit.household_id).where(HouseholdEdit.op_id.in_(op_ids))
    )  # fmt: skip
    homes = select(Household.id, Household.area_code, Household.id).where(Household.id.in_(entity_ids))
    areas = select(Area.id, Area.code).where(Area.id.in_(entity_ids))
    found = {row[0]: Place(row[1], row[2]) for part in (homes, of_ops, of_edits) for row in session.execute(part)}
    return {area_id: Place(code, None) for area_id, code in session.execute(areas)} | found


def desk_of(session: Session, account_id: UUID) -> Place:
    """Somewhere responsible for this person: where he is granted something, or the county."""
    granted = session.scalar(select(func.min(Grant.area_code)).where(Grant.account_id == account_id))
    return Place(granted or session.scalar(select(func.min(Area.code)).where(Area.level == "county")), None)


def case(session: Session, conflict_id: UUID, scope: Scope, *, lock: bool = False) -> list[Conflict]:
    """Everything that is decided together with this one, itself first. Raises not_found, also for what lies outside the scope."""
    found = select(Conflict).where(Conflict.id == conflict_id, inside(Conflict.area_code, scope))
    named = session.scalar(found)
    if named is None:
        raise not_found()
    same = select(Conflict).where(Conflict.case_id == named.case_id, Conflict.kind == named.kind)
    same = same.where(inside(Conflict.area_code, scope)).order_by(Conflict.received_at, Conflict.field, Conflict.id)
    rows = session.scalars((same.with_for_update() if lock else same).execution_options(populate_existing=lock)).all()
    return [named, *(row for row in rows if row.id != named.id)]


def last_decision(session: Session, conflict_id: UUID) -> ConflictEvent:
    made = select(ConflictEvent).where(ConflictEvent.conflict_id == conflict_id, ConflictEvent.move == "decide")
    return session.scalars(made.order_by(ConflictEvent.id.desc()).limit(1)).one()
