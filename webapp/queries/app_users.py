"""The keys of ODK clients, and whose they are."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope, able, scope
from webapp.domain.problems import Problem, not_found
from webapp.models import Account, AppUser, Grant
from webapp.queries.accounts import token_hash

KEY, OWNER, GRANT = AppUser.__table__.c, Account.__table__.c, Grant.__table__.c


@dataclass(frozen=True)
class Client:
    """Who is at the other end: an account's app user or session, and what the account is granted."""

    id: UUID
    account_id: UUID
    is_session: bool
    used_at: datetime | None
    pairs: tuple[tuple[str, str], ...]

    def where(self, ability: str) -> Scope:
        """Where they may. Raises not_allowed if nowhere."""
        if not able(self.pairs, ability):
            raise Problem("not_allowed")
        return scope(self.pairs, ability)

    def may(self, ability: str) -> bool:
        return able(self.pairs, ability)


def by_token(session: Session, token: str, now: datetime) -> Client | None:
    """Whose key this is, if it opens anything still."""
    rows = session.connection().execute(_by_token(), {"hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    pairs = tuple((row.role, row.area_code) for row in rows if row.role)
    return Client(rows[0].id, rows[0].account_id, rows[0].expires_at is not None, rows[0].used_at, pairs)


@lru_cache
def _by_token() -> Select:
    owned = AppUser.__table__.join(Account.__table__, OWNER.id == KEY.account_id)
    tables = owned.outerjoin(Grant.__table__, GRANT.account_id == OWNER.id)
    lasting = or_(KEY.expires_at.is_(None), KEY.expires_at > bindparam("now", type_=KEY.expires_at.type))
    found = select(KEY.id, KEY.account_id, KEY.expires_at, KEY.used_at, GRANT.role, GRANT.area_code).select_from(tables)
    return found.where(KEY.token_hash == bindparam("hash"), KEY.revoked_at.is_(None), OWNER.disabled_at.is_(None), lasting)


def of_account(session: Session, account_id: UUID) -> list[AppUser]:
    """The app users of this person, those in use before the revoked ones; sessions end by themselves and are left out."""
    found = select(AppUser).where(AppUser.account_id == account_id, AppUser.expires_at.is_(None))
    return list(session.scalars(found.order_by(AppUser.revoked_at.is_not(None), AppUser.created_at.desc(), AppUser.id)))


def app_user(session: Session, account_id: UUID, app_user_id: UUID) -> AppUser:
    """Raises not_found."""
    row = session.get(AppUser, app_user_id)
    if row is None or row.account_id != account_id or row.expires_at is not None:
        raise not_found()
    return row
