"""The two databases of a test run: a state that was kept once is put back for every test in thousandths of a second."""

import shutil
from pathlib import Path

import psycopg

from webapp.extensions import db


class SpatiaLite:
    """A file under one name, and a copy of it for every state kept."""

    def __init__(self, folder: Path):
        self.file, self.kept = folder / "hetu.db", set()
        self.url = f"sqlite:///{self.file}"

    def keep(self, state: str) -> None:
        """Nobody may have the file open: what was written last would still lie in its journal."""
        shutil.copy(self.file, self.file.with_name(state))
        self.kept.add(state)

    def restore(self, state: str) -> None:
        for left_over in self.file.parent.glob("hetu.db*"):  # a killed server leaves its journal
            left_over.unlink()
        shutil.copy(self.file.with_name(state), self.file)


class PostGIS:
    """A database, and in it a schema with a second copy of every table for every state kept.

    Copying a PostGIS database would cost half a second. The connection is a replica's: no foreign keys, no order to keep.
    """

    def __init__(self, server: str):
        with _connected(f"{server}postgres") as connection:
            connection.execute("CREATE DATABASE hetu_test")
        self.url, self.kept = f"{server}hetu_test", set()
        self.connection = _connected(self.url)
        self.connection.execute("SET session_replication_role = replica")

    def keep(self, state: str) -> None:
        copies = [f"CREATE TABLE {state}.{name} AS TABLE public.{name}" for name in _tables()]
        self.connection.execute(";".join([f"CREATE SCHEMA {state}", *copies]))
        self.kept.add(state)

    def restore(self, state: str) -> None:
        """Another connection that idles belongs to the app, which needs it again; one that does not was forgotten by a
        test and could hold a lock."""
        others = "SELECT pid FROM pg_stat_activity WHERE datname = 'hetu_test' AND pid <> pg_backend_pid() AND state <> 'idle'"
        steps = [f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM {state}.{name}" for name in _tables()]
        self.connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({others}) AS others")
        self.connection.execute(";".join([*steps, "SELECT setval('boundary_id_seq', (SELECT max(id) FROM boundary))"]))


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _tables() -> list[str]:
    return [f'"{table.name}"' for table in db.metadata.sorted_tables]
