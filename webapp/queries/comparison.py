"""What stands on a household's printed sheet besides its family: the register, and what became of its point."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope
from webapp.models import Area, Capture, Household
from webapp.queries.scope import inside

Group, Community = aliased(Area), aliased(Area)


class Door(NamedTuple):
    id: UUID
    number: str
    head_name: str
    community: str
    group: str
    address: str
    phone_masked: str
    state: str
    taken_at: datetime | None
    accuracy_m: float | None
    demo: bool
    attribute: str
    exit_status: str


def doors(session: Session, ids: Collection[UUID], scope: Scope) -> list[Door]:
    """Those of these households that lie in the scope, in the order asked for."""
    found = (
        select(
            Household.id, Household.number, Household.head_name, Community.name, Group.name, Household.address,
            Household.phone_masked, Household.location_state, Capture.taken_at, Capture.accuracy_m, Household.demo,
            Household.attribute, Household.exit_status,
        )
        .join(Group, Group.code == Household.area_code)
        .join(Community, Community.code == func.substr(Household.area_code, 1, 12))
        .outerjoin(Capture, Capture.id == Household.capture_id)
        .where(Household.id.in_(ids), Household.deleted_at.is_(None), inside(Household.area_code, scope))
    )  # fmt: skip
    by_id = {row.id: Door(*row) for row in session.execute(found)}
    return [by_id[each] for each in ids if each in by_id]


def newest(shape: dict) -> tuple[dict, Sequence[dict], Sequence[dict], Sequence[dict]]:
    """Of a family as phones get it, what was said last of everything: household, members, who helps, measures."""
    last, this = shape["last"] or {}, shape["this"] or {}
    return (
        (last.get("household_year") or {}) | (this.get("household_year") or {}),
        _members(last.get("members") or [], this.get("members") or []),
        this.get("helpers") or last.get("helpers") or [],
        this.get("measures") or last.get("measures") or [],
    )


def _members(last: Sequence[dict], this: Sequence[dict]) -> list[dict]:
    before = {one["id"]: one["member_year"] or {} for one in last}
    return [
        {"id": one["id"], "no": one["no"]} | before.get(one["id"], {}) | (one["member_year"] or {}) | one["member"]
        for one in this or last
    ]  # fmt: skip
