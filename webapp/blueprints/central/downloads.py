"""All responses to a questionnaire at once."""

from flask import Response

from webapp.blueprints.central import bp
from webapp.blueprints.central.door import asked, form, ring, session_holder
from webapp.blueprints.central.responses import RESPONSES
from webapp.exports.geojson_file import MEDIA_TYPE
from webapp.extensions import db
from webapp.openrosa import files, outline, reading


def _every(year: int, form_id: str):
    return reading.every(db.session, ring(), form(year, form_id), asked(year, form_id))


@bp.get(f"{RESPONSES}.csv")
@session_holder
def csv_table(year, form_id):
    root = outline.read(form(year, form_id).xml)
    return _file(files.csv_table(root, _every(year, form_id)), "text/csv; charset=utf-8", f"{form_id}.csv")


@bp.get(f"{RESPONSES}.csv.zip")
@session_holder
def csv_zip(year, form_id):
    root = outline.read(form(year, form_id).xml)
    return _file(files.csv_zip(form_id, root, list(_every(year, form_id))), "application/zip", f"{form_id}.csv.zip")


@bp.get(f"{RESPONSES}.geojson")
@session_holder
def places(year, form_id):
    root = outline.read(form(year, form_id).xml)
    return _file(files.places(root, _every(year, form_id)), MEDIA_TYPE, f"{form_id}.geojson")


def _file(data: bytes, media_type: str, name: str) -> Response:
    return Response(data, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
