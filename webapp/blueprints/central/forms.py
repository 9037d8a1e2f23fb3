"""Questionnaires and their versions."""

from flask import Response

from webapp.blueprints.central import bp
from webapp.blueprints.central.door import answer, campaign, form, session_holder
from webapp.domain.problems import not_found
from webapp.extensions import db
from webapp.models import FormVersion
from webapp.openrosa import central, outline
from webapp.openrosa.outline import Field
from webapp.queries import forms, odk_forms

FORMS = "/projects/<int:year>/forms"


@bp.get(FORMS)
@session_holder
def form_list(year):
    return answer([central.form(row) for row in forms.published(db.session, campaign(year).year)])


@bp.get(f"{FORMS}/<form_id>")
@session_holder
def one_form(year, form_id):
    return answer(central.form(form(year, form_id)))


@bp.get(f"{FORMS}/<form_id>.xml")
@session_holder
def form_xml(year, form_id):
    return _xml(form(year, form_id))


@bp.get(f"{FORMS}/<form_id>/versions")
@session_holder
def form_versions(year, form_id):
    return answer([central.form(row) for row in odk_forms.versions(db.session, form(year, form_id).form_id, year)])


@bp.get(f"{FORMS}/<form_id>/versions/<version>")
@session_holder
def form_version(year, form_id, version):
    return answer(central.form(_version(year, form_id, version)))


@bp.get(f"{FORMS}/<form_id>/versions/<version>.xml")
@session_holder
def form_version_xml(year, form_id, version):
    return _xml(_version(year, form_id, version))


@bp.get(f"{FORMS}/<form_id>/fields")
@session_holder
def form_fields(year, form_id):
    root = outline.read(form(year, form_id).xml)
    return answer([_field(field, root, no) for no, field in enumerate(field for field in root.walk() if field is not root)])


@bp.get(f"{FORMS}/<form_id>/attachments")
@session_holder
def form_files(year, form_id):
    names = sorted(form(year, form_id).attachments)
    return answer([{"name": name, "type": "file", "exists": True, "blobExists": True, "datasetExists": False} for name in names])


@bp.get(f"{FORMS}/<form_id>/attachments/<name>")
@session_holder
def form_file(year, form_id, name):
    found = form(year, form_id).attachments
    if name not in found:
        raise not_found()
    return Response(found[name], content_type="text/csv; charset=utf-8")


def _version(year: int, form_id: str, version: str) -> FormVersion:
    """Published once; a draft is nobody's business. Raises not_found."""
    found = forms.version(db.session, form_id, version)
    if found is None or found.year != year or found.state == "draft":
        raise not_found()
    return found


def _xml(row: FormVersion) -> Response:
    return Response(row.xml, content_type="application/xml; charset=utf-8")


def _field(field: Field, root: Field, no: int) -> dict:
    kind = {"group": "structure"}.get(field.kind, field.kind)
    told = {"selectMultiple": None, "binary": True if kind == "binary" else None}
    return {"path": field.path.removeprefix(root.path), "name": field.name, "type": kind, "order": no} | told
