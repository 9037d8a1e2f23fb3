"""Figures for those who keep the server running: true, nameless, and not for everybody."""

import re
from datetime import timedelta

import pytest

from tests.captured import Captured
from tests.factories import COMMUNITY
from webapp.domain.clock import now
from webapp.models.engine import begin_write

LINE = re.compile(r'(?:# (?:HELP|TYPE) .+|[a-z_]+(?:\{[a-z_]+="[a-z_]*"\})? \d+)')
AWAY = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def figures(client):
    def read(**options) -> dict[str, int]:
        answer = client.get("/metrics", **options)
        assert answer.status_code == 200
        lines = answer.text.splitlines()
        assert [line for line in lines if not LINE.fullmatch(line)] == []
        return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    return read


def test_the_figures_are_those_of_the_database(figures, make, session):
    captured = Captured(session)
    for state in ("uploaded", "uploaded", "accepted", "excepted"):
        captured(make.household(), state)
    make.household()
    seen = figures()
    households = {state: seen[f'hetu_households{{state="{state}"}}'] for state in ("missing", "uploaded", "accepted", "excepted")}
    assert households == {"missing": 1, "uploaded": 2, "accepted": 1, "excepted": 1}
    assert seen['hetu_captures{state="received"}'] == seen["hetu_review_queue"] == 3
    assert seen['hetu_captures{state="accepted"}'] == 1
    nobody = ('hetu_captures{state="returned"}', 'hetu_ops{verdict="refused"}', 'hetu_jobs{stage="failed"}')
    assert [seen[name] for name in nobody] == [0, 0, 0]


def test_a_phone_that_is_silent_and_a_number_that_never_came_are_counted(figures, make, session):
    make.phone(make.account("cadre", COMMUNITY))
    device, _ = make.phone(make.account("cadre", COMMUNITY))
    begin_write(session)
    device.last_seen_at, device.last_seq, device.stated_seq = now() - timedelta(minutes=1), 3, 5
    session.commit()
    seen = figures()
    assert (seen["hetu_devices"], seen["hetu_devices_silent"]) == (2, 1)
    assert (seen["hetu_ops_missing"], seen["hetu_ops_waiting"]) == (3, 2)


def test_another_machine_needs_the_token(app, client, figures):
    assert client.get("/metrics", environ_base=AWAY).status_code == 404
    assert client.get("/metrics", environ_base=AWAY, headers={"Authorization": "Bearer "}).status_code == 404
    app.config["METRICS_TOKEN"] = "s3cret"
    assert client.get("/metrics", environ_base=AWAY, headers={"Authorization": "Bearer s3cre"}).status_code == 404
    assert figures(environ_base=AWAY, headers={"Authorization": "Bearer s3cret"})
    assert figures()


def test_who_comes_through_a_proxy_nobody_told_us_of_is_not_this_machine(client):
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
