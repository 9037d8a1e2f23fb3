"""As much of ODK Central's API as scripts (pyodk), Excel and BI tools read with: /v1, docs/odk.md."""

from flask import Blueprint

from webapp.extensions import csrf

bp = Blueprint("central", __name__, url_prefix="/v1")
#: A bearer token is no cookie: no page of another site can make a browser send it.
csrf.exempt(bp)

from webapp.blueprints.central import (  # noqa: E402, F401
    door,
    downloads,
    entities,
    files,
    forms,
    odata,
    responses,
    sessions,
)
