"""The ground the work stands on: people, phones, the year's dates, the register."""

from flask import Blueprint

bp = Blueprint("setup", __name__, url_prefix="/setup")

from webapp.blueprints.setup import accounts, campaign, codes, devices, grants, index, questionnaires, register, rescue  # noqa: E402, F401
