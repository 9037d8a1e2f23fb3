from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from webapp.blueprints.review.words import when
from webapp.blueprints.setup import bp
from webapp.blueprints.setup.forms import SureForm
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models import Account, Device
from webapp.queries import setup
from webapp.services import accounts

COLUMNS = ("label", "owner", "seen", "seq", "clock", "state")


def _asked() -> setup.DeviceFilter:
    state = request.args.get("state", "")
    return setup.DeviceFilter(
        words=lists.words(), state=state if state in ("active", "revoked") else "", sort=lists.order(setup.DEVICE_SORTS, "-seen")
    )


@bp.get("/devices")
@needs("setup.devices")
def device_list():
    return render_template("setup/devices.html", rows=setup.devices(db.session, here("setup.devices"), _asked()), asked=_asked())


@bp.get("/devices/print", defaults={"kind": "print"})
@bp.get("/devices.<any(csv, xlsx):kind>")
@needs("setup.devices")
def device_table(kind):
    title, titles = gettext("setup.card.devices"), {name: gettext(f"setup.device.{name}") for name in COLUMNS}
    rows = setup.devices(db.session, here("setup.devices"), _asked())
    return lists.answer(kind, Table(title, title, titles, [_cells(row, owner) for row, owner in rows]))


def _cells(row: Device, owner: Account) -> tuple:
    state = gettext("setup.device.revoked", at=when(row.revoked_at)) if row.revoked_at else gettext("setup.device.active")
    return row.label, owner.name, when(row.last_seen_at), row.last_seq, clock_words(row.clock_skew_s), state


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


@bp.post("/devices/<uuid:device_id>/revoke")
@needs("setup.devices")
def revoke(device_id):
    device = setup.device(db.session, device_id, here("setup.devices"))
    if not SureForm().sure.data:
        return render_template("setup/sure.html", what="revoke", name=device.label, back=url_for(".device_list"))
    accounts.revoke_device(db.session, device.id, now())
    db.session.commit()
    return redirect(url_for(".device_list"))
