"""Filled-in questionnaires, kept as they came."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Response, ResponseEvent, ResponseFile
from webapp.queries import forms
from webapp.services.sealing import KeyRing, Place


@dataclass(frozen=True)
class NewResponse:
    id: UUID
    form_id: str
    version: str
    xml: str
    household_id: UUID | None
    area_code: str
    files: list[dict]
    replaces_id: UUID | None
    base_rev: int | None
    source: str
    taken_at: datetime
    account_id: UUID
    device_id: UUID | None
    app_user_id: UUID | None


def add(session: Session, ring: KeyRing, new: NewResponse, received_at: datetime) -> Response:
    """Same id and same answers: nothing new. Raises conflict, invalid_payload."""
    known = session.get(Response, new.id)
    digest = sha256(new.xml.encode()).hexdigest()
    if known:
        if known.xml_sha256 != digest:
            raise Problem("conflict")
        return known
    form = forms.version(session, new.form_id, new.version)
    if form is None:
        raise Problem("invalid_payload", ["version"])
    replaced = session.get(Response, new.replaces_id) if new.replaces_id else None
    if new.replaces_id and (replaced is None or not replaced.newest):
        raise Problem("conflict" if replaced else "invalid_payload", ["replaces"])
    if replaced:
        session.execute(update(Response).where(Response.id == replaced.id).values(newest=False))
        session.add(
            ResponseEvent(
                id=uuid7(), response_id=replaced.id, kind="replaced", reasons=[], account_id=new.account_id, at=received_at
            )
        )
    row = Response(
        id=new.id,
        root_id=replaced.root_id if replaced else new.id,
        replaces_id=new.replaces_id,
        newest=True,
        form_id=new.form_id,
        version=new.version,
        year=form.year,
        household_id=new.household_id,
        area_code=new.area_code,
        xml_sealed=ring.seal(Place("response", new.id, "xml"), new.xml),
        xml_sha256=digest,
        base_rev=new.base_rev,
        state="received",
        source=new.source,
        taken_at=new.taken_at,
        received_at=received_at,
        account_id=new.account_id,
        device_id=new.device_id,
        app_user_id=new.app_user_id,
    )
    session.add(row)
    session.flush()
    session.add(
        ResponseEvent(id=uuid7(), response_id=new.id, kind="received", reasons=[], account_id=new.account_id, at=received_at)
    )
    session.add_all(
        ResponseFile(response_id=new.id, name=file["name"], sha256=file.get("sha256"), bytes=file.get("bytes"))
        for file in new.files
    )
    session.flush()
    return row


def move(session: Session, row: Response, kind: str, account_id: UUID, now: datetime) -> None:
    state, told = {"accept": ("accepted", "accepted"), "return": ("returned", "returned"), "reopen": ("received", "reopened")}[kind]
    if row.state != state:
        row.state = state
        session.add(ResponseEvent(id=uuid7(), response_id=row.id, kind=told, reasons=[], account_id=account_id, at=now))
        session.flush()


def comment(session: Session, row: Response, text: str, account_id: UUID, now: datetime) -> ResponseEvent:
    event = ResponseEvent(id=uuid7(), response_id=row.id, kind="comment", reasons=[], text=text, account_id=account_id, at=now)
    session.add(event)
    session.flush()
    return event
