"""Families as phones and reviewers see them, docs/protocol.md §4: last year beside this year. Some questions, however many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from webapp.domain import dictionary
from webapp.domain.ages import age, is_active
from webapp.domain.dictionary import Field
from webapp.models import HelperLink, HouseholdYear, Measure, Member, MemberYear
from webapp.queries import campaigns

Key = tuple[UUID, int]  # household or member, year


def _shown(model: type, fields: Mapping[str, Field]) -> list[Column]:
    """The columns that may be read without opening a seal."""
    table = model.__table__.c
    return [table[f"{name}_masked" if field.is_sealed else name] for name, field in fields.items()]


HOUSEHOLD_YEAR, MEMBER = _shown(HouseholdYear, dictionary.household_year()), _shown(Member, dictionary.member())
MEMBER_YEAR = _shown(MemberYear, dictionary.member_year())
HELPER, MEASURE = _shown(HelperLink, dictionary.helper_link()), _shown(Measure, dictionary.measure())


class _Person(NamedTuple):
    id: UUID
    no: int
    birth: date | None
    is_active: bool
    values: dict


class _Found(NamedTuple):
    """What one question each has found."""

    years: dict[Key, tuple[int, dict]]  # rev, values
    people: dict[UUID, list[_Person]]
    lives: dict[Key, dict]
    helpers: dict[Key, list[dict]]
    measures: dict[Key, list[dict]]


def family(session: Session, household_id: UUID, year: int) -> dict:
    return families(session, [household_id], year)[household_id]


def families(session: Session, ids: Collection[UUID], year: int) -> dict[UUID, dict]:
    return {household_id: shape for household_id, (_, shape) in with_revs(session, ids, year).items()}


def with_revs(session: Session, ids: Collection[UUID], year: int) -> dict[UUID, tuple[int, dict]]:
    """(rev, shape) of each of these households; who has told nothing yet has rev 1 and neither year."""
    found = _find(session, ids, (year - 1, year))
    day = campaigns.counting_day(session, year)
    last_day = day.replace(year=day.year - 1, day=min(day.day, 28))
    return {
        row: (
            found.years.get((row, year), (1, {}))[0],
            {"year": year, "last": _year(found, row, year - 1, last_day), "this": _year(found, row, year, day)},
        )
        for row in ids
    }


def rev(session: Session, household_id: UUID, year: int) -> int:
    """Of the family as a whole, as of that year."""
    mine = (HouseholdYear.household_id == household_id, HouseholdYear.year == year)
    return session.scalar(select(HouseholdYear.rev).where(*mine)) or 1


def _year(found: _Found, household_id: UUID, year: int, day: date) -> dict | None:
    key = household_id, year
    if key not in found.years:
        return None
    return {
        "year": year, "household_year": found.years[key][1],
        "members": [_member(found, one, year, day) for one in found.people[household_id] if one.is_active],
        "helpers": found.helpers[key], "measures": found.measures[key],
    }  # fmt: skip


def _member(found: _Found, one: _Person, year: int, day: date) -> dict:
    who = one.values | ({"age": age(one.birth, day)} if one.birth else {})
    return {"id": str(one.id), "no": one.no, "member": who, "member_year": found.lives.get((one.id, year))}


def _find(session: Session, ids: Collection[UUID], years: tuple[int, int]) -> _Found:
    return _Found(
        _years(session, ids, years), _people(session, ids), _lives(session, ids, years),
        _rows(session, HelperLink, HELPER, ids, years), _rows(session, Measure, MEASURE, ids, years),
    )  # fmt: skip


def _years(session: Session, ids: Collection[UUID], years: tuple[int, int]) -> dict[Key, tuple[int, dict]]:
    table = HouseholdYear.__table__.c
    wanted = select(table.household_id, table.year, table.rev, *HOUSEHOLD_YEAR)
    rows = session.execute(wanted.where(table.household_id.in_(ids), table.year.in_(years)))
    return {(row[0], row[1]): (row[2], _values(HOUSEHOLD_YEAR, row[3:])) for row in rows}


def _people(session: Session, ids: Collection[UUID]) -> dict[UUID, list[_Person]]:
    table = Member.__table__.c
    wanted = select(table.household_id, table.id, table.no, table.birth_date, table.member_status, *MEMBER)
    people: dict[UUID, list[_Person]] = defaultdict(list)
    for row in session.execute(wanted.where(table.household_id.in_(ids)).order_by(table.household_id, table.no)):
        people[row[0]].append(_Person(row[1], row[2], row[3], is_active(row[4]), _values(MEMBER, row[5:])))
    return people


def _lives(session: Session, ids: Collection[UUID], years: tuple[int, int]) -> dict[Key, dict]:
    table, who = MemberYear.__table__.c, Member.__table__.c
    wanted = select(table.member_id, table.year, *MEMBER_YEAR).join(Member.__table__, who.id == table.member_id)
    rows = session.execute(wanted.where(who.household_id.in_(ids), table.year.in_(years)))
    return {(row[0], row[1]): _values(MEMBER_YEAR, row[2:]) for row in rows}


def _rows(
    session: Session, model: type, columns: list[Column], ids: Collection[UUID], years: tuple[int, int]
) -> dict[Key, list[dict]]:
    table = model.__table__.c
    more = [table.member_id] if "member_id" in table else []
    wanted = select(table.household_id, table.year, table.id, table.no, *columns, *more)
    found: dict[Key, list[dict]] = defaultdict(list)
    for row in session.execute(wanted.where(table.household_id.in_(ids), table.year.in_(years)).order_by(table.no)):
        found[row[0], row[1]].append({"id": str(row[2]), "no": row[3]} | _values([*columns, *more], row[4:]))
    return found


def _values(columns: Iterable[Column], row: Iterable[Any]) -> dict:
    """What was said, as JSON has it; what was not is left out."""
    return {column.name: _json(value) for column, value in zip(columns, row, strict=True) if value not in (None, "")}


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
