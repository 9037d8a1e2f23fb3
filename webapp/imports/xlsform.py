"""An XLSForm as the XForm that phones and ODK clients fill in. `convert_apart` for a stranger's file, `convert` for our own."""

import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as pyxform_convert

from webapp.domain.problems import Problem
from webapp.domain.xform import definition
from webapp.domain.xform.nodes import Unreadable
from webapp.imports import workbook, xform_marks
from webapp.imports.xlsform_faults import Fault, read_fault

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 5000, 200
MAX_MEMORY_BYTES = 1024**3
MAX_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]

_BROKEN = (InvalidFileException, DefusedXmlException, ParseError, KeyError, ValueError, TypeError)


@dataclass(frozen=True)
class Converted:
    form_id: str
    version: str
    title: str
    subject: str
    xml: str
    attachments: dict[str, str]  # file name → text of the CSV
    warnings: list[dict] = field(default_factory=list)  # as Fault


def convert(source: bytes) -> Converted:
    """Raises the problems of `workbook.check`, form_too_large, and form_faulty with its `faults`."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(source)
        file.flush()
        _check(Path(file.name))
    warnings: list[str] = []
    try:
        xml = pyxform_convert(source, warnings=warnings, validate=False, file_type=".xlsx").xform
    except PyXFormError as error:
        raise faulty([read_fault(str(error))]) from error
    except _BROKEN as error:
        raise Problem("import_broken") from error
    return _converted(xml, [read_fault(text) for text in warnings])


def faulty(faults: list[Fault]) -> Problem:
    return Problem("form_faulty", values={"faults": [asdict(fault) for fault in faults]})


def _converted(xml: str, warnings: list[Fault]) -> Converted:
    marks = xform_marks.read(xml)
    if marks.faults:
        raise faulty(marks.faults)
    try:
        definition.read(xml, marks.attachments)
    except Unreadable as error:
        raise faulty([Fault("expression", str(error), values={"name": str(error)[:200]})]) from error
    said = [asdict(fault) for fault in (*warnings, *marks.warnings)]
    return Converted(marks.form_id, marks.version, marks.title, marks.subject, xml, marks.attachments, said)


def _check(path: Path) -> None:
    if path.stat().st_size > MAX_BYTES:
        raise Problem("form_too_large", values={"most": MAX_BYTES // 1024**2})
    workbook.check(path)
    try:
        book = load_workbook(path, read_only=True, keep_links=False)
        faults = [fault for sheet in book.worksheets for fault in _sheet_faults(sheet)]
    except _BROKEN as error:
        raise Problem("import_broken") from error
    if faults:
        raise faulty(faults[:20])


def _sheet_faults(sheet) -> list[Fault]:
    """A cell that computes shows pyxform what it was once, and the author something else."""
    faults = []
    for row_no, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        if row_no > MAX_ROWS:
            return [Fault("too_many_rows", sheet=sheet.title, values={"most": MAX_ROWS})]
        formulas = [cell for cell in cells if cell.data_type == "f"]
        faults += [Fault("formula", sheet=sheet.title, row=row_no, column=cell.column_letter) for cell in formulas]
    return faults


def convert_apart(source: bytes) -> Converted:
    """`convert` in a child that may use only so much memory and time. Raises also import_too_heavy."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    try:
        child = subprocess.run(command, input=source, capture_output=True, cwd=ROOT, timeout=MAX_SECONDS, check=True)  # noqa: S603
        answer = msgspec.json.decode(child.stdout)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        raise Problem("import_too_heavy") from error
    if "problem" in answer:
        raise Problem(**answer["problem"])
    return Converted(**answer["form"])


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    try:
        answer = {"form": asdict(convert(sys.stdin.buffer.read()))}
    except Problem as problem:
        answer = {"problem": asdict(problem)}
    sys.stdout.buffer.write(msgspec.json.encode(answer))
