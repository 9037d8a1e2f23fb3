from flask import render_template, request
from flask_babel import gettext

from webapp.blueprints.conflicts import bp
from webapp.blueprints.conflicts.asked import wanted
from webapp.blueprints.conflicts.memory import take_undo
from webapp.blueprints.conflicts.words import about, outcome
from webapp.blueprints.review.words import when
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table, args_of
from webapp.extensions import db
from webapp.models.conflict import KINDS, STATES
from webapp.queries import conflict_desk

COLUMNS = (
    "number", "who", "place", "parent", "kind", "about", "cadre", "taken_at", "received_at", "state", "outcome", "decided_at",
)  # fmt: skip
ON_PAPER = ("number", "who", "parent", "place", "kind", "about", "cadre", "received_at", "outcome")


@bp.get("", strict_slashes=False)
@needs("conflict.read")
def index():
    scope, asked = here("conflict.read"), wanted(request.args)
    leaf = lists.leaf(conflict_desk.count(db.session, scope, asked), conflict_desk.PAGE_ROWS)
    rows = conflict_desk.rows(db.session, scope, asked, leaf.number)
    return render_template(
        "conflicts/list.html", asked=asked, args=args_of(asked), leaf=leaf, rows=rows, KINDS=KINDS, STATES=STATES,
        fields=conflict_desk.fields(db.session, rows), counts=conflict_desk.counts(db.session, scope, asked),
        places=conflict_desk.places(db.session, scope), undo=take_undo(),
    )  # fmt: skip


@bp.get("/list/print", defaults={"kind": "print"})
@bp.get("/list.<any(csv, xlsx):kind>")
@needs("conflict.read")
def table(kind):
    title, titles = gettext("conflicts.title"), {name: gettext(f"conflicts.column.{name}") for name in COLUMNS}
    asked = wanted(request.args)
    facts = [gettext(f"conflicts.state.{asked.state}")] if asked.state else []
    rows = conflict_desk.rows(db.session, here("conflict.read"), asked)
    fields = conflict_desk.fields(db.session, rows)
    return lists.answer(kind, Table(title, title, titles, [_cells(row, fields[row.case_id]) for row in rows], ON_PAPER, facts))


def _cells(row: conflict_desk.Row, fields: list[str]) -> tuple:
    return (
        row.number, row.head_name and lists.listed_name(row.head_name), row.place, row.parent,
        gettext(f"conflicts.kind.{row.kind}"), about(row, fields), row.cadre,
        when(row.taken_at), when(row.received_at), gettext(f"conflicts.state.{row.state}"), outcome(row),
        when(row.decided_at) if row.decided_at else "",
    )  # fmt: skip
