"""How much of everything there is, for those who keep the server running. Counts only: no name, no area, no position."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.domain.access import EVERYWHERE
from webapp.models import Account, Blob, Capture, Conflict, Device, Household, Op, Photo
from webapp.models.capture import CAPTURE_STATES
from webapp.models.conflict import STATES
from webapp.models.household import LOCATION_STATES
from webapp.queries import phones, reviews

VERDICTS = ("accepted", "conflict", "refused")


def _by(session: Session, column, known: Iterable[str], *conditions: ColumnElement[bool]) -> dict[str, int]:
    """Rows by the value of a column; one that nobody has is said as 0."""
    found = session.execute(select(column, func.count()).where(*conditions).group_by(column)).all()
    return dict.fromkeys(known, 0) | dict(found)


def _count(session: Session, statement) -> int:
    return session.scalar(statement) or 0


def households(session: Session) -> dict[str, int]:
    return _by(session, Household.location_state, LOCATION_STATES, Household.deleted_at.is_(None))


def captures(session: Session) -> dict[str, int]:
    """As phones sent them, the superseded ones too."""
    return _by(session, Capture.state, CAPTURE_STATES, Capture.source != "import")


def ops(session: Session) -> dict[str, int]:
    return _by(session, Op.verdict, VERDICTS)


def conflicts(session: Session) -> dict[str, int]:
    return _by(session, Conflict.state, STATES)


def photos(session: Session) -> dict[str, int]:
    """Pictures that captures list, each once."""
    listed = _count(session, select(func.count(Photo.sha256.distinct())))
    waited = select(func.count(Photo.sha256.distinct())).outerjoin(Blob, Blob.sha256 == Photo.sha256).where(Blob.sha256.is_(None))
    waiting = _count(session, waited)
    return {"here": listed - waiting, "waiting": waiting}


def waiting_for_review(session: Session) -> int:
    return reviews.count(session, EVERYWHERE, reviews.Filter())


def devices(session: Session, now: datetime) -> dict[str, int]:
    """Phones that may send: how many, how many of them nobody has heard of for days, and what of them is missing."""
    in_use = select(Device, Account).join(Account, Account.id == Device.account_id)
    found = session.execute(in_use.where(Device.revoked_at.is_(None), Device.wiped_at.is_(None), Account.disabled_at.is_(None)))
    rows = phones.rows(session, [(device, owner) for device, owner in found], now)
    return {
        "in_use": len(rows), "silent": sum(row.silent for row in rows), "holes": sum(row.holes for row in rows),
        "waiting": sum(row.waiting for row in rows),
    }  # fmt: skip
