"""Reads for machines: a device token or a signed-in session, the same answers."""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api/v1")

from webapp.blueprints.api import coverage, forms, openapi  # noqa: E402, F401
