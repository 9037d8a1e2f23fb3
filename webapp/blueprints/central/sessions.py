"""A session for a script, and what it sees of itself."""

from flask import g, request
from flask_limiter.util import get_remote_address

from webapp.blueprints.auth.views import failed
from webapp.blueprints.central import bp
from webapp.blueprints.central.door import answer, campaign, me, said, session_holder, write
from webapp.blueprints.shell.access import locks_later, public
from webapp.domain.clock import now
from webapp.domain.problems import not_found
from webapp.extensions import db, limiter
from webapp.openrosa import central
from webapp.queries import app_users, campaigns, forms
from webapp.services import accounts
from webapp.services import app_users as keys


def _who() -> str:
    return str((request.get_json(silent=True) or {}).get("email", "")).strip().lower()


@bp.post("/sessions")
@public
@locks_later
@limiter.shared_limit("60 per 10 minutes", "sign-in", key_func=get_remote_address, deduct_when=failed)
@limiter.shared_limit("8 per 5 minutes", "sign-in-name", key_func=_who, deduct_when=failed)
def open_session():
    words = said()
    account = accounts.authenticate(db.session, str(words.get("email", "")), str(words.get("password", "")))
    write()
    key, token = keys.open_session(db.session, account, now())
    db.session.commit()
    return answer(central.session(key, token))


@bp.delete("/sessions/<token>")
@session_holder
def close_session(token):
    """One's own only, by its name or as `current`."""
    found = g.client if token == "current" else app_users.by_token(db.session, token, now())  # noqa: S105
    if found is None or found.account_id != g.client.account_id or not found.is_session:
        raise not_found()
    write()
    keys.revoke(db.session, found.id, now())
    db.session.commit()
    return answer({"success": True})


@bp.get("/users/current")
@session_holder
def who():
    return answer(central.person(me()))


@bp.get("/projects")
@session_holder
def projects():
    found = campaigns.every(db.session)
    return answer([central.project(row, forms.published(db.session, row.year)) for row in found])


@bp.get("/projects/<int:year>")
@session_holder
def project(year):
    return answer(central.project(campaign(year), forms.published(db.session, year)))
