"""What taking a comparison sheet in would do, before it does it."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from webapp.domain import comparison, dictionary, idcards, income
from webapp.domain.access import Scope
from webapp.domain.comparison import CARD, NAME, NUMBER, Columns
from webapp.domain.comparison_rows import Family, Person, families
from webapp.domain.problems import Problem
from webapp.domain.register_rows import RowError
from webapp.imports.sheet import Sheet
from webapp.queries import comparison as reading
from webapp.queries.comparison import Known, KnownPerson
from webapp.services.sealing import KeyRing


@dataclass(frozen=True)
class Meeting:
    """A family of the sheet and what is known of it; of each person of the sheet, who that is, or nobody yet."""

    family: Family
    known: Known
    people: list[tuple[Person, KnownPerson | None]]
    changed: list[str]  # fields that would get another value


@dataclass
class Plan:
    year: int
    columns: Columns
    new: list[Meeting] = field(default_factory=list)  # nothing is known of that year yet
    changed: list[Meeting] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def error_rows(self) -> int:
        return len({error.row for error in self.errors})

    @property
    def good(self) -> int:
        return len(self.new) + len(self.changed)

    @property
    def people(self) -> int:
        """Members who would be added."""
        return sum(known is None for one in (*self.new, *self.changed) for _, known in one.people)

    def fingerprint(self) -> str:
        told = [(self.year, sorted(self.columns.found.items()))]
        told += [_told(one, is_new) for is_new, group in ((True, self.new), (False, self.changed)) for one in group]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def _told(one: Meeting, is_new: bool) -> tuple:
    people = [(sorted(person.values.items()), known and known.id) for person, known in one.people]
    return one.known.id, is_new, sorted(one.family.values.items()), people, one.changed


@dataclass(frozen=True)
class _Ground:
    columns: Columns
    scope: Scope
    ring: KeyRing
    today: date
    owners: Mapping[str, Collection]  # blind index → households


def compare(session: Session, sheet: Sheet, year: int, scope: Scope, ring: KeyRing, today: date) -> Plan:
    """Raises import_columns_missing, import_empty."""
    columns = comparison.columns(sheet.titles, reading.titles(session))
    lacking = comparison.missing(columns.found)
    if lacking:
        raise Problem("import_columns_missing", lacking)
    good, errors = families(columns, sheet.rows)
    register = reading.known(session, {family.number for family in good}, year)
    owners = reading.owners(session, {ring.blind("id_no", card) for family in good for card in _cards(family)})
    ground, plan = _Ground(columns, scope, ring, today, owners), Plan(year, columns, errors=errors)
    for family in good:
        known = register.get(family.number)
        faults = _faults(ground, family, known)
        plan.errors += faults
        if known and not faults:
            _sort_in(plan, _meeting(ground, family, known))
    plan.errors.sort(key=RowError.place)
    return plan


def _cards(family: Family) -> list[str]:
    return [person.values["id_no"] for person in family.people if person.values.get("id_no")]


def _faults(ground: _Ground, family: Family, known: Known | None) -> list[RowError]:
    at = ground.columns.letter(NUMBER)
    if known is None or known.deleted or not ground.scope.covers(known.area_code):
        return [RowError(family.row, at, "number_unknown", {"number": family.number})]
    return [fault for person in family.people for fault in _card_faults(ground, known, person)] + _twins(ground, family)


def _card_faults(ground: _Ground, known: Known, person: Person) -> list[RowError]:
    card = person.values.get("id_no")
    if not card:
        return []
    at, is_card = ground.columns.letter(CARD), person.values.get("id_type") in (None, "01", "09")
    fault = idcards.fault(card, ground.today, demo=known.demo) if is_card else None
    if fault:
        return [RowError(person.row, at, fault)]
    elsewhere = set(ground.owners.get(ground.ring.blind("id_no", card), ())) - {known.id}
    return [RowError(person.row, at, "person_elsewhere")] if elsewhere else []


def _twins(ground: _Ground, family: Family) -> list[RowError]:
    """The same person twice in one household: neither row is right until somebody says which."""
    rows: dict[tuple, list[Person]] = defaultdict(list)
    for person in family.people:
        card = (person.values.get("id_no") or "")[: idcards.CARD]
        rows[(card,) if card else (person.values.get("name"), None)].append(person)
    column = ground.columns.letter(NAME) if NAME in ground.columns.found else ""
    return [
        RowError(person.row, column, "person_twice", {"others": ", ".join(str(o.row) for o in same if o is not person)})
        for same in rows.values() if len(same) > 1 for person in same
    ]  # fmt: skip


def _meeting(ground: _Ground, family: Family, known: Known) -> Meeting:
    people = [(person, _who(ground.ring, person, known)) for person in family.people]
    changed = _differences(ground.ring, "household_year", _told_apart(family.values), known.columns)
    for person, one in people:
        is_known = one is not None and (one.has_year or not person.values.keys() & dictionary.member_year().keys())
        for entity, names in (("member", dictionary.member()), ("member_year", dictionary.member_year())):
            said = {name: value for name, value in person.values.items() if name in names}
            changed += _differences(ground.ring, entity, said, one.columns if one and is_known else None)
    return Meeting(family, known, people, changed)


def _told_apart(values: Mapping) -> dict:
    """Without the sums that are counted anew of their parts."""
    sums = {"member_count"}
    if any(values.get(name) is not None for name in income.PARTS):
        sums |= {*income.DERIVED, *(["property_income"] if any(values.get(name) for name in income.PROPERTY_PARTS) else [])}
    return {name: value for name, value in values.items() if name not in sums}


def _who(ring: KeyRing, person: Person, known: Known) -> KnownPerson | None:
    """The same card, found without opening any; without one the only member of that name whose card is unknown or not asked."""
    card = person.values.get("id_no")
    if card:
        indexes = ring.blinds("id_no", card)
        same = [one for one in known.people if one.columns["id_no_index"] in indexes]
        if same:
            return same[0]
    named = [one for one in known.people if one.columns["name"] == person.values["name"]]
    free = [one for one in named if not card or not one.columns["id_no_index"]]
    return free[0] if len(free) == 1 else None


def _differences(ring: KeyRing, entity: str, values: Mapping, columns: Mapping | None) -> list[str]:
    if columns is None:
        return [f"{entity}.{name}" for name, value in values.items() if value is not None]
    return [f"{entity}.{name}" for name, value in values.items() if not _same(ring, name, value, columns)]


def _same(ring: KeyRing, name: str, value, columns: Mapping) -> bool:
    if name in dictionary.SEALED:
        index = columns[f"{name}_index"]
        return index in ring.blinds(name, value) if value else index is None
    if value is None and name in dictionary.IDENTITY:
        return True  # who somebody is does not become unknown by a blank cell
    return columns[name] == value


def _sort_in(plan: Plan, one: Meeting) -> None:
    if one.known.columns is None:
        plan.new.append(one)
    elif one.changed:
        plan.changed.append(one)
    else:
        plan.unchanged += 1
