"""Keys for ODK Collect: made for a person, shown once as the code its camera reads, revoked at any time."""

import segno
from flask import redirect, render_template, url_for
from flask_babel import gettext

from webapp.blueprints.setup import bp
from webapp.blueprints.setup.accounts import account_page, ask_again
from webapp.blueprints.setup.forms import AppUserForm, SureForm
from webapp.blueprints.shell.access import here, needs
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models import Account
from webapp.openrosa import collect_settings
from webapp.queries import app_users as reads
from webapp.queries import campaigns, setup
from webapp.services import app_users

PICTURE_SCALE = 5


@bp.post("/accounts/<uuid:account_id>/app-users")
@needs("setup.accounts")
def make_app_user(account_id):
    account, form = setup.account(db.session, account_id, here("setup.accounts")), AppUserForm()
    if not form.validate_on_submit():
        return account_page(account, keyed=form), 422
    row, token = app_users.make(db.session, account, form.label.data.strip(), now())
    db.session.commit()
    return _shown_once(account, row.label, token), 201


def _shown_once(account: Account, label: str, token: str) -> str:
    campaign = campaigns.active(db.session)
    address = url_for("openrosa.form_list", token=token, year=campaign.year, _external=True).removesuffix("/formList")
    settings = collect_settings.code(address, gettext("setup.app_user.project", name=campaign.name))
    picture = segno.make(settings, error="m").svg_data_uri(scale=PICTURE_SCALE, border=4)
    return render_template("setup/app_user.html", account=account, label=label, address=address, picture=picture)


@bp.post("/accounts/<uuid:account_id>/app-users/<uuid:app_user_id>/revoke")
@needs("setup.accounts")
def revoke_app_user(account_id, app_user_id):
    account = setup.account(db.session, account_id, here("setup.accounts"))
    row = reads.app_user(db.session, account.id, app_user_id)
    if not SureForm().sure.data:
        return ask_again("app_user", account, row.label)
    app_users.revoke(db.session, row.id, now())
    db.session.commit()
    return redirect(url_for("setup.account", account_id=account.id))
