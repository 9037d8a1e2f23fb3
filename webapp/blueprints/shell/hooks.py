"""Everything that runs around a request, bound in one place."""

from flask import Flask, Response, current_app, g, request, session
from flask_babel import get_locale
from flask_login import LoginManager, current_user

from webapp.blueprints.shell import access, assets, errors, lists, phones
from webapp.extensions import db
from webapp.models import Account
from webapp.queries import accounts
from webapp.translations import LOCALES


def locale() -> str:
    """The language asked for in the session, else of the account, else of the browser, else Chinese."""
    if session.get("locale") in LOCALES:
        return session["locale"]
    if current_user and current_user.is_authenticated:
        return current_user.locale
    return request.accept_languages.best_match(["zh-CN", "en"], "zh-CN").replace("zh-CN", LOCALES[0])


def load_session_account(cookie_id: str) -> Account | None:
    return accounts.by_session(db.session, cookie_id)


def load_device_account(_request) -> Account | None:
    """Who a bearer token belongs to. The device itself is left in `g.device`, and judged in phones.admit."""
    g.device = accounts.device_by_token(db.session, phones.token()) if phones.token() else None
    return g.device.account if g.device else None


def headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", current_app.config["CONTENT_SECURITY_POLICY"])
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if access.is_api():
        response.headers["X-Hetu"] = "1"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def bind(app: Flask, login: LoginManager) -> None:
    login.user_loader(load_session_account)
    login.request_loader(load_device_account)
    app.before_request(access.lock_for_writing)
    access.bind(app)
    app.after_request(headers)
    errors.bind(app)
    assets.bind(app)
    lists.bind(app)
    app.context_processor(lambda: {"locale": str(get_locale()), "able": access.able_here})
