"""The five addresses ODK Collect builds from its server address."""

from flask import Response, current_app, g, request, url_for

from webapp.blueprints.openrosa import bp, checker
from webapp.blueprints.openrosa.door import answer, key_holder, words
from webapp.domain.clock import now
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.models import FormVersion
from webapp.models.engine import begin_write
from webapp.openrosa import entity_files, instance, lists, picking, receive
from webapp.openrosa.receive import File
from webapp.queries import campaigns, forms
from webapp.services.app_users import note_used
from webapp.services.media import Media
from webapp.services.sealing import key_ring

AT_HOME, BY_KEY = "/openrosa", "/v1/key/<token>/projects/<int:year>"


def _year() -> int:
    active = campaigns.active(db.session).year
    if g.year not in (None, active):
        raise not_found()
    return active


def _form(form_id: str) -> FormVersion:
    """Raises not_found."""
    found = next((form for form in forms.published(db.session, _year()) if form.form_id == form_id), None)
    if found is None:
        raise not_found()
    return found


def _xml(form: FormVersion) -> str:
    return picking.variant(form.xml, words())


def _address(view: str, **values) -> str:
    """Of another of these addresses, reached the way this one was."""
    way = {name: value for name, value in (request.view_args or {}).items() if name in ("token", "year")}
    return url_for(f"openrosa.{view}", _external=True, **values, **way)


@bp.get(f"{AT_HOME}/formList")
@bp.get(f"{BY_KEY}/formList")
@key_holder
def form_list():
    wanted, verbose = request.args.get("formID"), request.args.get("verbose") == "true"
    g.client.where("field.capture")
    found = [form for form in forms.published(db.session, _year()) if wanted in (None, "", form.form_id)]
    return answer(lists.form_list(_listed(form, verbose) for form in found))


def _listed(form: FormVersion, verbose: bool) -> dict[str, str]:
    said = {"formID": form.form_id, "name": form.title, "version": form.version, "hash": lists.hashed(_xml(form))}
    if verbose:
        said["descriptionText"] = form.title
    said["downloadUrl"] = _address("form_xml", form_id=form.form_id)
    return said | ({"manifestUrl": _address("manifest", form_id=form.form_id)} if _names(form) else {})


def _names(form: FormVersion) -> list[str]:
    """Of the files a form needs: its code lists, and the people and homes it is chosen from."""
    xml = _xml(form)
    chosen_from = (name for name in entity_files.NAMES if f"jr://file-csv/{name}" in xml)
    return list(dict.fromkeys([*form.attachments, *chosen_from]))


@bp.get(f"{AT_HOME}/forms/<form_id>.xml")
@bp.get(f"{BY_KEY}/forms/<form_id>.xml")
@key_holder
def form_xml(form_id):
    return answer(_xml(_form(form_id)))


@bp.get(f"{AT_HOME}/forms/<form_id>/manifest")
@bp.get(f"{BY_KEY}/forms/<form_id>/manifest")
@key_holder
def manifest(form_id):
    form = _form(form_id)
    return answer(lists.manifest(_manifested(form, name) for name in _names(form)))


def _manifested(form: FormVersion, name: str) -> dict[str, str]:
    address = _address("form_file", form_id=form.form_id, name=name)
    return {"filename": name, "hash": lists.hashed(_file(form, name)), "downloadUrl": address}


def _file(form: FormVersion, name: str) -> bytes:
    """Raises not_found."""
    if name in form.attachments:
        return form.attachments[name].encode()
    if name not in _names(form):
        raise not_found()
    return entity_files.content(db.session, name, g.client.where("household.read"), form.year)


@bp.get(f"{AT_HOME}/forms/<form_id>/attachments/<name>")
@bp.get(f"{BY_KEY}/forms/<form_id>/attachments/<name>")
@key_holder
def form_file(form_id, name):
    return Response(_file(_form(form_id), name), content_type="text/csv; charset=utf-8")


@bp.route(f"{AT_HOME}/submission", methods=["HEAD"], provide_automatic_options=False)
@bp.route(f"{BY_KEY}/submission", methods=["HEAD"], provide_automatic_options=False)
@key_holder
def ready():
    """Where answers go, and that they may."""
    return Response(status=204, headers={"Location": _address("add")})


@bp.post(f"{AT_HOME}/submission")
@bp.post(f"{BY_KEY}/submission")
@key_holder
def add():
    said, files = _sent()
    db.session.commit()  # a body that was long in coming must not hold a snapshot
    begin_write(db.session)
    kept_id, _ = receive.receive(db.session, key_ring(current_app.config["DATA_KEYS"]), g.client, said, now())
    if files:
        receive.keep_files(db.session, Media(current_app.config["MEDIA"]), g.client, files, now())
        receive.name_files(db.session, kept_id, files)
    note_used(db.session, g.client, now())
    db.session.commit()
    checker.arrived(current_app._get_current_object())
    return answer(lists.response("submit_success", "ok"), 201)


def _sent() -> tuple[instance.Instance, list[File]]:
    """The answers and the files beside them. Raises invalid_payload, too_large."""
    parts = dict(request.files.items())
    if "xml_submission_file" not in parts:
        raise Problem("invalid_payload", ["xml_submission_file"])
    said = instance.read(parts.pop("xml_submission_file").read())
    return said, [File(part.filename or name, part.read()) for name, part in parts.items()]
