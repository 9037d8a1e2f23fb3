"""The ground the work stands on: people, phones, the year's dates, the register."""

from flask import Blueprint

bp = Blueprint("setup", __name__, url_prefix="/setup")

from webapp.blueprints.setup import (  # noqa: E402
    accounts,  # noqa: F401
    campaign,  # noqa: F401
    codes,  # noqa: F401
    comparison,  # noqa: F401
    devices,  # noqa: F401
    grants,  # noqa: F401
    index,  # noqa: F401
    questionnaires,  # noqa: F401
    register,  # noqa: F401
    rescue,  # noqa: F401
)
