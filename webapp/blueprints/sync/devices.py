"""A phone's way in and out: enrolment by password or code, its tokens, its second identity, its end."""

from typing import Annotated, TypeVar
from uuid import UUID

from flask import Response, current_app, g, request
from flask_login import current_user
from msgspec import DecodeError, Meta, Struct, json

from webapp.blueprints.auth.views import throttle_account, throttle_address
from webapp.blueprints.shell import phones
from webapp.blueprints.shell.access import device_only, leaving_device, locks_later, public, signed_in
from webapp.blueprints.sync import bp
from webapp.blueprints.sync.wire import answer
from webapp.domain.access import able
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models import Account, Device
from webapp.models.engine import begin_write
from webapp.queries import devices as reads
from webapp.queries import feed
from webapp.queries.accounts import token_hash
from webapp.services import accounts, devices
from webapp.services.rescue_keys import rescue_keys
from webapp.sync.proof import is_key
from webapp.sync.protocol import MAX_INT, place

PHONE_ABILITIES = ("field.capture", "household.read")
Words = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00]*\Z")]
Asked = TypeVar("Asked", bound=Struct)


class Phone(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a phone says of itself. `device_id` is who it was before; its key proves that, or its last token if it had no key."""

    label: Words
    public_key: Words | None = None
    device_id: UUID | None = None
    token: Words | None = None


class Enrolment(Phone, kw_only=True):
    username: Words
    password: Words


class CodeEnrolment(Phone, kw_only=True):
    code: Words
    account_id: UUID | None = None  # whose unsent work the phone holds: nobody else may come in


class Key(Struct, forbid_unknown_fields=True):
    public_key: Words | None = None


class NewKey(Struct, forbid_unknown_fields=True):
    public_key: Words


class Wiped(Struct, forbid_unknown_fields=True):
    unsent: Annotated[int, Meta(ge=0, le=MAX_INT)]


def _asked(kind: type[Asked]) -> Asked:
    """The body as this. Raises bad_request."""
    try:
        asked = json.decode(request.get_data(), type=kind)
    except DecodeError as error:
        raise Problem("bad_request", [place(error)]) from None
    key = getattr(asked, "public_key", None)
    if key is not None and not is_key(key):
        raise Problem("bad_request", ["public_key"])
    return asked


@bp.post("/devices")
@public
@locks_later
@throttle_address
@throttle_account
def enrol():
    asked = _asked(Enrolment)
    account = accounts.authenticate(db.session, asked.username, asked.password)
    _begin()
    return _let_in(account, asked)


@bp.post("/devices/enrol")
@public
@locks_later
@throttle_address
def enrol_by_code():
    asked = _asked(CodeEnrolment)
    _begin()
    return _let_in(devices.use_code(db.session, asked.code, now(), asked.account_id), asked)


def _begin() -> None:
    """Only now: a body that is long in coming must not hold the lock."""
    db.session.commit()
    begin_write(db.session)


def _let_in(account: Account, asked: Phone) -> Response:
    if not any(able(account.pairs, ability) for ability in PHONE_ABILITIES):
        raise Problem("not_allowed")
    device, at = _former(account, asked), now()
    if device:
        token = devices.sign_in_again(db.session, device, asked.label, at, asked.public_key)
    else:
        device, token = devices.enrol(db.session, account, asked.label, _user_agent(), at, asked.public_key)
    db.session.commit()
    known = {"last_seq": device.last_seq, "earlier": _earlier(device)}
    return answer({"device_id": device.id, "token": token, "server_time": at} | known, 201)


def _user_agent() -> str:
    return request.user_agent.string.replace("\0", "")


def _former(account: Account, asked: Phone) -> Device | None:
    """The device this phone was, if it can prove it. Raises device_lost."""
    device = reads.of_account(db.session, asked.device_id, account.id) if asked.device_id else None
    if device is None or device.wiped_at or not _is(device, asked):
        return None
    if device.is_lost:
        raise Problem("device_lost")
    return device


def _is(device: Device, asked: Phone) -> bool:
    if device.public_key:
        return phones.proven(device.public_key)
    return token_hash(asked.token or "") in (device.token_hash, device.next_token_hash)


def _earlier(device: Device) -> list[dict]:
    agent = _user_agent()[:300]
    return [
        {
            "device_id": row.id, "label": row.label, "last_seen_at": row.last_seen_at, "missing": ranges,
            "same_browser": row.user_agent == agent,
        }
        for row, ranges in reads.earlier(db.session, device.account_id, device.id)
    ]  # fmt: skip


@bp.post("/devices/token")
@device_only
@locks_later
def rotate_token():
    asked = _asked(Key)
    _begin()
    token = devices.rotate(db.session, db.session.get_one(Device, g.device.id), asked.public_key)
    db.session.commit()
    return answer({"token": token})


@bp.post("/devices/renew")
@device_only
@locks_later
def renew():
    asked = _asked(NewKey)
    _begin()
    shared = db.session.get_one(Device, g.device.id)
    device, token = devices.renew(db.session, shared, asked.public_key, _user_agent(), now())
    db.session.commit()
    return answer({"device_id": device.id, "token": token, "server_time": now()}, 201)


@bp.post("/devices/wiped")
@leaving_device
@locks_later
def wiped():
    asked = _asked(Wiped)
    _begin()
    devices.note_wiped(db.session, db.session.get_one(Device, g.device.id), asked.unsent, now())
    db.session.commit()
    return answer({"server_time": now()})


@bp.get("/me")
@signed_in
def me():
    names = feed.area_names(db.session, {grant.area_code for grant in current_user.grants})
    grants = [{"role": role, "area": code, "area_name": names.get(code, "")} for role, code in current_user.pairs]
    return answer({
        "account_id": current_user.id, "username": current_user.username, "name": current_user.name,
        "device_id": g.device.id if g.get("device") else None, "grants": grants, "server_time": now(), "rescue": _rescue(),
    })  # fmt: skip


def _rescue() -> dict[str, str] | None:
    """What this phone seals its second copies with; nothing for a desk."""
    return rescue_keys(current_app.config["RESCUE_KEY"]).for_phone(g.device.id) if g.get("device") else None
