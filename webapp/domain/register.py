"""The register's table as people keep it: its columns, and what a header row may call them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from webapp.domain import codes
from webapp.domain.headers import column_of, letters, plain
from webapp.domain.problems import Problem

MAX_ROWS = 50_000

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


def titles() -> dict[str, str]:
    """Every title a column may have → its name."""
    return {title: column.name for column in columns().values() for title in column.titles}


def found(header: Sequence[str]) -> dict[str, int]:
    """Column name → index. Raises import_column_twice; a title that is there again comes numbered (headers.numbered)."""
    named = [(column_of(title, titles()), index) for index, title in enumerate(header) if title]
    known = [(name, index) for name, index in named if name]
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
