"""The register taken in by hand: upload, look, confirm twice."""

from flask import current_app, render_template
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField

from webapp.blueprints.setup import bp
from webapp.blueprints.setup.import_pages import XLSX, add_pages, download, start
from webapp.blueprints.shell.access import here, needs
from webapp.domain import codes
from webapp.extensions import db
from webapp.imports.register_template import template
from webapp.jobs.register_import import Importer
from webapp.queries import register as reading

NO_DATUM = "none"


class UploadForm(FlaskForm):
    file = FileField(_l("register.file"), [FileRequired(_l("register.file_missing"))])
    datum = RadioField(_l("register.datum"), default=NO_DATUM)


def _form() -> UploadForm:
    form = UploadForm()
    datums = [(code, codes.label("coord_system", code, str(get_locale()))) for code in codes.codes("coord_system")]
    form.datum.choices = [(NO_DATUM, gettext("register.datum_none")), *datums]
    return form


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
    return start("register", Importer, form.file.data, datum=datum)


@bp.get("/register/template.xlsx")
@needs("register.import")
def register_template():
    scope = here("register.import")
    names = [name for code, name in reading.communities(db.session) if scope.covers(code)]
    body = template(names, str(get_locale()), gettext("register.sheet"), gettext("register.lists"))
    return download(body, XLSX, "register-template.xlsx")


add_pages("register", Importer)
