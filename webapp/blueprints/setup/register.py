"""The register taken in by hand: upload, look, confirm twice."""

from flask import Response, current_app, redirect, render_template, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField

from webapp.blueprints.setup import bp
from webapp.blueprints.setup import register_words as words
from webapp.blueprints.shell.access import here, needs
from webapp.domain import codes
from webapp.exports.csv_file import to_csv
from webapp.extensions import db
from webapp.imports.register_template import template
from webapp.jobs import import_folder
from webapp.jobs.import_folder import RUNNING, ImportFolder, beside
from webapp.jobs.register_import import Importer
from webapp.queries import register as reading
from webapp.services.sealing import key_ring

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_DATUM = "none"


class UploadForm(FlaskForm):
    file = FileField(_l("register.file"), [FileRequired(_l("register.file_missing"))])
    datum = RadioField(_l("register.datum"), default=NO_DATUM)


def _form() -> UploadForm:
    form = UploadForm()
    datums = [(code, codes.label("coord_system", code, str(get_locale()))) for code in codes.codes("coord_system")]
    form.datum.choices = [(NO_DATUM, gettext("register.datum_none")), *datums]
    return form


def _importer() -> Importer:
    return Importer(db.engine, key_ring(current_app.config["DATA_KEYS"]), here("register.import"))


def _folder(job_id) -> ImportFolder:
    return import_folder.find(current_app.config["MEDIA"], "register", job_id, current_user.id)


def _download(body: bytes, media_type: str, name: str) -> Response:
    return Response(body, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/register")
@needs("register.import")
def register():
    return render_template("setup/register.html", form=_form(), limit=current_app.config["MAX_CONTENT_LENGTH"])


@bp.post("/register")
@needs("register.import")
def register_upload():
    form = _form()
    if not form.validate_on_submit():
        return render_template("setup/register.html", form=form, limit=current_app.config["MAX_CONTENT_LENGTH"]), 422
    datum = None if form.datum.data == NO_DATUM else form.datum.data
    upload = form.file.data
    folder = import_folder.make(current_app.config["MEDIA"], upload.stream, "register", upload.filename, current_user.id, datum)
    beside(_importer().look, folder)
    return redirect(url_for(".register_job", job_id=folder.state().id))


@bp.get("/register/template.xlsx")
@needs("register.import")
def register_template():
    scope = here("register.import")
    names = [name for code, name in reading.communities(db.session) if scope.covers(code)]
    body = template(names, str(get_locale()), gettext("register.sheet"), gettext("register.lists"))
    return _download(body, XLSX, "register-template.xlsx")


@bp.get("/register/<uuid:job_id>")
@needs("register.import")
def register_job(job_id):
    folder = _folder(job_id)
    state = folder.state()
    shown = folder.kept("preview.json") if state.stage in ("planned", "done") else None
    return render_template("setup/register_job.html", state=state, preview=shown, running=state.stage in RUNNING, words=words)


@bp.get("/register/<uuid:job_id>/progress")
@needs("register.import")
def register_progress(job_id):
    state = _folder(job_id).state()
    if state.stage not in RUNNING:
        return "", 200, {"HX-Redirect": url_for(".register_job", job_id=job_id)}
    return render_template("setup/_register_progress.html", state=state)


@bp.get("/register/<uuid:job_id>/confirm")
@needs("register.import")
def register_confirm(job_id):
    folder = _folder(job_id)
    if folder.state().stage != "planned":
        return redirect(url_for(".register_job", job_id=job_id))
    return render_template("setup/register_confirm.html", state=folder.state(), preview=folder.kept("preview.json"))


@bp.post("/register/<uuid:job_id>/confirm")
@needs("register.import")
def register_write(job_id):
    folder = _folder(job_id)
    state = folder.state()
    if state.stage == "planned" and folder.claim():
        state.stage, state.done, state.total = "writing", 0, 0
        folder.say(state)
        beside(_importer().write, folder)
    return redirect(url_for(".register_job", job_id=job_id))


@bp.post("/register/<uuid:job_id>/discard")
@needs("register.import")
def register_discard(job_id):
    folder = _folder(job_id)
    if folder.state().stage not in RUNNING:
        folder.remove()
    return redirect(url_for(".register"))


@bp.get("/register/<uuid:job_id>/errors.csv")
@needs("register.import")
def register_errors(job_id):
    folder = _folder(job_id)
    if folder.state().stage not in ("planned", "done"):
        return redirect(url_for(".register_job", job_id=job_id))
    shown = folder.kept("preview.json")
    titles = [gettext(f"register.column.{name}") for name in ("cell", "row", "fault")]
    rows = ((f"{e['column']}{e['row']}", e["row"], words.error_words(e, shown["communities"])) for e in shown["errors"])
    return _download(to_csv(titles, rows), "text/csv", "register-errors.csv")
