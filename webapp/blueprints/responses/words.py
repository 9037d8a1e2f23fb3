"""Answers as a reviewer reads them."""

from webapp.blueprints.responses import bp
from webapp.domain import dictionary
from webapp.domain.xform.questions import Definition, Question
from webapp.extensions import db
from webapp.queries import forms
from webapp.services.response_contents import seen


@bp.app_template_filter("form_title")
def form_title(form_id: str, version: str) -> str:
    row = forms.version(db.session, form_id, version)
    return row.title if row else form_id


def answer(form: Definition, question: Question, said: str) -> str:
    """Codes in the form's own words; numbers of people masked."""
    if said == "":
        return ""
    if question.choices is not None:
        chosen = [said] if question.kind == "select1" else said.split()
        return " · ".join(form.choice_label(question, one) for one in chosen)
    if question.type == "geopoint":
        return ", ".join(said.split()[:2])
    name = question.save.partition(".")[2]
    return said if name in dictionary.SEALED and "*" in said else seen(name, said)
