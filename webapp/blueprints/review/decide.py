from collections.abc import Callable
from uuid import UUID

from flask import redirect, request, url_for
from flask_login import current_user

from webapp.blueprints.review import bp
from webapp.blueprints.review.asked import wanted
from webapp.blueprints.review.forms import DecisionForm
from webapp.blueprints.review.memory import keep_undo
from webapp.blueprints.review.sheet import around, page
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.domain.workflow.location_review import MOVES
from webapp.extensions import db
from webapp.models import Capture, ReviewEvent
from webapp.queries import review_sheet
from webapp.services import reviews

Step = Callable[[Capture, DecisionForm], ReviewEvent]
#: Somebody else was faster, or a newer capture came: not the reviewer's mistake.
OVERTAKEN = ("review_changed", "review_superseded")


@bp.post("/<uuid:capture_id>/accept")
@needs("review.accept")
def accept(capture_id):
    return _decide(capture_id, "review.accept", lambda capture, form: reviews.accept(
        db.session, capture, current_user, now(), form.text.data))  # fmt: skip


@bp.post("/<uuid:capture_id>/return")
@needs("review.return")
def send_back(capture_id):
    return _decide(capture_id, "review.return", lambda capture, form: reviews.send_back(
        db.session, capture, form.reasons.data, form.text.data, current_user, now()))  # fmt: skip


@bp.post("/<uuid:capture_id>/reopen")
@needs("review.return")
def reopen(capture_id):
    """Who may undo depends on what is undone: the table of moves says it."""
    capture = review_sheet.capture(db.session, capture_id, here("review.return"), lock=True)
    move = next((move for move in MOVES if (move.start, move.name) == (capture.state, "reopen")), None)
    ability = move.ability if move else "review.return"
    return _decide(capture_id, ability, lambda capture, _form: reviews.reopen(db.session, capture, current_user, now()))


def _decide(capture_id: UUID, ability: str, step: Step):
    capture = review_sheet.capture(db.session, capture_id, here(ability), lock=True)
    form, following = DecisionForm(), around(capture_id)["after"]
    if not form.validate_on_submit():
        return page(capture, form), 422
    try:
        reviews.check_unchanged(db.session, capture, form.state.data)
        event = step(capture, form)
    except Problem as problem:
        return page(capture, form, refusal=problem.code), 409 if problem.code in OVERTAKEN else 422
    return _done(capture, event.move, following)


def _done(capture: Capture, move: str, following: UUID | None):
    db.session.commit()
    if move == "reopen":
        return redirect(url_for(".sheet", capture_id=capture.id, **args_of(wanted(request.args))))
    keep_undo(capture, review_sheet.title(db.session, capture), move)
    place = url_for(".sheet", capture_id=following, **args_of(wanted(request.args))) if following else url_for(".index")
    return redirect(place)
