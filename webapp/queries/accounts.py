"""Who somebody is, by cookie, by name, by token."""

import hashlib
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from webapp.models import Account, Device, Grant


def by_username(session: Session, username: str) -> Account | None:
    return session.scalar(select(Account).where(Account.username == username.strip().lower()))


def by_session(session: Session, cookie_id: str) -> Account | None:
    """The account of a session cookie, unless it was disabled or its sessions were ended since."""
    account_hex, _, epoch = cookie_id.partition(".")
    account = session.get(Account, UUID(account_hex))
    if account is None or not account.is_active or str(account.session_epoch) != epoch:
        return None
    return account


def other_admins(session: Session, account_id: UUID) -> list[UUID]:
    """The active admins but this one. Their rows are locked, so that two admins cannot send each other away at once."""
    found = select(Account.id).where(Account.id != account_id, Account.disabled_at.is_(None), _is_admin()).order_by(Account.id)
    return list(session.scalars(found.with_for_update()))


def _is_admin():
    return exists().where(Grant.account_id == Account.id, Grant.role == "admin")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def device_by_token(session: Session, token: str) -> Device | None:
    """The device of a bearer token, whatever its standing; also of one given out and not used yet."""
    whole = joinedload(Device.account, innerjoin=True).joinedload(Account.grants)
    known = token_hash(token)
    found = select(Device).options(whole).where(or_(Device.token_hash == known, Device.next_token_hash == known))
    return session.scalars(found).unique().first()
