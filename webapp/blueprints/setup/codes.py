"""A code that lets a phone in without a password, as a picture and to be read out."""

import segno
from flask import render_template, url_for
from flask_login import current_user

from webapp.blueprints.setup import bp
from webapp.blueprints.shell.access import here, needs
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.queries import setup
from webapp.services import devices

PICTURE_SCALE = 7


@bp.post("/accounts/<uuid:account_id>/code")
@needs("setup.accounts")
def enrol_code(account_id):
    account = setup.account(db.session, account_id, here("setup.accounts"))
    code, expires_at = devices.make_code(db.session, account, current_user, now())
    db.session.commit()
    address = url_for("field.app", page="enrol", _external=True)
    # behind the # it reaches no server and no log
    picture = segno.make(f"{address}#{code}", error="m").svg_data_uri(scale=PICTURE_SCALE, border=4)
    shown = {"code": code, "expires_at": expires_at, "picture": picture, "address": address}
    return render_template("setup/code.html", account=account, **shown), 201
