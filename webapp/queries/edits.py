"""What edits of households are merged with, and what became of earlier ones."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.models import Area, Household, HouseholdEdit
from webapp.models.bulk import Among, by_ids
from webapp.queries.scope import inside

HOUSEHOLD, EDIT = Household.__table__.c, HouseholdEdit.__table__.c


class RegisterRow(NamedTuple):
    """A household as far as an edit may change it."""

    id: UUID
    area_code: str
    rev: int
    head_name: str
    address: str
    phone_sealed: bytes | None
    phone_masked: str
    phone_mark: UUID | None
    deleted: bool


def lock_households(session: Session, ids: Collection[UUID], scope: Scope) -> dict[UUID, RegisterRow]:
    """Those of the ids that are in the scope, also those no longer registered, locked in one order until the commit."""
    if not ids:
        return {}
    rows = (RegisterRow(*row[:-1], row.deleted_at is not None) for row in by_ids(session, _households, ids))
    return {row.id: row for row in rows if scope.covers(row.area_code)}


def _households(among: Among) -> Select:
    return (
        select(
            HOUSEHOLD.id, HOUSEHOLD.area_code, HOUSEHOLD.rev, HOUSEHOLD.head_name, HOUSEHOLD.address, HOUSEHOLD.phone_sealed,
            HOUSEHOLD.phone_masked, HOUSEHOLD.phone_mark, HOUSEHOLD.deleted_at,
        )
        .where(among(HOUSEHOLD.id)).order_by(HOUSEHOLD.id).with_for_update()
    )  # fmt: skip


def statements(session: Session, household_ids: Collection[UUID]) -> list[dict]:
    """Everything phones said of these households before."""
    if not household_ids:
        return []
    return [dict(row) for row in by_ids(session, _statements, household_ids).mappings()]


def _statements(among: Among) -> Select:
    return select(HouseholdEdit.__table__).where(among(EDIT.household_id))


def groups(session: Session, codes: Collection[str], scope: Scope) -> set[str]:
    """Those of the codes that are groups in the scope."""
    if not codes:
        return set()
    found = select(Area.code).where(Area.code.in_(codes), Area.level == "group", inside(Area.code, scope))
    return set(session.scalars(found))
