"""Questionnaires: upload, look, fill in on trial, publish."""

from flask import Response, current_app, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from webapp.blueprints.setup import bp
from webapp.blueprints.setup import form_words as words
from webapp.blueprints.setup.forms import SureForm
from webapp.blueprints.setup.register import XLSX
from webapp.blueprints.shell.access import locks_later, needs
from webapp.domain.clock import now
from webapp.domain.form_outline import outline
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.imports import xlsform
from webapp.models.engine import begin_write
from webapp.queries import campaigns
from webapp.queries import forms as reading
from webapp.services import forms
from webapp.services.forms import Origin

#: What may be done with a version, and what does it.
STEPS = {
    "form_publish": lambda form_id, version: forms.publish(db.session, form_id, version, now()),
    "form_close": lambda form_id, version: forms.close(db.session, form_id, version),
    "form_discard": lambda form_id, version: forms.discard(db.session, form_id, version),
}
OPEN_STEPS = {"draft": ("form_publish", "form_discard"), "published": ("form_close",), "closed": ()}


class WorkbookForm(FlaskForm):
    file = FileField(_l("form.file"), [FileRequired(_l("form.file_missing"))])


@bp.get("/forms")
@needs("form.edit")
def form_list():
    return _list(WorkbookForm(formdata=None))


def _list(form: WorkbookForm, problem: Problem | None = None) -> str:
    running = campaigns.active(db.session)
    rows = reading.every(db.session, running.year)
    limit = min(xlsform.MAX_BYTES, current_app.config["MAX_CONTENT_LENGTH"])
    return render_template("setup/forms.html", form=form, rows=rows, campaign=running, problem=problem, limit=limit, words=words)


@bp.post("/forms")
@needs("form.edit")
@locks_later
def form_upload():
    form = WorkbookForm()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        row = _kept(form.file.data)
    except Problem as problem:
        db.session.rollback()
        return _list(form, problem), 422
    return redirect(url_for(".form_version", form_id=row.form_id, version=row.version))


def _kept(upload):
    """Converted before the lock is taken: phones are not kept waiting."""
    source, account_id = upload.read(), current_user.id
    db.session.rollback()
    converted = xlsform.convert_apart(source)
    begin_write(db.session)
    origin = Origin(source, upload.filename, account_id, campaigns.active(db.session).year)
    row = forms.keep(db.session, converted, origin, now())
    db.session.commit()
    return row


@bp.get("/forms/<form_id>/<version>")
@needs("form.edit")
def form_version(form_id, version):
    return _page(form_id, version)


def _page(form_id: str, version: str, problem: Problem | None = None) -> str:
    form, row = reading.one(db.session, form_id, version)
    lines = outline(row.xml, row.attachments)
    return render_template(
        "setup/form.html", form=form, row=row, sections=words.sections(lines), steps=OPEN_STEPS[row.state], problem=problem,
        words=words,
    )  # fmt: skip


@bp.post("/forms/<form_id>/<version>/<any(form_publish, form_close, form_discard):step>")
@needs("form.edit")
def form_step(form_id, version, step):
    _, row = reading.one(db.session, form_id, version)
    if not SureForm().sure.data:
        back = url_for(".form_version", form_id=form_id, version=version)
        return render_template("setup/sure.html", what=step, name=f"{row.title} {version}", back=back)
    try:
        STEPS[step](form_id, version)
    except Problem as problem:
        return _page(form_id, version, problem), 409
    db.session.commit()
    gone = step == "form_discard"
    return redirect(url_for(".form_list") if gone else url_for(".form_version", form_id=form_id, version=version))


@bp.get("/forms/<form_id>/<version>/source.xlsx")
@needs("form.edit")
def form_source(form_id, version):
    _, row = reading.one(db.session, form_id, version)
    name = f"{row.form_id}-{row.version}.xlsx"
    return Response(row.source, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/forms/<form_id>/<version>/trial")
@needs("form.edit")
def form_trial(form_id, version):
    _, row = reading.one(db.session, form_id, version)
    page = render_template("setup/form_trial.html", row=row)
    # the engine that fills forms in is WebAssembly, as on the phone
    return page, 200, {"Content-Security-Policy": current_app.config["PHONE_CONTENT_SECURITY_POLICY"]}


@bp.get("/forms/<form_id>/<version>/definition.json")
@needs("form.edit")
def form_definition(form_id, version):
    """Also of a draft, which phones cannot have."""
    return Response(reading.download(*reading.one(db.session, form_id, version)), mimetype="application/json")
