from collections.abc import Iterator

from flask import render_template, request, session
from flask_babel import gettext

from webapp.blueprints.responses import bp
from webapp.blueprints.responses.asked import wanted
from webapp.blueprints.review.words import when
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table, args_of
from webapp.extensions import db
from webapp.queries import responses, reviews

COLUMNS = (
    "number", "who", "parent", "place", "form", "state", "cadre", "source", "taken_at", "received_at", "changed", "problems",
    "conflicts", "files", "files_here",
)  # fmt: skip
ON_PAPER = ("number", "who", "parent", "place", "form", "cadre", "received_at", "changed", "problems")


@bp.get("", strict_slashes=False)
@needs("review.read")
def index():
    scope, asked = here("review.read"), wanted(request.args)
    counts = responses.counts(db.session, scope, asked)
    leaf = lists.leaf(counts[asked.state] if asked.state else responses.count(db.session, scope, asked), responses.PAGE_ROWS)
    return render_template(
        "responses/queue.html", asked=asked, args=args_of(asked), leaf=leaf, responses=responses, counts=counts,
        rows=responses.queue(db.session, scope, asked, leaf.number), undo=session.pop("response_undo", None),
        forms=responses.forms(db.session, scope), cadres=responses.cadres(db.session, scope),
        places=reviews.places(db.session, scope),
    )  # fmt: skip


@bp.get("/list/print", defaults={"kind": "print"})
@bp.get("/list.<any(csv, xlsx):kind>")
@needs("review.read")
def table(kind):
    title, titles = gettext("responses.title"), {name: gettext(f"responses.column.{name}") for name in COLUMNS}
    asked = wanted(request.args)
    facts = [gettext(f"responses.state.{asked.state}")] if asked.state else []
    rows = responses.queue(db.session, here("review.read"), asked)
    return lists.answer(kind, Table(title, title, titles, _in_words(rows), ON_PAPER, facts))


def _in_words(rows: list[responses.Row]) -> Iterator[tuple]:
    for row in rows:
        state = row.state if row.newest else "superseded"
        yield (
            row.number, row.title, row.parent, row.place, row.form, gettext(f"responses.state.{state}"), row.cadre,
            gettext(f"responses.source.{row.source}"), when(row.taken_at), when(row.received_at), row.changed, row.problems,
            row.conflicts, row.files, row.files_here,
        )  # fmt: skip
