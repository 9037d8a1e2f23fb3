"""The desk where captures are judged: the queue, one sheet per capture, batches."""

from flask import Blueprint

bp = Blueprint("review", __name__, url_prefix="/review")

from webapp.blueprints.review import batch, decide, queue, sheet  # noqa: E402, F401
