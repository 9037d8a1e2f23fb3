"""Questionnaires for phones and readers."""

from hashlib import sha256

from flask import Response, request

from webapp.blueprints.api import bp
from webapp.blueprints.shell.access import signed_in
from webapp.domain.problems import not_found
from webapp.extensions import db
from webapp.queries import forms


@bp.get("/forms/<form_id>/<version>")
@signed_in
def form_download(form_id, version):
    """A draft is nobody's business but the desk's."""
    form, row = forms.one(db.session, form_id, version)
    if row.state == "draft":
        raise not_found()
    text = forms.download(form, row)
    answer = Response(text, mimetype="application/json", headers={"Cache-Control": "private, no-cache"})
    answer.set_etag(sha256(text).hexdigest())
    return answer.make_conditional(request)
