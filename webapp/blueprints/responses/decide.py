from collections.abc import Callable
from uuid import UUID

from flask import redirect, request, session, url_for
from flask_login import current_user

from webapp.blueprints.responses import bp
from webapp.blueprints.responses.asked import wanted
from webapp.blueprints.responses.forms import DecisionForm
from webapp.blueprints.responses.sheet import around, page, ring
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.domain.workflow.response_review import MOVES, OURS, THEIRS
from webapp.extensions import db
from webapp.models import Response
from webapp.queries import response_sheet, responses
from webapp.services import response_review

Step = Callable[[Response, DecisionForm], None]
#: Somebody else was faster, or a newer version came: not the reviewer's mistake.
OVERTAKEN = ("review_changed", "review_superseded")
CHOICE = "choice:"


@bp.post("/<uuid:response_id>/accept")
@needs("review.accept")
def accept(response_id):
    return _decide(response_id, "review.accept", "accept", lambda row, form: response_review.accept(
        db.session, ring(), row, current_user, now(), form.text.data, _choices()))  # fmt: skip


def _choices() -> dict[str, str]:
    """Of each conflict, whose value is to stand."""
    said = ((name.removeprefix(CHOICE), value) for name, value in request.form.items() if name.startswith(CHOICE))
    return {path: value for path, value in said if value in (OURS, THEIRS)}


@bp.post("/<uuid:response_id>/return")
@needs("review.return")
def send_back(response_id):
    return _decide(response_id, "review.return", "return", lambda row, form: response_review.send_back(
        db.session, row, form.reasons.data, form.text.data, current_user, now()))  # fmt: skip


@bp.post("/<uuid:response_id>/reopen")
@needs("review.return")
def reopen(response_id):
    """Who may undo depends on what is undone: the table of moves says it."""
    row = responses.one(db.session, response_id, here("review.return"), lock=True)
    move = next((move for move in MOVES if (move.start, move.name) == (row.state, "reopen")), None)
    ability = move.ability if move else "review.return"
    return _decide(response_id, ability, "reopen", lambda row, _form: response_review.reopen(
        db.session, ring(), row, current_user, now()))  # fmt: skip


def _decide(response_id: UUID, ability: str, name: str, step: Step):
    row = responses.one(db.session, response_id, here(ability), lock=True)
    form, following = DecisionForm(), around(response_id)["after"]
    if not form.validate_on_submit():
        return page(row, form), 422
    try:
        response_review.check_unchanged(row, form.state.data)
        step(row, form)
    except Problem as problem:
        db.session.rollback()
        return page(row, form, refusal=problem.code, refused=name), 409 if problem.code in OVERTAKEN else 422
    return _done(row, name, following)


def _done(row: Response, name: str, following: UUID | None):
    title = response_sheet.sheet(db.session, row).title
    db.session.commit()
    args = args_of(wanted(request.args))
    if name == "reopen":
        return redirect(url_for(".sheet", response_id=row.id, **args))
    session["response_undo"] = {"id": str(row.id), "state": row.state, "name": title, "move": name}
    return redirect(url_for(".sheet", response_id=following, **args) if following else url_for(".index", **args))
