"""Accounts and phones as an administrator sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import Scope
from webapp.domain.problems import not_found
from webapp.models import Account, Area, Device, Grant
from webapp.queries.scope import inside

_LAST_SEEN = select(func.max(Device.last_seen_at)).where(Device.account_id == Account.id).scalar_subquery()
_PHONES = select(func.count()).where(Device.account_id == Account.id, Device.revoked_at.is_(None)).scalar_subquery()
ACCOUNT_SORTS = {"username": Account.username, "name": Account.name, "created": Account.created_at, "seen": _LAST_SEEN}
DEVICE_SORTS = {"seen": Device.last_seen_at, "label": Device.label, "owner": Account.name, "enrolled": Device.enrolled_at}


class AccountRow(NamedTuple):
    account: Account
    last_seen_at: datetime | None
    phones: int


@dataclass(frozen=True)
class AccountFilter:
    words: str = ""
    role: str = ""
    state: str = ""  # active or disabled
    sort: str = "username"


@dataclass(frozen=True)
class DeviceFilter:
    words: str = ""
    state: str = ""  # active or revoked
    sort: str = "-seen"
    account_id: UUID | None = None


def manageable(scope: Scope) -> ColumnElement[bool]:
    """Accounts with no grant outside the scope: nobody gains a wider account by resetting its password."""
    return ~exists().where(Grant.account_id == Account.id, ~inside(Grant.area_code, scope))


def accounts(session: Session, scope: Scope, wanted: AccountFilter) -> list[AccountRow]:
    found = select(Account, _LAST_SEEN, _PHONES).where(manageable(scope))
    if wanted.words:
        found = found.where(_says(wanted.words, Account.username, Account.name))
    if wanted.role:
        found = found.where(exists().where(Grant.account_id == Account.id, Grant.role == wanted.role))
    if wanted.state:
        found = found.where(Account.disabled_at.is_(None) if wanted.state == "active" else Account.disabled_at.is_not(None))
    return [AccountRow(*row) for row in session.execute(found.order_by(*_order(ACCOUNT_SORTS, wanted.sort), Account.id))]


def _says(words: str, *columns) -> ColumnElement[bool]:
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def _order(sorts: dict, sort: str) -> tuple:
    column = sorts[sort.removeprefix("-")]
    return (column.is_(None), column.desc() if sort.startswith("-") else column.asc())


def account(session: Session, account_id: UUID, scope: Scope) -> Account:
    """Raises not_found, also for an account that reaches beyond the scope."""
    row = session.scalar(select(Account).where(Account.id == account_id, manageable(scope)))
    if row is None:
        raise not_found()
    return row


def grant(account_row: Account, grant_id: UUID) -> Grant:
    row = next((row for row in account_row.grants if row.id == grant_id), None)
    if row is None:
        raise not_found()
    return row


def devices(session: Session, scope: Scope, wanted: DeviceFilter) -> list[tuple[Device, Account]]:
    """Phones of the accounts in reach; the ones in use before the revoked ones."""
    found = select(Device, Account).join(Account, Account.id == Device.account_id).where(manageable(scope))
    if wanted.account_id:
        found = found.where(Account.id == wanted.account_id)
    if wanted.words:
        found = found.where(_says(wanted.words, Device.label, Account.username, Account.name))
    if wanted.state:
        found = found.where(Device.revoked_at.is_(None) if wanted.state == "active" else Device.revoked_at.is_not(None))
    ordered = found.order_by(Device.revoked_at.is_not(None), *_order(DEVICE_SORTS, wanted.sort), Device.label, Device.id)
    return [(row, owner) for row, owner in session.execute(ordered)]


def device(session: Session, device_id: UUID, scope: Scope) -> Device:
    """Raises not_found."""
    found = select(Device).join(Account, Account.id == Device.account_id)
    row = session.scalar(found.where(Device.id == device_id, manageable(scope)))
    if row is None:
        raise not_found()
    return row


def areas(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """(code, name with the names above it) of every area in scope, by code."""
    above = aliased(Area)
    found = select(Area.code, Area.name, Area.level, above.name).outerjoin(above, above.code == Area.parent_code)
    rows = session.execute(found.where(inside(Area.code, scope)).order_by(Area.code))
    return [(code, f"{parent} {name}" if level == "group" else name) for code, name, level, parent in rows]


def area_names(session: Session) -> dict[str, str]:
    """What an area is called where it stands alone."""
    above = aliased(Area)
    found = select(Area.code, Area.name, Area.level, above.name).outerjoin(above, above.code == Area.parent_code)
    return {code: f"{parent} {name}" if level == "group" else name for code, name, level, parent in session.execute(found)}
