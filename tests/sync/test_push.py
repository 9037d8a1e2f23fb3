"""Push: one verdict an operation, in order, whatever comes with it and however often."""

import gzip
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories import OTHER_COMMUNITY
from tests.sync.payloads import capture, exception, fixes, op, photo
from webapp.domain.clock import now
from webapp.domain.ids import area_id, uuid7
from webapp.models import Account, Capture, Device, Finding, Grant, Household, Op
from webapp.models.engine import begin_write
from webapp.services.foundation import STREET
from webapp.sync.receipts import Receipts


def count(make, model, *conditions) -> int:
    make.session.rollback()
    return make.session.scalar(select(func.count()).select_from(model).where(*conditions))


def words(verdicts: list[dict]) -> list[str]:
    return [verdict["verdict"] for verdict in verdicts]


def test_a_capture_is_kept_and_acknowledged(phone, make, cadre):
    household = make.household()
    sent = op(household.id)
    (verdict,) = phone.push(sent)
    assert verdict["verdict"] == "accepted"
    assert verdict["receipt"].startswith(f"ht1.{sent['id']}.{sent['payload_sha256']}.")
    kept = make.fresh(Household, household.id)
    assert (kept.location_state, str(kept.capture_id), kept.rev) == ("uploaded", sent["id"], verdict["rev"])
    row, payload = make.fresh(Capture, kept.capture_id), sent["payload"]
    assert (row.lon, row.lat, row.fixes) == (payload["lon"], payload["lat"], payload["fixes"])
    assert (row.account_id, row.device_id, row.year, row.state) == (cadre.id, phone.device.id, 2018, "received")
    assert [(item.sha256, item.kind) for item in row.photos] == [(photo()["sha256"], "door")]
    assert row.cell is not None


def test_an_exception_has_no_point_and_shows_as_one(phone, make):
    household = make.household()
    phone.push(op(household.id, exception("E06", note="全家在昆明务工")))
    kept = make.fresh(Household, household.id)
    row = make.fresh(Capture, kept.capture_id)
    assert (kept.location_state, row.exception, row.lon, row.cell) == ("excepted", "E06", None, None)


def test_a_receipt_is_signed_and_any_change_breaks_it(phone, make, app):
    receipt = phone.push(op(make.household().id))[0]["receipt"]
    receipts = Receipts(app.config["SECRET_KEY"])
    assert receipts.verify(receipt)
    assert not receipts.verify(receipt[:-1] + ("A" if receipt[-1] != "A" else "B"))
    assert not receipts.verify(receipt.replace("ht1.", "hb1."))
    assert not Receipts("another server").verify(receipt)


def test_the_same_operation_again_gets_the_same_receipt(phone, make):
    household = make.household()
    sent = op(household.id)
    (first,) = phone.push(sent)
    again = phone.push(sent, sent)
    assert words(again) == ["duplicate", "duplicate"]
    assert {(verdict["receipt"], verdict["rev"]) for verdict in again} == {(first["receipt"], first["rev"])}
    assert count(make, Capture) == count(make, Op) == 1
    assert make.fresh(Household, household.id).rev == first["rev"]


def test_the_same_operation_twice_in_one_batch_is_kept_once(phone, make):
    sent = op(make.household().id)
    first, second = phone.push(sent, sent)
    assert (first["verdict"], second["verdict"]) == ("accepted", "duplicate")
    assert first["receipt"] == second["receipt"]
    assert count(make, Capture) == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_and_any_number_of_sendings_keep_each_operation_once(phone, make, data):
    """F27"""
    before = count(make, Capture)
    sent = [op(make.household().id, seq=n) for n in range(1, 5)]
    batches = data.draw(st.lists(st.lists(st.sampled_from(sent), max_size=6), max_size=6))
    receipts: dict[str, set] = {}
    for batch in [*batches, sent]:
        for verdict in phone.push(*batch):
            assert verdict["verdict"] in ("accepted", "duplicate")
            receipts.setdefault(verdict["id"], set()).add(verdict["receipt"])
    assert count(make, Capture) == before + len(sent)
    assert [len(receipts[item["id"]]) for item in sent] == [1] * len(sent)


def test_one_id_with_two_payloads_is_a_conflict_and_both_are_kept(phone, make):
    household = make.household()
    sent = op(household.id)
    other = op(household.id, capture(note="另一份"), id=sent["id"])
    assert words(phone.push(sent)) == ["accepted"]
    (verdict,) = phone.push(other)
    assert verdict["verdict"] == "conflict"
    assert verdict["receipt"].startswith(f"ht1.{sent['id']}.{other['payload_sha256']}.")
    again, duplicate = phone.push(other, sent)
    assert (again, duplicate["verdict"]) == (verdict, "duplicate")
    assert count(make, Capture) == 1
    kept = make.fresh(Op, (make.fresh(Household, household.id).capture_id, other["payload_sha256"]))
    assert (kept.verdict, kept.payload) == ("conflict", other["payload"])


def test_an_id_that_the_register_took_is_a_conflict(phone, make):
    household = make.household()
    phone.push(first := op(household.id))
    begin_write(make.session)
    make.session.delete(make.session.get(Op, (make.fresh(Household, household.id).capture_id, first["payload_sha256"])))
    make.session.commit()
    assert words(phone.push(op(household.id, id=first["id"]))) == ["conflict"]


BAD = {
    "unknown_kind": (lambda op: op | {"kind": "household.eat"}, ["kind"]),
    "hash_mismatch": (lambda op: op | {"payload_sha256": "0" * 64}, ["payload_sha256"]),
    "clock_unreadable": (lambda op: op | {"taken_at": "yesterday"}, ["taken_at"]),
    "not_found": (lambda op: op | {"entity_id": str(uuid7())}, ["entity_id"]),
}


@pytest.mark.parametrize("code", BAD)
def test_one_bad_operation_among_fifty_sinks_none(phone, make, code):
    """F19"""
    spoil, fields = BAD[code]
    sent = [op(make.household().id, seq=n) for n in range(1, 51)]
    sent[20] = spoil(sent[20])
    verdicts = phone.push(*sent)
    assert [verdict["id"] for verdict in verdicts] == [item["id"] for item in sent]
    assert [n for n, verdict in enumerate(verdicts) if verdict["verdict"] != "accepted"] == [20]
    assert verdicts[20]["problem"] == {"code": code, "fields": fields}
    assert verdicts[20]["receipt"] is None
    assert count(make, Capture) == 49


def _fix_going_back():
    rows = fixes()
    rows[3][0] = 10
    return rows


INVALID = {
    "payload.accuracy_m": {"accuracy_m": "8"},
    "payload.lon": {"lon": None},
    "payload.lat": {"lat": 91},
    "payload.exception": exception("E00"),
    "payload.reason": {"reason": "X"},
    "payload.subject": {"subject": "barn"},
    "payload.note": {"note": "长" * 501},
    "payload.fixes[3][0]": {"fixes": _fix_going_back()},
    "payload.fixes[1][2]": {"fixes": [[0, 99.2, 25.1, 5], [1000, 99.2, "25.1", 5]]},
    "payload.fixes": {"fixes": [[n, 99.2, 25.1, 5] for n in range(121)]},
    "payload.photos": {"photos": [photo(bytes([n])) for n in range(13)]},
    "payload.photos[0].kind": {"photos": [photo(kind="cat")]},
    "payload.photos[0].bytes": {"photos": [photo() | {"bytes": 9 * 1024 * 1024}]},
    "payload.weather": {"weather": "rain"},
    "payload.photos[0].taken_at": {"photos": [photo(taken_at="2018-10-09T02:11:05")]},
}


@pytest.mark.parametrize("place", INVALID)
def test_a_payload_that_breaks_a_rule_is_refused_with_its_place(phone, make, place):
    (verdict,) = phone.push(op(make.household().id, capture() | INVALID[place]))
    assert verdict["problem"] == {"code": "invalid_payload", "fields": [place]}


def test_a_hand_placed_point_says_why(phone, make):
    household = make.household()
    placed = capture(source="manual_map", fixes=fixes())
    assert phone.push(op(household.id, placed))[0]["problem"]["fields"] == ["payload.reason"]
    assert words(phone.push(op(household.id, placed | {"reason": "R02"}))) == ["accepted"]


def test_a_point_and_an_exception_exclude_each_other(phone, make):
    (verdict,) = phone.push(op(make.household().id, capture(exception="E06")))
    assert verdict["problem"]["fields"] == ["payload.lon", "payload.lat", "payload.accuracy_m"]


def test_a_missing_field_is_named(phone, make):
    short = {name: value for name, value in capture().items() if name != "photos"}
    assert phone.push(op(make.household().id, short))[0]["problem"]["fields"] == ["payload.photos"]


def test_optional_fields_may_be_left_out(phone, make):
    short = {name: value for name, value in capture().items() if name not in ("reason", "supersedes")}
    assert words(phone.push(op(make.household().id, short))) == ["accepted"]


@pytest.mark.parametrize("spoilt", [{"device_seq": 0}, {"device_seq": "1"}, {"mood": "good"}, {"kind": "x" * 31}, {"payload": 5}])
def test_an_operation_that_cannot_be_read_sinks_none(phone, make, spoilt):
    good = op(make.household().id)
    bad, other = phone.push(op(make.household().id) | spoilt, good)
    assert (bad["verdict"], other["verdict"]) == ("refused", "accepted")


@pytest.mark.parametrize("nonsense", [None, 7, "op", [], {}, {"id": 5}])
def test_what_is_not_even_an_operation_sinks_none(phone, make, nonsense):
    assert words(phone.push(nonsense, op(make.household().id))) == ["refused", "accepted"]


def test_a_refused_operation_is_kept_and_judged_anew_when_it_comes_again(phone, make, cadre):
    household = make.household(OTHER_COMMUNITY)
    sent = op(household.id)
    assert phone.push(sent)[0]["problem"]["code"] == "not_found"
    kept = make.session.scalars(select(Op)).one()
    assert (kept.verdict, kept.problem["code"], kept.payload) == ("refused", "not_found", sent["payload"])
    make.session.rollback()
    begin_write(make.session)
    make.session.add(Grant(id=uuid7(), account_id=cadre.id, role="cadre", area_code=OTHER_COMMUNITY))
    make.session.commit()
    (verdict,) = phone.push(sent)
    assert verdict["verdict"] == "accepted"
    assert phone.push(sent)[0]["receipt"] == verdict["receipt"]
    make.session.rollback()
    assert [(row.verdict, row.payload) for row in make.session.scalars(select(Op))] == [("accepted", None)]


def test_a_damaged_sending_does_not_spoil_the_good_one(phone, make):
    sent = op(make.household().id)
    assert words(phone.push(sent | {"payload_sha256": "f" * 64})) == ["refused"]
    assert words(phone.push(sent)) == ["accepted"]
    assert words(phone.push(sent | {"payload": capture(note="verfälscht")})) == ["refused"]
    assert words(phone.push(sent)) == ["duplicate"]


def test_households_of_others_are_not_found(phone, make):
    foreign, gone = make.household(OTHER_COMMUNITY), make.household(OTHER_COMMUNITY, deleted_at=now())
    verdicts = phone.push(op(foreign.id), op(gone.id), op(uuid7()))
    assert [verdict["problem"]["code"] for verdict in verdicts] == ["not_found"] * 3
    assert make.fresh(Household, foreign.id).capture_id is None


def test_a_role_that_only_reads_cannot_capture(phone_of, make):
    household = make.household()
    reader = phone_of(make.account("supervisor", STREET))
    assert reader.push(op(household.id))[0]["problem"]["code"] == "not_found"


def test_areas_are_captured_by_those_who_may(phone, phone_of, make):
    group = make.group()
    office = phone_of(make.account("office", STREET))
    community, street = area_id(group.parent_code), area_id(STREET)
    cadre_verdicts = phone.push(
        op(group.id, capture(subject="group")), op(community, capture(subject="community")),
        op(group.id, capture(subject="water_point")), op(street, capture(subject="office")),
        op(group.id, capture(subject="community")),
    )  # fmt: skip
    assert words(cadre_verdicts) == ["accepted", "accepted", "accepted", "refused", "refused"]
    assert words(office.push(op(street, capture(subject="office")))) == ["accepted"]
    rows = office.held()
    assert rows[str(street)]["data"]["capture"]["mine"] is True
    assert rows[str(group.id)]["data"]["capture"]["mine"] is False
    assert rows[str(group.id)]["data"]["water_point"]["id"] == cadre_verdicts[2]["id"]


def test_a_new_capture_supersedes_the_returned_one(phone, make):
    household = make.household()
    phone.push(first := op(household.id))
    begin_write(make.session)
    returned = make.session.get_one(Capture, make.fresh(Household, household.id).capture_id)
    returned.state = "returned"
    make.session.get_one(Household, household.id).location_state = "returned"
    make.session.commit()
    (verdict,) = phone.push(op(household.id, capture(supersedes=first["id"]), seq=2))
    kept = make.fresh(Household, household.id)
    newest = make.fresh(Capture, kept.capture_id)
    assert (verdict["verdict"], kept.location_state, newest.state) == ("accepted", "uploaded", "received")
    assert str(newest.supersedes_id) == first["id"]
    assert make.fresh(Capture, returned.id).state == "returned"


def test_of_two_captures_in_one_batch_the_later_one_stands(phone, make):
    household = make.household()
    first, second = op(household.id), op(household.id, exception(), seq=2)
    verdicts = phone.push(first, second)
    kept = make.fresh(Household, household.id)
    assert (str(kept.capture_id), kept.location_state) == (second["id"], "excepted")
    assert str(make.fresh(Capture, kept.capture_id).supersedes_id) == first["id"]
    assert {verdict["rev"] for verdict in verdicts} == {kept.rev}


def test_the_device_keeps_its_highest_number_and_its_clock(phone, make):
    ahead = (now() + timedelta(minutes=20)).isoformat()
    phone.push(op(make.household().id, seq=7), op(make.household().id, seq=5), **{"X-Hetu-Clock": ahead})
    device = make.fresh(Device, phone.device.id)
    assert device.last_seq == 7
    assert 1195 < device.clock_skew_s < 1205
    codes = set(make.session.scalars(select(Finding.code)))
    assert "clock_skew" in codes
    phone.push(op(make.household().id, seq=6))
    assert make.fresh(Device, phone.device.id).last_seq == 7


def test_a_batch_names_its_own_device(phone, make):
    answer = phone.post({"json": {"device_id": str(uuid7()), "ops": [op(make.household().id)]}})
    assert (answer.status_code, answer.json["problem"]) == (400, {"code": "bad_request", "fields": ["device_id"]})
    assert count(make, Capture) == 0


def test_unknown_fields_are_refused(phone):
    answer = phone.post({"json": {"device_id": str(phone.device.id), "ops": [], "extra": 1}})
    assert (answer.status_code, answer.json["problem"]) == (400, {"code": "bad_request", "fields": ["extra"]})


def test_an_empty_batch_is_answered(phone):
    assert phone.push() == []


def packed(phone, body: bytes):
    return phone.post({"data": body}, **{"Content-Encoding": "gzip", "Content-Type": "application/json"})


def test_a_packed_body_is_understood(phone, make):
    body = json.dumps({"device_id": str(phone.device.id), "ops": [op(make.household().id)]}).encode()
    answer = packed(phone, gzip.compress(body))
    assert words(answer.json["verdicts"]) == ["accepted"]
    assert answer.headers["X-Hetu"] == "1"


def test_a_bomb_is_too_large_however_small_it_comes(phone):
    assert packed(phone, gzip.compress(b" " * 200_000_000)).status_code == 413


def test_a_body_over_two_mebibytes_is_too_large(phone):
    """F18"""
    assert phone.post({"data": b" " * (2 * 1024 * 1024 + 1)}).status_code == 413


def test_more_than_two_hundred_operations_are_too_many(phone):
    """F18"""
    answer = phone.post({"json": {"device_id": str(phone.device.id), "ops": [{}] * 201}})
    assert (answer.status_code, answer.json["problem"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_batch_is_a_bad_request(phone, body):
    answer = phone.post({"data": body})
    assert (answer.status_code, answer.json["problem"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"{}", mtime=0)[:-6]])
def test_a_broken_package_is_a_bad_request(phone, body):
    assert packed(phone, body).status_code == 400


def test_without_a_token_nothing_is_taken(app, make):
    answer = app.test_client().post("/api/v1/sync/push", json={"device_id": str(uuid7()), "ops": []})
    assert (answer.status_code, answer.json["problem"]["code"]) == (401, "unauthorized")


def test_a_signed_in_page_cannot_push(signed_in):
    answer = signed_in("office").post("/api/v1/sync/push", json={"device_id": str(uuid7()), "ops": []})
    assert answer.status_code == 401


def test_a_revoked_device_is_told_so(phone, make):
    begin_write(make.session)
    make.session.get_one(Device, phone.device.id).revoked_at = now()
    make.session.commit()
    answer = phone.post({"json": {"device_id": str(phone.device.id), "ops": []}})
    assert (answer.status_code, answer.json["problem"]["code"]) == (403, "device_revoked")


def test_a_disabled_account_is_told_so(phone, make, cadre):
    begin_write(make.session)
    make.session.get_one(Account, cadre.id).disabled_at = now()
    make.session.commit()
    answer = phone.client.get("/api/v1/sync/pull", headers=phone.headers)
    assert (answer.status_code, answer.json["problem"]["code"]) == (403, "account_disabled")
