"""Taking filled-in questionnaires in: once each, every version kept. What their form finds wrong is noted, not refused."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.domain.xform import changes as comparing
from webapp.domain.xform.instance import Instance
from webapp.models import Response, ResponseEvent, ResponseFile
from webapp.models.engine import insert_for
from webapp.queries.definitions import Known
from webapp.services import areas, households
from webapp.services import response_contents as contents
from webapp.services.sealing import KeyRing


class StatedFile(NamedTuple):
    """An attachment; who sends it later has not told its hash yet."""

    name: str
    sha256: str | None = None
    bytes: int | None = None


class NewResponse(NamedTuple):
    id: UUID  # of the meta/instanceID
    form_id: str
    version: str
    xml: str
    household_id: UUID | None
    area_code: str
    files: Sequence[StatedFile]
    replaces_id: UUID | None
    base_rev: int | None
    source: str  # phone, odk, desk
    taken_at: datetime
    account_id: UUID
    device_id: UUID | None = None
    app_user_id: UUID | None = None


class Read(NamedTuple):
    """A response understood as far as it can be refused for."""

    known: Known
    instance: Instance
    before: tuple[int, Any]


def read(session: Session, new: NewResponse) -> Read:
    """Raises invalid_payload for what can be no answer to this form about this household, and conflict for a used id."""
    known = contents.form_of(session, new.form_id, new.version)
    instance = contents.filled(known, new.xml)
    wrong = list(_misfits(known, instance, new))
    if wrong:
        raise Problem("invalid_payload", wrong)
    found = contents.before(session, new.household_id, new.area_code, known.year)
    if comparing.strangers(instance, *contents.rows_of(found[1])):
        raise Problem("invalid_payload", ["payload.xml"])
    return Read(known, instance, found)


def _misfits(known: Known, instance: Instance, new: NewResponse):
    if (instance.form_id, instance.version) != (new.form_id, new.version):
        yield "payload.form"
    if instance.meta.get("instanceID") != f"{contents.UUID_SCHEME}{new.id}":
        yield "payload.xml.instanceID"
    replaced = instance.meta.get("deprecatedID", "")
    if replaced != (f"{contents.UUID_SCHEME}{new.replaces_id}" if new.replaces_id else ""):
        yield "payload.replaces"
    if (known.subject == "household") != (new.household_id is not None):
        yield "entity_id"
    said = instance.value("household")
    if said and said != str(new.household_id):
        yield "payload.xml.household"


def add(session: Session, ring: KeyRing, new: NewResponse, now: datetime) -> Response:
    """Kept, and the phones told. The same id with the same text again is the same response; with another one a conflict."""
    row = known_before(session, new)
    if row is None:
        row = keep(session, ring, new, read(session, new), now)
        touch(session, [row], now)
    return row


def known_before(session: Session, new: NewResponse) -> Response | None:
    """Raises conflict."""
    row = session.get(Response, new.id)
    if row is not None and row.xml_sha256 != text_sha256(new.xml):
        raise Problem("conflict", ["payload_sha256"])
    if row is not None:
        tell_files(session, row.id, new.files)
    return row


def text_sha256(xml: str) -> str:
    return sha256(xml.encode()).hexdigest()


def keep(session: Session, ring: KeyRing, new: NewResponse, found: Read, now: datetime) -> Response:
    """Two may bring the same at once: the second one finds the first one's row. Raises conflict."""
    replaced = session.get(Response, new.replaces_id) if new.replaces_id else None
    root_id = replaced.root_id if replaced else new.replaces_id or new.id
    later = session.scalars(select(Response.id).where(Response.replaces_id == new.id)).all()
    values = _columns(ring, new, found, now) | {"root_id": root_id, "newest": not later}
    made = session.execute(
        insert_for(session)(Response.__table__).values(values).on_conflict_do_nothing().returning(Response.__table__.c.id)
    ).first()  # fmt: skip
    if made is None:
        session.expire_all()
        return known_before(session, new) or keep(session, ring, new, found, now)
    tell_files(session, new.id, new.files)
    note(session, new.id, "received", new.account_id, now)
    if new.replaces_id or later:
        _settle_chain(session, new, root_id, replaced, now)
    return session.get_one(Response, new.id)


def _columns(ring: KeyRing, new: NewResponse, found: Read, now: datetime) -> dict:
    known, instance, known_before_it = found
    return {
        "id": new.id, "replaces_id": new.replaces_id, "form_id": new.form_id, "version": new.version, "year": known.year,
        "household_id": new.household_id, "area_code": new.area_code, "base_rev": new.base_rev,
        "xml_sealed": ring.seal(contents.sealed_for(new.id), new.xml), "xml_sha256": text_sha256(new.xml),
        "changes": contents.compared(instance, known_before_it, new.base_rev),
        "problems": contents.problems(known, instance, new.taken_at), "state": "received", "source": new.source,
        "taken_at": new.taken_at, "received_at": now, "account_id": new.account_id, "device_id": new.device_id,
        "app_user_id": new.app_user_id,
    }  # fmt: skip


def _settle_chain(session: Session, new: NewResponse, root_id: UUID, replaced: Response | None, now: datetime) -> None:
    """Versions may come in any order: each chain has one root and one newest, the one nothing replaces."""
    table = Response.__table__
    session.execute(update(table).where(table.c.root_id.in_((new.id, root_id))).values(root_id=root_id))
    session.execute(update(table).where(table.c.id == new.replaces_id).values(newest=False))
    siblings = (table.c.replaces_id == new.replaces_id, table.c.id != new.id) if new.replaces_id else None
    if siblings:  # two corrections of one version: the one that came last stands
        session.execute(update(table).where(*siblings).values(newest=False))
    session.expire_all()
    if replaced is not None:
        note(session, replaced.id, "replaced", new.account_id, now)


def tell_files(session: Session, response_id: UUID, files: Sequence[StatedFile]) -> None:
    """What attachments there are; a hash told later completes the row."""
    known = {row.name: row for row in session.scalars(select(ResponseFile).where(ResponseFile.response_id == response_id))}
    fresh = []
    for file in files:
        row = known.get(file.name)
        if row is None:
            fresh.append({"response_id": response_id, **file._asdict()})
        elif row.sha256 is None:
            row.sha256, row.bytes = file.sha256, file.bytes
    if fresh:
        session.execute(insert(ResponseFile), fresh)


def note(
    session: Session, response_id: UUID, kind: str, account_id: UUID, now: datetime, reasons: Sequence[str] = (), text: str = ""
) -> None:  # fmt: skip
    session.execute(insert(ResponseEvent.__table__).values(
        id=uuid7(now), response_id=response_id, kind=kind, reasons=list(reasons), text=text, account_id=account_id, at=now
    ))  # fmt: skip


def touch(session: Session, rows: Sequence[Response], now: datetime) -> None:
    """Households and areas count up once, however many of their responses changed."""
    about = {row.household_id for row in rows if row.household_id}
    if about:
        households.touch_ids(session, sorted(about), now)
    areas.touch(session, {row.area_code for row in rows if row.household_id is None})
