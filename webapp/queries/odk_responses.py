"""Responses as ODK Central tells of them: one filling-in with all its versions is one thing, named by its first version."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope
from webapp.domain.problems import not_found
from webapp.models import Account, Response, ResponseEvent, ResponseFile
from webapp.queries.scope import inside

FIRST, NEWEST = aliased(Response, name="first"), aliased(Response, name="newest")
#: What Central calls our states.
REVIEW_STATE = case(
    (NEWEST.state == "accepted", "approved"), (NEWEST.state == "returned", "hasIssues"), (NEWEST.id != FIRST.id, "edited")
)  # fmt: skip
MANY = 500
#: The reason of a return for which Central was given none.
NO_WORDS = "ODK: hasIssues"


class Row(NamedTuple):
    id: UUID  # of the first version
    version_id: UUID  # of the newest
    form_version: str
    account_id: UUID
    submitter: str
    created_at: datetime
    updated_at: datetime | None
    review_state: str | None
    taken_at: datetime
    device_id: UUID | None
    edits: int
    xml_sealed: bytes


class Asked(NamedTuple):
    form_id: str
    year: int
    scope: Scope
    where: ColumnElement[bool] | None = None


def _found(asked: Asked) -> Select:
    edits = select(func.count()).where(Response.root_id == FIRST.id, Response.id != FIRST.id).scalar_subquery()
    found = (
        select(
            FIRST.id, NEWEST.id, NEWEST.version, FIRST.account_id, Account.name, FIRST.received_at,
            case((NEWEST.id != FIRST.id, NEWEST.received_at)), REVIEW_STATE, NEWEST.taken_at, FIRST.device_id,
            case((NEWEST.id != FIRST.id, edits), else_=0), NEWEST.xml_sealed,
        )
        .join(NEWEST, and_(NEWEST.root_id == FIRST.id, NEWEST.newest))
        .join(Account, Account.id == FIRST.account_id)
    )  # fmt: skip
    return found.where(*_conditions(asked))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    mine = [
        FIRST.form_id == asked.form_id,
        FIRST.year == asked.year,
        FIRST.root_id == FIRST.id,
        inside(FIRST.area_code, asked.scope),
    ]
    return mine if asked.where is None else [*mine, asked.where]


def rows(session: Session, asked: Asked, skip: int = 0, top: int | None = None, after: UUID | None = None) -> list[Row]:
    """The last received first. `after`: only those that follow this one in that order."""
    found = _found(asked).order_by(FIRST.received_at.desc(), FIRST.id.desc()).offset(skip).limit(top)
    if after:
        at = select(Response.received_at).where(Response.id == after).scalar_subquery()
        found = found.where(or_(FIRST.received_at < at, and_(FIRST.received_at == at, FIRST.id < after)))
    return [Row(*row) for row in session.execute(found)]


def count(session: Session, asked: Asked) -> int:
    found = select(func.count()).select_from(FIRST).join(NEWEST, and_(NEWEST.root_id == FIRST.id, NEWEST.newest))
    return session.scalar(found.where(*_conditions(asked))) or 0


def one(session: Session, asked: Asked, id: UUID) -> Row:
    """Raises not_found."""
    row = session.execute(_found(asked).where(FIRST.id == id)).first()
    if row is None:
        raise not_found()
    return Row(*row)


def locked(session: Session, version_id: UUID) -> Response:
    """Held until the commit: the desk may decide at the same moment."""
    found = select(Response).where(Response.id == version_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one()


def versions(session: Session, root_id: UUID) -> list[tuple[Response, str]]:
    """Every version of one filling-in, the newest first, with the name of who sent it."""
    found = select(Response, Account.name).join(Account, Account.id == Response.account_id).where(Response.root_id == root_id)
    return [(row, name) for row, name in session.execute(found.order_by(Response.received_at.desc(), Response.id.desc()))]


def files(session: Session, response_ids: Collection[UUID]) -> dict[UUID, list[ResponseFile]]:
    """By response, each by name."""
    found: dict[UUID, list[ResponseFile]] = {id: [] for id in response_ids}
    for row in session.scalars(
        select(ResponseFile).where(ResponseFile.response_id.in_(response_ids)).order_by(ResponseFile.name)
    ):
        found[row.response_id].append(row)
    return found


def comments(session: Session, root_id: UUID) -> list[ResponseEvent]:
    """What people wrote about any version, the last word first; a reason given with a decision counts, once."""
    about = select(Response.id).where(Response.root_id == root_id)
    found = select(ResponseEvent).where(ResponseEvent.response_id.in_(about), ResponseEvent.text.not_in(("", NO_WORDS)))
    rows = session.scalars(found.order_by(ResponseEvent.at.desc(), ResponseEvent.id.desc())).all()
    written = {row.text for row in rows if row.kind == "comment"}
    return [row for row in rows if row.kind == "comment" or row.text not in written]


def accounts_numbered(session: Session, number: int) -> list[UUID]:
    """Whom Central's number of a person means (openrosa.central.actor)."""
    return [id for id in session.scalars(select(Account.id)) if actor(id) == number]


def actor(account_id: UUID) -> int:
    """A person's number: Central's clients know people by whole numbers, of which JavaScript is sure up to 2^53."""
    return account_id.int & (1 << 53) - 1
