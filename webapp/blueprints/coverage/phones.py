"""Phones somebody should ask after: numbers missing, or silent for three days."""

from flask import render_template

from webapp.blueprints.coverage import bp
from webapp.blueprints.shell.access import here, needs
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.queries import devices, phones, setup


@bp.get("/phones")
@needs("coverage.read")
def phone_list():
    rows = phones.in_need(db.session, here("coverage.read"), now())
    missing = {row.device.id: devices.missing(db.session, row.device.id, row.device.last_seq) for row in rows if row.holes}
    return render_template("coverage/phones.html", rows=rows, missing=missing, area_names=setup.area_names(db.session))


@bp.get("/phones/count")
@needs("coverage.read")
def phone_count():
    """A line of the coverage page, asked for by itself: it depends on the hour, which the page's 304 does not."""
    return render_template("coverage/_phones.html", count=len(phones.in_need(db.session, here("coverage.read"), now())))
