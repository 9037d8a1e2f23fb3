"""A phone's identity from its enrolment to its end: token, key, numbers, wipe (ADR 0009)."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Account, Device, DeviceEvent, EnrolCode
from webapp.queries import devices as reads
from webapp.queries.accounts import token_hash
from webapp.services.accounts import new_password

CODE_MINUTES = 10


def new_token() -> str:
    return f"hd1.{secrets.token_urlsafe(32)}"


def enrol(
    session: Session, account: Account, label: str, user_agent: str, now: datetime, public_key: str | None = None
) -> tuple[Device, str]:
    """A new device of this person and its token, which is shown this once and kept only as a hash."""
    token = new_token()
    device = Device(
        id=uuid7(), account=account, label=label[:60], user_agent=user_agent[:300], token_hash=token_hash(token),
        public_key=public_key, enrolled_at=now, last_seen_at=now, last_seq=0, seq_before=0, stated_seq=0, must_renew=False,
    )  # fmt: skip
    session.add(device)
    session.flush()
    tell(session, device, "enrolled", now)
    return device, token


def sign_in_again(session: Session, device: Device, label: str, now: datetime, public_key: str | None) -> str:
    """The same phone goes on with its numbers; its earlier tokens are dead. A revoked one is in use again."""
    token = new_token()
    device.token_hash, device.next_token_hash, device.label = token_hash(token), None, label[:60]
    device.public_key = device.public_key or public_key
    device.last_seen_at, device.revoked_at = now, None
    tell(session, device, "signed_in_again", now)
    return token


def rotate(session: Session, device: Device, public_key: str | None) -> str:
    """A token that takes the place of the old one when it is first used. A phone without a key may bring one."""
    token = new_token()
    device.next_token_hash = token_hash(token)
    device.public_key = device.public_key or public_key
    session.flush()
    return token


def adopt_token(session: Session, device: Device) -> None:
    """The new token was used: the phone has it, so the old one ends."""
    held = Device.next_token_hash == device.next_token_hash
    used = {"token_hash": device.next_token_hash, "next_token_hash": None}
    session.execute(update(Device).where(Device.id == device.id, held).values(used))


def renew(session: Session, device: Device, public_key: str, user_agent: str, now: datetime) -> tuple[Device, str]:
    """An identity of its own for one of two phones that share this one. Asked again after a lost reply: the same."""
    fresh = reads.renewed(session, device.id, public_key)
    if fresh is None:
        fresh, token = enrol(session, device.account, device.label, user_agent, now, public_key)
        fresh.renewed_from_id = device.id
        # what the other one had taken beyond is counted anew by the fresh one, or will be stated again
        device.must_renew, device.stated_seq = False, device.last_seq
        tell(session, device, "renewed", now, seen={"device": str(fresh.id)})
        return fresh, token
    token = new_token()
    fresh.token_hash, fresh.next_token_hash = token_hash(token), None
    session.flush()
    return fresh, token


def note_fork(session: Session, device_id: UUID, seqs: Collection[int], now: datetime) -> None:
    """These numbers of one device came with more than one record: there are two of it."""
    device = session.get_one(Device, device_id, populate_existing=True)
    device.forked_at, device.must_renew = now, True
    tell(session, device, "forked", now, seen={"seqs": sorted(seqs)[:20]})


def note_seen(session: Session, device_id: UUID, now: datetime, stated_seq: int | None, clock_skew_s: float | None) -> None:
    values = {"last_seen_at": now, "stated_seq": stated_seq, "clock_skew_s": clock_skew_s}
    known = {name: value for name, value in values.items() if value is not None}
    session.execute(update(Device).where(Device.id == device_id).values(known))


def revoke(session: Session, device: Device, now: datetime, by: Account) -> None:
    device.revoked_at = device.revoked_at or now
    tell(session, device, "revoked", now, by)


def order_wipe(session: Session, device: Device, wipe: str, now: datetime, by: Account) -> None:
    """`after_upload` waits until everything has arrived; `at_once` is for a phone in strange hands. Raises already_wiped."""
    if device.wiped_at is not None:
        raise Problem("already_wiped")
    device.wipe = wipe
    tell(session, device, f"wipe_{wipe}", now, by)


def withdraw_wipe(session: Session, device: Device, now: datetime, by: Account) -> None:
    """Raises already_wiped."""
    if device.wiped_at is not None:
        raise Problem("already_wiped")
    device.wipe = None
    tell(session, device, "wipe_withdrawn", now, by)


def note_wiped(session: Session, device: Device, unsent: int, now: datetime) -> None:
    """The phone has cleared itself; what it held unsent is gone. Its token ends here. Said again: the first word stands."""
    if device.wiped_at is None:
        device.wiped_at, device.wiped_unsent, device.revoked_at = now, unsent, device.revoked_at or now
        device.last_seen_at = now
        tell(session, device, "wiped", now, seen={"unsent": unsent})


def tell(session: Session, device: Device, kind: str, now: datetime, by: Account | None = None, seen: dict | None = None) -> None:
    session.add(DeviceEvent(id=uuid7(), device_id=device.id, kind=kind, at=now, account_id=by and by.id, seen=seen or {}))
    session.flush()


def make_code(session: Session, account: Account, by: Account, now: datetime) -> tuple[str, datetime]:
    """A code that lets one phone in within ten minutes, and when it ends. One made before is worth nothing any more."""
    code, expires_at = new_password(), now + timedelta(minutes=CODE_MINUTES)
    session.merge(EnrolCode(account_id=account.id, code_hash=token_hash(plain(code)), expires_at=expires_at, made_by_id=by.id))
    session.flush()
    return code, expires_at


def plain(code: str) -> str:
    """As typed on a phone: case, spaces and hyphens say nothing."""
    return "".join(char for char in code.lower() if char.isalnum())


def use_code(session: Session, code: str, now: datetime, only: UUID | None = None) -> Account:
    """Whom this code lets in; it is used up. Raises wrong_code, other_account (then it is not)."""
    row = reads.code(session, token_hash(plain(code)))
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None or row.expires_at <= now or not account.is_active:
        raise Problem("wrong_code", ["code"])
    if only not in (None, account.id):
        raise Problem("other_account")
    session.delete(row)
    session.flush()
    return account
