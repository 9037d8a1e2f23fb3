"""What every page shares: who is asking, the language, the headers, the way errors look, the front door."""

from flask import Blueprint

bp = Blueprint("shell", __name__)

from webapp.blueprints.shell import metrics, views  # noqa: E402, F401
