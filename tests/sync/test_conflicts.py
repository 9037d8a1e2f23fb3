"""What no rule may settle is kept, acknowledged and laid on a desk: deleted households, two phones, forks, closed accounts."""

import hashlib

import pytest
from sqlalchemy import select

from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.sync.payloads import capture, edit_op, exception, op, photo
from tests.sync.test_push import count, words
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.models import Account, Capture, Conflict, Grant, Household, Op
from webapp.models.engine import begin_write

KINDS = ("kind", "state", "problem", "area_code")


@pytest.fixture
def desk(make):
    """desk("kind", "state"): these columns of every conflict, in the order they came."""

    def rows(*columns: str) -> list[tuple]:
        make.session.rollback()
        found = select(*(getattr(Conflict, name) for name in columns)).order_by(Conflict.received_at, Conflict.op_id)
        return [tuple(row) for row in make.session.execute(found)]

    return rows


@pytest.fixture
def write(make):
    """A write of the office beside the phones."""

    def within(act) -> None:
        make.session.rollback()
        begin_write(make.session)
        act(make.session)
        make.session.commit()

    return within


def disable(write, account: Account, at) -> None:
    write(lambda session: setattr(session.get_one(Account, account.id), "disabled_at", at))


def lose_grant(write, account: Account) -> None:
    write(lambda session: session.delete(session.scalars(select(Grant).where(Grant.account_id == account.id)).one()))


class TestTwoCaptures:
    """F29: two phones at one door."""

    def test_both_are_kept_and_a_person_is_asked(self, phone, phone_of, make, desk):
        colleague, home = phone_of(make.account("cadre")), make.household()
        first, second = op(home.id), op(home.id, capture(note="第二台手机"))
        assert words(phone.push(first) + colleague.push(second)) == ["accepted", "accepted"]
        assert (count(make, Capture), str(make.fresh(Household, home.id).capture_id)) == (2, second["id"])
        assert desk("kind", "state", "op_id", "other_id") == [
            ("two_captures", "open", make.session.scalar(select(Capture.id).where(Capture.note == "第二台手机")),
             make.session.scalar(select(Capture.id).where(Capture.note == ""))),
        ]  # fmt: skip
        colleague.push(second)
        assert count(make, Conflict) == 1

    def test_whoever_knew_of_the_first_is_not_asked(self, phone, phone_of, make, desk):
        colleague, home = phone_of(make.account("cadre")), make.household()
        phone.push(first := op(home.id))
        colleague.push(op(home.id, capture(supersedes=first["id"])))
        phone.push(op(home.id, exception(), seq=2))
        assert desk("kind") == [("two_captures",)]  # the last one alone, which knew of neither

    def test_a_person_with_two_phones_is_two_phones(self, phone, phone_of, make, cadre, desk):
        home, twin = make.household(), phone_of(cadre)
        phone.push(op(home.id), op(home.id, seq=2))
        assert desk("kind") == []
        twin.push(op(home.id))
        assert desk("kind") == [("two_captures",)]

    def test_a_returned_capture_is_in_nobodys_way(self, phone, phone_of, make, write, desk):
        colleague, home = phone_of(make.account("cadre")), make.household()
        phone.push(op(home.id))
        write(lambda session: setattr(session.scalars(select(Capture)).one(), "state", "returned"))
        colleague.push(op(home.id))
        assert desk("kind") == []

    def test_captures_of_one_phone_that_come_in_another_order_leave_the_newest_standing_f27(self, phone, make):
        home = make.household()
        older, newer = op(home.id, exception(), seq=1), op(home.id, seq=2)
        phone.push(newer)
        assert words(phone.push(older)) == ["accepted"]
        kept = make.fresh(Household, home.id)
        assert (str(kept.capture_id), kept.location_state, count(make, Capture)) == (newer["id"], "uploaded", 2)
        assert phone.held()[str(home.id)]["rev"] == make.fresh(Household, home.id).rev


class TestDeletedHouseholds:
    """F32: a record of a household that is no longer registered."""

    def test_a_capture_and_an_edit_wait_with_a_receipt(self, phone, make, desk):
        home = make.household(deleted_at=now(), address="一组3号")
        sent = [op(home.id), edit_op(home.id, 2, address=("一组3号", "一组5号"))]
        verdicts = phone.push(*sent)
        assert [(v["verdict"], v["problem"]["code"]) for v in verdicts] == [("conflict", "household_deleted")] * 2
        assert all(v["receipt"].startswith(f"ht1.{item['id']}.") for v, item in zip(verdicts, sent, strict=True))
        assert desk(*KINDS) == [("deleted", "open", "household_deleted", home.area_code)] * 2
        assert (count(make, Capture), make.fresh(Household, home.id).address) == (0, "一组3号")
        assert phone.push(*sent) == verdicts
        assert count(make, Conflict) == 2

    def test_what_names_people_is_sealed_while_it_waits(self, phone, make):
        home = make.household(deleted_at=now())
        phone.push(sent := edit_op(home.id, phone=("", None, "13812345678")), op(home.id, seq=2))
        make.session.rollback()
        kept = {row.kind: row.payload for row in make.session.scalars(select(Op))}
        assert list(kept["household.edit"]) == ["sealed"]
        assert "13812345678" not in str(kept)
        assert kept["capture.add"]["subject"] == "household"
        assert sent["payload"]["fields"]["phone"]["theirs"] == "13812345678"


class TestForks:
    def test_the_second_content_of_an_operation_waits_on_the_desk(self, phone, make, desk):
        home = make.household()
        phone.push(sent := op(home.id))
        phone.push(other := op(home.id, capture(note="另一份"), id=sent["id"]))
        phone.push(other)
        assert desk("kind", "state", "area_code", "household_id", "payload_sha256") == [
            ("op_fork", "open", home.area_code, home.id, other["payload_sha256"]),
        ]  # fmt: skip

    def test_a_fork_lies_where_the_first_content_lies(self, phone, make, desk):
        home = make.household()
        phone.push(sent := edit_op(home.id, address=("", "一组")))
        phone.push(edit_op(uuid7(), address=("", "二组")) | {"id": sent["id"]})
        assert desk("kind", "household_id") == [("op_fork", home.id)]


class TestQuarantine:
    """F22: an account closed, or an area taken away, while the phone was offline."""

    def test_a_closed_account_may_hand_over_its_records_and_photos_but_not_read(self, phone, make, cadre, write, desk):
        home = make.household()
        disable(write, cadre, now())
        (verdict,) = phone.push(op(home.id))
        assert (verdict["verdict"], verdict["problem"]["code"], verdict["receipt"]) == ("refused", "account_disabled", None)
        assert desk(*KINDS) == [("quarantine", "open", "account_disabled", home.area_code)]
        picture = _picture()
        sha = hashlib.sha256(picture).hexdigest()
        assert phone.put(sha, picture).status_code == 201
        pulled = phone.client.get("/api/v1/sync/pull", headers=phone.headers)
        seen = phone.client.get(f"/api/v1/blobs/{sha}", headers=phone.headers)
        told = [(answer.status_code, answer.json["problem"]["code"]) for answer in (pulled, seen)]
        assert told == [(403, "account_disabled")] * 2

    def test_what_was_accepted_before_the_account_was_closed_stays_accepted(self, phone, make, cadre, write, desk):
        phone.push(sent := op(make.household().id))
        disable(write, cadre, now())
        assert words(phone.push(sent)) == ["duplicate"]
        assert desk("kind") == []

    def test_records_of_an_area_taken_away_lie_on_the_desk_of_that_area(self, phone, make, cadre, write, desk):
        home = make.household()
        lose_grant(write, cadre)
        assert phone.push(op(home.id))[0]["problem"]["code"] == "not_found"
        assert desk(*KINDS) == [("quarantine", "open", "not_found", home.area_code)]

    def test_given_back_it_is_accepted_when_it_comes_again_and_nothing_is_left_to_decide(self, phone, make, cadre, write, desk):
        home = make.household()
        disable(write, cadre, now())
        phone.push(sent := op(home.id, capture(photos=[photo()])), edit_op(home.id, 2, address=("", "一组")))
        disable(write, cadre, None)
        assert words(phone.push(sent)) == ["accepted"]
        assert sorted(desk("state", "choice")) == sorted([("passed", "allowed"), ("open", None)])
        assert str(make.fresh(Household, home.id).capture_id) == sent["id"]

    def test_a_household_nobody_knows_lies_with_those_responsible_for_its_author(self, phone, desk):
        phone.push(op(uuid7()))
        assert desk(*KINDS) == [("quarantine", "open", "not_found", COMMUNITY)]

    def test_of_an_author_without_any_area_it_lies_at_the_county(self, phone, cadre, write, desk):
        lose_grant(write, cadre)
        phone.push(op(uuid7()))
        assert desk("area_code") == [("530502000000",)]


def _picture() -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(file, "JPEG")
    return file.getvalue()


class TestThePhoneLearnsOfIt:
    def test_an_authors_phone_is_told_of_the_question_and_nobody_elses(self, phone, phone_of, make):
        colleague, home = phone_of(make.account("cadre")), make.household(address="二组1号")
        phone.push(sent := edit_op(home.id, address=("一组3号", "一组5号"), note="门牌已换"))
        (mine,) = [change for change in phone.pull_all()[0] if change["kind"] == "conflict"]
        assert mine["data"] | {"receipt": None} == {
            "ops": [sent["id"]], "household": str(home.id), "kind": "field", "field": "address", "state": "open", "choice": None,
            "side": "theirs", "base": "一组3号", "ours": "二组1号", "theirs": "一组5号", "receipt": None, "decision": None,
        }  # fmt: skip
        assert [change for change in colleague.pull_all()[0] if change["kind"] == "conflict"] == []

    def test_whoever_the_register_has_its_value_from_is_told_what_is_asked_and_decided(self, phone, phone_of, make, cadre, write):
        colleague, bystander = phone_of(make.account("cadre")), phone_of(make.account("cadre"))
        home = make.household(address="一组3号")
        phone.push(edit_op(home.id, address=("一组3号", "二组1号")))
        bystander.push(edit_op(home.id, head=(home.head_name, "张山"), address=("一组3号", "一组3号")))
        colleague.push(edit_op(home.id, address=("一组3号", "一组5号")))
        asked = [change["data"] for change in phone.pull_all()[0] if change["kind"] == "conflict"]
        assert [(data["side"], data["ops"], data["receipt"]) for data in asked] == [("ours", [], None)]
        assert [change for change in bystander.pull_all()[0] if change["kind"] == "conflict"] == []
        lose_grant(write, cadre)
        write(lambda session: session.add(Grant(id=uuid7(), account_id=cadre.id, role="cadre", area_code=OTHER_COMMUNITY)))
        assert [change for change in phone.pull_all()[0] if change["kind"] == "conflict"] == [], "it is another's word"

    def test_the_history_of_a_household_tells_who_said_what(self, phone, make, cadre):
        home = make.household(address="二组1号", head_name="张三")
        phone.push(sent := edit_op(home.id, address=("一组3号", "一组5号"), head=("张三", "张山"), note="门牌已换"))
        (entry,) = phone.held()[str(home.id)]["data"]["history"]
        assert (entry["event"], entry["by"], entry["text"]) == ("edited", cadre.name, "门牌已换")
        assert entry["receipt"].startswith(f"ht1.{sent['id']}.")
        assert entry["changes"] == [
            {"field": "address", "before": "二组1号", "after": "一组5号", "outcome": "waiting"},
            {"field": "head", "before": "张三", "after": "张山", "outcome": "taken"},
        ]

    def test_both_authors_of_two_captures_are_told(self, phone, phone_of, make):
        colleague, home = phone_of(make.account("cadre")), make.household()
        phone.push(first := op(home.id))
        colleague.push(second := op(home.id))
        told = [[c["data"]["ops"] for c in one.pull_all()[0] if c["kind"] == "conflict"] for one in (phone, colleague)]
        assert told == [[[first["id"]]], [[second["id"]]]]

    def test_a_conflict_of_an_area_since_lost_is_still_its_authors(self, phone, make, cadre, write):
        home = make.household()
        cursor = phone.pull_all()[1]
        lose_grant(write, cadre)
        write(lambda session: session.add(Grant(id=uuid7(), account_id=cadre.id, role="cadre", area_code=OTHER_COMMUNITY)))
        phone.push(sent := op(home.id))
        told = [change["data"]["ops"] for change in phone.pull_all(cursor)[0] if change["kind"] == "conflict"]
        assert told == [[sent["id"]]]
