"""What a row of the register must say. Cells come as text, or marked as something a register must not hold."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from webapp.domain import codes, phones
from webapp.domain.datum import Datum, to_wgs84
from webapp.domain.headers import letters, plain
from webapp.domain.problems import Problem
from webapp.domain.register import columns

#: Longest texts, as the table keeps them.
LONGEST = {"number": 32, "head": 60, "group": 80, "address": 200}
#: Mainland China with its margins, degrees: enough to catch swapped or garbled numbers.
LON_RANGE, LAT_RANGE = (73.0, 136.0), (3.0, 54.0)


class Cell(NamedTuple):
    """One cell: its text, and why the text cannot be used ("formula", "error_value", "lost_digits")."""

    text: str = ""
    bad: str | None = None


@dataclass(frozen=True)
class RowError:
    row: int
    column: str  # letter; "" when the whole row is meant
    code: str  # sentence register.error.<code>
    values: dict = field(default_factory=dict)

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}"

    def place(self) -> tuple:
        return self.row, len(self.column), self.column


@dataclass(frozen=True)
class Entry:
    """One household as the file has it. `lon`, `lat` are WGS 84 already."""

    row: int
    number: str
    head: str
    community: str  # 12-digit code
    group: str  # name
    attribute: str
    exit_status: str
    address: str | None  # None: the file has no such column
    phone: str | None
    lon: float | None = None
    lat: float | None = None


class Wrong(Exception):
    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Ground:
    """What rows are checked against."""

    communities: Mapping[str, str]  # name or code as `plain` leaves it → 12-digit code
    datum: Datum | None


def entries(
    found: Mapping[str, int], rows: Iterable[tuple[int, list[Cell]]], ground: Ground
) -> tuple[list[Entry], list[RowError]]:
    """The good rows and every fault of the others. Raises import_datum_missing, import_empty."""
    maybe = (_row(row_no, cells, found, ground) for row_no, cells in rows)
    read = [row for row in maybe if row is not None]
    if not read:
        raise Problem("import_empty")
    _mark_twins(read, letters(found["number"]))
    errors = sorted((error for row in read for error in row.errors), key=RowError.place)
    return [Entry(row.no, **row.values) for row in read if not row.errors], errors


@dataclass
class _Row:
    no: int
    values: dict
    errors: list[RowError]


def _row(no: int, cells: list[Cell], found: Mapping[str, int], ground: Ground) -> _Row | None:
    """One row as far as it can be understood; None for the template's example."""
    at = {name: cells[index] if index < len(cells) else Cell() for name, index in found.items()}
    if at["head"].text.startswith(columns()["head"].example):
        return None
    row = _Row(no, {}, [])
    for name, check in CHECKS.items():
        try:
            row.values[name] = _checked(at.get(name), check, ground)
        except Wrong as wrong:
            row.errors.append(RowError(no, letters(found[name]), wrong.code, wrong.values))
    if "lon" in row.values and "lat" in row.values:
        try:
            row.values["lon"], row.values["lat"] = _position(row.values["lon"], row.values["lat"], ground.datum)
        except Wrong as wrong:
            row.errors.append(RowError(no, letters(found["lon"]), wrong.code, wrong.values))
    return row


def _mark_twins(read: list[_Row], column: str) -> None:
    """Two rows with one number: neither is right until a person says which."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row in read:
        rows_of[row.values.get("number", "")].append(row.no)
    for row in read:
        number = row.values.get("number")
        others = [str(no) for no in rows_of[number][:6] if no != row.no] if number else []
        if others:
            row.errors.append(RowError(row.no, column, "number_twice", {"number": number, "others": ", ".join(others)}))


def _checked(cell: Cell | None, check: Callable, ground: Ground):
    if cell is None:
        return None
    if cell.bad:
        raise Wrong(cell.bad, text=cell.text[:40])
    return check(" ".join(cell.text.split()), ground)


def _text(name: str, needed: bool = True) -> Callable:
    def check(text: str, _ground: Ground) -> str:
        if needed and not text:
            raise Wrong(f"{name}_missing")
        if len(text) > LONGEST[name]:
            raise Wrong("too_long", most=LONGEST[name], length=len(text))
        return text

    return check


def _number(text: str, ground: Ground) -> str:
    return _text("number")(plain(text).upper(), ground)


def _community(text: str, ground: Ground) -> str:
    if not text:
        raise Wrong("community_missing")
    code = ground.communities.get(plain(text))
    if code is None:
        raise Wrong("community_unknown", text=text[:40])
    return code


def _code(name: str, digits: int) -> Callable:
    """A code of the list or its label; Excel likes to eat the leading zero of 01."""

    def check(text: str, _ground: Ground) -> str:
        wanted = plain(text)
        if not wanted:
            raise Wrong("code_missing", list=name)
        for entry in codes.codes(name).values():
            if wanted in (plain(entry.zh), plain(entry.en)) or wanted.zfill(digits) == entry.code:
                return entry.code
        raise Wrong("code_unknown", text=text[:40], list=name)

    return check


def _phone(text: str, _ground: Ground) -> str:
    number = phones.number(text)
    if not phones.is_number(number):
        raise Wrong("phone_odd")
    return number


def _degrees(text: str, _ground: Ground) -> float | None:
    if not text:
        return None
    try:
        return float(plain(text).rstrip("°"))
    except ValueError:
        raise Wrong("position_no_number", text=text[:40]) from None


def _position(lon: float | None, lat: float | None, datum: Datum | None) -> tuple[float | None, float | None]:
    if lon is None and lat is None:
        return None, None
    if lon is None or lat is None:
        raise Wrong("position_half")
    if _within(lat, LON_RANGE) and _within(lon, LAT_RANGE):
        raise Wrong("position_swapped")
    if not (_within(lon, LON_RANGE) and _within(lat, LAT_RANGE)):
        raise Wrong("position_far", lon=lon, lat=lat)
    if datum is None:
        raise Problem("import_datum_missing")
    lon, lat = to_wgs84((lon, lat), datum)
    return round(lon, 7), round(lat, 7)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


CHECKS: dict[str, Callable] = {
    "number": _number,
    "head": _text("head"),
    "community": _community,
    "group": _text("group"),
    "attribute": _code("household_attribute", 2),
    "exit_status": _code("exit_status", 1),
    "address": _text("address", needed=False),
    "phone": _phone,
    "lon": _degrees,
    "lat": _degrees,
}
