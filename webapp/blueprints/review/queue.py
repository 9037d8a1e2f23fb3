from flask import Response, render_template, request
from flask_babel import gettext

from webapp.blueprints.review import bp
from webapp.blueprints.review.asked import args_of, wanted
from webapp.blueprints.review.memory import take_undo
from webapp.blueprints.review.words import code_words, finding_words, grade, when
from webapp.blueprints.shell.access import here, needs
from webapp.domain import days
from webapp.domain.clock import now
from webapp.exports.csv_file import to_csv
from webapp.extensions import db
from webapp.queries import campaigns, reviews

COLUMNS = (
    "number", "who", "place", "parent", "subject", "state", "cadre", "taken_at", "received_at", "accuracy_m", "grade",
    "exception", "photos", "photos_here", "flags",
)  # fmt: skip


@bp.get("", strict_slashes=False)
@needs("review.read")
def index():
    scope, asked, page = here("review.read"), wanted(request.args), max(1, request.args.get("page", 1, type=int))
    rows, limits = reviews.queue(db.session, scope, asked, page), campaigns.active(db.session).thresholds
    return render_template(
        "review/queue.html", asked=asked, args=args_of(asked), page=page, rows=rows, limits=limits, reviews=reviews,
        total=reviews.count(db.session, scope, asked), counts=reviews.counts(db.session, scope, asked),
        findings=reviews.findings(db.session, [row.id for row in rows]), grades=_grades(rows, limits), undo=take_undo(),
        cadres=reviews.cadres(db.session, scope), places=reviews.places(db.session, scope), printed_at=now(),
    )  # fmt: skip


def _grades(rows: list[reviews.Row], limits: dict[str, float]) -> dict:
    return {row.id: grade(row.source, row.exception, row.fixes, limits) for row in rows}


@bp.get("/queue.csv")
@needs("review.read")
def table():
    rows, limits = reviews.queue(db.session, here("review.read"), wanted(request.args)), campaigns.active(db.session).thresholds
    found, grades = reviews.findings(db.session, [row.id for row in rows]), _grades(rows, limits)
    titles = [gettext(f"review.column.{name}") for name in COLUMNS]
    flags = {row.id: " ".join(finding_words(one, limits) for one in found[row.id]) for row in rows}
    body = to_csv(titles, (_cells(row, grades[row.id], flags[row.id]) for row in rows))
    name = f"review-{days.local(now()):%Y%m%d-%H%M}.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _cells(row: reviews.Row, graded: str, flags: str) -> tuple:
    state = row.state if row.current else "superseded"
    return (
        row.number, row.title, row.place, row.parent, gettext(f"review.subject.{row.subject}"), gettext(f"review.state.{state}"),
        row.cadre, when(row.taken_at), when(row.received_at), row.accuracy_m, gettext(f"review.grade.{graded}"),
        code_words(row.exception, "capture_exception"), row.photos, row.photos_here, flags,
    )  # fmt: skip
