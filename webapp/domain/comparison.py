"""The sheet a state system exports of each household for comparison: which column means which field of the dictionary.

Its layout is not known, so the meaning of titles is data: the dictionary's own names and codes, comparison_titles.csv,
and before both what an office has said of a title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from webapp.domain import codes, dictionary
from webapp.domain.dictionary import Field
from webapp.domain.headers import Titles, column_of, letters, plain

NUMBER, NAME, CARD = "household.number", "member.name", "member.id_no"
IGNORED = "ignore"
#: Of whom a column may tell; a title that fits several means the first.
ENTITIES = ("household_year", "member", "member_year")


@dataclass(frozen=True)
class Columns:
    """What the columns of one sheet mean."""

    found: dict[str, int]  # target → index
    unknown: list[str]  # titles nobody has said anything about, or whose target another column has already

    def letter(self, target: str) -> str:
        return letters(self.found[target])


@cache
def fields() -> dict[str, Field]:
    """Every target but the number → its field, in the order of the dictionary."""
    found = (dictionary.household_year(), dictionary.member(), dictionary.member_year())
    return {f"{entity}.{name}": field for entity, kept in zip(ENTITIES, found, strict=True) for name, field in kept.items()}


def targets() -> tuple[str, ...]:
    return (NUMBER, *fields(), IGNORED)


@cache
def defaults() -> dict[str, str]:
    """Title → target as the dictionary has it."""
    titles: dict[str, str] = {plain(row["title"]): row["target"] for row in codes.rows("comparison_titles")}
    for target, field in fields().items():
        for title in (field.zh, field.cpad_code, f"{field.zh}({field.unit})"):
            if title:
                titles.setdefault(plain(title), target)
    return titles


def columns(header: Sequence[str], titles: Titles) -> Columns:
    """What is known of these titles (headers.numbered). Where two mean the same, the first does."""
    found: dict[str, int] = {}
    unknown = []
    for index, title in enumerate(header):
        target = column_of(title, titles) if title else IGNORED
        if target is None or target in found:
            unknown.append(title)
        elif target != IGNORED:
            found[target] = index
    return Columns(found, unknown)


def missing(found: Mapping[str, int]) -> list[str]:
    """Targets without which rows cannot be told apart: whose household, and of members who."""
    tells_of_members = any(target.startswith("member") for target in found)
    return [target for target in (NUMBER, NAME) if target not in found and (target == NUMBER or tells_of_members)]
