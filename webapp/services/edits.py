"""Taking edits of households in: merged field by field with the register, and kept whatever becomes of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from webapp.domain.access import Scope, community_of
from webapp.domain.merge import CONFLICT, KEEP, PASSED, TAKE, Ruling, Stated, judge
from webapp.models import Household, HouseholdEdit
from webapp.queries import edits
from webapp.queries.edits import RegisterRow
from webapp.services import conflicts, feeds
from webapp.services.households import phone_of
from webapp.services.names import spelling
from webapp.services.sealing import KeyRing, Place, masked
from webapp.services.sender import Sender
from webapp.services.stated_edit import StatedEdit, StatedNumber

Key = tuple[UUID, str]  # operation, field


class Value(NamedTuple):
    """What the register says of one field: as it is compared, as it is shown, and a phone number as it is kept."""

    key: str
    shown: str
    sealed: bytes | None = None


class NewEdit(NamedTuple):
    op_id: UUID
    payload_sha256: str
    device_seq: int
    taken_at: datetime
    stated: StatedEdit


@dataclass
class Home:
    """A household as the edits of a batch find it, and as they leave it."""

    row: RegisterRow
    register: dict[str, Value]
    said: dict[Key, dict] = field(default_factory=dict)  # rows of household_edit
    known: frozenset[Key] = frozenset()  # those that were kept before
    judged: dict[Key, None] = field(default_factory=dict)  # those that stand differently now, in this order
    disputed: set[Key] = field(default_factory=set)  # those that ever waited for a person

    @property
    def rev(self) -> int:
        return self.row.rev

    @property
    def deleted(self) -> bool:
        return self.row.deleted


def homes(session: Session, ids: Collection[UUID], scope: Scope) -> dict[UUID, Home]:
    """The households an edit may name, locked, with what was said of them before."""
    rows = edits.lock_households(session, ids, scope)
    said: dict[UUID, dict[Key, dict]] = defaultdict(dict)
    for row in edits.statements(session, rows.keys()):
        said[row["household_id"]][row["op_id"], row["field"]] = row
    return {row.id: _home(row, said[row.id]) for row in rows.values()}


def _home(row: RegisterRow, said: dict[Key, dict]) -> Home:
    disputed = {key for key, item in said.items() if item["effect"] == CONFLICT}
    return Home(row, values_of(row), said, frozenset(said), disputed=disputed)


def values_of(row: RegisterRow) -> dict[str, Value]:
    number = Value(str(row.phone_mark or ""), row.phone_masked, row.phone_sealed)
    texts = {"head": row.head_name, "group": row.area_code, "address": row.address}
    return {name: Value(text, text) for name, text in texts.items()} | {"phone": number}


def register_of(household: Household) -> dict[str, Value]:
    """What the register says now of each field an edit may change."""
    return values_of(RegisterRow(
        household.id, household.area_code, household.rev, household.head_name, household.address, household.phone_sealed,
        household.phone_masked, household.phone_mark, household.deleted_at is not None,
    ))  # fmt: skip


def stated_phone(op_id: UUID) -> Place:
    return Place("household_edit", op_id, "phone")


def merge(home: Home, new: NewEdit, sender: Sender, ring: KeyRing) -> list[str]:
    """The fields that wait for a person now. The home holds the outcome until it is kept."""
    waiting = []
    for name, said in new.stated.fields.given():
        key = new.op_id, name
        row = _statement(home, new, name, said, sender, ring)
        past = [_stated(item) for (_, other), item in home.said.items() if other == name]
        home.said[key] = row
        for ruling in judge(_stated(row), past, home.register[name].key):
            _carry_out(home, name, ruling, ring)
        if row["effect"] == CONFLICT:
            waiting.append(name)
    return waiting


def _statement(home: Home, new: NewEdit, name: str, said, sender: Sender, ring: KeyRing) -> dict:
    is_number = isinstance(said, StatedNumber)
    base_key = str(said.mark or "") if is_number else said.base
    return {
        "op_id": new.op_id, "field": name, "payload_sha256": new.payload_sha256, "household_id": home.row.id,
        "account_id": sender.account_id, "device_id": sender.device_id, "device_seq": new.device_seq,
        "base_key": base_key, "began": base_key, "base": said.base, "ours": home.register[name].shown,
        "theirs": masked(said.theirs) if is_number else said.theirs,
        "theirs_sealed": ring.seal(stated_phone(new.op_id), said.theirs) if is_number else None,
        "effect": None, "note": new.stated.note, "taken_at": new.taken_at, "received_at": sender.received_at,
    }  # fmt: skip


def _stated(row: dict) -> Stated:
    return Stated(
        row["op_id"], row["account_id"], row["device_id"], row["device_seq"], row["base_key"], key_of(row), row["effect"],
        row["began"],
    )  # fmt: skip


def key_of(row: dict) -> str:
    """What the register is known by when it has taken this."""
    return str(row["op_id"]) if row["field"] == "phone" else row["theirs"]


def _carry_out(home: Home, name: str, ruling: Ruling, ring: KeyRing) -> None:
    key = ruling.op_id, name
    row = home.said[key]
    row |= {"effect": ruling.effect, "began": ruling.base}
    if ruling.effect != PASSED:
        row["ours"] = home.register[name].shown
    if ruling.effect == TAKE:
        home.register[name] = _value(row, home.row.id, ring)
    if ruling.effect == CONFLICT:
        home.disputed.add(key)
    home.judged[key] = None


def taken(said: HouseholdEdit, household_id: UUID, ring: KeyRing) -> Value:
    """What the register says when it takes a statement that was kept."""
    return _value({name: getattr(said, name) for name in ("op_id", "field", "theirs", "theirs_sealed")}, household_id, ring)


def _value(row: dict, household_id: UUID, ring: KeyRing) -> Value:
    """A stated number is sealed anew for its place in the register."""
    number = ring.open(stated_phone(row["op_id"]), row["theirs_sealed"]) if row["theirs_sealed"] else ""
    return Value(key_of(row), row["theirs"], ring.seal(phone_of(household_id), number) if number else None)


def keep(session: Session, changed: Iterable[Home], now: datetime) -> None:
    """Write what the merges of a batch came to, and tell the phones."""
    changed = list(changed)
    said = [(home, key) for home in changed for key in home.judged]
    fresh = [home.said[key] for home, key in said if key not in home.known]
    if fresh:
        session.execute(insert(HouseholdEdit), fresh)
    rejudge(session, [home.said[key] for home, key in said if key in home.known])
    write(session, [(home.row, home.register) for home in changed], now)
    conflicts.lay(session, [_conflict(home, key) for home, key in said if key in home.disputed])


def rejudge(session: Session, rows: list[dict]) -> None:
    table = HouseholdEdit.__table__
    named = (table.c.op_id == bindparam("the_op"), table.c.field == bindparam("the_field"))
    columns = ("effect", "began", "ours")
    again = [{"the_op": row["op_id"], "the_field": row["field"]} | {name: row[name] for name in columns} for row in rows]
    if again:
        session.connection().execute(update(table).where(*named), again)


def write(session: Session, changed: Collection[tuple[RegisterRow, dict[str, Value]]], now: datetime) -> None:
    """The households as they are now, each with its next revision."""
    table = Household.__table__
    rows = [_columns(row, register) | {"the_id": row.id, "rev": row.rev + 1, "updated_at": now} for row, register in changed]
    if rows:
        session.connection().execute(update(table).where(table.c.id == bindparam("the_id")), rows)
    feeds.announce(session, [
        feeds.News(community_of(register["group"].key), "household", row.id, row.rev + 1) for row, register in changed
    ])  # fmt: skip


def _columns(row: RegisterRow, register: dict[str, Value]) -> dict:
    name, number = register["head"].key, register["phone"]
    spelt = spelling(name)
    return {
        "head_name": name, "pinyin": spelt.pinyin, "initials": spelt.initials, "area_code": register["group"].key,
        "address": register["address"].key, "phone_sealed": number.sealed, "phone_masked": number.shown,
        "phone_mark": UUID(number.key) if number.key else None,
    }  # fmt: skip


_SHARED = (
    "household_id", "op_id", "payload_sha256", "field", "ours", "theirs", "account_id", "device_id", "taken_at", "received_at",
)  # fmt: skip


#: How the conflict of a field stands by what became of its edit.
STANDS = {
    CONFLICT: (conflicts.OPEN, None), PASSED: (conflicts.PASSED, conflicts.NEWER),
    TAKE: (conflicts.PASSED, conflicts.TAKEN), KEEP: (conflicts.PASSED, conflicts.TAKEN),
}  # fmt: skip


def _conflict(home: Home, key: Key) -> dict:
    """The row of a field that waits, or waited and need not any more."""
    row = home.said[key]
    state, choice = STANDS[row["effect"]]
    return {column: row[column] for column in _SHARED} | {
        "id": conflicts.conflict_id(*key), "case_id": row["op_id"], "kind": "field",
        "area_code": home.register["group"].key, "base": _began(home, row),
        "state": state, "choice": choice, "rev": 1,
    }  # fmt: skip


def _began(home: Home, row: dict) -> str:
    """What people call the value where the phone's own edits began."""
    of_field = (item for (_, name), item in home.said.items() if name == row["field"])
    return next((item["base"] for item in of_field if item["base_key"] == row["began"]), row["base"])
