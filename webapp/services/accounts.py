"""Accounts, grants, devices."""

import secrets
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Account, Device, Grant
from webapp.queries import accounts

#: OWASP's second argon2id setting: 19 MiB keeps many sign-ins at once within a small server's memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_UNKNOWN = _hasher.hash("nobody has this password")
MIN_PASSWORD = 12


def create(session: Session, username: str, name: str, password: str, now: datetime, *, demo: bool = False) -> Account:
    """Raises username_taken, password_short."""
    if accounts.by_username(session, username):
        raise Problem("username_taken", ["username"])
    account = Account(
        id=uuid7(), username=username.strip().lower(), name=name, password_hash=hashed(password), created_at=now, demo=demo,
        locale="zh_Hans_CN", session_epoch=0,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def hashed(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise Problem("password_short", ["password"])
    return _hasher.hash(password)


def authenticate(session: Session, username: str, password: str) -> Account:
    """The account these words belong to. Raises wrong_credentials, also for a disabled one.

    An unknown name costs the same time as a wrong password.
    """
    account = accounts.by_username(session, username)
    try:
        _hasher.verify(account.password_hash if account else _UNKNOWN, password)
    except VerifyMismatchError:
        account = None
    if account is None or not account.is_active:
        raise Problem("wrong_credentials", ["username", "password"])
    return account


def grant(session: Session, account: Account, role: str, area_code: str, unit: str | None = None) -> Grant:
    row = Grant(id=uuid7(), account=account, role=role, area_code=area_code, unit=unit)
    session.add(row)
    session.flush()
    return row


def enrol(session: Session, account: Account, label: str, user_agent: str, now: datetime) -> tuple[Device, str]:
    """A new device of this person and its token, which is shown this once and kept only as a hash."""
    token = f"hd1.{secrets.token_urlsafe(32)}"
    device = Device(
        id=uuid7(), account=account, label=label[:60], user_agent=user_agent[:300], token_hash=accounts.token_hash(token),
        enrolled_at=now, last_seen_at=now, last_seq=0,
    )  # fmt: skip
    session.add(device)
    session.flush()
    return device, token


def revoke_device(session: Session, device_id: UUID, now: datetime) -> Device:
    device = session.get_one(Device, device_id)
    device.revoked_at = device.revoked_at or now
    session.flush()
    return device
