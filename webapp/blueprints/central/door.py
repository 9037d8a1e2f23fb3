"""Sessions of scripts: who asks, and how Central's API says no."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from msgspec import json

from webapp.blueprints.central import bp
from webapp.blueprints.openrosa.door import OWN_WORDS, client
from webapp.blueprints.shell.access import locks_later, public
from webapp.blueprints.shell.errors import STATUS, sentence
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.models import Account, Campaign, FormVersion
from webapp.models.engine import begin_write
from webapp.queries import forms
from webapp.queries.odk_responses import Asked
from webapp.services.sealing import KeyRing, key_ring

#: (status, Central's own number for it)
NUMBERS = {
    "unauthorized": (401, 401.2), "wrong_credentials": (401, 401.2), "not_allowed": (403, 403.1), "not_found": (404, 404.1),
    "conflict": (409, 409.3), "too_large": (413, 400.2), "slow_down": (429, 429.1), "unsupported": (501, 501.1),
}  # fmt: skip


def session_holder(view: Callable) -> Callable:
    """For whoever shows a session's token in the Authorization header. A cookie opens nothing here."""

    @wraps(view)
    def opened(**names):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = client(token if scheme == "Bearer" else "")
        if found is None or not found.is_session:
            raise Problem("unauthorized")
        g.client = found
        return view(**names)

    return public(locks_later(opened))


def me() -> Account:
    return db.session.get_one(Account, g.client.account_id)


def ring() -> KeyRing:
    return key_ring(current_app.config["DATA_KEYS"])


def answer(content: Any, status: int = 200) -> Response:
    return Response(json.encode(content), status, content_type="application/json; charset=utf-8")


def write() -> None:
    """Before a write: what was read so far must not hold a snapshot that is too old to write on."""
    db.session.commit()
    begin_write(db.session)


def said() -> dict[str, Any]:
    """The JSON of the request. Raises bad_request."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise Problem("bad_request", ["body"])
    return found


def campaign(year: int) -> Campaign:
    """A project. Raises not_found."""
    found = db.session.get(Campaign, year)
    if found is None:
        raise not_found()
    return found


def form(year: int, form_id: str) -> FormVersion:
    """The newest published version. Raises not_found."""
    found = next((form for form in forms.published(db.session, campaign(year).year) if form.form_id == form_id), None)
    if found is None:
        raise not_found()
    return found


def asked(year: int, form_id: str) -> Asked:
    """The responses to this form that the asker may see. Raises not_found, not_allowed."""
    return Asked(form(year, form_id).form_id, year, g.client.where("review.read"))


@bp.errorhandler(Problem)
def refused(problem: Problem) -> Response:
    db.session.rollback()
    status = STATUS.get(problem.code, 400)
    status, number = NUMBERS.get(problem.code, (status, status + 0.1))
    own = problem.code in OWN_WORDS
    message = gettext(f"openrosa.refused.{problem.code}") if own else sentence(problem.code)
    return answer({"message": message, "code": number, "details": {"fields": problem.fields}}, status)


@bp.errorhandler(RateLimitExceeded)
def throttled(_error: RateLimitExceeded) -> Response:
    return refused(Problem("slow_down"))
