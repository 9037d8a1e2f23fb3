from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from webapp.blueprints.auth import bp
from webapp.blueprints.shell.access import public, signed_in
from webapp.blueprints.shell.errors import sentence
from webapp.blueprints.shell.views import is_ours
from webapp.domain.problems import Problem
from webapp.extensions import db, limiter
from webapp.services import accounts


class LoginForm(FlaskForm):
    username = StringField(_l("auth.username"), [InputRequired(_l("auth.username_missing")), Length(max=40)])
    password = PasswordField(_l("auth.password"), [InputRequired(_l("auth.password_missing")), Length(max=200)])


def _who() -> str:
    return (request.form.get("username") or (request.get_json(silent=True) or {}).get("username", "")).strip().lower()


def failed(response) -> bool:
    return response.status_code in (401, 422)


#: Failures only: a growing wait would lock out a whole office behind one address. Shared by desk and phone sign-in.
throttle_address = limiter.shared_limit("60 per 10 minutes", "sign-in", key_func=get_remote_address, deduct_when=failed)
throttle_account = limiter.shared_limit("8 per 5 minutes", "sign-in-name", key_func=_who, deduct_when=failed)


@bp.route("/login", methods=["GET", "POST"])
@public
@throttle_address
@throttle_account
def login():
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form), 422 if form.is_submitted() else 200
    try:
        login_user(accounts.authenticate(db.session, form.username.data, form.password.data))
    except Problem as problem:
        return render_template("auth/login.html", form=form, refusal=sentence(problem.code)), 401
    target = request.args.get("next")
    return redirect(target if is_ours(target) else url_for("shell.home"))


@bp.post("/logout")
@signed_in
def logout():
    logout_user()
    return redirect(url_for(".login"))
