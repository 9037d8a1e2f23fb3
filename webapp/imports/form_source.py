"""The shipped questionnaires, as they lie in webapp/forms: the sheets of an XLSForm as TOML, so that a change can be read.

Keys are XLSForm columns. A pair of texts is the column in Chinese and in English; `include` puts a section shared by
several forms in its place; `code_lists` of the settings names lists of the dictionary whose codes become choices;
`version` counts within a year, for every campaign has its own.
"""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter

from webapp.domain import codes

FOLDER = Path(__file__).resolve().parents[1] / "forms"
#: They are written for the campaign of the notice.
YEAR = 2018
LANGUAGES = ("中文 (zh)", "English (en)")

Row = dict[str, str]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def version(name: str, year: int = YEAR) -> str:
    return f"{year}.{_read(FOLDER / f'{name}.toml')['settings']['version']}"


def sheets(name: str, year: int = YEAR) -> dict[str, list[Row]]:
    source = _read(FOLDER / f"{name}.toml")
    settings = source["settings"] | {"version": version(name, year)}
    choices = [*_choices(settings.pop("code_lists", [])), *map(_columns, source.get("choices", []))]
    return {"survey": list(_survey(source["survey"])), "choices": choices, "settings": [settings]}


def workbook(name: str, year: int = YEAR) -> bytes:
    """The same as an office would write it; the same bytes whenever it is made."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(year, 1, 1)})
        for title, rows in sheets(name, year).items():
            _write(book.add_worksheet(title), rows)
    return file.getvalue()


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _survey(rows: list[dict]) -> Iterator[Row]:
    for row in rows:
        if "include" in row:
            yield from _survey(_read(FOLDER / "sections" / f"{row['include']}.toml")["survey"])
        else:
            yield _columns(row)


def _columns(row: dict) -> Row:
    found: Row = {}
    for column, value in row.items():
        if isinstance(value, str):
            found[column] = value
        else:
            found.update({f"{column}::{language}": text for language, text in zip(LANGUAGES, value, strict=True)})
    return found


def _choices(lists: list[str]) -> Iterator[Row]:
    for name in lists:
        for code in codes.codes(name).values():
            yield {"list_name": name, "name": code.code, **_columns({"label": [code.zh, code.en or code.zh]})}


def _write(sheet, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    sheet.freeze_panes(1, 0)
    for line, values in enumerate([columns, *([row.get(column, "") for column in columns] for row in rows)]):
        for place, value in enumerate(values):
            if value:
                sheet.write_string(line, place, value)
