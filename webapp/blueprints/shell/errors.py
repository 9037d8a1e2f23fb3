"""A Problem becomes a page or an answer here, and nowhere else."""

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from webapp.blueprints.shell.access import is_api
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models.engine import refused_by_storage

STATUS = {
    "unauthorized": 401, "wrong_credentials": 401, "wrong_code": 401, "not_allowed": 403, "device_revoked": 403,
    "device_lost": 403, "account_disabled": 403, "not_found": 404, "method_not_allowed": 405, "wrong_offset": 409,
    "conflict": 409, "other_account": 409, "already_wiped": 409, "too_large": 413, "hash_mismatch": 422, "update_needed": 426,
    "slow_down": 429, "server_error": 500, "read_only": 503, "storage_full": 507,
}  # fmt: skip
#: How long a phone leaves a server alone whose writers are queuing.
BUSY_S = 5
_BY_STATUS = {401: "unauthorized", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def answer(problem: Problem):
    """JSON for the API, a page for people. Whatever the request had half done is undone."""
    db.session.rollback()
    status = STATUS.get(problem.code, 400)
    if is_api():
        headers = {"Retry-After": str(BUSY_S)} if problem.code == "slow_down" else {}
        return jsonify(problem={"code": problem.code, "fields": problem.fields}, **problem.values), status, headers
    page = "shell/_problem.html" if request.headers.get("HX-Request") else "shell/problem.html"
    return render_template(page, problem=problem, sentence=sentence(problem.code)), status


def sentence(code: str) -> str:
    """What a problem says to a person, in their language."""
    return gettext(f"problem.{code}")


def from_http(error: HTTPException):
    if error.code is not None and error.code < 400:
        return error
    return answer(Problem(_BY_STATUS.get(error.code or 500, "server_error" if (error.code or 500) >= 500 else "bad_request")))


def from_limit(error: RateLimitExceeded):
    return (*answer(Problem("slow_down"))[:2], {"Retry-After": "60"})


def from_storage(error: DBAPIError | OSError):
    """A full disk or a database that may only be read is for the administrator to mend; the phones keep what they have."""
    code = refused_by_storage(error)
    if code is None:
        raise error
    current_app.logger.error("%s: %s", code, error)
    return answer(Problem(code))


def bind(app: Flask) -> None:
    app.register_error_handler(Problem, answer)
    app.register_error_handler(RateLimitExceeded, from_limit)
    app.register_error_handler(CSRFError, lambda error: answer(Problem("stale_page")))
    app.register_error_handler(DBAPIError, from_storage)
    app.register_error_handler(OSError, from_storage)
    app.register_error_handler(HTTPException, from_http)
