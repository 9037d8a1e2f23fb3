"""The titles people put over the columns of a sheet, and which of our columns they mean."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

#: A row is a header when it names at least this many of our columns.
HEADER_TITLES = 3
_IN_BRACKETS = re.compile(r"\([^)]*\)$")

Titles = Mapping[str, str]  # title as `plain` leaves it → our name of the column


def plain(text: str) -> str:
    """Text as it is compared: full-width forms made narrow, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def column_of(title: str, titles: Titles) -> str | None:
    """The column a title means; marks like * and a remark in brackets do not count."""
    bare = plain(title).replace("*", "").rstrip(":")
    return next((titles[one] for one in (bare, _IN_BRACKETS.sub("", bare)) if one in titles), None)


def is_header(cells: Sequence, titles: Titles) -> bool:
    named = {column_of(cell, titles) for cell in cells if isinstance(cell, str) and cell.strip()}
    return len(named - {None}) >= HEADER_TITLES


def numbered(cells: Sequence) -> list[str]:
    """The titles of a header row, up to the last one; one that stands there again is told from the first by its number."""
    texts = ["" if cell is None else str(cell).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    seen: Counter[str] = Counter()
    found = []
    for text in texts:
        seen[text] += 1
        found.append(f"{text} ({seen[text]})" if text and seen[text] > 1 else text)
    return found


def letters(index: int) -> str:
    """The name a spreadsheet gives the column at `index`: 0 → A, 27 → AB."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
