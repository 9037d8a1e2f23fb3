"""The queue of filled-in questionnaires: what waits for a decision, what was decided, and in which order."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope, area_prefix
from webapp.domain.problems import not_found
from webapp.models import Account, Area, Blob, Form, Household, Response, ResponseFile
from webapp.queries.scope import inside

STATES = ("received", "accepted", "returned", "superseded")
FLAGS = ("problems", "conflicts", "clear")
PAGE_ROWS = 50
Group, Parent = aliased(Area, name="place"), aliased(Area, name="parent")


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see of the queue. Empty means everything."""

    state: str = "received"
    area: str = ""
    form: str = ""
    flags: str = ""
    account: UUID | None = None
    words: str = ""
    sort: str = "received"  # a key of SORTS; a minus in front turns it round


class Row(NamedTuple):
    id: UUID
    state: str
    newest: bool
    form: str
    number: str | None
    head_name: str | None
    place: str
    parent: str | None
    cadre: str
    source: str
    taken_at: datetime
    received_at: datetime
    changed: int
    problems: int
    conflicts: int
    files: int
    files_here: int

    @property
    def title(self) -> str:
        return self.head_name or self.place


def _said(column, what: str) -> ColumnElement[int]:
    """How often a text stands in a JSON (we write them without blanks): counted alike by both databases, without reading it."""
    plain = func.coalesce(cast(column, String), "")
    return cast((func.length(plain) - func.length(func.replace(plain, what, ""))) / len(what), Integer)


CHANGED = _said(Response.changes, '"kind":"changed"') + _said(Response.changes, '"kind":"new"')
CONFLICTS = _said(Response.changes, '"conflict":true')
PROBLEMS = _said(Response.problems, '"code":')


def _file_count(*more: ColumnElement[bool]):
    return select(func.count()).where(ResponseFile.response_id == Response.id, *more).scalar_subquery()


_FILES, _HERE = _file_count(), _file_count(exists().where(Blob.sha256 == ResponseFile.sha256))
#: First reported, first reviewed; every other order falls back to it.
_QUEUE = (Response.received_at, Response.id)
SORTS = {
    "received": Response.received_at, "taken": Response.taken_at, "name": func.coalesce(Household.pinyin, Group.name),
    "place": Response.area_code, "cadre": Account.name, "form": Form.title, "changed": CHANGED,
}  # fmt: skip


def _from(statement: Select) -> Select:
    return (
        statement.select_from(Response).join(Group, Group.code == Response.area_code)
        .outerjoin(Parent, Parent.code == Group.parent_code).outerjoin(Household, Household.id == Response.household_id)
        .join(Account, Account.id == Response.account_id).join(Form, Form.id == Response.form_id)
        .where(Household.deleted_at.is_(None))
    )  # fmt: skip


def _matching(statement: Select, scope: Scope, wanted: Filter) -> Select:
    conditions = [inside(Response.area_code, scope), _in_state(wanted.state)]
    if wanted.area:
        conditions.append(Response.area_code.startswith(area_prefix(wanted.area)))
    if wanted.form:
        conditions.append(Response.form_id == wanted.form)
    if wanted.flags:
        conditions.append(
            {"problems": PROBLEMS > 0, "conflicts": CONFLICTS > 0}.get(wanted.flags, and_(PROBLEMS == 0, CONFLICTS == 0))
        )
    if wanted.account:
        conditions.append(Response.account_id == wanted.account)
    if wanted.words:
        conditions.append(_found(wanted.words))
    return _from(statement).where(*conditions)


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "superseded":
        return ~Response.newest
    return and_(Response.newest, Response.state == state) if state else Response.newest


def _found(words: str) -> ColumnElement[bool]:
    places = (Household.head_name, Household.pinyin, Household.initials, Household.number, Group.name, Account.name, Form.title)
    return or_(*(place.icontains(words.strip(), autoescape=True) for place in places))


def _order(sort: str) -> tuple:
    column = SORTS[sort.lstrip("-")]
    return (column.desc() if sort.startswith("-") else column.asc(), *_QUEUE)


def queue(session: Session, scope: Scope, wanted: Filter, page: int | None = None) -> list[Row]:
    """One page of rows (from 1) in the wanted order, or all of them."""
    statement = select(
        Response.id, Response.state, Response.newest, Form.title, Household.number, Household.head_name, Group.name, Parent.name,
        Account.name, Response.source, Response.taken_at, Response.received_at, CHANGED, PROBLEMS, CONFLICTS, _FILES, _HERE,
    )  # fmt: skip
    statement = _matching(statement, scope, wanted).order_by(*_order(wanted.sort))
    if page:
        statement = statement.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return [Row(*row) for row in session.execute(statement)]


def ids(session: Session, scope: Scope, wanted: Filter) -> list[UUID]:
    """The whole queue, in order, as ids."""
    return list(session.scalars(_matching(select(Response.id), scope, wanted).order_by(*_order(wanted.sort))))


def count(session: Session, scope: Scope, wanted: Filter) -> int:
    return session.scalar(_matching(select(func.count()), scope, wanted)) or 0


def counts(session: Session, scope: Scope, wanted: Filter) -> dict[str, int]:
    """How many of each state the other filters leave."""
    return {state: count(session, scope, replace(wanted, state=state)) for state in STATES}


def forms(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """The questionnaires something was answered of, by title."""
    answered = select(Response.form_id).where(inside(Response.area_code, scope))
    return [
        (row[0], row[1]) for row in session.execute(select(Form.id, Form.title).where(Form.id.in_(answered)).order_by(Form.title))
    ]


def cadres(session: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """Who sent what is in this scope, by name."""
    senders = select(Response.account_id).where(inside(Response.area_code, scope))
    found = select(Account.id, Account.name).where(Account.id.in_(senders)).order_by(Account.name, Account.id)
    return [(row[0], row[1]) for row in session.execute(found)]


def one(session: Session, response_id: UUID, scope: Scope, *, lock: bool = False) -> Response:
    """Raises not_found, also for what lies outside the scope. Lock it to decide: two people may press a button at once."""
    found = select(Response).where(Response.id == response_id, inside(Response.area_code, scope))
    row = session.scalar(found.with_for_update() if lock else found)
    if row is None:
        raise not_found()
    return row


def of_household(session: Session, household_id: UUID, scope: Scope) -> list[tuple[UUID, str, str, datetime]]:
    """(id, form, state, received) of the newest ones of a household, newest first."""
    found = (
        select(Response.id, Form.title, Response.state, Response.received_at).join(Form, Form.id == Response.form_id)
        .where(Response.household_id == household_id, Response.newest, inside(Response.area_code, scope))
        .order_by(Response.received_at.desc(), Response.id.desc()).limit(12)
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(found)]


def waiting(session: Session, household_id: UUID | None, area_code: str, but: UUID) -> list[Response]:
    """Others about the same that are still to be judged."""
    same = (
        Response.household_id == household_id
        if household_id
        else and_(Response.household_id.is_(None), Response.area_code == area_code)
    )
    return list(session.scalars(select(Response).where(same, Response.newest, Response.state == "received", Response.id != but)))
