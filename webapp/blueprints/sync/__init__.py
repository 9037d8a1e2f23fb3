"""The phone's door: enrolment, push, pull, photos. docs/protocol.md says every word of it."""

from flask import Blueprint

from webapp.extensions import csrf

bp = Blueprint("sync", __name__, url_prefix="/api/v1")
#: A bearer token is no cookie: no page of another site can make a browser send it.
csrf.exempt(bp)

from webapp.blueprints.sync import blobs, devices, rescue, views, wire  # noqa: E402, F401
