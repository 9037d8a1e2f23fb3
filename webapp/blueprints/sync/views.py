"""Push and pull."""

from datetime import datetime
from uuid import UUID

from flask import current_app, g, request
from flask_login import current_user

from webapp.blueprints.shell.access import at_most, device_only, locks_later, open_to_closed_accounts, signed_in
from webapp.blueprints.sync import bp
from webapp.blueprints.sync.wire import answer, receipts
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.services.sealing import key_ring
from webapp.services.sender import Sender
from webapp.sync import protocol, pull, push, rollcall
from webapp.sync.mutations import KINDS
from webapp.sync.verdicts import Door

DEFAULT_LIMIT, MAX_LIMIT = 500, 1000


@bp.post("/sync/push")
@device_only
@open_to_closed_accounts
@locks_later
@at_most(protocol.MAX_PUSH_BYTES)
def push_ops():
    db.session.commit()  # a body that comes over a thin line must not hold a snapshot
    device_id, arrivals = protocol.read(_body(), KINDS)
    sender = _sender()
    if device_id != sender.device_id:
        raise Problem("bad_request", ["device_id"])
    verdicts = push.receive(db.session, arrivals, _door(sender))
    db.session.commit()
    return answer({"server_time": sender.received_at, "verdicts": verdicts})


def _door(sender: Sender) -> Door:
    grants = current_user.pairs if current_user.is_active else None
    return Door(grants, sender, receipts(), key_ring(current_app.config["DATA_KEYS"]))


def _sender() -> Sender:
    received_at = now()
    return Sender(current_user.id, g.device.id, received_at, _clock_skew_s(received_at), _stated_seq())


def _clock_skew_s(received_at: datetime) -> float | None:
    clock = protocol.instant(request.headers.get("X-Hetu-Clock", ""))
    return (clock - received_at).total_seconds() if clock else None


def _stated_seq() -> int | None:
    return protocol.stated_seq(request.headers.get("X-Hetu-Seq", ""))


def _body() -> bytes:
    return protocol.unpacked(request.get_data(cache=False), request.headers.get("Content-Encoding", ""))


@bp.get("/sync/pull")
@signed_in
def pull_changes():
    limit = request.args.get("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MAX_LIMIT):
        raise Problem("bad_request", ["limit"])
    reader = _reader()
    device = rollcall.heard(db.session, g.device, now(), _stated_seq(), _clock_skew_s(now())) if g.get("device") else None
    page = pull.page(db.session, reader, request.args.get("cursor", ""), int(limit))
    return answer(page | {"device": device})


@bp.get("/households/<uuid:household>")
@signed_in
def one_household(household: UUID):
    change, family = pull.one_household(db.session, _reader(), household)
    return answer({"change": change, "family": family})


def _reader() -> pull.Reader:
    return pull.Reader(current_user.id, current_user.locale, tuple(current_user.pairs))
