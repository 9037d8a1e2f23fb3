from collections.abc import Iterator

from flask import render_template, request
from flask_babel import gettext

from webapp.blueprints.review import bp
from webapp.blueprints.review.asked import wanted
from webapp.blueprints.review.memory import take_undo
from webapp.blueprints.review.words import code_words, finding_words, grade, when
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table, args_of
from webapp.extensions import db
from webapp.queries import campaigns, reviews

COLUMNS = (
    "number", "who", "place", "parent", "subject", "state", "cadre", "taken_at", "received_at", "accuracy_m", "grade",
    "exception", "photos", "photos_here", "flags",
)  # fmt: skip
ON_PAPER = ("number", "who", "parent", "place", "cadre", "received_at", "grade", "flags")


@bp.get("", strict_slashes=False)
@needs("review.read")
def index():
    scope, asked, limits = here("review.read"), wanted(request.args), campaigns.active(db.session).thresholds
    leaf = lists.leaf(reviews.count(db.session, scope, asked), reviews.PAGE_ROWS)
    rows = reviews.queue(db.session, scope, asked, leaf.number)
    return render_template(
        "review/queue.html", asked=asked, args=args_of(asked), leaf=leaf, rows=rows, limits=limits, reviews=reviews,
        counts=reviews.counts(db.session, scope, asked), findings=reviews.findings(db.session, [row.id for row in rows]),
        grades=_grades(rows, limits), undo=take_undo(), cadres=reviews.cadres(db.session, scope),
        places=reviews.places(db.session, scope),
    )  # fmt: skip


def _grades(rows: list[reviews.Row], limits: dict[str, float]) -> dict:
    return {row.id: grade(row.source, row.exception, row.fixes, limits) for row in rows}


@bp.get("/queue/print", defaults={"kind": "print"})
@bp.get("/queue.<any(csv, xlsx):kind>")
@needs("review.read")
def table(kind):
    title, titles = gettext("review.title"), {name: gettext(f"review.column.{name}") for name in COLUMNS}
    asked = wanted(request.args)
    facts = [gettext(f"review.state.{asked.state}")] if asked.state else []
    rows = reviews.queue(db.session, here("review.read"), asked)
    return lists.answer(kind, Table(title, title, titles, _in_words(rows), ON_PAPER, facts))


def _in_words(rows: list[reviews.Row]) -> Iterator[tuple]:
    limits = campaigns.active(db.session).thresholds
    found, grades = reviews.findings(db.session, [row.id for row in rows]), _grades(rows, limits)
    for row in rows:
        flags = " ".join(finding_words(one, limits) for one in found[row.id])
        yield _cells(row, grades[row.id], flags)


def _cells(row: reviews.Row, graded: str, flags: str) -> tuple:
    state = row.state if row.current else "superseded"
    return (
        row.number, row.title, row.place, row.parent, gettext(f"review.subject.{row.subject}"), gettext(f"review.state.{state}"),
        row.cadre, when(row.taken_at), when(row.received_at), row.accuracy_m, gettext(f"review.grade.{graded}"),
        code_words(row.exception, "capture_exception"), row.photos, row.photos_here, flags,
    )  # fmt: skip
