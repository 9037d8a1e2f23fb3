"""Phones as the server knows them: which numbers arrived, which it waits for."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, literal, select, union, union_all
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import Account, Device, DeviceEvent, EnrolCode, Op, Renumbered

OP, RENUMBERED = Op.__table__.c, Renumbered.__table__.c
MOST_RANGES = 20
MOST_EARLIER = 5


class Range(NamedTuple):
    """Numbers from … to, both missing."""

    first: int
    last: int


def check_standing(device: Device) -> None:
    """Raises device_lost, device_revoked."""
    if device.is_lost and device.wiped_at is None:
        raise Problem("device_lost")
    if device.revoked_at is not None:
        raise Problem("device_revoked")


def of_account(session: Session, device_id: UUID, account_id: UUID) -> Device | None:
    return session.scalar(select(Device).where(Device.id == device_id, Device.account_id == account_id))


def renewed(session: Session, device_id: UUID, public_key: str) -> Device | None:
    """The device that was made of this one for the phone with this key."""
    return session.scalar(select(Device).where(Device.renewed_from_id == device_id, Device.public_key == public_key))


def events(session: Session, device_id: UUID) -> list[tuple[DeviceEvent, str | None]]:
    """What happened to this phone, newest first, each with the name of who wanted it."""
    found = select(DeviceEvent, Account.name).outerjoin(Account, Account.id == DeviceEvent.account_id)
    ordered = found.where(DeviceEvent.device_id == device_id).order_by(DeviceEvent.at.desc(), DeviceEvent.id.desc())
    return [(event, name) for event, name in session.execute(ordered)]


def code(session: Session, code_hash: str) -> EnrolCode | None:
    return session.scalar(select(EnrolCode).where(EnrolCode.code_hash == code_hash).with_for_update())


def missing(session: Session, device_id: UUID, upto: int) -> list[Range]:
    """The numbers up to `upto` under which nothing arrived, as ranges from the smallest; at most 20."""
    numbers = _numbers(device_id, upto).subquery()
    after = func.lead(numbers.c.n, 1, upto + 1).over(order_by=numbers.c.n).label("after")
    steps = select(numbers.c.n, after).subquery()
    gaps = select(steps.c.n + 1, steps.c.after - 1).where(steps.c.after > steps.c.n + 1).order_by(steps.c.n)
    return [Range(*row) for row in session.execute(gaps.limit(MOST_RANGES))]


def _numbers(device_id: UUID, upto: int) -> Select:
    """What arrived, and nought: the step before the first number."""
    return union(
        select(literal(0).label("n")),
        *(select(c.device_seq).where(c.device_id == device_id, c.device_seq <= upto) for c in (OP, RENUMBERED)),
    )


def received(session: Session, device_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many different numbers arrived of each device."""
    some = union_all(*(select(c.device_id, c.device_seq).where(c.device_id.in_(device_ids)) for c in (OP, RENUMBERED))).subquery()
    counted = select(some.c.device_id, func.count(some.c.device_seq.distinct())).group_by(some.c.device_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def taken(session: Session, device_id: UUID, seqs: Collection[int]) -> set[int]:
    """Those of these numbers of a device under which an operation is kept."""
    return set(session.scalars(select(OP.device_seq).where(OP.device_id == device_id, OP.device_seq.in_(seqs))))


def earlier(session: Session, account_id: UUID, but: UUID) -> list[tuple[Device, list[Range]]]:
    """This person's other phones that have taken numbers which never arrived, the last seen first."""
    others = select(Device).where(Device.account_id == account_id, Device.id != but, Device.wiped_at.is_(None))
    found = ((row, missing(session, row.id, max(row.last_seq, row.stated_seq))) for row in session.scalars(
        others.order_by(Device.last_seen_at.desc(), Device.id).limit(MOST_EARLIER)
    ))  # fmt: skip
    return [(row, ranges) for row, ranges in found if ranges]
