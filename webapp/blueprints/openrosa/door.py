"""Who may come in by the side door, and how it says no."""

from collections.abc import Callable
from functools import wraps

from flask import Response, g, request
from flask_babel import force_locale, gettext
from flask_limiter.util import get_remote_address
from limits import parse

from config import MAX_UPLOAD_BYTES
from webapp.blueprints.openrosa import bp
from webapp.blueprints.shell.access import locks_later, public
from webapp.blueprints.shell.errors import STATUS, sentence
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db, limiter
from webapp.openrosa import lists, picking
from webapp.queries import app_users
from webapp.queries.app_users import Client

#: Keys that open nothing, from one address: who guesses is slowed down, who has a key never is.
FAILURES = parse("60 per 10 minutes")
#: A file has one hash for everybody, so its words have one language; Collect does not say its own with every request.
SPOKEN = "zh_Hans_CN"

#: What is said of a capture elsewhere, and differently of an answer.
OWN_WORDS = ("unauthorized", "not_allowed", "not_found", "conflict", "invalid_payload", "not_a_picture")

#: What the standard asks for in every answer; Date is the web server's.
SPOKEN_HEADERS = {"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": str(MAX_UPLOAD_BYTES)}
HEADERS = [
    *SPOKEN_HEADERS.items(), ("Content-Type", "text/xml; charset=utf-8"), ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]  # fmt: skip


def client(token: str) -> Client | None:
    """Whose key this is. Raises slow_down for those who guess."""
    found = app_users.by_token(db.session, token, now()) if token else None
    if found is None and token and limiter.enabled and not limiter.limiter.hit(FAILURES, "odk-key", get_remote_address()):
        raise Problem("slow_down")
    return found


def key_holder(view: Callable) -> Callable:
    """For app users: a key in the address, or as the password of Basic. A cookie opens nothing here."""

    @wraps(view)
    def opened(token: str | None = None, year: int | None = None, **names):
        g.client = client(token or (request.authorization.password if request.authorization else None) or "")
        if g.client is None or g.client.is_session:
            raise Problem("not_allowed" if token else "unauthorized")
        g.year = year
        return view(**names)

    return public(locks_later(opened))


def words() -> picking.Words:
    with force_locale(SPOKEN):
        return picking.Words(*(gettext(f"openrosa.pick.{name}") for name in picking.Words._fields))


def spoken(code: str) -> str:
    """Collect shows it as it is."""
    with force_locale(SPOKEN):
        return gettext(f"openrosa.refused.{code}") if code in OWN_WORDS else sentence(code)


def answer(body: str, status: int = 200) -> Response:
    return Response(body, status, content_type="text/xml; charset=utf-8")


@bp.errorhandler(Problem)
def refused(problem: Problem) -> Response:
    db.session.rollback()
    response = answer(lists.response("error", spoken(problem.code)), STATUS.get(problem.code, 400))
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Hetu"'
    return response


@bp.after_request
def speak(response: Response) -> Response:
    response.headers.update(SPOKEN_HEADERS)
    return response
