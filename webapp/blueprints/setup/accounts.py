from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.blueprints.review.words import when
from webapp.blueprints.setup import bp
from webapp.blueprints.setup.forms import AppUserForm, GrantForm, NameForm, NewAccountForm, SureForm
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table
from webapp.domain.access import ROLES
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models import Account
from webapp.queries import app_users, setup
from webapp.services import accounts
from webapp.services.app_users import end_sessions

COLUMNS = ("username", "name", "grants", "state", "phones", "seen", "created")


def _asked() -> setup.AccountFilter:
    args = request.args
    return setup.AccountFilter(
        words=lists.words(),
        role=args["role"] if args.get("role") in ROLES else "",
        state=args["state"] if args.get("state") in ("active", "disabled") else "",
        sort=lists.order(setup.ACCOUNT_SORTS, "username"),
    )


@bp.get("/accounts")
@needs("setup.accounts")
def account_list():
    rows = setup.accounts(db.session, here("setup.accounts"), _asked())
    names = setup.area_names(db.session)
    return render_template("setup/accounts.html", rows=rows, asked=_asked(), roles=ROLES, area_names=names)


@bp.get("/accounts/print", defaults={"kind": "print"})
@bp.get("/accounts.<any(csv, xlsx):kind>")
@needs("setup.accounts")
def account_table(kind):
    names, title = setup.area_names(db.session), gettext("setup.card.accounts")
    rows = setup.accounts(db.session, here("setup.accounts"), _asked())
    titles = {name: gettext(f"setup.column.{name}") for name in COLUMNS}
    return lists.answer(kind, Table(title, title, titles, [_cells(row, names) for row in rows]))


def _cells(row: setup.AccountRow, names: dict[str, str]) -> tuple:
    account = row.account
    granted = "; ".join(f"{gettext(f'setup.role.{grant.role}')} {names[grant.area_code]}" for grant in account.grants)
    state = gettext("setup.account.active" if account.is_active else "setup.account.disabled")
    seen = when(row.last_seen_at) if row.last_seen_at else None
    return account.username, account.name, granted, state, row.phones, seen, when(account.created_at)


@bp.route("/accounts/new", methods=["GET", "POST"])
@needs("setup.accounts")
def new_account():
    form = NewAccountForm(setup.areas(db.session, here("setup.accounts")))
    if not form.validate_on_submit():
        return render_template("setup/account_new.html", form=form), 422 if form.is_submitted() else 200
    try:
        account, password = _create(form)
    except Problem as problem:
        form[problem.fields[0]].errors = [gettext(f"problem.{problem.code}")]
        return render_template("setup/account_new.html", form=form), 422
    db.session.commit()
    return render_template("setup/password.html", account=account, password=password, fresh=True), 201


def _create(form: NewAccountForm) -> tuple[Account, str]:
    password = accounts.new_password()
    with db.session.begin_nested():
        account = accounts.create(db.session, form.username.data, form.name.data.strip(), password, now())
        accounts.add_grant(db.session, account, form.role.data, form.area.data, form.unit.data)
    return account, password


def _account(account_id) -> Account:
    return setup.account(db.session, account_id, here("setup.accounts"))


def account_page(
    account: Account, *, named: NameForm | None = None, granted: GrantForm | None = None, keyed: AppUserForm | None = None,
    refusal: str | None = None,
) -> str:  # fmt: skip
    """One account with its grants, phones and app users; a refused form still holds what was typed."""
    scope = here("setup.accounts")
    return render_template(
        "setup/account.html", account=account, named=named or NameForm(formdata=None, name=account.name), refusal=refusal,
        granted=granted or GrantForm(setup.areas(db.session, scope), formdata=None), area_names=setup.area_names(db.session),
        devices=setup.devices(db.session, scope, setup.DeviceFilter(account_id=account.id)), is_me=account.id == current_user.id,
        keyed=keyed or AppUserForm(formdata=None), keys=app_users.of_account(db.session, account.id),
    )  # fmt: skip


@bp.get("/accounts/<uuid:account_id>")
@needs("setup.accounts")
def account(account_id):
    return account_page(_account(account_id))


def ask_again(what: str, account: Account, name: str | None = None) -> str:
    """The second question: what will happen, to whom."""
    back = url_for("setup.account", account_id=account.id)
    return render_template("setup/sure.html", what=what, name=name or account.name, back=back)


def back_to(account: Account) -> Response:
    return redirect(url_for("setup.account", account_id=account.id))


@bp.post("/accounts/<uuid:account_id>/rename")
@needs("setup.accounts")
def rename(account_id):
    account, form = _account(account_id), NameForm()
    if not form.validate_on_submit():
        return account_page(account, named=form), 422
    accounts.rename(db.session, account, form.name.data.strip())
    db.session.commit()
    return back_to(account)


@bp.post("/accounts/<uuid:account_id>/password")
@needs("setup.accounts")
def reset_password(account_id):
    account = _account(account_id)
    if not SureForm().sure.data:
        return ask_again("password", account)
    password = accounts.reset_password(db.session, account)
    end_sessions(db.session, account.id, now())
    db.session.commit()
    return render_template("setup/password.html", account=account, password=password, fresh=False)


@bp.post("/accounts/<uuid:account_id>/disable")
@needs("setup.accounts")
def disable(account_id):
    account = _account(account_id)
    if not SureForm().sure.data:
        return ask_again("disable", account)
    try:
        accounts.disable(db.session, account, now())
    except Problem as problem:
        return account_page(account, refusal=problem.code), 409
    db.session.commit()
    return back_to(account)


@bp.post("/accounts/<uuid:account_id>/enable")
@needs("setup.accounts")
def enable(account_id):
    account = _account(account_id)
    if not SureForm().sure.data:
        return ask_again("enable", account)
    accounts.enable(db.session, account)
    db.session.commit()
    return back_to(account)
