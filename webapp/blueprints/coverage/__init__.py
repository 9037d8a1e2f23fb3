"""Who is done and who is missing, area by area: table, map, lists, print, downloads."""

from flask import Blueprint

bp = Blueprint("coverage", __name__, url_prefix="/coverage")

from webapp.blueprints.coverage import comparison, downloads, phones, prints, views  # noqa: E402, F401
