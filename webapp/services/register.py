"""Taking a register in: compared first, then written in one go."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from webapp.domain.access import Scope, community_of
from webapp.domain.cells import cell
from webapp.domain.datum import Datum
from webapp.domain.headers import letters
from webapp.domain.ids import uuid7
from webapp.domain.register_plan import Change, Plan, group_key, plan
from webapp.domain.register_rows import Entry, Ground, entries
from webapp.imports.register_xlsx import Sheet
from webapp.models import Capture, Household
from webapp.queries import campaigns
from webapp.queries import register as reading
from webapp.services import foundation
from webapp.services.feeds import changed
from webapp.services.households import phone_of
from webapp.services.names import spelling
from webapp.services.sealing import KeyRing, masked

BATCH = 500
Tick = Callable[[int, int], None]


def compare(session: Session, sheet: Sheet, datum: Datum | None, scope: Scope, ring: KeyRing) -> Plan:
    """What importing this sheet would do. Raises import_datum_missing, import_empty."""
    good, errors = entries(sheet.found, sheet.rows, Ground(reading.community_names(session), datum))
    register = reading.known(
        session, {entry.community for entry in good}, {entry.number for entry in good},
        lambda row, sealed: ring.open(phone_of(row), sealed) if sealed else "",
    )  # fmt: skip
    columns = {name: letters(index) for name, index in sheet.found.items()}
    return plan(good, errors, register, reading.groups(session), scope, columns)


def write(
    session: Session, made: Plan, ring: KeyRing, now: datetime, *, demo: bool = False, tick: Tick = lambda *_: None
) -> None:
    """Everything the plan says, nothing else: households are added and changed, never removed."""
    writing = _Writing(session, ring, now, campaigns.active(session).year, demo, _group_codes(session, made))
    done = 0
    for part in _batches(made.new):
        _add(writing, part)
        tick(done := done + len(part), made.good)
    for part in _batches(made.changed):
        _change(writing, part)
        tick(done := done + len(part), made.good)
    _tell(session, writing)
    session.flush()


@dataclass(frozen=True)
class _Writing:
    session: Session
    ring: KeyRing
    now: datetime
    year: int
    demo: bool
    groups: dict
    told: dict = field(default_factory=lambda: defaultdict(list))  # community → (household, rev)
    left: dict = field(default_factory=lambda: defaultdict(list))  # the same for communities they moved out of
    came: dict = field(default_factory=lambda: defaultdict(list))  # and for those they moved into: the family comes with them


def _group_codes(session: Session, made: Plan) -> dict:
    for code, name in made.new_groups.values():
        foundation.add_area(session, code, "group", name, code[:12])
    return reading.groups(session)


def _batches(things: Sequence) -> Iterator[Sequence]:
    return (things[start : start + BATCH] for start in range(0, len(things), BATCH))


def _add(writing: _Writing, part: Sequence[Entry]) -> None:
    ids = [uuid7() for _ in part]
    captures = [_capture(writing, entry, row) for entry, row in zip(part, ids, strict=True) if entry.lon is not None]
    previous = {capture["household_id"]: capture["id"] for capture in captures}
    rows = [
        _columns(writing, entry, row) | {"id": row, "number": entry.number, "demo": writing.demo, "location_state": "missing",
        "previous_capture_id": previous.get(row), "rev": 1, "created_at": writing.now}
        for entry, row in zip(part, ids, strict=True)
    ]  # fmt: skip
    writing.session.execute(insert(Household), rows)
    _keep_captures(writing, captures)
    for row in rows:
        writing.told[community_of(row["area_code"])].append((row["id"], 1))


def _change(writing: _Writing, part: Sequence[Change]) -> None:
    captures = [_capture(writing, change.entry, change.known.id) for change in part if "position" in change.fields]
    previous = {capture["household_id"]: capture["id"] for capture in captures}
    for change in part:
        known = change.known
        values = _columns(writing, change.entry, known.id) | {"rev": known.rev + 1, "deleted_at": None}
        if "phone" in change.fields:
            values["phone_mark"] = uuid7()
        if known.id in previous:
            values["previous_capture_id"] = previous[known.id]
        writing.session.execute(update(Household).where(Household.id == known.id).values(values))
        _note_move(writing, known.id, known.area_code, values)
    _keep_captures(writing, captures)


def _note_move(writing: _Writing, household_id: UUID, before: str, values: dict) -> None:
    here, there = community_of(values["area_code"]), community_of(before)
    writing.told[here].append((household_id, values["rev"]))
    if here != there:
        writing.left[there].append((household_id, values["rev"]))
        writing.came[here].append((household_id, values["rev"]))


def _columns(writing: _Writing, entry: Entry, household_id: UUID) -> dict:
    """What the file says of a household; a column the file does not have is left out."""
    name = spelling(entry.head)
    values = {
        "head_name": entry.head, "pinyin": name.pinyin, "initials": name.initials, "area_code": writing.groups[group_key(entry)],
        "attribute": entry.attribute, "exit_status": entry.exit_status, "updated_at": writing.now,
    }  # fmt: skip
    if entry.address is not None:
        values["address"] = entry.address
    if entry.phone is not None:
        sealed = writing.ring.seal(phone_of(household_id), entry.phone) if entry.phone else None
        values |= {"phone_sealed": sealed, "phone_masked": masked(entry.phone)}
    return values


def _capture(writing: _Writing, entry: Entry, household_id: UUID) -> dict:
    """The position the register came with. Nobody reviews it: it is what the new one is compared with."""
    return {
        "id": uuid7(), "year": writing.year, "subject": "household", "household_id": household_id,
        "area_code": writing.groups[group_key(entry)], "lon": entry.lon, "lat": entry.lat,
        "point": f"SRID=4326;POINT({entry.lon} {entry.lat})", "cell": cell(entry.lon, entry.lat), "fixes": [],
        "source": "import", "note": "", "state": "accepted", "taken_at": writing.now, "received_at": writing.now,
    }  # fmt: skip


def _keep_captures(writing: _Writing, captures: list[dict]) -> None:
    if captures:
        writing.session.execute(insert(Capture), captures)


def _tell(session: Session, writing: _Writing) -> None:
    for community in sorted(writing.told.keys() | writing.left.keys()):  # one order for everybody: no deadlocks
        changed(session, community, "household", writing.told[community])
        changed(session, community, "household", writing.left[community], deleted=True)
        changed(session, community, "family", writing.came[community])
        changed(session, community, "family", writing.left[community], deleted=True)
