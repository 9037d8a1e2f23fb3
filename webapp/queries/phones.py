"""Phones as those see them who are answerable for the work: whose, when last heard of, what of them is missing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.access import ABILITIES, Scope
from webapp.models import Account, Device, Grant
from webapp.queries import devices
from webapp.queries.scope import inside

#: A phone that was heard of longer ago than this may hold what nobody else has (reliability.md A.3 #1).
SILENT_AFTER = timedelta(days=3)
FIELD_ROLES = tuple(role for role, abilities in ABILITIES.items() if "field.capture" in abilities)


class PhoneRow(NamedTuple):
    device: Device
    owner: Account
    holes: int  # numbers up to the highest received that never came
    waiting: int  # taken on the phone beyond it, as far as the phone has said
    silent: bool


def rows(session: Session, pairs: Sequence[tuple[Device, Account]], now: datetime) -> list[PhoneRow]:
    """The same phones with their figures."""
    received = devices.received(session, [device.id for device, _ in pairs]) if pairs else {}
    return [
        PhoneRow(
            device, owner, max(0, device.last_seq - received.get(device.id, 0)), max(0, device.stated_seq - device.last_seq),
            now - device.last_seen_at > SILENT_AFTER,
        )
        for device, owner in pairs
    ]  # fmt: skip


def in_need(session: Session, scope: Scope, now: datetime) -> list[PhoneRow]:
    """Phones of the people who collect in this scope with missing numbers, or silent for three days; the longest silent first.

    A phone its person has replaced is of no concern once everything of it has arrived.
    """
    other = aliased(Device)
    latest = select(func.max(other.enrolled_at)).where(other.account_id == Account.id, _in_use(other)).scalar_subquery()
    found = (
        select(Device, Account, Device.enrolled_at == latest)
        .join(Account, Account.id == Device.account_id)
        .where(_in_use(Device), Account.disabled_at.is_(None), _collects(scope))
        .order_by(Device.last_seen_at, Device.id)
    )
    listed = session.execute(found).all()
    newest = {device.id for device, _, is_latest in listed if is_latest}
    every = rows(session, [(device, owner) for device, owner, _ in listed], now)
    return [row for row in every if row.holes or (row.silent and (row.waiting or row.device.id in newest))]


def _in_use(device):
    return device.revoked_at.is_(None) & device.wiped_at.is_(None)


def _collects(scope: Scope):
    return exists().where(Grant.account_id == Account.id, Grant.role.in_(FIELD_ROLES), inside(Grant.area_code, scope))
