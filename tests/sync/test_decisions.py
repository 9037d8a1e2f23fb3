"""A person decides what no rule may settle; every decision can be told, and most can be taken back."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.conftest import SETTINGS
from tests.sync.payloads import capture, edit_op, exception, op
from tests.sync.test_push import count, words
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.domain.workflow.conflict import CHOICES
from webapp.models import Account, Capture, Conflict, ConflictEvent, Household, Op
from webapp.models.engine import begin_write
from webapp.queries import conflicts as reads
from webapp.services import decisions
from webapp.services.foundation import STREET
from webapp.services.households import phone_of
from webapp.services.sealing import key_ring
from webapp.sync import release
from webapp.sync.receipts import Receipts
from webapp.sync.release import Authority

RING = key_ring(SETTINGS["DATA_KEYS"])
OFFICE = "530502005"


class Desk:
    """An office that decides the only open conflict, or one of them by its kind or field."""

    def __init__(self, make):
        self.make, self.session = make, make.session
        self.office = make.account("office", STREET)

    def find(self, **wanted) -> Conflict:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Conflict).filter_by(**wanted).order_by(Conflict.received_at)).first()

    def decide(self, choice: str, value: str = "", reasons=("D01",), text: str = "", seen: str | None = None, **wanted) -> None:
        rows = self._begin(**wanted)
        why = decisions.Why(self.session.get_one(Account, self.office.id), now(), list(reasons), text)
        if rows[0].kind == "field":
            seen = self._there(rows[0]) if seen is None else seen
            decisions.decide_field(self.session, rows[0], choice, value, seen, why, self.scope, RING)
        elif rows[0].kind == "two_captures":
            decisions.decide_captures(self.session, rows[0], choice, why)
        else:
            release.decide(self.session, [row for row in rows if row.state == "open"], choice, why, self._authority())
        self.session.commit()

    def reopen(self, **wanted) -> None:
        rows = self._begin(**wanted)
        why = decisions.Why(self.session.get_one(Account, self.office.id), now())
        if rows[0].kind == "field":
            decisions.reopen_field(self.session, rows[0], why, self.scope)
        elif rows[0].kind == "two_captures":
            decisions.reopen_captures(self.session, rows[0], why)
        else:
            release.reopen(self.session, decisions.together(rows, rows[0].decided_at), why)
        self.session.commit()

    @property
    def scope(self):
        from webapp.domain.access import Scope

        return Scope((OFFICE,))

    def _begin(self, **wanted) -> list[Conflict]:
        found = self.find(**wanted)
        self.session.rollback()
        begin_write(self.session)
        return reads.case(self.session, found.id, self.scope, lock=True)

    def _there(self, conflict: Conflict) -> str:
        household = self.session.get_one(Household, conflict.household_id)
        return {
            "address": household.address, "head": household.head_name, "group": household.area_code,
            "phone": str(household.phone_mark or ""),
        }[conflict.field]  # fmt: skip

    def _authority(self) -> Authority:
        return Authority([("office", STREET)], Receipts(SETTINGS["SECRET_KEY"]), RING)


@pytest.fixture
def desk(make):
    return Desk(make)


@pytest.fixture
def disputed(phone, make):
    """A household whose address the register and a phone disagree about."""
    household = make.household(address="二组1号", head_name="张三")
    phone.push(edit_op(household.id, address=("一组3号", "一组5号")))
    return household


def told(phone) -> list[dict]:
    return [change["data"] for change in phone.pull_all()[0] if change["kind"] == "conflict"]


class TestFields:
    @pytest.mark.parametrize(
        ("choice", "value", "address"), [("ours", "", "二组1号"), ("theirs", "", "一组5号"), ("other", "三组9号", "三组9号")]
    )
    def test_a_decision_is_carried_out_and_told(self, phone, make, desk, disputed, choice, value, address):
        desk.decide(choice, value, text="已电话核实")
        assert make.fresh(Household, disputed.id).address == address
        (data,) = told(phone)
        assert (data["state"], data["choice"]) == ("decided", choice)
        assert {name: data["decision"][name] for name in ("value", "reasons", "text", "by")} == {
            "value": address, "reasons": ["D01"], "text": "已电话核实", "by": desk.office.name,
        }  # fmt: skip
        last = phone.held()[str(disputed.id)]["data"]["history"][-1]
        assert (last["event"], last["by"]) == ("decided", desk.office.name)
        assert last["changes"] == [{"field": "address", "before": "二组1号", "after": address, "outcome": choice}]

    @pytest.mark.parametrize(("choice", "value"), [("ours", ""), ("theirs", ""), ("other", "三组9号")])
    def test_taken_back_everything_is_as_before_and_can_be_decided_otherwise(self, phone, make, desk, disputed, choice, value):
        desk.decide(choice, value)
        desk.reopen()
        assert make.fresh(Household, disputed.id).address == "二组1号"
        assert [(data["state"], data["decision"]) for data in told(phone)] == [("open", None)]
        desk.decide("theirs")
        assert make.fresh(Household, disputed.id).address == "一组5号"
        assert count(make, ConflictEvent) == 3

    def test_nobody_decides_over_a_register_that_changed_meanwhile(self, desk, disputed):
        with pytest.raises(Problem, match="conflict_changed"):
            desk.decide("theirs", seen="一组3号")

    def test_a_decision_is_not_taken_back_over_what_came_after_it(self, phone, make, desk, disputed):
        desk.decide("theirs")
        phone.push(edit_op(disputed.id, 2, address=("一组5号", "一组6号")))
        with pytest.raises(Problem, match="conflict_overtaken"):
            desk.reopen()
        assert make.fresh(Household, disputed.id).address == "一组6号"

    @pytest.mark.parametrize("missing", [{"reasons": ()}, {"reasons": ("D99",)}])
    def test_a_decision_says_why(self, desk, disputed, missing):
        with pytest.raises(Problem, match="conflict_reason_missing"):
            desk.decide("ours", **missing)

    def test_what_is_decided_is_not_decided_again(self, desk, disputed):
        desk.decide("ours")
        with pytest.raises(Problem, match="move_not_allowed"):
            desk.decide("theirs")

    @pytest.mark.parametrize(
        ("field", "value"), [("head", ""), ("head", "长" * 61), ("phone", "12ab"), ("group", "53050200500177")]
    )
    def test_another_value_must_fit_its_field(self, phone, make, desk, field, value):
        group = make.group(no=2)
        household = make.household(head_name="张三", phone_mark=uuid7(), phone_masked="138****5678")
        stated = {"head": ("李四", "王五"), "phone": ("", None, "13987654321"), "group": (f"{group.code[:12]}88", group.code)}
        phone.push(edit_op(household.id, **{field: stated[field]}))
        with pytest.raises(Problem, match="conflict_value_odd"):
            desk.decide("other", value)

    def test_a_phone_number_goes_on_being_sealed_whatever_is_chosen(self, phone, make, desk):
        household_id = uuid7()
        make.household(
            id=household_id, phone_sealed=RING.seal(phone_of(household_id), "13812345678"), phone_masked="138****5678",
            phone_mark=uuid7(),
        )  # fmt: skip
        phone.push(edit_op(household_id, phone=("137****0000", None, "13987654321")))

        def number() -> tuple[str, str]:
            row = make.fresh(Household, household_id)
            return RING.open(phone_of(household_id), row.phone_sealed), row.phone_masked

        desk.decide("theirs")
        assert number() == ("13987654321", "139****4321")
        desk.reopen()
        assert number() == ("13812345678", "138****5678")
        desk.decide("other", "13700001111")
        assert number() == ("13700001111", "137****1111")

    def test_an_edit_built_on_the_decided_one_is_merged_with_the_decision(self, phone, make, desk, disputed):
        desk.decide("theirs")
        assert words(phone.push(edit_op(disputed.id, 2, address=("一组5号", "一组6号")))) == ["accepted"]
        assert make.fresh(Household, disputed.id).address == "一组6号"


class TestTwoCaptures:
    @pytest.fixture
    def both(self, phone, phone_of, make):
        household = make.household()
        first, second = op(household.id), op(household.id, exception())
        phone.push(first)
        phone_of(make.account("cadre")).push(second)
        return household, first["id"], second["id"]

    def test_the_chosen_one_stands_and_the_other_is_kept(self, make, desk, both):
        household, first, second = both
        desk.decide("ours")
        kept = make.fresh(Household, household.id)
        assert (str(kept.capture_id), kept.location_state, count(make, Capture)) == (first, "uploaded", 2)
        desk.reopen()
        kept = make.fresh(Household, household.id)
        assert (str(kept.capture_id), kept.location_state) == (second, "excepted")
        desk.decide("theirs")
        assert str(make.fresh(Household, household.id).capture_id) == second

    def test_a_third_capture_that_stands_by_now_goes_on_standing(self, phone, make, desk, both):
        household, _, second = both
        phone.push(third := op(household.id, capture(supersedes=second), seq=2))
        desk.decide("ours")
        assert str(make.fresh(Household, household.id).capture_id) == third["id"]


class TestDeletedHouseholds:
    """F32: registered again, or not; what waited is kept either way."""

    @pytest.fixture
    def gone(self, phone, make):
        household = make.household(deleted_at=now(), address="一组3号")
        sent = [op(household.id), edit_op(household.id, 2, address=("一组3号", "一组5号"))]
        phone.push(*sent)
        return household, sent

    def test_registered_again_it_has_everything_that_waited(self, phone, make, desk, gone):
        household, sent = gone
        desk.decide("theirs")
        kept = make.fresh(Household, household.id)
        assert (kept.deleted_at, kept.address, str(kept.capture_id)) == (None, "一组5号", sent[0]["id"])
        assert count(make, Conflict, Conflict.state == "decided") == 2
        assert words(phone.push(*sent)) == ["duplicate", "duplicate"]
        assert phone.held()[str(household.id)]["rev"] == kept.rev

    def test_it_may_stay_deleted_and_nothing_is_lost(self, phone, make, desk, gone):
        household, sent = gone
        desk.decide("ours")
        assert (make.fresh(Household, household.id).deleted_at is None, count(make, Capture)) == (False, 0)
        assert words(phone.push(*sent)) == ["duplicate", "duplicate"]
        assert count(make, Op, Op.payload.is_not(None)) == 2

    def test_both_decisions_can_be_taken_back(self, phone, make, desk, gone):
        household, sent = gone
        desk.decide("theirs")
        desk.reopen()
        assert make.fresh(Household, household.id).deleted_at is not None
        assert str(household.id) not in phone.held()
        desk.decide("ours")
        desk.reopen()
        desk.decide("theirs")
        kept = make.fresh(Household, household.id)
        assert (kept.deleted_at, str(kept.capture_id), count(make, Capture)) == (None, sent[0]["id"], 1)


class TestForks:
    def test_the_second_content_becomes_a_record_of_its_own(self, phone, make, desk):
        household = make.household()
        phone.push(sent := op(household.id))
        phone.push(other := op(household.id, capture(note="另一份"), id=sent["id"]))
        desk.decide("theirs")
        captures = make.session.execute(select(Capture.id, Capture.note)).all()
        assert sorted(note for _, note in captures) == ["", "另一份"]
        assert len({capture_id for capture_id, _ in captures}) == 2
        assert words(phone.push(sent, other)) == ["duplicate", "duplicate"]
        assert len([step for step in phone.held()[str(household.id)]["data"]["history"] if step["event"] == "received"]) == 2
        with pytest.raises(Problem, match="move_not_allowed"):
            desk.reopen()

    def test_the_first_content_may_stand_alone(self, phone, make, desk):
        household = make.household(address="A")
        phone.push(sent := edit_op(household.id, address=("A", "B")))
        phone.push(edit_op(household.id, address=("A", "C")) | {"id": sent["id"]})
        desk.decide("ours")
        assert make.fresh(Household, household.id).address == "B"


class TestQuarantine:
    """F22: the office releases or dismisses; author and time stay the cadre's."""

    @pytest.fixture
    def held(self, phone, make, cadre):
        household = make.household(address="一组3号")
        begin_write(make.session)
        make.session.get_one(Account, cadre.id).disabled_at = now()
        make.session.commit()
        sent = [op(household.id), edit_op(household.id, 2, address=("一组3号", "一组5号"), phone=("", None, "13987654321"))]
        phone.push(*sent)
        return household, sent

    def test_released_it_is_a_record_like_any_other(self, phone, make, cadre, desk, held):
        household, sent = held
        received_at = desk.find().received_at
        desk.decide("theirs", state="open")
        desk.decide("theirs", state="open")
        kept = make.fresh(Household, household.id)
        assert (str(kept.capture_id), kept.address, kept.phone_masked) == (sent[0]["id"], "一组5号", "139****4321")
        stored = make.fresh(Capture, UUID(sent[0]["id"]))
        assert (stored.account_id, stored.device_id, stored.received_at) == (cadre.id, phone.device.id, received_at)
        verdicts = phone.push(*sent)
        assert words(verdicts) == ["duplicate", "duplicate"]
        assert all(verdict["receipt"].startswith(f"ht1.{verdict['id']}.") for verdict in verdicts)
        assert count(make, Op, Op.payload.is_not(None)) == 0

    def test_dismissed_it_is_kept_and_its_phone_need_not_send_it_again(self, phone, make, desk, held):
        household, sent = held
        desk.decide("ours", state="open")
        assert words(phone.push(sent[0])) == ["duplicate"]
        assert make.fresh(Household, household.id).capture_id is None
        assert count(make, Op, Op.verdict == "dismissed", Op.payload.is_not(None)) == 1

    def test_a_dismissal_can_be_taken_back(self, phone, make, desk, held):
        household, sent = held
        desk.decide("ours", op_id=UUID(sent[0]["id"]))
        desk.reopen(op_id=UUID(sent[0]["id"]))
        assert words(phone.push(sent[0])) == ["conflict"]
        desk.decide("theirs", op_id=UUID(sent[0]["id"]))
        assert str(make.fresh(Household, household.id).capture_id) == sent[0]["id"]

    def test_the_phone_gets_its_receipt_with_the_news(self, phone, make, cadre, desk, held):
        desk.decide("ours", state="open", text="重复记录")
        begin_write(make.session)
        make.session.get_one(Account, cadre.id).disabled_at = None
        make.session.commit()
        data = next(data for data in told(phone) if data["state"] == "decided")
        assert data["receipt"].startswith(f"ht1.{data['ops'][0]}.")
        assert data["decision"]["text"] == "重复记录"

    def test_what_nobody_knows_cannot_be_released(self, phone, desk):
        phone.push(op(uuid7()))
        with pytest.raises(Problem, match="conflict_unreleasable"):
            desk.decide("theirs")
        desk.decide("ours")

    def test_a_released_capture_beside_another_one_asks_which_stands(self, phone, phone_of, make, desk, held):
        household, sent = held
        phone_of(make.account("cadre")).push(op(household.id))
        desk.decide("theirs", op_id=UUID(sent[0]["id"]))
        make.session.rollback()
        assert make.session.scalar(select(func.count()).where(Conflict.kind == "two_captures")) == 1


def test_every_kind_has_its_choices():
    from webapp.models.conflict import KINDS

    assert set(CHOICES) == set(KINDS)
