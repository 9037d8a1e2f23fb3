"""A rescue pack brought by a phone: its own or another's. The secrets inside are the proof, so no token is asked for."""

from flask import current_app, request
from flask_limiter.util import get_remote_address

from webapp.blueprints.shell.access import at_most, locks_later, public
from webapp.blueprints.sync import bp
from webapp.blueprints.sync.wire import answer, receipts
from webapp.domain.clock import now
from webapp.extensions import db, limiter
from webapp.services.media import Media
from webapp.services.rescue_keys import rescue_keys
from webapp.services.sealing import key_ring
from webapp.sync.rescue import MAX_PACK_BYTES
from webapp.sync.rescued import Report, Rescue

#: Refused packs only: a phone with much to bring sends many good ones.
throttle = limiter.shared_limit(
    "30 per 10 minutes", "rescue", key_func=get_remote_address, deduct_when=lambda response: response.status_code == 400
)


@bp.post("/rescue")
@public
@locks_later
@at_most(MAX_PACK_BYTES)
@throttle
def bring_pack():
    config = current_app.config
    ring = key_ring(config["DATA_KEYS"])
    rescue = Rescue(db.session, rescue_keys(config["RESCUE_KEY"]), Media(config["MEDIA"]), receipts(), ring, now)
    return answer({"server_time": now(), **_told(rescue.take(request.stream))})


def _told(report: Report) -> dict:
    """Names stay here: the carrier need not be the one who wrote them."""
    return {
        "ops": [line.verdict for line in report.ops], "photos": report.photos, "unreadable": report.unreadable,
        "foreign": report.foreign, "cut": report.cut,
    }  # fmt: skip
