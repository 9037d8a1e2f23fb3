"""How many captures a second the server takes in: real HTTP, real commits, batches of 50 as phones send them.

The web server's processes, the database and the phones share this machine's cores, so the figure is what such a machine can do.
"""

import gzip
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from math import cos, radians
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec
import psycopg
import rfc8785
from sqlalchemy import func, insert, select, text

from bench.cpu import family, seconds_of, seconds_of_all
from bench.sending import exchange, request
from tests.postgres import private_server
from webapp import create_app
from webapp.domain.clock import now
from webapp.domain.fix import estimate
from webapp.domain.ids import uuid7
from webapp.extensions import db
from webapp.models import Account, Capture, Device, Grant, Household
from webapp.models.engine import begin_write
from webapp.queries.accounts import token_hash
from webapp.services import foundation

ROOT = Path(__file__).resolve().parents[1]
PHONES, BATCHES, WARM, OPS = 10, 24, 2, 50
BARS = {"spatialite": 3000, "postgis": 4000}
#: Processes and threads in each, as the README advises for two cores: a SQLite has one writer, whoever else waits for it.
PROCESSES = {"spatialite": (2, 4), "postgis": (3, 3)}
#: As a server that keeps its word: commits reach the disk.
POSTGRES = ["-c", "max_connections=60", "-c", "shared_buffers=256MB"]
DISTRICT = (99.17, 25.12)


def run() -> list[dict]:
    """Rows for the table of `make bench`."""
    with tempfile.TemporaryDirectory() as folder, private_server(POSTGRES) as server:
        with psycopg.connect(server.replace("+psycopg", "") + "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE ingest")
        urls = {"spatialite": f"sqlite:///{folder}/ingest.db", "postgis": f"{server}ingest"}
        return [row for name, url in urls.items() for row in _measured(name, url, Path(folder))]


def _measured(name: str, url: str, folder: Path) -> list[dict]:
    env = os.environ | {"HETU_DATABASE_URL": url, "HETU_VAR": str(folder / name), "HETU_MEDIA": str(folder / name / "media")}
    phones = _prepared(url, folder)
    sizes = [len(msgspec.json.encode(op)) for op in phones[0].ops[:OPS]]
    with _serving(env, folder, *PROCESSES[name]) as server:
        _exchange(server, phones, slice(WARM), "accepted")  # both workers warm
        before = _spent(server, url)
        seconds, waits = _exchange(server, phones, slice(WARM, None), "accepted")
        used = {who: after - before[who] for who, after in _spent(server, url).items()}
        _exchange(server, phones, slice(1), "duplicate")
    kept, expected = _kept(url), PHONES * BATCHES * OPS
    records = PHONES * (BATCHES - WARM) * OPS
    waits.sort()
    return [
        _row(f"ingest {name}", round(records / seconds), "records/s", BARS[name], records / seconds >= BARS[name]),
        _row(f"ingest {name}, 95 of 100 batches of {OPS} within", round(waits[len(waits) * 95 // 100] * 1000), "ms"),
        _row(f"ingest {name}, record size", round(sum(sizes) / len(sizes)), "bytes"),
        _row(f"ingest {name}, sent twice and doubled", kept - expected, "records", 0, kept == expected),
        *(_row(f"ingest {name}, processor: {who}", round(ms / records * 1e6), "ms/1000") for who, ms in used.items()),
    ]


def _exchange(server: "_Server", phones: list["_Phone"], which: slice, expected: str) -> tuple[float, list[float]]:
    """Seconds it took, and seconds each batch took. Every verdict of every batch must be the expected one."""
    seconds, answered = exchange(server.port, [phone.requests[which] for phone in phones])
    for phone, answers in zip(phones, answered, strict=True):
        ids = [str(op["id"]) for op in phone.ops]
        for no, answer in enumerate(answers, which.start or 0):
            found = [(verdict["id"], verdict["verdict"]) for verdict in answer.verdicts]
            if answer.status != 200 or found != [(id, expected) for id in ids[no * OPS : (no + 1) * OPS]]:
                raise RuntimeError(f"{answer.status} {found[:2]}")
    return seconds, [answer.seconds for answers in answered for answer in answers]


def _spent(server: "_Server", url: str) -> dict[str, float]:
    """Processor seconds so far: of the web server, of the database, of these phones, and of whatever else runs here."""
    spent = {"web": seconds_of(family(server.pid)), "database": seconds_of(_postgres(url)), "phones": seconds_of([os.getpid()])}
    return spent | {"others": seconds_of_all() - sum(spent.values())}


def _postgres(url: str) -> list[int]:
    if url.startswith("sqlite"):
        return []
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return [row[0] for row in connection.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")]


def _row(name: str, value: float, unit: str, bar: float | None = None, ok: bool = True) -> dict:
    return {"name": name, "value": value, "unit": unit, "bar": bar, "ok": ok}


class _Phone:
    """One cadre's phone with its batches packed as they go over the line."""

    def __init__(self, device_id: UUID, token: str, households: list[UUID], luck: random.Random):
        headers = {
            "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Content-Encoding": "gzip",
            "Accept-Encoding": "gzip",
        }  # fmt: skip
        self.ops = [_op(household, seq, luck) for seq, household in enumerate(households, 1)]
        parts = iter(self.ops)
        frames = [{"device_id": device_id, "ops": list(islice(parts, OPS))} for _ in range(BATCHES)]
        bodies = [gzip.compress(msgspec.json.encode(frame), 6) for frame in frames]
        self.requests = [request("/api/v1/sync/push", headers, body) for body in bodies]


def _op(household: UUID, seq: int, luck: random.Random) -> dict:
    payload = _payload(luck)
    text = rfc8785.dumps(payload)
    return {
        "id": uuid7(), "device_seq": seq, "kind": "capture.add", "entity_id": household, "base_rev": 1,
        "taken_at": "2018-10-09T02:11:05.120Z", "payload": msgspec.Raw(text), "payload_sha256": sha256(text).hexdigest(),
    }  # fmt: skip


def _payload(luck: random.Random) -> dict:
    door = (DISTRICT[0] + luck.uniform(-0.04, 0.04), DISTRICT[1] + luck.uniform(-0.04, 0.04))
    rows = [_fix(door, i, luck) for i in range(15)]
    found = estimate(rows)
    photos = [_photo("door", luck), _photo("house", luck)]
    return {
        "subject": "household", "lon": found.lon, "lat": found.lat, "accuracy_m": found.accuracy_m,
        "altitude_m": round(luck.uniform(1640, 1700), 1), "spread_m": found.spread_m, "fixes": rows, "source": "gps",
        "exception": None, "note": "门口有一棵核桃树,手机信号差。", "photos": photos, "reason": None, "supersedes": None,
    }  # fmt: skip


def _fix(door: tuple[float, float], i: int, luck: random.Random) -> list:
    north = 5 / 111_195
    east = north / cos(radians(door[1]))
    lon, lat = door[0] + luck.gauss(0, east), door[1] + luck.gauss(0, north)
    return [i * 1500 + luck.randrange(200), round(lon, 7), round(lat, 7), round(luck.uniform(4, 14), 1)]


def _photo(kind: str, luck: random.Random) -> dict:
    return {
        "sha256": luck.randbytes(32).hex(), "kind": kind, "bytes": luck.randrange(90_000, 200_000), "width": 1600,
        "height": 1200, "taken_at": "2018-10-09T02:10:41.003Z",
    }  # fmt: skip


def _prepared(url: str, folder: Path) -> list[_Phone]:
    """A migrated database with one cadre, one phone and enough households per community."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": "bench", "MEDIA": folder, "DATA_KEYS": ""})
    with app.app_context():
        from flask_migrate import upgrade  # noqa: PLC0415

        upgrade()
        begin_write(db.session)
        foundation.lay(db.session, now())
        phones = [_enrolled(f"530502005{no:03d}", random.Random(no)) for no in range(1, PHONES + 1)]
        if url.startswith("postgresql"):
            db.session.execute(text("ANALYZE household, area"))  # as its housekeeper does once they are filled
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return phones


def _enrolled(community: str, luck: random.Random) -> _Phone:
    at, device_id, account_id, token = now(), uuid7(), uuid7(), f"hd1.{community}"
    account = Account(id=account_id, username=community, name=community, password_hash="-", created_at=at)  # noqa: S106
    account.grants = [Grant(id=uuid7(), role="cadre", area_code=community)]
    db.session.add(account)
    db.session.flush()
    db.session.add(
        Device(id=device_id, account_id=account_id, label="bench", token_hash=token_hash(token), enrolled_at=at, last_seen_at=at)
    )
    group = foundation.add_area(db.session, f"{community}01", "group", "1组", community)
    rows = [
        {
            "id": uuid7(), "number": f"{community}{n:05d}", "head_name": "户主", "pinyin": "huzhu", "initials": "hz",
            "area_code": group.code, "attribute": "01", "exit_status": "0", "created_at": at, "updated_at": at,
        }
        for n in range(BATCHES * OPS)
    ]  # fmt: skip
    db.session.execute(insert(Household), rows)
    return _Phone(device_id, token, [row["id"] for row in rows], luck)


def _kept(url: str) -> int:
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": "bench", "DATA_KEYS": ""})
    with app.app_context():
        kept = db.session.scalar(select(func.count()).select_from(Capture))
        db.session.remove()
        db.engine.dispose()
    return kept


class _Server(NamedTuple):
    pid: int
    port: int


@contextmanager
def _serving(env: dict, folder: Path, workers: int, threads: int):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "webapp:create_app()", "-b", f"127.0.0.1:{port}", "-k", "gthread",
               "-w", str(workers), "--threads", str(threads), "--log-level", "warning"]  # fmt: skip
    with (folder / "gunicorn.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)  # noqa: S603
    try:
        _wait(port)
        yield _Server(server.pid, port)
    finally:
        server.terminate()
        server.wait(20)
        sys.stderr.write((folder / "gunicorn.log").read_text()[-3000:])


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


if __name__ == "__main__":
    for row in run():
        print(f"{row['name']:55} {row['value']:>10} {row['unit']:10} bar {row['bar']} {'ok' if row['ok'] else 'MISSED'}")
