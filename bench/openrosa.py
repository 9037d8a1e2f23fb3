"""How many single answers a second ODK clients can send: real HTTP, each committed before it is answered, PostGIS.

The web server's processes, the database and the clients share this machine's cores. Measured on a small database and on one
with a million responses.
"""

import os
import tempfile
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psycopg
from sqlalchemy import func, insert, select

from bench.cpu import family, seconds_of
from bench.ingest import POSTGRES, _postgres, _row, _serving
from bench.sending import exchange, request
from tests.openrosa import forms
from tests.postgres import private_server
from webapp import create_app
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.extensions import db
from webapp.models import Account, Grant, Household, Response
from webapp.models.engine import begin_write
from webapp.services import app_users, foundation

COMMUNITIES, HOMES, STORED = 10, 200, 1_000_000
#: Clients at once → (answers they send together, the bar in records a second).
LOADS = {1: (1000, 300), 4: (2000, 640), 16: (3200, 640)}
PROCESSES = (3, 4)
P99_MS, SLOWER = 60, 0.9


class _Client(NamedTuple):
    """One app user, and the homes it may fill in for."""

    path: str
    homes: list


def run() -> list[dict]:
    """Rows for the table of `make bench`."""
    with tempfile.TemporaryDirectory() as folder, private_server(POSTGRES) as server:
        with psycopg.connect(server.replace("+psycopg", "") + "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE openrosa")
        return _measured(f"{server}openrosa", Path(folder))


def _measured(url: str, folder: Path) -> list[dict]:
    env = os.environ | {"HETU_DATABASE_URL": url, "HETU_VAR": str(folder), "HETU_MEDIA": str(folder / "media")}
    clients = _prepared(url, folder)
    with _serving(env, folder, *PROCESSES) as server:
        _load(server, clients, 16, 600)  # every process warm
        small, rows = _round(server, url, clients, "")
        _fill(url)
        _load(server, clients, 16, 600)
        large, more = _round(server, url, clients, f", {STORED:,} stored")
    kept = _kept(url) - STORED
    sent = 2 * (600 // 16 * 16 + sum(records // at_once * at_once for at_once, (records, _) in LOADS.items()))
    ratio = min(large[n] / small[n] for n in LOADS)
    return [
        *rows, *more,
        _row("openrosa, rate at a million stored to that of an empty one", round(ratio, 2), "", SLOWER, ratio >= SLOWER),
        _row("openrosa, sent and not kept", sent - kept, "records", 0, sent == kept),
    ]  # fmt: skip


def _round(server, url: str, clients: list[_Client], where: str) -> tuple[dict[int, float], list[dict]]:
    rates, rows = {}, []
    for at_once, (records, bar) in LOADS.items():
        before = seconds_of(family(server.pid)), seconds_of(_postgres(url))
        seconds, waits = _load(server, clients, at_once, records)
        web, base = (
            after - was for after, was in zip((seconds_of(family(server.pid)), seconds_of(_postgres(url))), before, strict=True)
        )
        rates[at_once], p99 = records / seconds, waits[len(waits) * 99 // 100] * 1000
        name = f"openrosa, {at_once} at once{where}"
        rows += [
            _row(name, round(rates[at_once]), "records/s", bar, rates[at_once] >= bar),
            _row(f"{name}, 99 of 100 within", round(p99, 1), "ms", P99_MS, p99 <= P99_MS),
            _row(f"{name}, processor: web", round(web / records * 1e6), "ms/1000"),
            _row(f"{name}, processor: database", round(base / records * 1e6), "ms/1000"),
        ]  # fmt: skip
    return rates, rows


def _load(server, clients: list[_Client], at_once: int, records: int) -> tuple[float, list[float]]:
    """Seconds it took, and what each answer took, sorted."""
    lines = [[_sending(clients[no % len(clients)], n) for n in range(records // at_once)] for no in range(at_once)]
    seconds, answered = exchange(server.port, lines)
    found = [answer for answers in answered for answer in answers]
    if {answer.status for answer in found} != {201}:
        raise RuntimeError({answer.status for answer in found})
    return seconds, sorted(answer.seconds for answer in found)


def _sending(client: _Client, n: int) -> bytes:
    edge = "hetu-bench"
    xml = forms.answers(client.homes[n % len(client.homes)], uuid4(), members=[uuid4() for _ in range(6)])
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="answers.xml"\r\n'
        f"Content-Type: text/xml\r\n\r\n{xml}\r\n--{edge}--\r\n"
    ).encode()
    return request(client.path, {"Content-Type": f"multipart/form-data; boundary={edge}", "X-OpenRosa-Version": "1.0"}, body)


def _prepared(url: str, folder: Path) -> list[_Client]:
    """A migrated database with one app user for each community."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": "bench", "MEDIA": folder, "DATA_KEYS": ""})
    with app.app_context():
        from flask_migrate import upgrade  # noqa: PLC0415

        upgrade()
        begin_write(db.session)
        foundation.lay(db.session, now())
        db.session.commit()
        forms.publish(db.session, forms.FORM)
        begin_write(db.session)
        clients = [_client(f"530502005{no:03d}") for no in range(1, COMMUNITIES + 1)]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return clients


def _client(community: str) -> _Client:
    at, account_id = now(), uuid7()
    account = Account(id=account_id, username=community, name=community, password_hash="-", created_at=at)  # noqa: S106
    account.grants = [Grant(id=uuid7(), role="cadre", area_code=community)]
    db.session.add(account)
    db.session.flush()
    group = foundation.add_area(db.session, f"{community}01", "group", "1组", community)
    rows = [
        {
            "id": uuid7(), "number": f"{community}{n:05d}", "head_name": "户主", "pinyin": "huzhu", "initials": "hz",
            "area_code": group.code, "attribute": "01", "exit_status": "0", "created_at": at, "updated_at": at,
        }
        for n in range(HOMES)
    ]  # fmt: skip
    db.session.execute(insert(Household), rows)
    _, token = app_users.make(db.session, account, "bench", at)
    return _Client(f"/v1/key/{token}/projects/2018/submission", [row["id"] for row in rows])


#: As many responses as a county keeps in some years, each with an event, all looked at by their form.
_STORED = """
INSERT INTO response (id, root_id, newest, form_id, version, year, household_id, area_code, xml_sealed, xml_sha256, base_rev,
                      changes, problems, state, source, taken_at, received_at, account_id, app_user_id)
SELECT g.id, g.id, true, r.form_id, r.version, r.year, r.household_id, r.area_code, r.xml_sealed, r.xml_sha256, 1, '[]', '[]',
       'accepted', 'odk', r.taken_at, r.received_at - g.n * interval '1 second', r.account_id, r.app_user_id
FROM (SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) AS n) AS g
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS no FROM response LIMIT 1000) AS r ON r.no = g.n %% 1000 + 1
"""


def _fill(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("ALTER TABLE response DISABLE TRIGGER ALL")
        connection.execute(_STORED, (STORED,))
        connection.execute("ALTER TABLE response ENABLE TRIGGER ALL")
        connection.execute("VACUUM ANALYZE response")
        connection.execute("CHECKPOINT")


def _kept(url: str) -> int:
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": "bench", "DATA_KEYS": ""})
    with app.app_context():
        kept = db.session.scalar(select(func.count()).select_from(Response))
        db.session.remove()
        db.engine.dispose()
    return kept


if __name__ == "__main__":
    for row in run():
        print(f"{row['name']:60} {row['value']:>10} {row['unit']:10} bar {row['bar']} {'ok' if row['ok'] else 'MISSED'}")
