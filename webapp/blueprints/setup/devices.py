from flask import redirect, render_template, request, url_for
from flask_login import current_user

from webapp.blueprints.setup import bp
from webapp.blueprints.setup.forms import SureForm
from webapp.blueprints.shell.access import here, needs
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.queries import setup
from webapp.services import devices


@bp.get("/devices")
@needs("setup.devices")
def device_list():
    sort = request.args["sort"] if request.args.get("sort", "").removeprefix("-") in setup.DEVICE_SORTS else "-seen"
    rows = setup.devices(db.session, here("setup.devices"), sort)
    return render_template("setup/devices.html", rows=rows, sort=sort, printed_at=now())


@bp.post("/devices/<uuid:device_id>/revoke")
@needs("setup.devices")
def revoke(device_id):
    device = setup.device(db.session, device_id, here("setup.devices"))
    if not SureForm().sure.data:
        return render_template("setup/sure.html", what="revoke", name=device.label, back=url_for(".device_list"))
    devices.revoke(db.session, device, now(), current_user)
    db.session.commit()
    return redirect(url_for(".device_list"))
