"""All about one filled-in questionnaire, for the person who judges it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Account, Area, Blob, Device, Household, Response, ResponseEvent, ResponseFile

EVENT = ResponseEvent.__table__.c


class FileRow(NamedTuple):
    name: str
    sha256: str | None
    received_at: datetime | None
    media_type: str | None


class Step(NamedTuple):
    response_id: UUID
    kind: str
    reasons: list[str]
    text: str
    at: datetime
    by: str


class Sheet(NamedTuple):
    response: Response
    household: Household | None
    place: Area
    parent: Area | None
    account: Account
    device: Device | None
    files: dict[str, FileRow]
    versions: list[Response]  # of the same filling-in, oldest first
    steps: list[Step]  # of all of them, oldest first

    @property
    def title(self) -> str:
        return self.household.head_name if self.household else self.place.name

    @property
    def newer(self) -> Response | None:
        return None if self.response.newest else self.versions[-1]


def sheet(session: Session, row: Response) -> Sheet:
    place = session.get_one(Area, row.area_code)
    versions = list(
        session.scalars(select(Response).where(Response.root_id == row.root_id).order_by(Response.received_at, Response.id))
    )
    versions.sort(key=lambda one: one.newest)
    return Sheet(
        row, session.get(Household, row.household_id) if row.household_id else None, place,
        session.get(Area, place.parent_code) if place.parent_code else None, session.get_one(Account, row.account_id),
        session.get(Device, row.device_id) if row.device_id else None, files(session, row.id), versions,
        steps(session, [one.id for one in versions]),
    )  # fmt: skip


def files(session: Session, response_id: UUID) -> dict[str, FileRow]:
    found = (
        select(ResponseFile.name, ResponseFile.sha256, Blob.received_at, Blob.media_type)
        .outerjoin(Blob, Blob.sha256 == ResponseFile.sha256)
        .where(ResponseFile.response_id == response_id)
        .order_by(ResponseFile.name)
    )  # fmt: skip
    return {row.name: FileRow(*row) for row in session.execute(found)}


def steps(session: Session, ids: list[UUID]) -> list[Step]:
    found = (
        select(EVENT.response_id, EVENT.kind, EVENT.reasons, EVENT.text, EVENT.at, Account.name)
        .join(Account, Account.id == EVENT.account_id)
        .where(EVENT.response_id.in_(ids))
        .order_by(EVENT.at, EVENT.id)
    )
    return [Step(*row) for row in session.execute(found)]
