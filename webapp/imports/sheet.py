"""A stranger's workbook as rows of cells: the sheet whose header names our columns. Read in a process of its own (`read_apart`)."""

import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from webapp.domain import headers
from webapp.domain.problems import Problem
from webapp.domain.register_rows import Cell
from webapp.imports import workbook

MAX_COLUMNS = 300
HEADER_WITHIN = 30  # rows looked at for the header
MAX_MEMORY_BYTES = 2 * 1024**3
MAX_SECONDS = 90
#: A spreadsheet keeps 15 digits of a number; beyond that the last ones are gone.
SAFE_INTEGER = 10**15
REPORT_EVERY = 500
ROOT = Path(__file__).resolve().parents[2]
Tick = Callable[[int, int], None]


class Wanted(msgspec.Struct):
    """What kind of sheet is looked for."""

    titles: dict[str, str]  # headers.Titles
    most: int  # rows


@dataclass(frozen=True)
class Sheet:
    """What was read: where the header is, its titles, and the rows below it that are not empty."""

    name: str
    header_row: int
    titles: list[str]  # headers.numbered
    rows: list[tuple[int, list[Cell]]]


def read(path: Path, wanted: Wanted, tick: Tick = lambda done, total: None) -> Sheet:
    """Raises the problems of `workbook.check`, import_no_header, import_merged_header, import_too_many_rows, import_broken."""
    workbook.check(path)
    try:
        book = load_workbook(path, read_only=True, keep_links=False)
        return _sheet(path, book, wanted, tick)
    except (InvalidFileException, DefusedXmlException, ParseError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise Problem("import_broken") from error


def _sheet(path: Path, book, wanted: Wanted, tick: Tick) -> Sheet:
    sheet, header_row, titles = _find_header(book, wanted)
    merged, total = workbook.survey(path, sheet._worksheet_path)
    _refuse_merged(merged, header_row)
    below = _rows(sheet, header_row, len(titles), wanted.most, lambda done: tick(done, max(done, total - header_row)))
    return Sheet(sheet.title, header_row, titles, list(below))


def _find_header(book, wanted: Wanted) -> tuple:
    for sheet in book.worksheets:
        top = sheet.iter_rows(max_row=HEADER_WITHIN, max_col=MAX_COLUMNS, values_only=True)
        for row_no, values in enumerate(top, 1):
            if headers.is_header(values, wanted.titles):
                return sheet, row_no, headers.numbered(values)
    raise Problem("import_no_header", values={"sheets": ", ".join(sheet.title for sheet in book.worksheets)[:200]})


def _refuse_merged(merged: list[tuple[str, int, int]], header_row: int) -> None:
    for name, top, bottom in merged:
        if top <= header_row <= bottom:
            raise Problem("import_merged_header", values={"range": name, "row": header_row})


def _rows(sheet, header_row: int, width: int, most: int, tick: Callable[[int], None]) -> Iterator[tuple[int, list[Cell]]]:
    kept = 0
    for row_no, cells in enumerate(sheet.iter_rows(min_row=header_row + 1, max_col=width), header_row + 1):
        if row_no % REPORT_EVERY == 0:
            tick(row_no - header_row)
        row = [cell_of(cell.value, cell.data_type) for cell in cells]
        if not any(cell.text for cell in row):
            continue
        kept += 1
        if kept > most:
            raise Problem("import_too_many_rows", values={"most": most})
        yield row_no, row


def cell_of(value, data_type: str) -> Cell:
    """One cell as text, marked when it holds what a register must not."""
    if value is None:
        return Cell()
    if data_type == "f":
        return Cell(str(value), "formula")
    if data_type == "e":
        return Cell(str(value), "error_value")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= SAFE_INTEGER:
        return Cell(str(value), "lost_digits")
    if isinstance(value, (date, datetime)):
        return Cell(value.isoformat(), "date")
    return Cell(str(value).strip())


def read_apart(path: Path, wanted: Wanted, tick: Tick = lambda done, total: None) -> Sheet:
    """`read` in a child that may use only so much memory and time. Raises also import_too_heavy."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()", str(path)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)  # noqa: S603
    answer: dict = {}
    with child:
        child.stdin.write(msgspec.json.encode(wanted))
        child.stdin.close()
        for line in child.stdout:
            answer = msgspec.json.decode(line)
            if "done" in answer:
                tick(answer["done"], answer["total"])
    if "problem" in answer:
        raise Problem(**answer["problem"])
    if child.returncode != 0 or "sheet" not in answer:
        raise Problem("import_too_heavy")
    return _brought(answer["sheet"])


def _brought(sheet: dict) -> Sheet:
    """Most cells of a sheet say what many others say: each is kept once."""
    kept: dict[tuple, Cell] = {}

    def once(cell: list) -> Cell:
        key = tuple(cell)
        return kept[key] if key in kept else kept.setdefault(key, Cell(*cell))

    rows = [(row_no, [once(cell) for cell in cells]) for row_no, cells in sheet["rows"]]
    return Sheet(sheet["name"], sheet["header_row"], sheet["titles"], rows)


def _say(message: dict) -> None:
    os.write(1, msgspec.json.encode(message) + b"\n")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Wanted)
    try:
        sheet = read(Path(sys.argv[1]), wanted, lambda done, total: _say({"done": done, "total": total}))
    except Problem as problem:
        _say({"problem": asdict(problem)})
    else:
        sys.stdout.buffer.write(msgspec.json.encode({"sheet": sheet}) + b"\n")
