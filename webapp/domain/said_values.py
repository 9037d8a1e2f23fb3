"""What a cell says of a field of the dictionary, as the database keeps it."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from webapp.domain import codes, idcards
from webapp.domain.dictionary import Field
from webapp.domain.headers import plain
from webapp.domain.register_rows import Cell, Wrong

_SEPARATORS = re.compile(r"[、,，;；/|\s]+")
_DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})(?:T00:00:00|\D)?$")
#: Numbers of a column as the database takes them.
LARGEST_INT = 2**31 - 1


def value(field: Field, cell: Cell):
    """None for a blank one. Raises Wrong: the sentence register.error.<code>."""
    if cell.bad and not (cell.bad == "date" and field.kind == "date"):
        raise Wrong(cell.bad, text=cell.text[:40])
    text = " ".join(cell.text.split())
    return _READERS[field.kind](field, text) if text else None


def _text(field: Field, text: str) -> str:
    if field.is_sealed:
        text = idcards.number(text)
    if len(text) > field.longest:
        raise Wrong("too_long", length=len(text), most=field.longest)
    return text


def _bool(field: Field, text: str) -> bool:
    said = _yes_no().get(plain(text))
    if said is None:
        raise Wrong("yes_or_no", text=text[:40])
    return said == "1"


@cache
def _yes_no() -> dict[str, str]:
    return {row["word"]: row["code"] for row in codes.rows("yes_no_words")}


def _code(field: Field, text: str) -> str:
    """A code or its label; spreadsheets like to eat the leading zero of 01."""
    meant, wanted = _meant(field.codelist), plain(text)
    code = meant.get(wanted) or meant.get(wanted.lstrip("0"))
    if code is None:
        raise Wrong("code_unknown", text=text[:40], list=field.codelist)
    return code


@cache
def _meant(codelist: str) -> dict[str, str]:
    """Everything a code may be called → the code."""
    entries = codes.codes(codelist).values()
    bare = {plain(entry.code).lstrip("0"): entry.code for entry in entries}
    return bare | {plain(name): entry.code for entry in entries for name in (entry.en, entry.zh, entry.code) if name}


def _codes(field: Field, text: str) -> str:
    """Several with blanks between. A label that has a comma of its own is one."""
    try:
        return _code(field, text)
    except Wrong:
        return " ".join(dict.fromkeys(_code(field, part) for part in _SEPARATORS.split(text) if part))


def _number(text: str) -> float:
    try:
        found = float(plain(text).replace(",", ""))
    except ValueError:
        raise Wrong("no_number", text=text[:40]) from None
    if not -1e12 < found < 1e12:
        raise Wrong("no_number", text=text[:40])
    return found


def _decimal(field: Field, text: str) -> float:
    whole, scale = field.digits
    found = round(_number(text), scale)
    if abs(found) >= 10 ** (whole - scale):
        raise Wrong("number_large", text=text[:40])
    return found


def _int(field: Field, text: str) -> int:
    found = _number(text)
    if found != int(found) or abs(found) > LARGEST_INT:
        raise Wrong("no_whole_number", text=text[:40])
    return int(found)


def _date(field: Field, text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise Wrong("no_day", text=text[:40]) from None


_READERS: dict[str, Callable] = {
    "text": _text, "bool": _bool, "code": _code, "codes": _codes, "decimal": _decimal, "int": _int, "date": _date,
}  # fmt: skip
