"""Keys for ODK clients. Like a phone's token each is known to its holder alone; here lies a hash."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.models import Account, AppUser
from webapp.queries.accounts import token_hash
from webapp.queries.app_users import Client

SESSION_HOURS = 24
#: A key's last use is told to the hour: a busy client costs no second write with every record.
USE_TOLD_AFTER = timedelta(hours=1)


def make(session: Session, account: Account, label: str, now: datetime) -> tuple[AppUser, str]:
    """A new app user of this person and its key, which is shown this once."""
    return _key(session, account.id, label, now, None)


def open_session(session: Session, account: Account, now: datetime) -> tuple[AppUser, str]:
    """For a script that has shown a password; ends after a day."""
    return _key(session, account.id, "session", now, now + timedelta(hours=SESSION_HOURS))


def _key(session: Session, account_id: UUID, label: str, now: datetime, expires_at: datetime | None) -> tuple[AppUser, str]:
    token = secrets.token_urlsafe(48)
    row = AppUser(
        id=uuid7(), account_id=account_id, label=label[:60], token_hash=token_hash(token), created_at=now, expires_at=expires_at
    )
    session.add(row)
    session.flush()
    return row, token


def revoke(session: Session, app_user_id: UUID, now: datetime) -> None:
    """What it sent stays; it sends and sees nothing more."""
    open_ones = AppUser.id == app_user_id, AppUser.revoked_at.is_(None)
    session.execute(update(AppUser).where(*open_ones).values(revoked_at=now))


def end_sessions(session: Session, account_id: UUID, now: datetime) -> None:
    """Those opened with a password that is no longer right."""
    open_ones = AppUser.account_id == account_id, AppUser.expires_at.is_not(None), AppUser.revoked_at.is_(None)
    session.execute(update(AppUser).where(*open_ones).values(revoked_at=now))


def must_be_told(client: Client, now: datetime) -> bool:
    return client.used_at is None or now - client.used_at > USE_TOLD_AFTER


def note_used(session: Session, client: Client, now: datetime) -> None:
    if must_be_told(client, now):
        session.execute(update(AppUser).where(AppUser.id == client.id).values(used_at=now))
