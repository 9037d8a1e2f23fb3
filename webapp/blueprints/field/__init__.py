"""The phone app's shell: one page for all of /app/, its service worker and its manifest."""

from flask import Blueprint

bp = Blueprint("field", __name__)

from webapp.blueprints.field import views  # noqa: E402, F401
