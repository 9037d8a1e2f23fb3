"""Groups and communities by year, and what the register says of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.domain import area_fields
from webapp.domain.access import Scope, area_level
from webapp.domain.ages import ACTIVE
from webapp.domain.area_sums import Registered
from webapp.models import Area, AreaYear, Household, HouseholdYear, Member, MemberYear
from webapp.queries import campaigns
from webapp.queries.scope import inside

POOR, DISABLED = ("0", "2", "3"), "04"
#: The counted fields of a community by the attribute of its poor households.
BY_ATTRIBUTE = {"01": "ordinary_poor", "04": "dibao_poor", "06": "wubao_poor"}

Found = dict[tuple[str, UUID], tuple[int, dict]]


def row(session: Session, area_code: str, year: int) -> AreaYear | None:
    return session.get(AreaYear, (area_code, year))


def groups(session: Session, community: str, year: int) -> list[dict[str, Any]]:
    """What each group of a community says, also one that has said nothing yet."""
    with_year = (AreaYear.area_code == Area.code) & (AreaYear.year == year)
    found = select(AreaYear).select_from(Area).outerjoin(AreaYear, with_year)
    rows = session.scalars(found.where(Area.parent_code == community, Area.level == "group").order_by(Area.code))
    return [_plain(row) if row else {} for row in rows]


def _plain(row: AreaYear) -> dict[str, Any]:
    return {name: getattr(row, name) for name, field in area_fields.fields().items() if not field.is_sealed}


def area_year(session: Session, area: Area, year: int) -> dict:
    """As a phone gets it: what was last year, and what this year has so far."""
    return next(iter(_shapes(session, [area], year).values()))


def for_phones(session: Session, scope: Scope, ids: Collection[UUID]) -> Found:
    """(rev, data) of the groups and communities in the scope that anything is known of, by (kind, id)."""
    if not ids:
        return {}
    areas = [area for area in session.scalars(select(Area).where(Area.id.in_(ids))) if scope.narrowed(area.code).prefixes]
    shapes = _shapes(session, areas, campaigns.active(session).year)
    return {("area_year", area.id): (shape.pop("rev"), shape) for area, shape in zip(areas, shapes.values(), strict=True)}


def _shapes(session: Session, areas: Collection[Area], year: int) -> dict[str, dict]:
    wanted = select(AreaYear).where(AreaYear.area_code.in_([area.code for area in areas]), AreaYear.year.in_((year - 1, year)))
    found = {(row.area_code, row.year): row for row in session.scalars(wanted)}
    return {area.code: _shape(area.code, year, found) for area in areas}


def _shape(code: str, year: int, found: dict[tuple[str, int], AreaYear]) -> dict:
    this, last = found.get((code, year)), found.get((code, year - 1))
    return {"rev": this.rev if this else 1, "year": year, "last": last and _said(last), "this": this and _said(this)}


def _said(row: AreaYear) -> dict[str, Any]:
    """What was said; what was not is left out, as of families."""
    fields = area_fields.fields()
    named = (f"{name}_masked" if fields[name].is_sealed else name for name in area_fields.of_level(area_level(row.area_code)))
    values = {name: getattr(row, name) for name in named}
    return {"year": row.year} | {name: value for name, value in values.items() if value not in (None, "")}


def registered(session: Session, area_code: str, year: int) -> Registered:
    """Counted over the register and what is known of the families, this year or else the year before."""
    households = session.execute(
        select(Household.id, Household.area_code, Household.attribute, Household.exit_status)
        .where(inside(Household.area_code, Scope((area_code,))), Household.deleted_at.is_(None))
    ).all()  # fmt: skip
    living, people = _living(session, area_code, year), _people(session, area_code, year)
    poor = {row.id: row.attribute for row in households if row.exit_status in POOR}
    return Registered(
        poor_households=len(poor),
        poor_population=sum(len(people[each]) for each in poor) if people or not poor else None,
        disabled_households=sum(any(people[row.id]) for row in households),
        unattached=sum(area_level(row.area_code) != "group" for row in households),
        figures=_figures(poor, living, people) if area_level(area_code) == "community" else {},
    )


def _figures(poor: dict[UUID, str], living: dict[UUID, Any], people: dict[UUID, list[bool]]) -> dict[str, int]:
    doors, heads = Counter(poor.values()), Counter()
    for each, attribute in poor.items():
        heads[attribute] += len(people[each])
    return {
        **{f"{name}_households": doors[attribute] for attribute, name in BY_ATTRIBUTE.items()},
        **{f"{name}_population": heads[attribute] for attribute, name in BY_ATTRIBUTE.items()},
        "disabled_poor_population": sum(sum(people[each]) for each in poor),
        "dangerous_poor_persons": sum(len(people[each]) for each in poor if each in living and living[each].is_dangerous_house),
        "poor_in_coops": sum(bool(each in living and living[each].in_coop) for each in poor),
    }


def _living(session: Session, area_code: str, year: int) -> dict[UUID, Any]:
    found = (
        select(HouseholdYear.household_id, HouseholdYear.is_dangerous_house, HouseholdYear.in_coop)
        .join(Household, Household.id == HouseholdYear.household_id)
        .where(inside(Household.area_code, Scope((area_code,))), HouseholdYear.year.in_((year - 1, year)))
        .order_by(HouseholdYear.year)
    )
    return {row.household_id: row for row in session.execute(found)}


def _people(session: Session, area_code: str, year: int) -> dict[UUID, list[bool]]:
    """The members that count, by household: is each of them disabled?"""
    newest = (
        select(MemberYear.member_id, func.max(MemberYear.year).label("year"))
        .where(MemberYear.year.in_((year - 1, year))).group_by(MemberYear.member_id).subquery()
    )  # fmt: skip
    found = (
        select(Member.household_id, MemberYear.health)
        .join(Household, Household.id == Member.household_id)
        .outerjoin(newest, newest.c.member_id == Member.id)
        .outerjoin(MemberYear, (MemberYear.member_id == Member.id) & (MemberYear.year == newest.c.year))
        .where(inside(Household.area_code, Scope((area_code,))))
        .where(or_(Member.member_status.is_(None), Member.member_status.in_(ACTIVE)))
    )
    return _by_household(session.execute(found))


def _by_household(rows: Iterable) -> dict[UUID, list[bool]]:
    people: dict[UUID, list[bool]] = defaultdict(list)
    for household_id, health in rows:
        people[household_id].append(DISABLED in (health or "").split())
    return people
