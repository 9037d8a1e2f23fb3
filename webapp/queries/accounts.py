"""Who somebody is, by cookie, by name, by token."""

import hashlib
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from webapp.domain.problems import Problem
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
    """The device of a bearer token, also when its account was closed. Raises device_revoked."""
    whole = joinedload(Device.account, innerjoin=True).joinedload(Account.grants)
    found = select(Device).options(whole).where(Device.token_hash == token_hash(token))
    device = session.scalars(found).unique().first()
    if device is None:
        return None
    if device.revoked_at is not None:
        raise Problem("device_revoked")
    return device
