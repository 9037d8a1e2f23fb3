"""Code lists: the field's own words, as data."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

#: The lists a phone needs to work offline.
PHONE_LISTS = (
    "capture_exception", "capture_reason", "return_reason", "decision_reason", "household_attribute", "exit_status",
    "response_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Code:
    code: str
    zh: str
    en: str


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one data file, by column title."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def codes(name: str) -> dict[str, Code]:
    """One code list by code, in the order of its file."""
    return {row["code"]: Code(row["code"], row["label_zh"], row["label_en"]) for row in rows(f"code_{name}")}


def label(name: str, code: str | None, locale: str) -> str:
    """The words of a code; an unknown code stays as it is, so that old data can still be read."""
    entry = codes(name).get(code or "")
    if entry is None:
        return code or ""
    return entry.zh if locale.startswith("zh") else entry.en
