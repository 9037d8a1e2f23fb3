"""How each database is opened. SpatiaLite wants care; PostGIS does not."""

import errno
import glob
import os
import sqlite3

import msgspec
from geoalchemy2.admin.dialects.sqlite import init_spatialite, load_spatialite_driver
from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

SPATIALITE_PLACES = (
    "/usr/lib/*-linux-gnu/mod_spatialite.so",
    "/usr/lib64/mod_spatialite.so",
    "/opt/homebrew/lib/mod_spatialite.dylib",
)
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
)


#: PostgreSQL takes every step along an index for a seek of a spinning disk, and reads a whole register to find fifty homes.
PLANNER = "-c random_page_cost=1.1"


def sqlite_module():
    """A DB-API module that can load extensions: the standard one, or pysqlite3 where Python was built without."""
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return sqlite3
    import pysqlite3.dbapi2

    return pysqlite3.dbapi2


def engine_options(url: str) -> dict:
    """Arguments of create_engine for this database."""
    options: dict = {"json_serializer": _to_json, "json_deserializer": msgspec.json.decode}
    if url.startswith("sqlite"):
        return options | {"module": sqlite_module(), "connect_args": {"timeout": 30}}
    return options | {"connect_args": {"options": PLANNER}}


def _to_json(value) -> str:
    return msgspec.json.encode(value).decode()


def find_spatialite() -> None:
    """Put the library's place into the environment, where GeoAlchemy2 looks for it."""
    if "SPATIALITE_LIBRARY_PATH" in os.environ:
        return
    found = [place for pattern in SPATIALITE_PLACES for place in glob.glob(pattern)]
    os.environ["SPATIALITE_LIBRARY_PATH"] = found[0] if found else "mod_spatialite"


def prepare(engine: Engine) -> None:
    """Listen on a SpatiaLite engine so that every connection is spatial and every transaction ours to begin."""
    if engine.dialect.name != "sqlite":
        return
    find_spatialite()
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection, _record) -> None:
    load_spatialite_driver(connection)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    # Without the transaction this call takes 11 s; all reference systems would take 6 MB.
    init_spatialite(connection, transaction=True, init_mode="WGS84")
    connection.isolation_level = None  # the driver must not begin transactions behind our back


def _on_begin(connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def begin_write(session: Session) -> None:
    """Take SQLite's write lock before the first read.

    A transaction that reads first and writes later fails with SQLITE_BUSY_SNAPSHOT, which no timeout
    cures. PostgreSQL ignores the option.
    """
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


def insert_for(session: Session):
    """The insert() of this database's dialect: the one that knows ON CONFLICT."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name]


#: What the disk, SQLite and PostgreSQL call a full disk and a place that may only be read.
_NAMES = {
    "storage_full": {errno.ENOSPC, errno.EDQUOT, "SQLITE_FULL", "53100"},
    "read_only": {errno.EROFS, "SQLITE_READONLY", "25006"},
}


def refused_by_storage(error: DBAPIError | OSError) -> str | None:
    """storage_full or read_only, if that is why nothing could be kept."""
    if isinstance(error, DBAPIError):
        said = getattr(error.orig, "sqlstate", None) or "_".join(getattr(error.orig, "sqlite_errorname", "").split("_")[:2])
    else:
        said = error.errno
    return next((code for code, names in _NAMES.items() if said in names), None)
