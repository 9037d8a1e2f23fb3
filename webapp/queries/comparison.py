"""What is known of the families an imported comparison sheet names, as an import needs to see it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain import comparison
from webapp.models import ComparisonTitle, Household, HouseholdYear, Member, MemberYear

#: As many numbers as one IN list takes.
AT_ONCE = 500


@dataclass
class KnownPerson:
    id: UUID
    no: int
    columns: dict  # of member, and of member_year in that year: column → value
    has_year: bool = False


@dataclass
class Known:
    id: UUID
    number: str
    area_code: str
    demo: bool
    deleted: bool
    columns: dict | None = None  # of household_year in that year
    people: list[KnownPerson] = field(default_factory=list)


def titles(session: Session) -> dict[str, str]:
    """Title → target: the dictionary's, and before it what an office said."""
    return comparison.defaults() | {row.title: row.target for row in said(session)}


def said(session: Session) -> Sequence[ComparisonTitle]:
    return session.scalars(select(ComparisonTitle).order_by(ComparisonTitle.shown)).all()


def known(session: Session, numbers: Collection[str], year: int) -> dict[str, Known]:
    """The households with these numbers, by number."""
    found: dict[str, Known] = {}
    for part in _parts(sorted(numbers)):
        rows = session.execute(
            select(Household.id, Household.number, Household.area_code, Household.demo, Household.deleted_at)
            .where(Household.number.in_(part))
        )  # fmt: skip
        homes = {row.id: Known(row.id, row.number, row.area_code, row.demo, row.deleted_at is not None) for row in rows}
        _add_years(session, homes, year)
        _add_people(session, homes, year)
        found |= {one.number: one for one in homes.values()}
    return found


def _add_years(session: Session, homes: dict[UUID, Known], year: int) -> None:
    table = HouseholdYear.__table__
    rows = session.execute(select(table).where(table.c.household_id.in_(homes.keys()), table.c.year == year))
    for row in rows.mappings():
        homes[row["household_id"]].columns = dict(row)


def _add_people(session: Session, homes: dict[UUID, Known], year: int) -> None:
    who, life = Member.__table__, MemberYear.__table__
    people: dict[UUID, KnownPerson] = {}
    for row in session.execute(select(who).where(who.c.household_id.in_(homes.keys())).order_by(who.c.no)).mappings():
        people[row["id"]] = KnownPerson(row["id"], row["no"], dict(row))
        homes[row["household_id"]].people.append(people[row["id"]])
    mine = life.c.member_id.in_(select(who.c.id).where(who.c.household_id.in_(homes.keys())))
    for row in session.execute(select(life).where(mine, life.c.year == year)).mappings():
        people[row["member_id"]].columns |= dict(row)
        people[row["member_id"]].has_year = True


def owners(session: Session, indexes: Collection[str]) -> dict[str, list[UUID]]:
    """Blind index of a card → households with such a member."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for part in _parts(sorted(indexes)):
        rows = session.execute(select(Member.id_no_index, Member.household_id).where(Member.id_no_index.in_(part)))
        for index, household_id in rows:
            found[index].append(household_id)
    return found


def _parts(things: Sequence[str]) -> Iterator[Sequence[str]]:
    return (things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE))
