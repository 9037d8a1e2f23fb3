"""Enrolling a phone, and who it belongs to."""

from typing import Annotated

from flask import g, request
from flask_login import current_user
from msgspec import DecodeError, Meta, Struct, json

from webapp.blueprints.auth.views import throttle_account, throttle_address
from webapp.blueprints.shell.access import public, signed_in
from webapp.blueprints.sync import bp
from webapp.blueprints.sync.wire import answer
from webapp.domain.access import able
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.queries import feed
from webapp.services import accounts
from webapp.sync.protocol import place

PHONE_ABILITIES = ("field.capture", "household.read")
Words = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00]*\Z")]


class Enrolment(Struct, forbid_unknown_fields=True):
    username: Words
    password: Words
    label: Words


@bp.post("/devices")
@public
@throttle_address
@throttle_account
def enrol():
    asked = _asked()
    account = accounts.authenticate(db.session, asked.username, asked.password)
    if not any(able(account.pairs, ability) for ability in PHONE_ABILITIES):
        raise Problem("not_allowed")
    device, token = accounts.enrol(db.session, account, asked.label, request.user_agent.string.replace("\0", ""), now())
    db.session.commit()
    return answer({"device_id": device.id, "token": token, "server_time": now()}, 201)


def _asked() -> Enrolment:
    try:
        return json.decode(request.get_data(), type=Enrolment)
    except DecodeError as error:
        raise Problem("bad_request", [place(error)]) from None


@bp.get("/me")
@signed_in
def me():
    names = feed.area_names(db.session, {grant.area_code for grant in current_user.grants})
    grants = [{"role": role, "area": code, "area_name": names.get(code, "")} for role, code in current_user.pairs]
    return answer({
        "account_id": current_user.id, "username": current_user.username, "name": current_user.name,
        "device_id": g.device.id if g.get("device") else None, "grants": grants, "server_time": now(),
    })  # fmt: skip
