"""Who somebody is, by cookie, by name, by token."""

import hashlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import Account, Device


def by_username(session: Session, username: str) -> Account | None:
    return session.scalar(select(Account).where(Account.username == username.strip().lower()))


def by_session(session: Session, cookie_id: str) -> Account | None:
    """The account of a session cookie, unless it was disabled or its sessions were ended since."""
    account_hex, _, epoch = cookie_id.partition(".")
    account = session.get(Account, UUID(account_hex))
    if account is None or not account.is_active or str(account.session_epoch) != epoch:
        return None
    return account


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def device_by_token(session: Session, token: str) -> Device | None:
    """The device of a bearer token. Raises device_revoked, account_disabled."""
    device = session.scalar(select(Device).where(Device.token_hash == token_hash(token)))
    if device is None:
        return None
    if device.revoked_at is not None:
        raise Problem("device_revoked")
    if not device.account.is_active:
        raise Problem("account_disabled")
    return device
