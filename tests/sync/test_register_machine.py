"""F29, F30, F31, F32: two phones and the office change the same household, none knowing what the others do meanwhile.

Nothing is written over by somebody who has not seen it, and what did not come through lies before a person.
"""

from collections import defaultdict
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.factories import COMMUNITY
from tests.sync.payloads import capture, edit_op, op
from tests.sync.test_decisions import Desk
from webapp.domain.clock import now
from webapp.models import Capture, Conflict, Household, HouseholdEdit, Op
from webapp.models.engine import begin_write
from webapp.services import feeds

COLUMNS = {"address": "address", "head": "head_name"}
PHONES, FIELDS = st.integers(0, 1), st.sampled_from(sorted(COLUMNS))


class Register(RuleBasedStateMachine):
    """No two writes say the same, so whatever stands somewhere tells who wrote it."""

    ops = Bundle("ops")

    def __init__(self, make, phone_of):
        super().__init__()
        self.make, self.session, self.phone_of = make, make.session, phone_of

    @initialize()
    def begin(self):
        self.phones = [self.phone_of(self.make.account("cadre")) for _ in range(2)]
        self.home = self.make.household(address="旧址").id
        self.desk, self.numbers, self.seqs = Desk(self.make), count(1), [0, 0]
        self.made_by: dict[str, int] = {}
        self.sent: dict[str, dict] = {}
        self.known, self.had = [defaultdict(set), defaultdict(set)], defaultdict(set)
        self.shown: list[dict] = [{}, {}]
        self.stands()
        self.pulls(0)
        self.pulls(1)

    def stands(self) -> dict:
        """What the register says now, by field."""
        self.session.rollback()
        self.session.expire_all()
        row = self.session.get_one(Household, self.home)
        found = {field: getattr(row, column) for field, column in COLUMNS.items()}
        for field, value in found.items():
            self.had[field].add(value)
        return found

    def keep(self, phone: int, made: dict) -> dict:
        self.made_by[made["id"]] = phone
        return made

    def seq(self, phone: int) -> int:
        self.seqs[phone] += 1
        return self.seqs[phone]

    @rule(target=ops, phone=PHONES, fields=st.sets(FIELDS, min_size=1))
    def corrects(self, phone, fields):
        """On top of what this phone shows; not sent yet."""
        said = {}
        for field in sorted(fields):
            said[field] = self.shown[phone][field], f"{field} {next(self.numbers)}"
            self.shown[phone][field] = said[field][1]
            self.known[phone][field].add(said[field][1])
        return self.keep(phone, edit_op(self.home, self.seq(phone), **said))

    @rule(target=ops, phone=PHONES)
    def captures(self, phone):
        return self.captures_of(phone)

    def captures_of(self, phone: int) -> dict:
        stated = capture(note=f"{next(self.numbers)}", supersedes=self.shown[phone]["capture"])
        return self.keep(phone, op(self.home, stated, self.seq(phone)))

    @rule()
    def two_people_go_to_the_door_and_send_at_once(self):
        self.pushes([self.captures_of(0), self.captures_of(1)])

    @rule(batch=st.lists(ops, min_size=1, max_size=5))
    def sends(self, batch):
        """In any order, some of it again."""
        self.pushes(batch)

    def pushes(self, batch: list[dict]) -> None:
        for phone in (0, 1):
            mine = [made for made in batch if self.made_by[made["id"]] == phone]
            before = self.stands()
            if mine:
                self.phones[phone].push(*mine)
            after = self.stands()
            written_over = {field: value for field, value in before.items() if after[field] != value}
            assert {field for field, value in written_over.items() if value not in self.known[phone][field]} == set()
            self.sent |= {made["id"]: made for made in mine}

    @rule(phone=PHONES)
    def pulls(self, phone):
        change = self.phones[phone].held().get(str(self.home))
        if change is None:
            return
        said = change["data"]
        self.shown[phone] = {field: said[field] for field in COLUMNS} | {"capture": said["capture"] and said["capture"]["id"]}
        for field in COLUMNS:
            self.known[phone][field].add(said[field])

    def office(self, **values) -> None:
        self.session.rollback()
        begin_write(self.session)
        row = self.session.get_one(Household, self.home)
        for name, value in values.items():
            setattr(row, name, value)
        row.rev += 1
        feeds.changed(self.session, COMMUNITY, "household", [(row.id, row.rev)], deleted=row.deleted_at is not None)
        self.session.commit()
        self.stands()

    @rule(field=FIELDS)
    def the_office_corrects(self, field):
        self.office(**{COLUMNS[field]: f"office {next(self.numbers)}"})

    @rule(is_gone=st.booleans())
    def the_office_strikes_off_or_registers_again(self, is_gone):
        self.office(deleted_at=now() if is_gone else None)

    @rule(choice=st.sampled_from(["ours", "theirs"]))
    def a_person_decides_about_the_deleted(self, choice):
        wanted = {"kind": "deleted", "state": "open", "household_id": self.home}
        if self.desk.find(**wanted):
            self.desk.decide(choice, **wanted)
            self.stands()

    @rule()
    def looks_at_the_server(self):
        self.stands()
        rows = self.session.scalars(select(Op).where(Op.entity_id == self.home)).all()
        assert sorted(str(row.id) for row in rows) == sorted(self.sent)
        asked = self.session.scalars(select(Conflict).where(Conflict.household_id == self.home)).all()
        held = {str(item.op_id) for item in asked if item.kind == "deleted"}
        self.check_edits(held, {(item.field, item.theirs) for item in asked if item.state == "open"})
        self.check_captures(held, any(item.kind == "two_captures" for item in asked))

    def check_edits(self, held: set, waiting: set):
        """Every one is in the history; the last word of each phone stood in the register or waits for a person."""
        history = {(str(row.op_id), row.field) for row in self.session.scalars(select(HouseholdEdit))}
        last = {}
        for made in sorted(self.sent.values(), key=lambda made: made["device_seq"]):
            for field, said in made["payload"].get("fields", {}).items():
                assert made["id"] in held or (made["id"], field) in history
                last[self.made_by[made["id"]], field] = made["id"], said["theirs"]
        for (_, field), (op_id, theirs) in last.items():
            assert op_id in held or theirs in self.had[field] or (field, theirs) in waiting

    def check_captures(self, held: set, is_told: bool):
        """All are kept; of two phones that did not know of each other a person is told."""
        kept = {str(row_id) for row_id in self.session.scalars(select(Capture.id).where(Capture.household_id == self.home))}
        sent = {made_id for made_id, made in self.sent.items() if made["kind"] == "capture.add"}
        assert kept <= sent <= kept | held
        knew = {self.sent[made_id]["payload"]["supersedes"] for made_id in kept} & kept
        assert is_told or knew or len({self.made_by[made_id] for made_id in kept}) < 2

    def teardown(self):
        if hasattr(self, "home"):
            self.looks_at_the_server()


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_whoever_changes_a_household_meanwhile_nothing_is_written_over_unseen(app, make, phone_of):
    house = settings(max_examples=10, stateful_step_count=30, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Register(make, phone_of), settings=house)
