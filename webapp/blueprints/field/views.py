from pathlib import Path

from flask import Response, current_app, jsonify, make_response, render_template, send_file

from webapp.blueprints.field import bp, manifest
from webapp.blueprints.shell.access import public
from webapp.domain.problems import not_found


@bp.get("/app/")
@bp.get("/app/<path:page>")
@public
def app(page: str = ""):
    response = make_response(render_template("field/app.html"))
    response.headers["Content-Security-Policy"] = current_app.config["PHONE_CONTENT_SECURITY_POLICY"]
    return response


@bp.get("/service-worker.js")
@public
def service_worker() -> Response:
    built = Path(current_app.root_path).parent / "service-worker" / "dist" / "service-worker.js"
    if not built.exists():
        raise not_found()
    response = send_file(built, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/manifest.webmanifest")
@public
def webmanifest() -> Response:
    response = jsonify(manifest.manifest(Path(current_app.static_folder) / "icons"))
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response
