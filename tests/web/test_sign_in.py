"""Signing in at the desk, and what everybody gets who has not."""

from webapp.domain.clock import now
from webapp.models.engine import begin_write
from webapp.services import accounts


def _office(session):
    begin_write(session)
    account = accounts.create(session, "office", "街道扶贫办", "hetu-demo-2018", now())
    accounts.grant(session, account, "office", "530502005000")
    session.commit()
    return account


def test_the_right_password_opens_the_door(client, session):
    _office(session)
    answer = client.post("/login", data={"username": "Office", "password": "hetu-demo-2018"})
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").location == "/coverage"


def test_a_wrong_password_keeps_the_name_that_was_typed(client, session):
    _office(session)
    answer = client.post("/login", data={"username": "office", "password": "hetu-demo-2019"})
    assert answer.status_code == 401
    assert 'value="office"' in answer.text
    assert "用户名或密码" in answer.text


def test_a_page_without_sign_in_leads_to_the_sign_in_page_and_back(client):
    assert client.get("/?a=1").location == "/login?next=/?a%3D1"


def test_sign_in_never_leads_to_another_site(client, session):
    _office(session)
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        right = {"username": "office", "password": "hetu-demo-2018"}
        answer = client.post("/login", query_string={"next": elsewhere}, data=right)
        assert answer.location == "/"


def test_a_disabled_account_is_signed_out_at_once(signed_in, session):
    client = signed_in("office")
    client.account.disabled_at = now()
    begin_write(session)
    session.add(client.account)
    session.commit()
    assert client.get("/").location.startswith("/login")


def test_nothing_may_be_loaded_from_elsewhere(client):
    policy = client.get("/login").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_only_the_phones_page_may_run_what_argon2id_needs(client):
    policy = client.get("/app/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert policy.replace(" 'wasm-unsafe-eval'", "") == client.get("/login").headers["Content-Security-Policy"]
