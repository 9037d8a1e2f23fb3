"""What an import would do, before it does it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import hypot
from uuid import UUID

from webapp.domain.access import Scope, community_of
from webapp.domain.headers import plain
from webapp.domain.register_rows import Entry, RowError

#: A group's code is its community's and two more digits.
MAX_GROUPS = 99
#: Positions nearer than this are the same position, degrees (about a centimetre).
SAME_DEGREES = 1e-7

GroupKey = tuple[str, str]  # community code, group name as `plain` leaves it


@dataclass(frozen=True)
class Known:
    """A household as the register has it now."""

    id: UUID
    number: str
    head: str
    area_code: str
    group: str
    attribute: str
    exit_status: str
    address: str
    phone: str
    lon: float | None
    lat: float | None
    rev: int
    deleted: bool


@dataclass(frozen=True)
class Change:
    """Fields that would get another value: name → (before, after)."""

    entry: Entry
    known: Known
    fields: dict[str, tuple[str, str]]


@dataclass
class Plan:
    new: list[Entry] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    new_groups: dict[GroupKey, tuple[str, str]] = field(default_factory=dict)  # → code, name
    missing: list[Known] = field(default_factory=list)  # in the register, not in the file; they stay

    @property
    def error_rows(self) -> int:
        return len({error.row for error in self.errors})

    @property
    def good(self) -> int:
        return len(self.new) + len(self.changed)

    def fingerprint(self) -> str:
        """Two plans with the same fingerprint do the same."""
        told = [
            sorted(entry.number for entry in self.new),
            sorted((change.entry.number, sorted(change.fields.items())) for change in self.changed),
            sorted(self.new_groups),
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def plan(
    entries: Iterable[Entry],
    errors: list[RowError],
    register: Mapping[str, Known],
    groups: Mapping[GroupKey, str],
    scope: Scope,
    columns: Mapping[str, str],
) -> Plan:
    """Compare the file with the register, which must hold every number of the file and all households of its
    communities. `columns` are the letters of the file's columns."""
    made = Plan(errors=list(errors))
    numbers = _NewGroups(groups)
    named, seen = {error.values.get("number") for error in errors}, set()
    for entry in entries:
        known = register.get(entry.number)
        fault = _fault(entry, known, scope, columns) or numbers.fault(entry, columns)
        if fault:
            made.errors.append(fault)
        else:
            _sort_in(made, entry, known, numbers.code(entry))
        seen.add(entry.number)
    made.errors.sort(key=RowError.place)
    made.new_groups = numbers.made
    made.missing = _missing(register, seen | named, {community_of(entry.community) for entry in entries}, scope)
    return made


def _fault(entry: Entry, known: Known | None, scope: Scope, columns: Mapping[str, str]) -> RowError | None:
    if not scope.covers(entry.community):
        return RowError(entry.row, columns["community"], "outside_scope")
    if known and not scope.covers(known.area_code):
        return RowError(entry.row, columns["number"], "number_elsewhere", {"number": entry.number})
    return None


class _NewGroups:
    """Codes for groups that do not exist yet, in the order the file names them."""

    def __init__(self, groups: Mapping[GroupKey, str]):
        self.known = groups
        self.made: dict[GroupKey, tuple[str, str]] = {}
        self.used: dict[str, set[int]] = defaultdict(set)
        for code in groups.values():
            self.used[code[:12]].add(int(code[12:]))

    def fault(self, entry: Entry, columns: Mapping[str, str]) -> RowError | None:
        if self._exists(entry) or len(self.used[entry.community]) < MAX_GROUPS:
            return None
        return RowError(entry.row, columns["group"], "groups_full", {"most": MAX_GROUPS, "text": entry.group})

    def code(self, entry: Entry) -> str:
        key = group_key(entry)
        if not self._exists(entry):
            number = next(n for n in range(1, MAX_GROUPS + 1) if n not in self.used[entry.community])
            self.used[entry.community].add(number)
            self.made[key] = (f"{entry.community}{number:02d}", entry.group)
        return self.known.get(key) or self.made[key][0]

    def _exists(self, entry: Entry) -> bool:
        return group_key(entry) in self.known or group_key(entry) in self.made


def group_key(entry: Entry) -> GroupKey:
    return entry.community, plain(entry.group)


def _sort_in(made: Plan, entry: Entry, known: Known | None, area_code: str) -> None:
    if known is None:
        made.new.append(entry)
        return
    fields = differences(entry, known, area_code)
    if fields:
        made.changed.append(Change(entry, known, fields))
    else:
        made.unchanged += 1


def differences(entry: Entry, known: Known, area_code: str) -> dict[str, tuple[str, str]]:
    """What the file would change; a column the file does not have changes nothing."""
    found = {}
    for name in ("head", "attribute", "exit_status", "address", "phone"):
        after = getattr(entry, name)
        if after is not None and after != getattr(known, name):
            found[name] = (getattr(known, name), after)
    if area_code != known.area_code:
        found["area"] = (f"{known.area_code} {known.group}", f"{area_code} {entry.group}")
    if entry.lon is not None and not _same_place(entry, known):
        found["position"] = (_place(known.lon, known.lat), _place(entry.lon, entry.lat))
    if known.deleted:
        found["deleted"] = ("1", "0")
    return found


def _same_place(entry: Entry, known: Known) -> bool:
    if None in (entry.lon, entry.lat, known.lon, known.lat):
        return False
    return hypot(entry.lon - known.lon, entry.lat - known.lat) <= SAME_DEGREES  # type: ignore[operator]


def _place(lon: float | None, lat: float | None) -> str:
    return "" if lon is None else f"{lon:.6f}, {lat:.6f}"


def _missing(register: Mapping[str, Known], seen: set, communities: set[str], scope: Scope) -> list[Known]:
    return sorted(
        (
            known
            for number, known in register.items()
            if number not in seen and not known.deleted
            and community_of(known.area_code) in communities and scope.covers(known.area_code)
        ),
        key=lambda known: (known.area_code, known.number),
    )  # fmt: skip
