"""Push and pull."""

from flask import current_app, g, request
from flask_login import current_user

from webapp.blueprints.shell.access import device_only, locks_later, open_to_closed_accounts, signed_in
from webapp.blueprints.sync import bp
from webapp.blueprints.sync.wire import answer, receipts
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.services.sealing import key_ring
from webapp.services.sender import Sender
from webapp.sync import protocol, pull, push
from webapp.sync.mutations import KINDS

DEFAULT_LIMIT, MAX_LIMIT = 500, 1000


@bp.post("/sync/push")
@device_only
@open_to_closed_accounts
@locks_later
def push_ops():
    db.session.commit()  # a body that comes over a thin line must not hold a snapshot
    device_id, arrivals = protocol.read(_body(), KINDS)
    sender = _sender()
    if device_id != sender.device_id:
        raise Problem("bad_request", ["device_id"])
    verdicts = push.receive(db.session, arrivals, _door(sender))
    db.session.commit()
    return answer({"server_time": sender.received_at, "verdicts": verdicts})


def _door(sender: Sender) -> push.Door:
    grants = current_user.pairs if current_user.is_active else None
    return push.Door(grants, sender, receipts(), key_ring(current_app.config["DATA_KEYS"]))


def _sender() -> Sender:
    received_at = now()
    clock = protocol.instant(request.headers.get("X-Hetu-Clock", ""))
    skew_s = (clock - received_at).total_seconds() if clock else None
    return Sender(current_user.id, g.device.id, received_at, skew_s)


def _body() -> bytes:
    request.max_content_length = protocol.MAX_PUSH_BYTES
    return protocol.unpacked(request.get_data(cache=False), request.headers.get("Content-Encoding", ""))


@bp.get("/sync/pull")
@signed_in
def pull_changes():
    limit = request.args.get("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MAX_LIMIT):
        raise Problem("bad_request", ["limit"])
    reader = pull.Reader(current_user.id, current_user.locale, tuple(current_user.pairs))
    return answer(pull.page(db.session, reader, request.args.get("cursor", ""), int(limit)))
