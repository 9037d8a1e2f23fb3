"""What a Prometheus asks for. It answers to the machine itself, to whoever has the token, and to nobody else."""

from hmac import compare_digest
from ipaddress import ip_address

from flask import Response, current_app, request

from webapp.blueprints.shell import bp
from webapp.blueprints.shell.access import public
from webapp.domain.clock import now
from webapp.domain.problems import not_found
from webapp.exports.prometheus import MEDIA_TYPE, Family, to_prometheus
from webapp.extensions import db
from webapp.jobs import import_folder
from webapp.queries import figures


@bp.get("/metrics")
@public
def metrics():
    if not (_has_token() or _from_this_machine()):
        raise not_found()
    return Response(to_prometheus(_families()), content_type=MEDIA_TYPE)


def _has_token() -> bool:
    token = current_app.config["METRICS_TOKEN"]
    return bool(token) and compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())


def _from_this_machine() -> bool:
    """A proxy on this machine that nobody told us of passes on strangers."""
    passed_on = not current_app.config["TRUSTED_PROXIES"] and {"X-Forwarded-For", "Forwarded"} & set(request.headers.keys())
    return not passed_on and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - an address, not a place to listen


def _families() -> list[Family]:
    phones = figures.devices(db.session, now())
    return [
        _family("hetu_households", "Registered households by the state of their point", "state", figures.households(db.session)),
        _family("hetu_captures", "Captures received by the state of their review", "state", figures.captures(db.session)),
        _family("hetu_ops", "Operations of phones by verdict", "verdict", figures.ops(db.session)),
        _family("hetu_photos", "Photos that captures list, here or still on a phone", "state", figures.photos(db.session)),
        _family("hetu_conflicts", "What a person has to decide or has decided", "state", figures.conflicts(db.session)),
        Family("hetu_review_queue", "Captures that wait for a reviewer", [({}, figures.waiting_for_review(db.session))]),
        Family("hetu_devices", "Phones that may send", [({}, phones["in_use"])]),
        Family("hetu_devices_silent", "Of these, not heard of for three days", [({}, phones["silent"])]),
        Family("hetu_ops_missing", "Numbers of operations that never arrived", [({}, phones["holes"])]),
        Family("hetu_ops_waiting", "Operations that phones say they still hold", [({}, phones["waiting"])]),
        _family("hetu_jobs", "Imports of the last day by stage", "stage", import_folder.stages(current_app.config["MEDIA"])),
    ]  # fmt: skip


def _family(name: str, says: str, label: str, counts: dict[str, int]) -> Family:
    return Family(name, says, [({label: value}, count) for value, count in counts.items()])
