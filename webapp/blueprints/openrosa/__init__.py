"""OpenRosa 1.0 for ODK Collect: forms out, answers in."""

from flask import Blueprint

from webapp.extensions import csrf

bp = Blueprint("openrosa", __name__)
#: A key in the address or in a header is no cookie: no page of another site can make a browser send it.
csrf.exempt(bp)

from webapp.blueprints.openrosa import door, views  # noqa: E402, F401
