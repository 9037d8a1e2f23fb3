"""The register's workbook."""

from dataclasses import dataclass
from pathlib import Path

from webapp.domain import register
from webapp.domain.problems import Problem
from webapp.domain.register_rows import Cell
from webapp.imports import sheet as sheets
from webapp.imports.sheet import Tick, Wanted


@dataclass(frozen=True)
class Sheet:
    """A register as it was read: where the header is, which column is where, and the rows below it that are not empty."""

    name: str
    header_row: int
    found: dict[str, int]
    rows: list[tuple[int, list[Cell]]]


def read(path: Path, tick: Tick = lambda done, total: None) -> Sheet:
    """Raises the problems of `sheet.read`, import_columns_missing, import_column_twice, import_empty."""
    return _register(sheets.read(path, _wanted(), tick))


def read_apart(path: Path, tick: Tick = lambda done, total: None) -> Sheet:
    """`read` in a process of its own."""
    return _register(sheets.read_apart(path, _wanted(), tick))


def _wanted() -> Wanted:
    return Wanted(register.titles(), register.MAX_ROWS)


def _register(sheet: sheets.Sheet) -> Sheet:
    found = register.found(sheet.titles)
    lacking = register.missing(found)
    if lacking:
        raise Problem("import_columns_missing", [column.name for column in lacking])
    width = max(found.values()) + 1
    rows = [(row_no, cells[:width]) for row_no, cells in sheet.rows if any(cell.text for cell in cells[:width])]
    if not rows:
        raise Problem("import_empty")
    return Sheet(sheet.name, sheet.header_row, found, rows)
