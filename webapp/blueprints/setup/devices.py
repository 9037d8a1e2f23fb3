from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.blueprints.review.words import when
from webapp.blueprints.setup import bp
from webapp.blueprints.setup.forms import SureForm
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table
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

COLUMNS = ("label", "owner", "seen", "seq", "holes", "unsent", "clock", "state")


def _asked() -> setup.DeviceFilter:
    state = request.args.get("state", "")
    return setup.DeviceFilter(
        words=lists.words(), state=state if state in ("active", "revoked") else "", sort=lists.order(setup.DEVICE_SORTS, "-seen")
    )


@bp.get("/devices")
@needs("setup.devices")
def device_list():
    return render_template("setup/devices.html", rows=_rows(), asked=_asked())


def _rows() -> list[phones.PhoneRow]:
    return phones.rows(db.session, setup.devices(db.session, here("setup.devices"), _asked()), now())


@bp.get("/devices/print", defaults={"kind": "print"})
@bp.get("/devices.<any(csv, xlsx):kind>")
@needs("setup.devices")
def device_table(kind):
    title, titles = gettext("setup.card.devices"), {name: gettext(f"setup.device.{name}") for name in COLUMNS}
    return lists.answer(kind, Table(title, title, titles, [_cells(row) for row in _rows()]))


def _cells(row: phones.PhoneRow) -> tuple:
    device = row.device
    numbers = (device.last_seq, row.holes, row.waiting)
    return device.label, row.owner.name, when(device.last_seen_at), *numbers, clock_words(device.clock_skew_s), _state(device)


def _state(device: Device) -> str:
    if device.wiped_at:
        return gettext("setup.device.wiped", at=when(device.wiped_at))
    if device.wipe:
        return gettext(f"setup.device.wiping_{device.wipe}")
    if device.revoked_at:
        return gettext("setup.device.revoked", at=when(device.revoked_at))
    return gettext("setup.device.forked" if device.must_renew else "setup.device.active")


def clock_words(skew_s: float | None) -> str:
    """How far a phone's clock is off; a minute is nothing."""
    if skew_s is None:
        return gettext("setup.device.clock_unknown")
    if abs(skew_s) < 60:
        return gettext("setup.device.clock_right")
    return gettext("setup.device.clock_fast" if skew_s > 0 else "setup.device.clock_slow", n=abs(round(skew_s / 60)))


@bp.context_processor
def _for_templates() -> dict:
    return {"clock_words": clock_words}


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
