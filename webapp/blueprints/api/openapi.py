from flask import Response, current_app

from webapp.blueprints.api import bp
from webapp.blueprints.api.contract import description
from webapp.blueprints.shell.access import public


@bp.get("/openapi.json")
@public
def openapi():
    return Response(description(current_app), mimetype="application/json")
