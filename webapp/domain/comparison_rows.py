"""The rows of a comparison sheet as families: one row for each household, or one for each member with the household's
columns said again."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.domain import comparison, said_values
from webapp.domain.comparison import NAME, NUMBER, Columns
from webapp.domain.headers import letters, plain
from webapp.domain.problems import Problem
from webapp.domain.register_rows import Cell, RowError, Wrong

#: What a household's number may have at most, as the register keeps it.
LONGEST_NUMBER = 32


@dataclass
class Person:
    row: int
    values: dict  # of member and member_year, by field name


@dataclass
class Family:
    """One household as the sheet has it."""

    row: int  # the first
    number: str
    values: dict = field(default_factory=dict)  # of household_year, by field name
    said_at: dict[str, int] = field(default_factory=dict)  # field → row
    people: list[Person] = field(default_factory=list)


def families(columns: Columns, rows: Iterable[tuple[int, list[Cell]]]) -> tuple[list[Family], list[RowError]]:
    """The families without a fault, and every fault of the others. Raises import_empty."""
    found: dict[str, Family] = {}
    errors: list[RowError] = []
    spoilt: set[str] = set()
    for row_no, cells in rows:
        number, values, faults = _row(columns, row_no, cells)
        family = found.setdefault(number, Family(row_no, number))
        if number:
            faults += _household(columns, family, row_no, values) + _person(columns, family, row_no, values)
        if faults:
            spoilt.add(number)
            errors += faults
    if not found:
        raise Problem("import_empty")
    return [family for number, family in found.items() if number not in spoilt], errors


def _row(columns: Columns, row_no: int, cells: list[Cell]) -> tuple[str, dict, list[RowError]]:
    values, faults = {}, []
    cell = cells[columns.found[NUMBER]]
    number = "" if cell.bad else plain(cell.text).upper()
    if not number or len(number) > LONGEST_NUMBER:
        code = cell.bad or ("number_missing" if not number else "number_unknown")
        faults.append(RowError(row_no, columns.letter(NUMBER), code, {"text": cell.text[:40], "number": number[:40]}))
    for target, index in columns.found.items():
        if target == NUMBER:
            continue
        try:
            values[target] = said_values.value(comparison.fields()[target], cells[index])
        except Wrong as wrong:
            faults.append(RowError(row_no, letters(index), wrong.code, wrong.values))
    return number, values, faults


def _household(columns: Columns, family: Family, row_no: int, values: dict) -> list[RowError]:
    """What the first row says of the household the others may leave out, but not say otherwise."""
    faults = []
    for target, value in values.items():
        entity, _, name = target.partition(".")
        if entity != "household_year":
            continue
        before = family.values.setdefault(name, value)
        if before is None and value is not None:
            family.values[name] = value
        if value is not None:
            at = family.said_at.setdefault(name, row_no)
            if before not in (None, value):
                faults.append(RowError(row_no, columns.letter(target), "said_otherwise", {"other": at}))
    return faults


def _person(columns: Columns, family: Family, row_no: int, values: dict) -> list[RowError]:
    about = {target.partition(".")[2]: value for target, value in values.items() if target.startswith("member")}
    if all(value is None for value in about.values()):
        return []
    if NAME in values and values[NAME] is None:
        return [RowError(row_no, columns.letter(NAME), "person_nameless")]
    family.people.append(Person(row_no, about))
    return []
