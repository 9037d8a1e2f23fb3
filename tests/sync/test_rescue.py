"""Rescue packs brought by phones: the records of the phone that made them, kept once whichever way they come."""

import io
import json
import tracemalloc
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.packs import MAGIC, Packer, pack, part
from tests.sync.payloads import capture, op, photo
from tests.sync.test_blobs import digest, jpeg
from webapp import create_app
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.extensions import limiter
from webapp.models import Blob, Capture, Device, Op
from webapp.models.engine import begin_write
from webapp.services import accounts
from webapp.services.media import Media
from webapp.services.rescue_keys import rescue_keys
from webapp.services.sealing import key_ring
from webapp.sync.receipts import Receipts
from webapp.sync.rescue import Pack, opened
from webapp.sync.rescued import Rescue

VECTOR = Path(__file__).parents[1] / "cases" / "rescue" / "sealed.json"
FOREIGN_KEY = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def keys(app):
    return rescue_keys(app.config["RESCUE_KEY"])


@pytest.fixture
def packer(keys, phone, cadre):
    return Packer(keys, phone.device.id, cadre.id)


@pytest.fixture
def bring(app):
    """bring(pack): somebody's phone brings it; the answer."""
    return lambda data: app.test_client().post("/api/v1/rescue", data=data, content_type="application/octet-stream")


@pytest.fixture
def stored(session):
    def count() -> tuple[int, int, int]:
        session.rollback()
        return tuple(session.scalar(select(func.count()).select_from(model)) for model in (Op, Capture, Blob))

    return count


def refusals(answer) -> list[str]:
    return [verdict["problem"]["code"] for verdict in answer.json["ops"]]


def test_records_and_photos_of_a_pack_are_kept_as_those_of_their_phone(app, bring, packer, phone, cadre, make, session):
    data = jpeg()
    record = op(make.household().id, capture(photos=[photo(data)]), seq=7)
    answer = bring(pack(packer.op(record), packer.photo(data)))
    assert answer.status_code == 200
    (verdict,), (picture,) = answer.json["ops"], answer.json["photos"]
    assert (verdict["id"], verdict["verdict"], verdict["problem"]) == (record["id"], "accepted", None)
    assert (picture["sha256"], picture["verdict"]) == (digest(data), "accepted")
    receipts = Receipts(app.config["SECRET_KEY"])
    assert receipts.verify(verdict["receipt"])
    assert receipts.verify(picture["receipt"])
    kept = session.scalar(select(Capture))
    assert (kept.account_id, kept.device_id, str(kept.id)) == (cadre.id, phone.device.id, record["id"])
    assert session.scalar(select(Op.device_seq)) == 7


def test_by_whichever_way_it_comes_a_record_is_kept_once_and_has_one_receipt(bring, packer, phone, make, stored):
    data = jpeg()
    record = op(make.household().id, capture(photos=[photo(data)]))
    carried = pack(packer.op(record), packer.photo(data))
    first = bring(carried)
    again = bring(carried)
    assert [verdict["verdict"] for verdict in again.json["ops"]] == ["duplicate"]
    assert [line["verdict"] for line in again.json["photos"]] == ["duplicate"]
    (pushed,) = phone.push(record)
    assert pushed["verdict"] == "duplicate"
    assert pushed["receipt"] == first.json["ops"][0]["receipt"] == again.json["ops"][0]["receipt"]
    assert phone.put(digest(data), data).json["receipt"] == first.json["photos"][0]["receipt"]
    assert stored() == (1, 1, 1)


def test_names_do_not_travel_back_to_the_carrier(bring, packer, make):
    assert "张三" not in bring(pack(packer.op(op(make.household().id)))).text


def test_the_phone_is_not_taken_for_seen_but_its_numbers_count(bring, packer, phone, make):
    bring(pack(packer.op(op(make.household().id, seq=12))))
    device = make.fresh(Device, phone.device.id)
    assert (device.last_seq, device.last_seen_at) == (12, phone.device.last_seen_at)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda whole: b"", "rescue_empty_file"),
        (lambda whole: b"PK\x03\x04 a workbook", "rescue_not_a_pack"),
        (lambda whole: b"HETURESCUE2\n" + whole[12:], "rescue_newer"),
        (lambda whole: MAGIC, "rescue_unreadable"),
        (lambda whole: whole[:40], "rescue_unreadable"),
        (lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), "rescue_unreadable"),
        (lambda whole: MAGIC + b"\xff\xff\xff\xff" + whole[16:], "rescue_unreadable"),
        (lambda whole: MAGIC + part(b"not json") + part(b"-"), "rescue_unreadable"),
        (lambda whole: MAGIC + part(b"[" * 10_000) + part(b"-"), "rescue_unreadable"),
    ],
)
def test_what_is_no_pack_of_ours_is_refused_with_its_reason(bring, packer, make, stored, spoil, code):
    answer = bring(spoil(pack(packer.op(op(make.household().id)))))
    assert (answer.status_code, answer.json["problem"]["code"]) == (400, code)
    assert stored() == (0, 0, 0)


def test_a_pack_of_another_server_is_foreign(bring, phone, make, stored):
    elsewhere = Packer(rescue_keys(FOREIGN_KEY), phone.device.id)
    answer = bring(pack(elsewhere.op(op(make.household().id))))
    assert answer.json["problem"]["code"] == "rescue_foreign"
    assert stored() == (0, 0, 0)


def test_an_older_key_of_ours_still_opens(app, bring, phone, make, stored):
    app.config["RESCUE_KEY"] += f",{FOREIGN_KEY}"
    older = Packer(rescue_keys(FOREIGN_KEY), phone.device.id)
    assert bring(pack(older.op(op(make.household().id)))).json["ops"][0]["verdict"] == "accepted"


def test_without_the_phones_secret_nobody_writes_in_its_name(bring, packer, keys, phone_of, make, stored):
    mine, theirs = op(make.household().id), op(make.household().id)
    stranger = phone_of(make.account("cadre", COMMUNITY))
    forged = packer.op(theirs, device_id=str(stranger.device.id))
    answer = bring(pack(packer.op(mine), forged))
    assert [verdict["id"] for verdict in answer.json["ops"]] == [mine["id"]]
    assert answer.json["foreign"] == 1
    assert stored()[1] == 1


def test_a_phone_works_for_those_areas_only_that_its_person_holds(bring, packer, make, stored):
    answer = bring(pack(packer.op(op(make.household(OTHER_COMMUNITY).id))))
    assert refusals(answer) == ["not_found"]
    assert stored()[1] == 0


@pytest.mark.parametrize(
    ("lock_out", "code"),
    [
        (lambda session, phone, cadre: setattr(session.get_one(Device, phone.device.id), "revoked_at", now()), "device_revoked"),
        (lambda session, phone, cadre: accounts.disable(session, session.merge(cadre), now()), "account_disabled"),
    ],
)
def test_what_was_locked_out_comes_in_at_the_desk_only(bring, packer, phone, cadre, make, stored, lock_out, code):
    data = jpeg()
    record = op(make.household().id, capture(photos=[photo(data)]))
    begin_write(make.session)
    lock_out(make.session, phone, cadre)
    make.session.commit()
    assert refusals(bring(pack(packer.op(record), packer.photo(data)))) == [code]
    waits = code == "account_disabled"  # what a closed account sends waits for the office
    assert stored() == (waits, 0, waits)


def test_a_phone_the_server_has_forgotten_is_told_apart(bring, keys, make):
    lost = Packer(keys, uuid7())
    assert refusals(bring(pack(lost.op(op(make.household().id))))) == ["rescue_unknown_device"]


def test_a_photo_comes_in_only_for_a_record_that_names_it(bring, packer, phone, make, stored):
    named, stray, sent = jpeg(10), jpeg(20), jpeg(30)
    phone.push(op(make.household().id, capture(photos=[photo(sent)]), seq=1))
    record = packer.op(op(make.household().id, capture(photos=[photo(named)]), seq=2))
    answer = bring(pack(record, packer.photo(named), packer.photo(stray), packer.photo(sent)))
    assert [(line["verdict"], line["problem"]) for line in answer.json["photos"]] == [
        ("accepted", None), ("refused", "rescue_unnamed"), ("accepted", None),
    ]  # fmt: skip
    assert stored() == (2, 2, 2)


@pytest.mark.parametrize(("data", "sha", "code"), [(jpeg(), "a" * 64, "hash_mismatch"), (b"<html>", None, "not_a_picture")])
def test_a_damaged_photo_is_refused_and_its_record_kept(app, bring, packer, make, stored, data, sha, code):
    record = op(make.household().id, capture(photos=[photo(data, sha256=sha or digest(data))]))
    answer = bring(pack(packer.op(record), packer.photo(data, sha)))
    assert answer.json["photos"][0]["problem"] == code
    assert stored() == (1, 1, 0)
    assert list((app.config["MEDIA"]).glob("parts/rescue/*")) == []


def test_one_unreadable_thing_costs_only_itself(bring, packer, make, stored):
    good = [packer.op(op(make.household().id, seq=seq)) for seq in (1, 2)]
    garbled = good[0][:-4] + b"xxxx"
    answer = bring(pack(garbled, part(b"{}") + part(b""), *good))
    assert (len(answer.json["ops"]), answer.json["unreadable"], answer.json["cut"]) == (2, 2, False)
    assert stored() == (2, 2, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1))
def test_of_a_pack_that_breaks_off_everything_before_the_break_is_kept(bring, packer, make, share):
    """Whatever the place; and the whole pack brought later completes it."""
    records = [op(make.household().id, seq=seq) for seq in (1, 2, 3)]
    whole = pack(*(packer.op(record) for record in records))
    there = int(share * len(whole))
    answer = bring(whole[:there])
    if answer.status_code == 200:
        assert answer.json["cut"] == (answer.json["unreadable"] == 0 and len(answer.json["ops"]) < 3)
        assert all(verdict["verdict"] == "accepted" for verdict in answer.json["ops"])
    complete = bring(whole).json["ops"]
    assert sorted(verdict["id"] for verdict in complete) == sorted(record["id"] for record in records)


class Endless(io.RawIOBase):
    """Entries made while they are read, so that only the reader can be large."""

    def __init__(self, entries):
        self.entries, self.left = iter(entries), b""

    def readable(self):
        return True

    def readinto(self, into) -> int:
        self.left = self.left or next(self.entries, b"")
        count = min(len(into), len(self.left))
        into[:count], self.left = self.left[:count], self.left[count:]
        return count


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_a_pack_of_200_megabytes_is_read_as_it_comes(app, session, keys, packer, make, stored):
    base = jpeg(quality=95, side=2000)
    pictures = [base + bytes([no]) * (7_000_000 - len(base)) for no in range(2)]
    record = op(make.household().id, capture(photos=[photo(data) for data in pictures]))
    entries = [packer.photo(data) for data in pictures]
    session.rollback()
    receipts, ring = Receipts(app.config["SECRET_KEY"]), key_ring(app.config["DATA_KEYS"])
    rescue = Rescue(session, keys, Media(app.config["MEDIA"]), receipts, ring, now)
    tracemalloc.start()
    report = rescue.take(Endless([MAGIC, packer.op(record), *(entries[no % 2] for no in range(30))]))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.verdict for line in report.photos] == ["accepted"] * 2 + ["duplicate"] * 28
    assert peak_bytes < 60_000_000
    assert stored() == (1, 1, 2)


def test_a_stranger_is_not_listened_to_for_long(bring, packer, monkeypatch):
    monkeypatch.setattr("webapp.sync.rescued.UNPROVEN_BYTES", 100_000)
    noise = part(b"{}") + part(b"x" * 50_000)
    stream = io.BytesIO(pack(*[noise] * 100))
    answer = bring(stream)
    assert answer.json["problem"]["code"] == "rescue_foreign"


@pytest.fixture
def throttled(app):
    """A client of a server that counts, as other tests' server does not."""
    yield create_app({**app.config, "RATELIMIT_ENABLED": True}).test_client()
    limiter.enabled = False


def test_only_refused_packs_are_counted_against_an_address(throttled, packer, make):
    good = pack(packer.op(op(make.household().id)))
    assert {throttled.post("/api/v1/rescue", data=good).status_code for _ in range(35)} == {200}
    assert [throttled.post("/api/v1/rescue", data=b"no").status_code for _ in range(31)] == [400] * 30 + [429]


def test_a_phone_is_given_what_it_seals_with_and_a_desk_is_not(app, phone, keys, signed_in):
    given = phone.client.get("/api/v1/me", headers=phone.headers).json["rescue"]
    assert given == keys.for_phone(phone.device.id)
    assert keys.prove(phone.device.id, given["secret"])
    assert not keys.prove(uuid7(), given["secret"])
    assert signed_in("office").get("/api/v1/me").json["rescue"] is None


def test_what_the_phones_script_sealed_opens_here():
    """The vector that tests/js/store/seal.test.js opens on the phone's side."""
    vector = json.loads(VECTOR.read_text(encoding="utf-8"))
    things = [thing for thing in Pack(io.BytesIO(b64decode(vector["pack"]))) if thing]
    assert [[thing.header.kind, thing.header.id] for thing in things] == vector["ids"]
    assert [opened(thing, rescue_keys(vector["server_key"])).decode() for thing in things] == vector["plain"]
