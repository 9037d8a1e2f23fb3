from flask import Response, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.blueprints.setup import bp
from webapp.blueprints.setup.forms import SureForm
from webapp.blueprints.shell.access import here, needs
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models import Device
from webapp.queries import devices as reads
from webapp.queries import phones, setup
from webapp.services import devices

#: What may be ordered of a phone, and what does it.
ORDERS = {
    "revoke": lambda device: devices.revoke(db.session, device, now(), current_user),
    "wipe_after_upload": lambda device: devices.order_wipe(db.session, device, "after_upload", now(), current_user),
    "wipe_at_once": lambda device: devices.order_wipe(db.session, device, "at_once", now(), current_user),
    "withdraw_wipe": lambda device: devices.withdraw_wipe(db.session, device, now(), current_user),
}


@bp.get("/devices")
@needs("setup.devices")
def device_list():
    sort = request.args["sort"] if request.args.get("sort", "").removeprefix("-") in setup.DEVICE_SORTS else "-seen"
    rows = phones.rows(db.session, setup.devices(db.session, here("setup.devices"), sort), now())
    return render_template("setup/devices.html", rows=rows, sort=sort, printed_at=now())


@bp.get("/devices/<uuid:device_id>")
@needs("setup.devices")
def device(device_id):
    return _page(_device(device_id))


def _device(device_id) -> Device:
    return setup.device(db.session, device_id, here("setup.devices"))


def _page(row: Device, refusal: str | None = None) -> str:
    figures = phones.rows(db.session, [(row, row.account)], now())[0]
    origin = db.session.get(Device, row.renewed_from_id) if row.renewed_from_id else None
    missing = reads.missing(db.session, row.id, row.last_seq)
    return render_template(
        "setup/device.html", row=row, figures=figures, missing=missing, events=reads.events(db.session, row.id), origin=origin,
        refusal=refusal, orders=_open_orders(row),
    )  # fmt: skip


def _open_orders(row: Device) -> list[str]:
    """What can still be ordered of this phone."""
    if row.wiped_at:
        return []
    wipes = ["withdraw_wipe"] if row.wipe else ["wipe_after_upload"]
    lost = [] if row.is_lost else ["wipe_at_once"]
    return ([] if row.revoked_at else ["revoke"]) + wipes + lost


@bp.post("/devices/<uuid:device_id>/<any(revoke, wipe_after_upload, wipe_at_once, withdraw_wipe):order>")
@needs("setup.devices")
def order_device(device_id, order):
    row = _device(device_id)
    if not SureForm().sure.data:
        back = url_for(".device", device_id=row.id)
        return render_template("setup/sure.html", what=order, name=row.label, back=back)
    return _carry_out(row, order)


def _carry_out(row: Device, order: str) -> Response | tuple[str, int]:
    try:
        ORDERS[order](row)
    except Problem as problem:
        return _page(row, problem.code), 409
    db.session.commit()
    return redirect(url_for(".device", device_id=row.id))
