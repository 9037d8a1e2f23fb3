"""Writing what was collected of a family into its year."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain import dictionary, idcards, income
from webapp.domain.access import community_of
from webapp.domain.ages import is_active
from webapp.domain.dictionary import Field
from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem, not_found
from webapp.models import HelperLink, Household, HouseholdYear, Measure, Member, MemberYear
from webapp.queries import campaigns
from webapp.services import households
from webapp.services.feeds import News, announce
from webapp.services.sealing import KeyRing, Place, masked, sealed_columns

Rows = list[tuple[UUID | None, dict]]


class FamilyValues(NamedTuple):
    """What is to be written, by the names of the dictionary. Sealed fields come as plain text. A row without id is a new one."""

    household_year: dict = {}  # also `phone`, which the register keeps
    members: dict[UUID, dict] = {}  # of member and member_year
    helpers: Rows = []
    measures: Rows = []


class _Writing(NamedTuple):
    session: Session
    ring: KeyRing
    household: Household
    year: int
    response_id: UUID | None


def place_of(table: str, row_id: UUID, name: str, year: int | None = None) -> Place:
    """Where a sealed field of a family belongs; rows of a year have no id of their own."""
    return Place(table, row_id, name if year is None else f"{name}.{year}")


def columns(ring: KeyRing, fields: Mapping[str, Field], given: Mapping[str, Any], of: tuple[str, UUID, int | None]) -> dict:
    """The columns these values of these fields go into; `of`: table, row and year."""
    table, row_id, year = of
    found: dict[str, Any] = {}
    for name in fields.keys() & given.keys():
        if fields[name].is_sealed:
            text = idcards.number(given[name]) if given[name] else None
            found |= sealed_columns(ring, place_of(table, row_id, name, year), name, text)
        else:
            found[name] = given[name]
    return found


def written(
    session: Session, household_id: UUID, year: int, values: FamilyValues, response_id: UUID | None, now: datetime, ring: KeyRing
) -> int:  # fmt: skip
    """The new revision of the family. Raises not_found, and invalid_payload for members and rows of somebody else."""
    household = session.get(Household, household_id, with_for_update=True)
    if household is None:
        raise not_found()
    writing = _Writing(session, ring, household, year, response_id)
    row = _year_of(writing, now)
    active = _put_members(writing, values.members, now)
    _put_rows(writing, HelperLink, dictionary.helper_link(), values.helpers)
    _put_rows(writing, Measure, dictionary.measure(), values.measures)
    place = "household_year", household_id, year
    _set(row, columns(ring, dictionary.household_year(), values.household_year, place))
    _register(writing, values.household_year)
    _derive(row, active, campaigns.counted(session, year))
    row.response_id, row.rev, row.updated_at = response_id, row.rev + 1, now
    households.touch(session, [household], now)
    announce(session, [news(household.area_code, household_id, row.rev)])
    return row.rev


def news(area_code: str, household_id: UUID, rev: int) -> News:
    return News(community_of(area_code), "family", household_id, rev)


def _year_of(writing: _Writing, now: datetime) -> HouseholdYear:
    row = writing.session.get(HouseholdYear, (writing.household.id, writing.year))
    if row is None:
        row = HouseholdYear(household_id=writing.household.id, year=writing.year, rev=1, updated_at=now)
        writing.session.add(row)
    return row


def _put_members(writing: _Writing, given: Mapping[UUID, dict], now: datetime) -> int:
    """How many members live there."""
    session = writing.session
    people = {one.id: one for one in session.scalars(select(Member).where(Member.household_id == writing.household.id))}
    if given.keys() - people.keys():
        raise Problem("invalid_payload", ["members"])
    for member_id, values in given.items():
        who = columns(writing.ring, dictionary.member(), values, ("member", member_id, None))
        life = session.get(MemberYear, (member_id, writing.year)) or MemberYear(member_id=member_id, year=writing.year)
        session.add(life)
        _set(life, columns(writing.ring, dictionary.member_year(), values, ("member_year", member_id, writing.year)))
        if who:
            _set(people[member_id], who | {"updated_at": now})
    return sum(is_active(one.member_status) for one in people.values())


def _put_rows(writing: _Writing, model: type, fields: Mapping[str, Field], given: Rows) -> None:
    mine = (model.household_id == writing.household.id, model.year.in_((writing.year - 1, writing.year)))
    kept = {row.id: row for row in writing.session.scalars(select(model).where(*mine))}
    for no, (row_id, values) in enumerate(given, 1):
        row = _row_of(writing, model, kept, row_id, no)
        kept[row.id] = row
        _set(row, columns(writing.ring, fields, values, (model.__tablename__, row.id, None)))
        if "member_id" in values and model is Measure:
            row.member_id = values["member_id"]


def _row_of(writing: _Writing, model: type, kept: dict, row_id: UUID | None, no: int) -> Any:
    """This year's row for what was said: the same one, a copy of last year's, or a new one. Ids follow from where a row
    comes from, so writing the same answers twice makes no second row."""
    if row_id is not None and row_id not in kept:
        raise Problem("invalid_payload", [model.__tablename__])
    if row_id is not None and kept[row_id].year == writing.year:
        return kept[row_id]
    new_id = uuid5(row_id, str(writing.year)) if row_id else uuid5(writing.response_id or uuid7(), f"{model.__tablename__} {no}")
    if new_id in kept:
        return kept[new_id]
    number = max((row.no for row in kept.values() if row.year == writing.year), default=0) + 1
    row = model(id=new_id, household_id=writing.household.id, year=writing.year, no=number)
    if row_id is not None:
        _copy(writing, kept[row_id], row)
    writing.session.add(row)
    return row


def _copy(writing: _Writing, old: Any, new: Any) -> None:
    """Everything last year's row says. What is sealed there is opened and sealed for the new place."""
    names = [column.name for column in old.__table__.c]
    for column in names:
        if column not in ("id", "household_id", "year", "no"):
            setattr(new, column, getattr(old, column))
    for name in [column.removesuffix("_sealed") for column in names if column.endswith("_sealed")]:
        sealed = getattr(old, f"{name}_sealed")
        if sealed:
            text = writing.ring.open(place_of(old.__tablename__, old.id, name), sealed)
            _set(new, sealed_columns(writing.ring, place_of(old.__tablename__, new.id, name), name, text))


def _register(writing: _Writing, given: Mapping[str, Any]) -> None:
    """What the register keeps of it as well, for lists and sums."""
    household = writing.household
    if given.get("household_attribute"):
        household.attribute = given["household_attribute"]
    if "phone" in given:
        number = given["phone"] or ""
        household.phone_sealed = writing.ring.seal(households.phone_of(household.id), number) if number else None
        household.phone_masked, household.phone_mark = masked(number), uuid7()


def _derive(row: HouseholdYear, members: int, counted: Collection[str]) -> None:
    parts = {name: getattr(row, name) for name in income.PARTS}
    row.member_count = members
    _set(row, income.derived(parts, members, counted))


def recount(session: Session, year: int, now: datetime) -> None:
    """Make the sums of a year again, because other parts count now."""
    mine = (HouseholdYear.year == year, Household.id == HouseholdYear.household_id)
    counted, told = campaigns.counted(session, year), []
    for row, area_code in session.execute(select(HouseholdYear, Household.area_code).where(*mine)):
        _derive(row, row.member_count or 0, counted)
        row.rev, row.updated_at = row.rev + 1, now
        told.append(news(area_code, row.household_id, row.rev))
    session.flush()
    announce(session, told)


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
