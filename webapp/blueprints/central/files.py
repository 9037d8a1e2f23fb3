"""Files of a response: which it speaks of, which of them are here, their bytes in and out."""

from urllib.parse import quote

from flask import Response, current_app, g, request

from webapp.blueprints.central import bp
from webapp.blueprints.central.door import answer, session_holder, write
from webapp.blueprints.central.responses import ONE, row, uuid, version
from webapp.domain.clock import now
from webapp.domain.problems import not_found
from webapp.extensions import db
from webapp.models import Response as Kept
from webapp.models import ResponseFile
from webapp.openrosa import receive
from webapp.openrosa.receive import File
from webapp.queries import odk_responses
from webapp.services import media
from webapp.services.media import Media


@bp.get(f"{ONE}/attachments")
@session_holder
def response_files(year, form_id, instance_id):
    return answer(
        [{"name": file.name, "exists": file.sha256 is not None} for file in _files(_newest(year, form_id, instance_id))]
    )


@bp.get(f"{ONE}/attachments/<name>")
@session_holder
def response_file(year, form_id, instance_id, name):
    return _picture(_files(_newest(year, form_id, instance_id)), name)


@bp.get(f"{ONE}/versions/<version_id>/attachments/<name>")
@session_holder
def response_version_file(year, form_id, instance_id, version_id, name):
    return _picture(_files(version(year, form_id, instance_id, version_id).id), name)


@bp.post(f"{ONE}/attachments/<name>")
@session_holder
def send_file(year, form_id, instance_id, name):
    """Only what an answer speaks of is expected."""
    newest, data = _newest(year, form_id, instance_id), request.get_data()
    if name not in {file.name for file in _files(newest)}:
        raise not_found()
    store, files = Media(current_app.config["MEDIA"]), [File(name, data)]
    write()
    receive.keep_files(db.session, store, g.client, files, now())
    receive.name_files(db.session, newest, files)
    db.session.commit()
    return answer({"success": True})


def _newest(year: int, form_id: str, instance_id: str):
    """Who reads responses sees all of them; who only fills in, the files of their own. Raises not_found."""
    if g.client.may("review.read"):
        return row(year, form_id, instance_id).version_id
    kept = db.session.get(Kept, uuid(instance_id))
    if kept is None or kept.account_id != g.client.account_id or (kept.form_id, kept.year) != (form_id, year):
        raise not_found()
    return kept.id


def _files(response_id) -> list[ResponseFile]:
    return odk_responses.files(db.session, [response_id])[response_id]


def _picture(files: list[ResponseFile], name: str) -> Response:
    """Painted anew: nothing hidden in a file gets out again."""
    found = next((file for file in files if file.name == name and file.sha256), None)
    if found is None:
        raise not_found()
    data = media.view(Media(current_app.config["MEDIA"]), found.sha256, "full").read_bytes()
    named = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, content_type="image/jpeg", headers={"Content-Disposition": named})
