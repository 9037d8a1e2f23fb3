"""The front door and the signs of life."""

from flask import jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy import text

from webapp.blueprints.shell import bp
from webapp.blueprints.shell.access import public, signed_in
from webapp.extensions import db
from webapp.translations import LOCALES

#: The first page of each role; somebody with several roles gets the first that fits.
FRONT_PAGES = (
    ("office", "/coverage"),
    ("community", "/coverage"),
    ("supervisor", "/coverage"),
    ("district", "/coverage"),
    ("admin", "/setup"),
    ("cadre", "/app/"),
)


@bp.get("/")
@signed_in
def home():
    roles = {grant.role for grant in current_user.grants}
    page = next((page for role, page in FRONT_PAGES if role in roles), None)
    return redirect(page) if page else render_template("shell/no_work.html")


@bp.post("/language/<locale>")
@public
def language(locale):
    if locale in LOCALES:
        session["locale"] = locale
    return redirect(request.form.get("next") if is_ours(request.form.get("next")) else url_for(".home"))


def is_ours(target: str | None) -> bool:
    """A path on this site: never another host, however it is spelt."""
    return bool(target) and target.startswith("/") and not target.startswith(("//", "/\\"))


@bp.get("/healthz")
@public
def healthz():
    return jsonify(ok=True)


@bp.get("/readyz")
@public
def readyz():
    db.session.execute(text("SELECT 1"))
    return jsonify(ok=True)
