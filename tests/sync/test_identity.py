"""Who a phone is: key, token, numbers, clones, the codes that let it in. ADR 0009."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from tests.sync.payloads import op
from tests.sync.signing import Key, SigningPhone, code_of
from webapp import create_app
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models import Account, Device, DeviceEvent, EnrolCode
from webapp.models.engine import begin_write
from webapp.services import devices
from webapp.sync import protocol, pull


def test_a_phone_with_a_key_is_believed_only_with_its_signature(signing):
    assert signing.ask("GET", "/api/v1/me").status_code == 200
    assert code_of(signing.ask("GET", "/api/v1/me", key=Key())) == (401, "unauthorized")
    bearer = {"Authorization": f"Bearer {signing.token}"}
    assert code_of(signing.client.get("/api/v1/me", headers=bearer)) == (401, "unauthorized")


def test_a_signature_holds_for_one_request_only(signing):
    proof = signing.key.proof("GET", "/api/v1/sync/pull?cursor=&limit=5", b"")
    assert signing.ask("GET", "/api/v1/sync/pull?cursor=&limit=5", **{"X-Hetu-Proof": proof}).status_code == 200
    for method, target, body in (
        ("GET", "/api/v1/sync/pull?cursor=&limit=6", None),
        ("GET", "/api/v1/me", None),
        ("POST", "/api/v1/devices/token", {}),
    ):
        assert code_of(signing.ask(method, target, body, **{"X-Hetu-Proof": proof})) == (401, "unauthorized")


@pytest.mark.parametrize("proof", ["", "v1", "v1.0.x", "v2.0." + "A" * 86, "v1.0." + "A" * 86, "v1.x." + "A" * 86])
def test_what_is_no_proof_proves_nothing(signing, proof):
    assert code_of(signing.ask("GET", "/api/v1/me", **{"X-Hetu-Proof": proof})) == (401, "unauthorized")


def test_a_signed_push_and_a_signed_photo_are_taken(signing, make):
    assert signing.push(op(make.household().id))[0]["verdict"] == "accepted"
    changed = {"device_id": signing.device_id, "ops": []}
    proof = signing.key.proof("POST", "/api/v1/sync/push", b"{}")
    assert signing.ask("POST", "/api/v1/sync/push", changed, **{"X-Hetu-Proof": proof}).status_code == 401


@pytest.mark.parametrize("key", ["", "x", "A" * 86, "A" * 87])
def test_what_is_no_key_is_not_taken_for_one(client, person, key):
    phone = SigningPhone(client, person().username)
    assert code_of(phone.sign_in(public_key=key)) == (400, "bad_request")


def test_a_new_token_is_worth_something_at_once_and_the_old_one_until_then(signing):
    old = signing.token
    new = signing.ask("POST", "/api/v1/devices/token", {}).json["token"]
    assert signing.ask("GET", "/api/v1/me").status_code == 200, "the reply may have been lost"
    newest = signing.ask("POST", "/api/v1/devices/token", {}).json["token"]
    signing.token = new
    assert code_of(signing.ask("GET", "/api/v1/me")) == (401, "unauthorized"), "only the newest waits"
    signing.token = newest
    assert signing.ask("GET", "/api/v1/me").status_code == 200
    signing.token = old
    assert code_of(signing.ask("GET", "/api/v1/me")) == (401, "unauthorized")


def test_a_phone_from_before_there_were_keys_brings_one_with_its_next_token(client, make, person):
    _, headers = make.phone(person())
    phone = SigningPhone(client, "cadre01")
    phone.token = headers["Authorization"].removeprefix("Bearer ")
    phone.token = phone.ask("POST", "/api/v1/devices/token", {"public_key": phone.key.public}).json["token"]
    assert phone.ask("GET", "/api/v1/me").status_code == 200
    assert code_of(phone.ask("GET", "/api/v1/me", key=Key())) == (401, "unauthorized")


def test_a_phone_that_signs_in_again_stays_the_same_device_and_counts_on(signing, make, session):
    """F20"""
    signing.push(op(make.household().id, seq=1))
    device_id, old = signing.device_id, signing.token
    answer = signing.sign_in(device_id=device_id)
    assert (signing.device_id, answer.json["last_seq"], answer.json["earlier"]) == (device_id, 1, [])
    assert signing.token != old
    signing.push(op(make.household().id, seq=2))
    assert signing.standing["missing"] == []
    assert session.scalar(select(func.count()).select_from(Device)) == 1


def test_a_revoked_phone_is_in_use_again_after_its_person_signed_in(signing, write):
    write(update(Device).values(revoked_at=now()))
    assert code_of(signing.ask("GET", "/api/v1/me")) == (403, "device_revoked")
    signing.sign_in(device_id=signing.device_id)
    assert signing.ask("GET", "/api/v1/me").status_code == 200


def test_without_proof_it_is_another_phone(client, signing, person):
    """A known number is no proof, and another person's phone is none of theirs."""
    for username in ("cadre01", person("cadre02").username):
        stranger = SigningPhone(client, username)
        assert stranger.sign_in(device_id=signing.device_id).status_code == 201
        assert stranger.device_id != signing.device_id
    assert signing.ask("GET", "/api/v1/me").status_code == 200


def test_a_phone_without_a_key_proves_itself_by_its_last_token(client, make, person):
    device, headers = make.phone(person())
    token = headers["Authorization"].removeprefix("Bearer ")
    phone = SigningPhone(client, "cadre01")
    phone.sign_in(device_id=str(device.id), token="hd1.wrong")
    assert phone.device_id != str(device.id)
    phone.sign_in(device_id=str(device.id), token=token)
    assert phone.device_id == str(device.id)


@pytest.fixture
def a_code(session, person):
    """A code for cadre01, as the desk makes it."""

    def made(at=None) -> str:
        account, admin = person(), person("admin01", "admin")
        session.commit()
        begin_write(session)
        code, _ = devices.make_code(session, account, admin, at or now())
        session.commit()
        return code

    return made


def enrol_by(client, code: str, **values) -> tuple[SigningPhone, object]:
    phone = SigningPhone(client, "cadre01")
    asked = {"code": code, "label": "红米", "public_key": phone.key.public} | values
    return phone, phone.entered(phone.ask("POST", "/api/v1/devices/enrol", asked))


def test_a_code_lets_one_phone_in_once(client, a_code, session):
    code = a_code()
    phone, answer = enrol_by(client, f" {code.upper()} ")
    assert answer.status_code == 201
    assert phone.ask("GET", "/api/v1/me").json["username"] == "cadre01"
    assert code_of(enrol_by(client, code)[1]) == (401, "wrong_code")
    assert session.scalar(select(func.count()).select_from(EnrolCode)) == 0


def test_a_code_of_eleven_minutes_ago_opens_nothing(client, a_code):
    assert code_of(enrol_by(client, a_code(now() - timedelta(minutes=11)))[1]) == (401, "wrong_code")


def test_a_new_code_ends_the_one_before(client, a_code, session):
    first = a_code()
    session.rollback()
    begin_write(session)
    row = session.scalars(select(EnrolCode)).one()
    account, admin = (session.get_one(Account, id) for id in (row.account_id, row.made_by_id))
    second, _ = devices.make_code(session, account, admin, now())
    session.commit()
    assert code_of(enrol_by(client, first)[1]) == (401, "wrong_code")
    assert enrol_by(client, second)[1].status_code == 201


def test_a_code_of_another_person_is_refused_and_stays_good_while_work_is_unsent(client, a_code):
    code = a_code()
    assert code_of(enrol_by(client, code, account_id=str(UUID(int=9)))[1]) == (409, "other_account")
    assert enrol_by(client, code)[1].status_code == 201


def test_a_code_stands_nowhere_in_the_database(a_code, session):
    code = a_code()
    row = session.scalars(select(EnrolCode)).one()
    assert code not in row.code_hash
    assert devices.plain(code) not in row.code_hash


def test_a_phone_whose_store_was_cleared_is_told_what_never_arrived(client, signing, make):
    """F37: the browser forgot everything, key and all; the server remembers the numbers."""
    signing.push(op(make.household().id, seq=1))
    signing.seq = 3
    signing.pull()
    emptied = SigningPhone(client, "cadre01")
    (earlier,) = emptied.sign_in().json["earlier"]
    assert (earlier["device_id"], earlier["label"], earlier["missing"]) == (signing.device_id, "红米 9A", [[2, 3]])
    assert earlier["same_browser"] is True
    assert emptied.sign_in(device_id=emptied.device_id).json["earlier"][0]["missing"] == [[2, 3]]


def test_nobody_hears_of_another_persons_phones(client, signing, person):
    signing.seq = 3
    signing.pull()
    assert SigningPhone(client, person("cadre02").username).sign_in().json["earlier"] == []


def test_an_old_phone_is_told_to_update_and_a_phone_that_does_not_say_is_the_oldest(signing, monkeypatch):
    """F09"""
    assert signing.ask("GET", "/api/v1/me", **{"X-Hetu-Client": "1"}).status_code == 200
    assert signing.ask("GET", "/api/v1/me", **{"X-Hetu-Client": "nonsense"}).status_code == 200
    monkeypatch.setattr(protocol, "OLDEST_CLIENT", 3)
    assert code_of(signing.ask("GET", "/api/v1/sync/pull?cursor=&limit=5")) == (426, "update_needed")
    assert signing.ask("GET", "/api/v1/me", **{"X-Hetu-Client": "3"}).status_code == 200


def test_a_new_secret_of_the_server_costs_a_phone_nothing(app, signing, make):
    """F23"""
    record = op(make.household().id)
    receipt = signing.push(record)[0]["receipt"]
    same = ("SQLALCHEMY_DATABASE_URI", "MEDIA", "DATA_KEYS", "TESTING", "RATELIMIT_ENABLED")
    settings = {name: app.config[name] for name in same}
    signing.client = create_app(settings | {"SECRET_KEY": "another"}).test_client()
    assert signing.push(record)[0] | {"rev": None, "problem": None} == {
        "id": record["id"], "verdict": "duplicate", "receipt": receipt, "rev": None, "problem": None,
    }  # fmt: skip
    assert signing.push(op(make.household().id, seq=2))[0]["verdict"] == "accepted"
    with signing.client.application.app_context():
        db.engine.dispose()


def test_a_wiped_phone_reports_once_and_is_out(signing, session, write):
    """F41"""
    write(update(Device).values(wipe="after_upload"))
    assert signing.standing["order"] == "wipe"
    assert signing.ask("POST", "/api/v1/devices/wiped", {"unsent": 0}).status_code == 200
    assert signing.ask("POST", "/api/v1/devices/wiped", {"unsent": 5}).status_code == 200, "the reply was lost"
    assert code_of(signing.ask("GET", "/api/v1/me")) == (403, "device_revoked")
    device = session.scalars(select(Device)).one()
    assert (device.wiped_at is not None, device.wiped_unsent) == (True, 0)


def test_a_lost_phone_hears_only_that_it_is_lost_and_may_say_goodbye(signing, make, session, write):
    """F41"""
    write(update(Device).values(wipe="at_once"))
    for method, target, body in (
        ("GET", "/api/v1/me", None),
        ("GET", "/api/v1/sync/pull?cursor=&limit=5", None),
        ("POST", "/api/v1/sync/push", {"device_id": signing.device_id, "ops": [op(make.household().id)]}),
        ("POST", "/api/v1/devices/token", {}),
    ):
        assert code_of(signing.ask(method, target, body)) == (403, "device_lost")
    token, device_id = signing.token, signing.device_id
    assert code_of(signing.sign_in(device_id=device_id)) == (403, "device_lost"), "not even with the right password"
    signing.token, signing.device_id = token, device_id
    assert signing.ask("POST", "/api/v1/devices/wiped", {"unsent": 7}, key=Key()).status_code == 401
    assert signing.ask("POST", "/api/v1/devices/wiped", {"unsent": 7}).status_code == 200
    assert session.scalars(select(DeviceEvent.seen).where(DeviceEvent.kind == "wiped")).one() == {"unsent": 7}


def test_a_busy_server_says_how_long_to_wait(signing, monkeypatch):
    """F17"""
    def busy(*_):
        raise Problem("slow_down")

    monkeypatch.setattr(pull, "page", busy)
    answer = signing.ask("GET", "/api/v1/sync/pull?cursor=&limit=5")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
