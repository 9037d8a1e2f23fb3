"""The desk where conflicts are decided: the list, and one sheet per case."""

from flask import Blueprint

bp = Blueprint("conflicts", __name__, url_prefix="/review/conflicts")

from webapp.blueprints.conflicts import decide, desk, sheet, words  # noqa: E402, F401
