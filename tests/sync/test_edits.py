"""household.edit: corrections made at a door, merged with the register field by field."""

import json
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.conftest import SETTINGS
from tests.factories import OTHER_COMMUNITY
from tests.sync.payloads import capture, edit, edit_op, op
from tests.sync.test_push import count, words
from webapp.domain.ids import uuid7
from webapp.models import Conflict, Household, HouseholdEdit, Op
from webapp.models.engine import begin_write
from webapp.services.households import phone_of
from webapp.services.sealing import key_ring

RING = key_ring(SETTINGS["DATA_KEYS"])
OLD, NEW, OTHER = "13812345678", "13987654321", "13700001111"


@pytest.fixture
def home(make):
    """A household with everything an edit may change."""
    household_id = uuid7()
    return make.household(
        id=household_id, head_name="张三", address="一组3号", phone_sealed=RING.seal(phone_of(household_id), OLD),
        phone_masked="138****5678",
    )  # fmt: skip


@pytest.fixture
def register(make, home):
    """register(address="…"): the office changes the household; register(): how it stands."""

    def change(**values) -> Household:
        if values:
            make.session.rollback()
            begin_write(make.session)
            row = make.session.get_one(Household, home.id)
            for name, value in values.items():
                setattr(row, name, value)
            row.rev += 1
            make.session.commit()
        return make.fresh(Household, home.id)

    return change


def numbers(household: Household) -> str:
    return RING.open(phone_of(household.id), household.phone_sealed) if household.phone_sealed else ""


def open_fields(make) -> list[tuple]:
    make.session.rollback()
    found = select(Conflict.field, Conflict.base, Conflict.ours, Conflict.theirs).where(Conflict.state == "open")
    return [tuple(row) for row in make.session.execute(found.order_by(Conflict.field))]


def test_an_edit_of_an_unchanged_register_is_taken(phone, make, home, register):
    group = make.group(no=2)
    sent = edit_op(
        home.id, head=("张三", "张三丰"), address=("一组3号", "一组5号"), group=(home.area_code, group.code),
        phone=("138****5678", None, NEW),
    )  # fmt: skip
    (verdict,) = phone.push(sent)
    kept = register()
    assert (verdict["verdict"], verdict["rev"], verdict["problem"]) == ("accepted", kept.rev, None)
    assert verdict["receipt"].startswith(f"ht1.{sent['id']}.")
    assert (kept.head_name, kept.pinyin, kept.initials) == ("张三丰", "zhangsanfeng", "zsf")
    assert (kept.address, kept.area_code) == ("一组5号", group.code)
    assert (numbers(kept), kept.phone_masked, str(kept.phone_mark)) == (NEW, "139****4321", sent["id"])
    assert words(phone.push(sent)) == ["duplicate"]
    assert count(make, HouseholdEdit) == 4


def test_different_fields_from_two_phones_are_merged_and_both_are_in_the_history_f31(phone, phone_of, make, home, register):
    colleague = phone_of(make.account("cadre"))
    assert words(phone.push(edit_op(home.id, address=("一组3号", "一组5号")))) == ["accepted"]
    assert words(colleague.push(edit_op(home.id, head=("张三", "张山")))) == ["accepted"]
    assert (register().address, register().head_name) == ("一组5号", "张山")
    assert count(make, HouseholdEdit, HouseholdEdit.effect == "take") == 2
    assert open_fields(make) == []


def test_a_field_the_office_changed_meanwhile_waits_for_a_person_and_the_others_are_taken_f30(phone, make, home, register):
    register(address="二组1号")
    sent = edit_op(home.id, address=("一组3号", "一组5号"), head=("张三", "张山"))
    (verdict,) = phone.push(sent)
    assert (verdict["verdict"], verdict["problem"]) == ("conflict", {"code": "edit_conflict", "fields": ["address"]})
    assert verdict["receipt"].startswith(f"ht1.{sent['id']}.{sent['payload_sha256']}.")
    assert (register().address, register().head_name, register().rev) == ("二组1号", "张山", verdict["rev"])
    assert open_fields(make) == [("address", "一组3号", "二组1号", "一组5号")]


def test_a_disputed_edit_sent_again_gets_the_same_answer_and_one_question(phone, make, home, register):
    register(address="二组1号")
    sent = edit_op(home.id, address=("一组3号", "一组5号"))
    first, second = phone.push(sent, sent)
    assert first == second == phone.push(sent)[0]
    assert (count(make, Conflict), count(make, HouseholdEdit), count(make, Op)) == (1, 1, 1)


def test_two_cadres_who_say_the_same_agree(phone, phone_of, make, home, register):
    colleague = phone_of(make.account("cadre"))
    phone.push(edit_op(home.id, address=("一组3号", "一组5号")))
    assert words(colleague.push(edit_op(home.id, address=("一组3号", "一组5号")))) == ["accepted"]
    assert open_fields(make) == []


def test_edits_of_one_batch_build_on_each_other(phone, make, home, register):
    first = edit_op(home.id, 1, address=("一组3号", "一组4号"), phone=("138****5678", None, NEW))
    second = edit_op(home.id, 2, address=("一组4号", "一组5号"), phone=("139****4321", first["id"], OTHER))
    assert words(phone.push(first, second)) == ["accepted", "accepted"]
    assert (register().address, numbers(register())) == ("一组5号", OTHER)


def test_against_a_changed_register_the_last_edit_of_a_phone_asks_for_all(phone, make, home, register):
    register(address="二组1号")
    sent = [edit_op(home.id, 1, address=("一组3号", "一组4号")), edit_op(home.id, 2, address=("一组4号", "一组5号"))]
    assert words(phone.push(*sent)) == ["conflict", "conflict"]
    assert open_fields(make) == [("address", "一组3号", "二组1号", "一组5号")]
    assert count(make, Conflict, Conflict.state == "passed", Conflict.choice == "newer") == 1


@pytest.mark.parametrize("changed", ["", "二组1号"])
def test_edits_that_the_network_brings_in_another_order_end_alike_f27(phone_of, make, cadre, changed):
    for order in permutations(range(3)):
        phone, home = phone_of(cadre), make.household(address=changed or "A")
        chain = [edit_op(home.id, n, address=(f"A{n - 1}" if n > 1 else "A", f"A{n}")) for n in (1, 2, 3)]
        for place in order:
            phone.push(chain[place])
        phone.push(*chain)
        assert make.fresh(Household, home.id).address == (changed or "A3")
        found = make.session.execute(
            select(Conflict.base, Conflict.theirs).where(Conflict.household_id == home.id, Conflict.state == "open")
        ).all()
        assert [tuple(row) for row in found] == ([("A", "A3")] if changed else [])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_any_order_and_any_number_of_sendings_every_edit_is_kept_once_f27(phone_of, make, cadre, data):
    phone, home = phone_of(cadre), make.household(address="A", head_name="张")
    sent = [edit_op(home.id, 1, address=("A", "B")), edit_op(home.id, 2, head=("张", "李")),
            edit_op(home.id, 3, address=("B", "C")), op(home.id, seq=4), op(home.id, capture(note="第二次"), seq=5)]  # fmt: skip
    for batch in data.draw(st.lists(st.lists(st.sampled_from(sent), max_size=5), max_size=5)):
        phone.push(*batch)
    assert "refused" not in words(phone.push(*sent))
    assert open_fields(make) == []
    kept = make.fresh(Household, home.id)
    assert (kept.address, kept.head_name, str(kept.capture_id)) == ("C", "李", sent[4]["id"])
    assert count(make, HouseholdEdit, HouseholdEdit.household_id == home.id) == 3


class TestPhoneNumbers:
    """Whoever sees only a mask learns nothing more, and no number is written over unseen."""

    def test_the_mark_of_the_pull_says_which_number_was_seen(self, phone, make, home, register):
        first = edit_op(home.id, phone=("138****5678", None, NEW))
        phone.push(first)
        mark = phone.held()[str(home.id)]["data"]["phone_mark"]
        assert mark == first["id"]
        assert words(phone.push(edit_op(home.id, 2, phone=("139****4321", mark, OTHER)))) == ["accepted"]
        assert numbers(register()) == OTHER

    def test_another_number_under_the_same_mask_is_noticed(self, phone, make, home, register):
        like = RING.seal(phone_of(home.id), "13899995678")
        register(phone_sealed=like, phone_masked="138****5678", phone_mark=uuid7())
        (verdict,) = phone.push(edit_op(home.id, phone=("138****5678", None, NEW)))
        assert verdict["problem"]["fields"] == ["phone"]
        assert numbers(register()) == "13899995678"

    def test_a_guess_gets_the_same_answer_whether_it_is_right_or_wrong(self, phone, make, home, register):
        register(phone_mark=uuid7())
        guesses = (edit_op(home.id, n, phone=("138****5678", None, guess)) for n, guess in enumerate((OLD, OTHER), 1))
        right, wrong = phone.push(*guesses)
        assert [right[name] for name in ("verdict", "problem", "rev")] == [wrong[name] for name in ("verdict", "problem", "rev")]

    def test_no_whole_number_lies_in_the_database_or_in_any_answer(self, phone, phone_of, make, home, register):
        stranger = phone_of(make.account("cadre", OTHER_COMMUNITY))
        register(phone_mark=uuid7())
        said = [phone.push(edit_op(home.id, phone=("138****5678", None, NEW))), phone.pull_all()[0]]
        said.append(stranger.push(edit_op(home.id, phone=("138****5678", None, NEW))))
        said.append(phone.push(edit_op(home.id, 2, phone=("138****5678", None, NEW)) | {"taken_at": "yesterday"}))
        make.session.rollback()
        for table in ("op", "household_edit", "conflict", "household", "change"):
            rows = make.session.execute(text(f"SELECT * FROM {table}")).all()
            said.append([[str(value) for value in row] for row in rows])
        everything = json.dumps(said, default=str)
        assert NEW not in everything
        assert OLD not in everything

    def test_a_number_may_be_taken_away(self, phone, make, home, register):
        assert words(phone.push(edit_op(home.id, phone=("138****5678", None, "")))) == ["accepted"]
        assert (register().phone_sealed, register().phone_masked) == (None, "")


WRONG = {
    "payload.fields": edit(),
    "payload.fields.head.theirs": edit(head=("张三", "")),
    "payload.fields.address.theirs": edit(address=("一组3号", " 一组5号")),
    "payload.fields.phone.theirs": edit(phone=("138****5678", None, "138 1234 5678")),
    "payload.fields.group.theirs": edit(group=("53050200500101", f"{OTHER_COMMUNITY}01")),
    "payload.fields.age": edit(age=("1", "2")),
    "payload.fields.address.mood": {"fields": {"address": {"base": "", "theirs": "", "mood": ""}}, "note": ""},
    "payload.note": edit("长" * 501, address=("", "一组")),
}


@pytest.mark.parametrize("place", WRONG)
def test_a_value_that_cannot_be_kept_is_refused_with_its_place(phone, home, place):
    (verdict,) = phone.push(op(home.id, WRONG[place], kind="household.edit"))
    assert verdict["problem"] == {"code": "invalid_payload", "fields": [place]}


def test_a_group_must_be_one_of_the_cadres(phone, home):
    (verdict,) = phone.push(edit_op(home.id, group=(home.area_code, f"{home.area_code[:12]}77")))
    assert verdict["problem"]["code"] == "not_found"


def test_an_edit_and_a_capture_of_one_batch_are_both_kept(phone, make, home, register):
    verdicts = phone.push(op(home.id), edit_op(home.id, 2, address=("一组3号", "一组5号")))
    assert words(verdicts) == ["accepted", "accepted"]
    kept = register()
    assert (kept.location_state, kept.address) == ("uploaded", "一组5号")
    assert phone.held()[str(home.id)]["rev"] == kept.rev == max(verdict["rev"] for verdict in verdicts)
