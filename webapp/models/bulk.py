"""Many rows of one table in one statement, at a price per row that a phone's batch can pay.

SQLAlchemy prepares every value of every row anew. Here a PostgreSQL takes all rows as one JSON document, and SQLite, to
which a row costs no journey, takes them one after the other from the driver.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from geoalchemy2 import Geometry
from msgspec import json
from sqlalchemy import JSON, ColumnElement, Dialect, Executable, Result, String, Table, Uuid, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from webapp.models.types import UTCDateTime


class _Statement(NamedTuple):
    sql: str
    #: PostgreSQL: the columns that hold JSON. SQLite: (place, function) of the values the driver does not know.
    writers: tuple


def insert_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]], on_conflict: str = "") -> None:
    """All rows name the same columns. `on_conflict` is said alike on both databases."""
    _run(session, table, rows, ("insert", on_conflict))


def update_rows(session: Session, table: Table, key: str, rows: Sequence[dict[str, Any]]) -> None:
    """Each row names its key and the same columns to be set."""
    _run(session, table, rows, ("update", key))


def _run(session: Session, table: Table, rows: Sequence[dict[str, Any]], what: tuple[str, str]) -> None:
    if not rows:
        return
    connection = session.connection()
    statement = _statement(connection.dialect, table, tuple(rows[0]), *what)
    values: Any
    if connection.dialect.name == "postgresql":
        values = (_document(rows, statement.writers),)
    else:
        values = [_values(row, statement.writers) for row in rows]
    connection.exec_driver_sql(statement.sql, values)


def _document(rows: Sequence[dict[str, Any]], names: tuple[str, ...]) -> str:
    """The rows as one JSON text. JSON columns travel as texts in it: what is NUL to a text is none inside a JSON."""
    for name in names:
        rows = [row | {name: None if row[name] is None else json.encode(row[name]).decode()} for row in rows]
    return json.encode(rows).decode()


def _values(row: dict[str, Any], writers: tuple) -> tuple:
    values = list(row.values())
    for place, write in writers:
        if values[place] is not None:
            values[place] = write(values[place])
    return tuple(values)


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


#: How SQLAlchemy keeps these in a SQLite; the rest goes in as it is.
_SQLITE_WRITERS = {Uuid: attrgetter("hex"), UTCDateTime: _utc_text, JSON: lambda value: json.encode(value).decode()}


@lru_cache
def _statement(dialect: Dialect, table: Table, names: tuple[str, ...], verb: str, more: str) -> _Statement:
    make = _postgresql if dialect.name == "postgresql" else _sqlite
    return make(dialect, table, names, verb, more)


def _postgresql(dialect: Dialect, table: Table, names: tuple[str, ...], verb: str, more: str) -> _Statement:
    texts = tuple(name for name in names if isinstance(table.c[name].type, JSON))
    fields = [f"{name} text" if name in texts else f"{name} {table.c[name].type.compile(dialect)}" for name in names]
    given = {name: f"r.{name}::json" if name in texts else f"r.{name}" for name in names}
    rows = f"json_to_recordset(%s) AS r ({', '.join(fields)})"
    if verb == "insert":
        return _Statement(f"{_into(table, names)} SELECT {', '.join(given.values())} FROM {rows} {more}", texts)  # noqa: S608
    put = ", ".join(f"{name} = {given[name]}" for name in names if name != more)
    return _Statement(f"UPDATE {table.name} SET {put} FROM {rows} WHERE {table.name}.{more} = r.{more}", texts)  # noqa: S608


def _sqlite(_dialect: Dialect, table: Table, names: tuple[str, ...], verb: str, more: str) -> _Statement:
    types = [table.c[name].type for name in names]
    writers = tuple((no, _SQLITE_WRITERS[type(kind)]) for no, kind in enumerate(types) if type(kind) in _SQLITE_WRITERS)
    marks = [f"GeomFromEWKT(?{no})" if isinstance(kind, Geometry) else f"?{no}" for no, kind in enumerate(types, 1)]
    if verb == "insert":
        return _Statement(f"{_into(table, names)} VALUES ({', '.join(marks)}) {more}", writers)
    put = {name: f"{name} = {mark}" for name, mark in zip(names, marks, strict=True)}
    where = put.pop(more)
    return _Statement(f"UPDATE {table.name} SET {', '.join(put.values())} WHERE {where}", writers)  # noqa: S608


def _into(table: Table, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(names)})"


_IDS = bindparam("ids", type_=String)
#: The ids of one text parameter as a table, which is read once and sought by index; and how the text is written.
_ID_TABLES = {
    "postgresql": select(func.unnest(cast(_IDS, ARRAY(Uuid)))),
    "sqlite": select(func.json_each(_IDS).table_valued("value").c.value),
}
_ID_TEXTS = {
    "postgresql": lambda ids: "{" + ",".join(map(str, ids)) + "}",
    "sqlite": lambda ids: json.encode([id.hex for id in ids]).decode(),
}
Among = Callable[[ColumnElement[UUID]], ColumnElement[bool]]


def by_ids(session: Session, build: Callable[[Among], Executable], ids: Collection[UUID]) -> Result:
    """The answer to the statement that `build` makes, once, of `among(column)`: is the column one of the ids?"""
    name = session.get_bind().dialect.name
    return session.connection().execute(_built(build, name), {"ids": _ID_TEXTS[name](ids)})


@lru_cache
def _built(build: Callable[[Among], Executable], name: str) -> Executable:
    return build(lambda column: column.in_(_ID_TABLES[name]))
