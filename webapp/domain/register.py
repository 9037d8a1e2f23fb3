"""The register's table as people keep it: its columns, and what a header row may call them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from webapp.domain import codes
from webapp.domain.problems import Problem

#: A row is a header when it names at least this many of our columns.
HEADER_TITLES = 3
MAX_ROWS = 50_000
_IN_BRACKETS = re.compile(r"\([^)]*\)$")


@dataclass(frozen=True)
class Column:
    name: str
    required: bool
    zh: str
    en: str
    titles: frozenset[str]
    hint_zh: str
    hint_en: str
    example: str

    def title(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en


@cache
def columns() -> dict[str, Column]:
    """Our columns by name, in the order of the template."""
    return {row["column"]: _column(row) for row in codes.rows("register_columns")}


def _column(row: dict[str, str]) -> Column:
    titles = {row["title_zh"], row["title_en"], *row["synonyms"].split("|")}
    return Column(
        row["column"], row["need"] == "required", row["title_zh"], row["title_en"], frozenset(map(plain, titles)),
        row["hint_zh"], row["hint_en"], row["example_zh"],
    )  # fmt: skip


def plain(text: str) -> str:
    """Text as it is compared: full-width forms made narrow, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def column_of(title: str) -> str | None:
    """The column a title means; marks like * and a remark in brackets do not count."""
    bare = plain(title).replace("*", "").rstrip(":")
    for candidate in (bare, _IN_BRACKETS.sub("", bare)):
        for column in columns().values():
            if candidate in column.titles:
                return column.name
    return None


def header(cells: Sequence) -> dict[str, int] | None:
    """Column name → index, if this row is a header. Raises import_column_twice."""
    named = [(column_of(cell), index) for index, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
    known = [(name, index) for name, index in named if name]
    if len({name for name, _ in known}) < HEADER_TITLES:
        return None
    twice = [name for name, n in Counter(name for name, _ in known).items() if n > 1]
    if twice:
        at = [letters(index) for name, index in known if name == twice[0]]
        raise Problem("import_column_twice", values={"title": columns()[twice[0]].zh, "columns": ", ".join(at)})
    return dict(known)


def missing(found: Iterable[str]) -> list[Column]:
    """The required columns a header lacks; longitude and latitude come together or not at all."""
    found = set(found)
    half = {"lon", "lat"} - found if found & {"lon", "lat"} else set()
    return [column for name, column in columns().items() if name not in found and (column.required or name in half)]


def letters(index: int) -> str:
    """The name a spreadsheet gives the column at `index`: 0 → A, 27 → AB."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
