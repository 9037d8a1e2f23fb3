"""Accounts and grants."""

import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Account, Grant
from webapp.queries import accounts

#: OWASP's second argon2id setting: 19 MiB keeps many sign-ins at once within a small server's memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_UNKNOWN = _hasher.hash("nobody has this password")
MIN_PASSWORD = 12
#: Generated passwords are read out and typed on phones: no letter that looks like another. 12 of them are 59 bits.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


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


def new_password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def reset_password(session: Session, account: Account) -> str:
    """A new password, returned this once. Whoever is signed in with the old one is not any more."""
    password = new_password()
    account.password_hash = hashed(password)
    account.session_epoch += 1
    session.flush()
    return password


def rename(session: Session, account: Account, name: str) -> None:
    account.name = name
    session.flush()


def disable(session: Session, account: Account, now: datetime) -> None:
    """Ends their sessions; what their phones still hold is kept there. Raises last_admin."""
    if any(row.role == "admin" for row in account.grants):
        _leave_an_admin(session, account)
    account.disabled_at = account.disabled_at or now
    account.session_epoch += 1
    session.flush()


def enable(session: Session, account: Account) -> None:
    account.disabled_at = None
    session.flush()


def _leave_an_admin(session: Session, leaving: Account) -> None:
    if not accounts.other_admins(session, leaving.id):
        raise Problem("last_admin")


def add_grant(session: Session, account: Account, role: str, area_code: str, unit: str | None) -> Grant:
    """Raises unit_missing, grant_exists."""
    if role == "unit" and not unit:
        raise Problem("unit_missing", ["unit"])
    if (role, area_code) in account.pairs:
        raise Problem("grant_exists", ["role", "area"])
    return grant(session, account, role, area_code, unit if role == "unit" else None)


def remove_grant(session: Session, account: Account, row: Grant) -> None:
    """Raises last_admin."""
    if row.role == "admin" and [other.role for other in account.grants].count("admin") == 1:
        _leave_an_admin(session, account)
    account.grants.remove(row)
    session.flush()


def grant(session: Session, account: Account, role: str, area_code: str, unit: str | None = None) -> Grant:
    row = Grant(id=uuid7(), account=account, role=role, area_code=area_code, unit=unit)
    session.add(row)
    session.flush()
    return row
