"""A response kept before its form has looked at it: whoever waits at the other end hears at once that it is safe.

What its form finds wrong, and what changed since last year, is noted soon after (blueprints.openrosa.checker) or when a person
judges it through Central's API.
`problems` is null until then, and nothing is decided before.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Engine, Insert, select
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Response, ResponseEvent, ResponseFile
from webapp.models.engine import insert_for
from webapp.services import response_contents as contents
from webapp.services import responses
from webapp.services.responses import NewResponse
from webapp.services.sealing import KeyRing

RESPONSE, EVENT, FILE = Response.__table__, ResponseEvent.__table__, ResponseFile.__table__


def take_in(session: Session, ring: KeyRing, new: NewResponse, year: int, now: datetime) -> UUID:
    """Id of the first version. The same id with the same text again is the same response; with another one a conflict.

    For a first version that nothing replaces yet; anything else goes through responses.add.
    """
    if session.connection().execute(_keeping(insert_for(session)), _values(ring, new, year, now)).first() is None:
        row = responses.known_before(session, new)
        return row.root_id if row else new.id
    said = {"id": uuid7(now), "response_id": new.id, "kind": "received", "reasons": [], "account_id": new.account_id, "at": now}
    session.connection().execute(_noting(), said | {"text": ""})
    if new.files:
        session.connection().execute(FILE.insert(), [{"response_id": new.id, **file._asdict()} for file in new.files])
    return new.id


@lru_cache
def _keeping(insert) -> Insert:
    return insert(RESPONSE).on_conflict_do_nothing().returning(RESPONSE.c.id)


@lru_cache
def _noting() -> Insert:
    return EVENT.insert()


def _values(ring: KeyRing, new: NewResponse, year: int, now: datetime) -> dict:
    return {
        "id": new.id, "root_id": new.id, "replaces_id": None, "newest": True, "form_id": new.form_id, "version": new.version,
        "year": year, "household_id": new.household_id, "area_code": new.area_code,
        "xml_sealed": ring.seal(contents.sealed_for(new.id), new.xml), "xml_sha256": responses.text_sha256(new.xml),
        "base_rev": new.base_rev, "state": "received", "source": new.source, "taken_at": new.taken_at, "received_at": now,
        "account_id": new.account_id, "device_id": new.device_id, "app_user_id": new.app_user_id,
    }  # fmt: skip


def unchecked(session: Session, most: int) -> Sequence[Response]:
    """The first received first; those another process has in hand are left to it."""
    waiting = select(Response).where(Response.state == "received", Response.problems.is_(None))
    return session.scalars(waiting.order_by(Response.received_at).limit(most).with_for_update(skip_locked=True)).all()


def waiting_since(session: Session) -> tuple[datetime, datetime] | None:
    """When the first and the last of those came that nothing has looked at."""
    ends = (select(RESPONSE.c.received_at).where(_WAITING).order_by(order).limit(1) for order in _ORDERS)
    first, last = (session.scalar(end) for end in ends)
    return (first, last) if first and last else None


_WAITING = (RESPONSE.c.state == "received") & RESPONSE.c.problems.is_(None)
_ORDERS = (RESPONSE.c.received_at, RESPONSE.c.received_at.desc())


def check(session: Session, ring: KeyRing, rows: Sequence[Response], now: datetime) -> None:
    """Note what their forms find, and tell phones and desk of them."""
    for row in rows:
        row.problems, row.changes = _found(session, ring, row)
    session.flush()
    responses.touch(session, rows, now)


def _found(session: Session, ring: KeyRing, row: Response) -> tuple[list[dict], list[dict]]:
    """What would have been refused on a phone is kept here, for it was acknowledged: as a problem for the reviewer."""
    try:
        found = responses.read(session, _as_new(ring, row))
    except Problem:
        return [{"path": "/data", "code": "member", "message": "", "value": ""}], []
    changes = contents.compared(found.instance, found.before, row.base_rev)
    return contents.problems(found.known, found.instance, row.taken_at), changes


def _as_new(ring: KeyRing, row: Response) -> NewResponse:
    return NewResponse(
        row.id, row.form_id, row.version, contents.opened(ring, row), row.household_id, row.area_code, (), row.replaces_id,
        row.base_rev, row.source, row.taken_at, row.account_id, row.device_id, row.app_user_id,
    )  # fmt: skip


class Arrival(NamedTuple):
    """What the ordinary answer of an app user brings."""

    id: UUID
    form_id: str
    version: str
    year: int
    xml: str
    household_id: UUID
    base_rev: int | None
    files: list[str]
    app_user_id: UUID
    account_id: UUID
    prefixes: list[str]  # of the areas it may fill in for


#: The key is looked at again and the household found in the same breath as the answer is kept: one question, one commit.
_AT_ONCE = """
WITH home AS (
  SELECT h.area_code FROM household h
  JOIN app_user u ON u.id = %(app_user_id)s AND u.revoked_at IS NULL AND u.expires_at IS NULL
  JOIN account a ON a.id = u.account_id AND a.disabled_at IS NULL
  WHERE h.id = %(household_id)s AND h.deleted_at IS NULL
    AND EXISTS (SELECT FROM unnest(%(prefixes)s::text[]) AS p WHERE starts_with(h.area_code, p))
    AND NOT EXISTS (SELECT FROM response WHERE replaces_id = %(id)s)
), kept AS (
  INSERT INTO response (id, root_id, newest, form_id, version, year, household_id, area_code, xml_sealed, xml_sha256, base_rev,
                        state, source, taken_at, received_at, account_id, app_user_id)
  SELECT %(id)s, %(id)s, true, %(form_id)s, %(version)s, %(year)s, %(household_id)s, home.area_code, %(sealed)s, %(sha256)s,
         %(base_rev)s, 'received', 'odk', %(now)s, %(now)s, %(account_id)s, %(app_user_id)s
  FROM home ON CONFLICT DO NOTHING RETURNING id
), expected AS (
  INSERT INTO response_file (response_id, name) SELECT kept.id, name FROM kept, unnest(%(files)s::text[]) AS name
)
INSERT INTO response_event (id, response_id, kind, reasons, text, account_id, at)
SELECT %(event_id)s, kept.id, 'received', '[]', '', %(account_id)s, %(now)s FROM kept
"""


def take_in_at_once(engine: Engine, ring: KeyRing, new: Arrival, now: datetime) -> bool:
    """PostgreSQL: kept for good, or not for a reason that `take_in` finds out. Sent before, too, is for `take_in` to see."""
    values = new._asdict() | {
        "sealed": ring.seal(contents.sealed_for(new.id), new.xml), "sha256": responses.text_sha256(new.xml), "now": now,
        "event_id": uuid7(now),
    }  # fmt: skip
    lent = engine.raw_connection()
    try:
        connection = lent.driver_connection
        connection.autocommit = True
        try:
            return connection.execute(_AT_ONCE, values, prepare=True).rowcount == 1
        finally:
            connection.autocommit = False
    finally:
        lent.close()
