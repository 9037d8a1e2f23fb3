"""A private PostgreSQL with PostGIS on a free loopback port, for as long as the tests run."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg

#: It need not outlive a power cut; and a connection that finds PostGIS loaded begins 6 ms sooner.
FAST = [
    "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=60",
    "-c", "shared_preload_libraries=postgis-3",
]  # fmt: skip


def _programs() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres")) or [shutil.which("postgres")]
    if not found[-1]:
        raise RuntimeError("PostgreSQL is not installed: apt-get install -y postgresql-15-postgis-3")
    return Path(found[-1]).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _as_owner(folder: str) -> dict:
    """PostgreSQL refuses to run as root; then the postgres user runs it."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def private_server(options: list[str] = FAST):
    """Yields a URL without a database name: postgresql+psycopg://postgres@127.0.0.1:PORT/"""
    programs, port = _programs(), _free_port()
    folder = tempfile.mkdtemp(prefix="hetu-postgres-")
    owner = _as_owner(folder)
    data = f"{folder}/data"
    subprocess.run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
                   check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)  # fmt: skip
    command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, *options]
    with open(f"{folder}/log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **owner)
    try:
        _wait(server, port, folder)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGQUIT)  # at once, whoever is still connected
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen, port: int, folder: str) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError(Path(folder, "log").read_text())
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", connect_timeout=1).close()
            return
        except psycopg.OperationalError:
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
    raise RuntimeError("PostgreSQL did not answer within 10 s")
