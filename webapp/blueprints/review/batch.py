"""Many unflagged captures at once: look, confirm, see what happened, take it all back."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from webapp.blueprints.review import bp
from webapp.blueprints.review.asked import wanted
from webapp.blueprints.review.forms import BatchForm
from webapp.blueprints.review.memory import hexes, keep_left_out, take_left_out
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.domain.clock import now
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.queries import review_sheet
from webapp.queries import reviews as queue
from webapp.services import reviews

MAX_ROWS = 1000
STAMP = "%Y%m%dT%H%M%S.%fZ"


def _chosen() -> list[UUID]:
    """Ticked rows, or the whole part of the queue the address names."""
    if request.form.get("all"):
        return queue.ids(db.session, here("review.accept"), wanted(request.args))
    ticked = queue.decidable(db.session, here("review.accept"), request.form.getlist("id", type=UUID))
    return [capture.id for capture in ticked]


@bp.post("/batch/confirm")
@needs("review.accept")
def confirm():
    """Nothing happens yet: how many, and which ones a person has to look at singly."""
    chosen = _chosen()
    ready, left_out = queue.sorted_out(db.session, chosen)
    return render_template(
        "review/confirm.html", chosen=len(chosen), ready=ready[:MAX_ROWS], later=len(ready[MAX_ROWS:]),
        left_out=Counter(left_out.values()), ids=hexes(ready[:MAX_ROWS]), args=args_of(wanted(request.args)),
    )  # fmt: skip


@bp.post("/batch/accept")
@needs("review.accept")
def accept_batch():
    captures = queue.decidable(db.session, here("review.accept"), _ids(BatchForm()))
    at = now()
    results = reviews.accept_many(db.session, captures, current_user, at)
    keep_left_out([(review_sheet.title(db.session, row), problem) for row, problem in results.items() if problem])
    db.session.commit()
    return redirect(url_for(".batch", stamp=at.strftime(STAMP)))


def _ids(form: BatchForm) -> list[UUID]:
    if not form.validate_on_submit():
        raise Problem("bad_request")
    try:
        return [UUID(one) for one in form.ids.data.split(",")][:MAX_ROWS]
    except ValueError:
        raise Problem("bad_request") from None


@bp.get("/batch/<stamp>")
@needs("review.accept")
def batch(stamp):
    rows = review_sheet.batch(db.session, current_user.id, _at(stamp), here("review.accept"))
    return render_template("review/batch.html", rows=rows, stamp=stamp, left_out=take_left_out())


@bp.post("/batch/<stamp>/undo")
@needs("review.accept")
def undo_batch(stamp):
    """Those still as the batch left them go back to the queue; what was decided or captured anew since stays."""
    scope = here("review.accept")
    rows = review_sheet.batch(db.session, current_user.id, _at(stamp), scope)
    captures = queue.decidable(db.session, scope, [row.id for row, _name, still in rows if still])
    reviews.reopen_many(db.session, captures, current_user, now())
    db.session.commit()
    return redirect(url_for(".batch", stamp=stamp))


def _at(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise not_found() from None
