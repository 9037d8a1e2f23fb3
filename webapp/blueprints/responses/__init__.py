"""The desk where filled-in questionnaires are judged: the queue, and one sheet each with last year beside it."""

from flask import Blueprint

bp = Blueprint("responses", __name__, url_prefix="/review/responses")

from webapp.blueprints.responses import decide, queue, sheet, words  # noqa: E402, F401
