"""Households and members as ODK knows entities: a name for good, a label to choose by, and what was last known of them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, and_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain import dictionary
from webapp.domain.access import Scope
from webapp.domain.dictionary import Field
from webapp.models import Area, Household, HouseholdYear, Member, MemberYear
from webapp.queries.scope import inside

#: Areas carry no moment of their own.
LAID = datetime(2018, 1, 1, tzinfo=UTC)


class Entity(NamedTuple):
    id: UUID
    label: str
    created_at: datetime
    updated_at: datetime
    rev: int
    values: dict[str, str]  # by column, in their order; sealed ones are left out


def readable(fields: Mapping[str, Field]) -> list[str]:
    return [name for name, field in fields.items() if not field.is_sealed]


HOUSEHOLD_FIELDS, MEMBER_FIELDS = readable(dictionary.household_year()), readable(dictionary.member())
MEMBER_YEAR_FIELDS = readable(dictionary.member_year())
HOUSEHOLD_COLUMNS = ("number", "head", "group", "community", "base_rev", "year", "address", *HOUSEHOLD_FIELDS)
MEMBER_COLUMNS = ("household", "no", *MEMBER_FIELDS, *MEMBER_YEAR_FIELDS)


def households(session: Session, scope: Scope, year: int, only: UUID | None = None) -> Iterator[Entity]:
    """With this year's values where there are any, else last year's; by number."""
    this, last, community = aliased(HouseholdYear.__table__), aliased(HouseholdYear.__table__), aliased(Area)
    home = Household.__table__.c
    found = (
        select(
            home.id, home.number, home.head_name, home.address, home.created_at, home.updated_at, Area.name.label("group_name"),
            community.name.label("community_name"), this.c.rev.label("this_rev"), this.c.year.label("this_year"),
            *_of_both(HOUSEHOLD_FIELDS, this, last),
        )
        .select_from(Household.__table__)
        .join(Area, Area.code == home.area_code)
        .join(community, community.code == Area.parent_code)
        .outerjoin(this, and_(this.c.household_id == home.id, this.c.year == year))
        .outerjoin(last, and_(last.c.household_id == home.id, last.c.year == year - 1))
    )  # fmt: skip
    ordered = _of(found, home.id, scope, only).order_by(home.number)
    return (_household(row, year) for row in session.execute(ordered))


def _of_both(names: list[str], this: Table, last: Table) -> list[ColumnElement]:
    return [table.c[name].label(f"{prefix}_{name}") for prefix, table in (("this", this), ("last", last)) for name in names]


def _of(found: Select, key: ColumnElement, scope: Scope, only: UUID | None) -> Select:
    within = found.where(inside(Household.__table__.c.area_code, scope), Household.__table__.c.deleted_at.is_(None))
    return within if only is None else within.where(key == only)


def _household(row: Row, year: int) -> Entity:
    prefix = "last" if row.this_year is None else "this"
    values = {
        "number": row.number, "head": row.head_name, "group": row.group_name, "community": row.community_name,
        "base_rev": str(row.this_rev or 1), "year": str(year), "address": row.address,
    } | _said(row, prefix, HOUSEHOLD_FIELDS)  # fmt: skip
    label = f"{row.head_name} {row.number} {row.group_name}"
    return Entity(row.id, label, row.created_at, row.updated_at, row.this_rev or 1, values)


def members(session: Session, scope: Scope, year: int, only: UUID | None = None) -> Iterator[Entity]:
    """Of the households in scope, by household and their order on paper."""
    this, last = aliased(MemberYear.__table__), aliased(MemberYear.__table__)
    one, home = Member.__table__.c, Household.__table__.c
    found = (
        select(
            one.id, one.household_id, one.no, one.created_at, one.updated_at, *(one[name] for name in MEMBER_FIELDS),
            this.c.year.label("this_year"), *_of_both(MEMBER_YEAR_FIELDS, this, last),
        )
        .select_from(Member.__table__)
        .join(Household.__table__, home.id == one.household_id)
        .outerjoin(this, and_(this.c.member_id == one.id, this.c.year == year))
        .outerjoin(last, and_(last.c.member_id == one.id, last.c.year == year - 1))
    )  # fmt: skip
    ordered = _of(found, one.id, scope, only).order_by(home.number, one.no, one.id)
    return (_member(row) for row in session.execute(ordered))


def _member(row: Row) -> Entity:
    prefix = "last" if row.this_year is None else "this"
    said = {name: text(getattr(row, name)) for name in MEMBER_FIELDS}
    values = {"household": str(row.household_id), "no": str(row.no)} | said | _said(row, prefix, MEMBER_YEAR_FIELDS)
    return Entity(row.id, said.get("name") or str(row.no), row.created_at, row.updated_at, 1, values)


def _said(row: Row, prefix: str, names: list[str]) -> dict[str, str]:
    return {name: text(getattr(row, f"{prefix}_{name}")) for name in names}


def text(value) -> str:
    """As it stands in an instance."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)


AREA_COLUMNS = ("level", "code", "community")


def areas(session: Session, scope: Scope, _year: int, only: UUID | None = None) -> Iterator[Entity]:
    """Communities and groups in scope, by code; each is called what phones call it."""
    above = aliased(Area)
    found = select(Area.id, Area.code, Area.name, Area.level, above.name, Area.rev).join(above, above.code == Area.parent_code)
    found = found.where(Area.level.in_(("community", "group")), inside(Area.code, scope))
    found = found if only is None else found.where(Area.id == only)
    return (_area(*row) for row in session.execute(found.order_by(Area.code)))


def _area(id: UUID, code: str, name: str, level: str, above: str, rev: int) -> Entity:
    community = above if level == "group" else name
    label = f"{above} {name}" if level == "group" else name
    return Entity(id, label, LAID, LAID, rev, {"level": level, "code": code, "community": community})
