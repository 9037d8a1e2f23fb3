from flask_babel import gettext

from webapp.blueprints.setup import bp
from webapp.blueprints.setup.accounts import account_page, ask_again, back_to
from webapp.blueprints.setup.forms import GrantForm, SureForm
from webapp.blueprints.shell.access import here, needs
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.queries import setup
from webapp.services import accounts


@bp.post("/accounts/<uuid:account_id>/grants")
@needs("setup.accounts")
def add_grant(account_id):
    account, form = setup.account(db.session, account_id, here("setup.accounts")), GrantForm(_areas())
    if not form.validate_on_submit():
        return account_page(account, granted=form), 422
    try:
        accounts.add_grant(db.session, account, form.role.data, form.area.data, form.unit.data)
    except Problem as problem:
        form[problem.fields[0]].errors = [gettext(f"problem.{problem.code}")]
        return account_page(account, granted=form), 422
    db.session.commit()
    return back_to(account)


def _areas() -> list[tuple[str, str]]:
    return setup.areas(db.session, here("setup.accounts"))


@bp.post("/accounts/<uuid:account_id>/grants/<uuid:grant_id>/remove")
@needs("setup.accounts")
def remove_grant(account_id, grant_id):
    account = setup.account(db.session, account_id, here("setup.accounts"))
    row = setup.grant(account, grant_id)
    if not SureForm().sure.data:
        name = f"{account.name} · {gettext(f'setup.role.{row.role}')} {setup.area_names(db.session)[row.area_code]}"
        return ask_again("grant", account, name)
    try:
        accounts.remove_grant(db.session, account, row)
    except Problem as problem:
        return account_page(account, refusal=problem.code), 409
    db.session.commit()
    return back_to(account)
