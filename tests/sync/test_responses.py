"""response.add: filled-in questionnaires from a phone, and what the phones hear of them."""

from hashlib import sha256
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from tests.answered import FORM, VERSION, WHEN, Answered, answers
from tests.factories import OTHER_COMMUNITY
from tests.sync.payloads import op
from tests.sync.test_blobs import jpeg
from webapp.domain.ids import uuid7
from webapp.models import Op, Response, ResponseFile
from webapp.models.engine import begin_write
from webapp.services import response_review


@pytest.fixture
def home(make, session):
    Answered(session).publish()
    return make.household()


@pytest.fixture
def cadre(make):
    return make.account("cadre")


@pytest.fixture
def phone(phone_of, cadre):
    return phone_of(cadre)


def sent(household_id, seq: int = 1, response_id=None, *, files=(), replaces=None, xml=None, **said) -> dict:
    response_id = response_id or uuid7()
    payload = {
        "form": FORM, "version": VERSION, "replaces": str(replaces) if replaces else None, "files": list(files),
        "xml": xml or answers(response_id, household_id, replaces=replaces, **said),
    }  # fmt: skip
    return op(household_id, payload, seq, id=str(response_id), kind="response.add")


def file(data: bytes, name: str = "door.jpg") -> dict:
    return {
        "name": name, "sha256": sha256(data).hexdigest(), "bytes": len(data), "width": 640, "height": 480,
        "taken_at": "2018-10-09T02:11:05Z",
    }  # fmt: skip


def count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_a_response_is_taken_and_the_household_tells_of_it(phone, home, session):
    one = sent(home.id, wage_income="15000")
    (verdict,) = phone.push(one)
    assert (verdict["verdict"], verdict["rev"], verdict["problem"]) == ("accepted", 2, None)
    row = phone.held()[str(home.id)]
    assert row["rev"] == 2
    (told,) = row["data"]["responses"]
    assert {name: told[name] for name in ("id", "form", "version", "state", "mine", "files", "review")} == {
        "id": one["id"], "form": FORM, "version": VERSION, "state": "received", "mine": True, "files": [], "review": None,
    }  # fmt: skip
    session.rollback()
    assert session.scalars(select(Op)).one().payload is None


def test_again_is_a_duplicate_and_a_faulty_one_is_kept_with_its_problems(phone, home, session):
    one = sent(home.id, farmland_mu="900")
    assert [phone.push(one)[0]["verdict"] for _ in range(2)] == ["accepted", "duplicate"]
    assert count(session, Response) == 1
    assert [found["code"] for found in session.scalars(select(Response)).one().problems] == ["constraint"]


def test_another_content_under_the_same_id_is_a_conflict_and_the_first_stays(phone, home, session):
    response_id = uuid7()
    phone.push(sent(home.id, 1, response_id))
    (verdict,) = phone.push(sent(home.id, 2, response_id, wage_income="1"))
    assert (verdict["verdict"], verdict["problem"]["code"]) == ("conflict", "conflict")
    assert count(session, Response) == 1


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda one: one["payload"].update(form="nothing"), "payload.form"),
        (lambda one: one["payload"].update(version="0"), "payload.form"),
        (lambda one: one["payload"].update(xml="<data"), "payload.xml"),
        (lambda one: one["payload"].update(xml=one["payload"]["xml"].replace("uuid:", "uuid:0")), "payload.xml.instanceID"),
        (lambda one: one["payload"].update(replaces=str(uuid7())), "payload.replaces"),
        (lambda one: one["payload"].update(files=[file(b"a"), file(b"b")]), "payload.files[1].name"),
        (lambda one: one["payload"].update(more=1), "payload.more"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(phone, home, session, spoil, field):
    import rfc8785

    one = sent(home.id)
    spoil(one)
    one["payload_sha256"] = sha256(rfc8785.dumps(one["payload"])).hexdigest()
    (verdict,) = phone.push(one)
    assert (verdict["verdict"], verdict["problem"]["code"], verdict["receipt"]) == ("refused", "invalid_payload", None)
    assert field in verdict["problem"]["fields"]
    assert count(session, Response) == 0


def test_households_of_others_are_not_found(phone, make, home, session):
    (verdict,) = phone.push(sent(make.household(OTHER_COMMUNITY).id))
    assert (verdict["verdict"], verdict["problem"]["code"]) == ("refused", "not_found")
    assert count(session, Response) == 0


def test_what_was_refused_lies_sealed(phone, make, home, session):
    (verdict,) = phone.push(sent(make.household(OTHER_COMMUNITY).id, phone="13812345678"))
    assert verdict["verdict"] == "refused"
    session.rollback()
    assert "13812345678" not in str(session.scalars(select(Op.payload)).one())


def test_a_correction_and_what_it_corrects_come_in_one_batch(phone, home, session):
    first, second = uuid7(), uuid7()
    verdicts = phone.push(sent(home.id, 1, first), sent(home.id, 2, second, replaces=first, wage_income="1"))
    assert [verdict["verdict"] for verdict in verdicts] == ["accepted", "accepted"]
    session.rollback()
    assert {row.id: row.newest for row in session.scalars(select(Response))} == {first: False, second: True}
    (told,) = phone.held()[str(home.id)]["data"]["responses"]
    assert told["id"] == str(second)


def test_a_photo_is_shown_to_who_may_see_the_household_only(phone, phone_of, make, home):
    data = jpeg()
    phone.push(sent(home.id, door="door.jpg", files=[file(data)]))
    (told,) = phone.held()[str(home.id)]["data"]["responses"]
    assert told["files"] == [{"name": "door.jpg", "sha256": file(data)["sha256"], "received": False}]
    assert phone.put(file(data)["sha256"], data).status_code == 201
    (told,) = phone.held()[str(home.id)]["data"]["responses"]
    assert told["files"][0]["received"]
    stranger = phone_of(make.account("cadre", OTHER_COMMUNITY))
    address = f"/api/v1/blobs/{file(data)['sha256']}"
    assert phone.client.get(address, headers=phone.headers).status_code == 200
    assert stranger.client.get(address, headers=stranger.headers).status_code == 404


def test_the_phone_hears_why_it_came_back(phone, make, home, session):
    one = sent(home.id)
    phone.push(one)
    office = make.account("office", "530502005000")
    session.rollback()
    begin_write(session)
    response_review.send_back(session, session.scalars(select(Response)).one(), ["C03"], "无工资证明", office, WHEN)
    session.commit()
    (told,) = phone.held()[str(home.id)]["data"]["responses"]
    assert (told["state"], told["review"]["reasons"], told["review"]["text"]) == ("returned", ["C03"], "无工资证明")


def test_two_sendings_at_once_keep_one_response(app, phone, home, session):
    one, start, found = sent(home.id, door="door.jpg", files=[file(b"x")]), Barrier(2), []

    def push() -> None:
        client = app.test_client()
        start.wait()
        body = {"device_id": str(phone.device.id), "ops": [one]}
        found.append(client.post("/api/v1/sync/push", json=body, headers=phone.headers).json["verdicts"][0]["verdict"])

    threads = [Thread(target=push) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["accepted", "duplicate"]
    assert (count(session, Response), count(session, ResponseFile)) == (1, 1)


def test_the_side_door_and_the_phone_may_bring_the_same(phone, home, cadre, session):
    answered = Answered(session)
    row = answered(home, cadre)
    one = sent(home.id, response_id=row.id, xml=answers(row.id, home.id))
    assert phone.push(one)[0]["verdict"] == "accepted"
    other = sent(home.id, 2, row.id, xml=answers(row.id, home.id, wage_income="2"))
    assert phone.push(other)[0]["verdict"] == "conflict"
    assert count(session, Response) == 1
