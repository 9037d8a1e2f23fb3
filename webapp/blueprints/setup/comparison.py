"""An exported comparison sheet taken in as an earlier year: upload, say what its columns mean, look, confirm twice."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from webapp.blueprints.setup import bp
from webapp.blueprints.setup import comparison_words as words
from webapp.blueprints.setup.import_pages import ABILITY, XLSX, add_pages, download, folder_of, importer_of, start
from webapp.blueprints.shell.access import needs
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.imports.comparison_template import template
from webapp.jobs.comparison_import import ComparisonImporter, last_year
from webapp.jobs.import_folder import beside
from webapp.queries import comparison as reading
from webapp.services import comparison as titles_of

YEARS_BACK = 5


class ComparisonForm(FlaskForm):
    file = FileField(_l("comparison.file"), [FileRequired(_l("comparison.file_missing"))])
    year = SelectField(_l("comparison.year"), coerce=int)


def _form() -> ComparisonForm:
    form, last = ComparisonForm(), last_year(db.session)
    form.year.choices = [(year, gettext("comparison.year_of", year=year)) for year in range(last, last - YEARS_BACK, -1)]
    return form


@bp.get("/comparison")
@needs(ABILITY)
def comparison():
    return render_template("setup/comparison.html", form=_form(), limit=current_app.config["MAX_CONTENT_LENGTH"])


@bp.post("/comparison")
@needs(ABILITY)
def comparison_upload():
    form = _form()
    if not form.validate_on_submit():
        return render_template("setup/comparison.html", form=form, limit=current_app.config["MAX_CONTENT_LENGTH"]), 422
    return start("comparison", ComparisonImporter, form.file.data, year=form.year.data)


@bp.get("/comparison/template.xlsx")
@needs(ABILITY)
def comparison_template():
    return download(template(gettext("comparison.sheet"), str(get_locale())), XLSX, "comparison-template.xlsx")


@bp.post("/comparison/<uuid:job_id>/titles")
@needs(ABILITY)
def comparison_meanings(job_id):
    """Say what the unknown columns of an upload mean, and look at it again."""
    folder = folder_of("comparison", job_id)
    state = folder.state()
    if state.stage == "planned":
        pairs = zip(request.form.getlist("title"), request.form.getlist("target"), strict=False)
        _say({title: target for title, target in pairs if target})
        state.stage, state.done, state.total = "reading", 0, 0
        folder.say(state)
        beside(importer_of(ComparisonImporter).look, folder)
    return redirect(url_for(".comparison_job", job_id=job_id))


def _say(meanings: dict[str, str]) -> None:
    titles_of.say(db.session, meanings, now())
    db.session.commit()


@bp.get("/comparison/titles")
@needs(ABILITY)
def comparison_titles():
    return _titles_page()


@bp.post("/comparison/titles")
@needs(ABILITY)
def comparison_title_said():
    try:
        _say({request.form.get("title", ""): request.form.get("target", "")})
    except Problem:
        return _titles_page(wrong=True), 422
    return redirect(url_for(".comparison_titles", saved=1))


@bp.post("/comparison/titles/forget")
@needs(ABILITY)
def comparison_title_forgotten():
    titles_of.forget(db.session, request.form.get("title", ""))
    db.session.commit()
    return redirect(url_for(".comparison_titles", saved=1))


def _titles_page(**more) -> str:
    said = reading.said(db.session)
    return render_template("setup/comparison_titles.html", said=said, meanings=words, saved="saved" in request.args, **more)


add_pages("comparison", ComparisonImporter, lambda: {"meanings": words})
