"""Enrolling a phone, and the shell it starts from."""

from uuid import UUID

import pytest

from tests.factories import COMMUNITY
from webapp.models import Device

PASSWORD = "hetu-demo-2018"


def enrol(client, **values):
    return client.post("/api/v1/devices", json={"username": "cadre01", "password": PASSWORD, "label": "红米 9A"} | values)


def test_the_right_words_enrol_a_phone(client, person, make):
    account = person(role="cadre")
    answer = enrol(client)
    assert answer.status_code == 201
    assert set(answer.json) == {"device_id", "token", "server_time", "last_seq", "earlier"}
    device = make.session.get(Device, UUID(answer.json["device_id"]))
    assert (device.label, device.account_id) == ("红米 9A", account.id)
    assert answer.json["token"] not in device.token_hash
    headers = {"Authorization": f"Bearer {answer.json['token']}"}
    me = client.get("/api/v1/me", headers=headers).json
    assert me | {"server_time": None, "rescue": None} == {
        "account_id": str(account.id), "username": "cadre01", "name": "王组长", "device_id": answer.json["device_id"],
        "grants": [{"role": "cadre", "area": COMMUNITY, "area_name": me["grants"][0]["area_name"]}], "server_time": None,
        "rescue": None,
    }  # fmt: skip
    assert me["grants"][0]["area_name"]


def test_wrong_words_do_not(client, person):
    person(role="cadre")
    answer = enrol(client, password="hetu-demo-2019")
    assert (answer.status_code, answer.json["problem"]["code"]) == (401, "wrong_credentials")


@pytest.mark.parametrize("role", ["admin", "unit"])
def test_roles_without_work_on_the_phone_are_told_so(client, person, role):
    person(role=role)
    answer = enrol(client)
    assert (answer.status_code, answer.json["problem"]["code"]) == (403, "not_allowed")


WHOLE = {"username": "a", "password": "b", "label": "c"}


@pytest.mark.parametrize("body", [{}, {"username": "a", "password": "b"}, WHOLE | {"x": 1}, WHOLE | {"username": 5}, []])
def test_a_body_that_is_no_enrolment_is_a_bad_request(client, body):
    assert client.post("/api/v1/devices", json=body).status_code == 400


def test_a_session_may_ask_who_it_is(signed_in):
    assert signed_in("office").get("/api/v1/me").json["device_id"] is None


def test_nobody_is_nobody(client):
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer hd1.nonsense"}).status_code == 401


@pytest.mark.parametrize("path", ["/app/", "/app/household/5", "/app/a/b/c"])
def test_the_shell_is_for_everybody_and_the_same_everywhere(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text == client.get("/app/").text
    assert 'id="app"' in answer.text
    assert "csrf" not in answer.text


def test_the_manifest_is_chinese_whoever_asks(client):
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "en"})
    assert answer.mimetype == "application/manifest+json"
    assert (answer.json["name"], answer.json["scope"], answer.json["start_url"]) == ("河图", "/app/", "/app/")
    assert answer.json["theme_color"] == "#0F766E"
    for icon in answer.json["icons"]:
        assert client.get(icon["src"]).status_code == 200
