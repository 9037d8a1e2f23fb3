from uuid import UUID

from flask import render_template, request

from webapp.blueprints.review import bp
from webapp.blueprints.review.asked import wanted
from webapp.blueprints.review.forms import DecisionForm
from webapp.blueprints.review.memory import take_undo
from webapp.blueprints.review.story import distances, history, scene
from webapp.blueprints.review.words import grade
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.domain import fix
from webapp.domain.workflow import open_to
from webapp.domain.workflow.location_review import MOVES
from webapp.extensions import db
from webapp.models import Capture
from webapp.queries import review_sheet, reviews


@bp.get("/<uuid:capture_id>")
@needs("review.read")
def sheet(capture_id):
    capture = review_sheet.capture(db.session, capture_id, here("review.read"))
    return page(capture, DecisionForm(state=capture.state), undo=take_undo())


def page(capture: Capture, form: DecisionForm, **more) -> str:
    """One capture with everything known about it. After a refused decision `form` still holds what was typed."""
    scope, asked = here("review.read"), wanted(request.args)
    about = review_sheet.sheet(db.session, capture)
    limits = review_sheet.thresholds(db.session, capture.year)
    return render_template(
        "review/sheet.html", about=about, capture=capture, form=form, args=args_of(asked), around=around(capture.id),
        findings=reviews.gravest_first(capture.findings), limits=limits, history=history(about), scene=scene(about, scope),
        graded=grade(capture.source, capture.exception, capture.fixes, limits),
        estimate=fix.estimate(capture.fixes), distances=distances(about),
        moves=[] if about.after else [move.name for move in open_to(MOVES, capture.state, _covers(capture))], **more,
    )  # fmt: skip


def _covers(capture: Capture):
    return lambda ability: here(ability).covers(capture.area_code)


def around(capture_id: UUID) -> dict:
    """Where this capture stands in the queue it was opened from, and its neighbours there."""
    ids = reviews.ids(db.session, here("review.read"), wanted(request.args))
    if capture_id not in ids:
        return {"position": None, "total": len(ids), "before": None, "after": ids[0] if ids else None}
    position = ids.index(capture_id)
    return {
        "position": position + 1, "total": len(ids), "before": ids[position - 1] if position else None,
        "after": ids[position + 1] if position + 1 < len(ids) else None,
    }  # fmt: skip
