from flask import Response, render_template, request
from flask_babel import gettext

from webapp.blueprints.conflicts import bp
from webapp.blueprints.conflicts.asked import args_of, wanted
from webapp.blueprints.conflicts.memory import take_undo
from webapp.blueprints.conflicts.words import about, outcome
from webapp.blueprints.review.words import when
from webapp.blueprints.shell.access import here, needs
from webapp.domain import days
from webapp.domain.clock import now
from webapp.exports.csv_file import to_csv
from webapp.extensions import db
from webapp.models.conflict import KINDS, STATES
from webapp.queries import conflict_desk

COLUMNS = (
    "number", "who", "place", "parent", "kind", "about", "cadre", "taken_at", "received_at", "state", "outcome", "decided_at",
)  # fmt: skip


@bp.get("", strict_slashes=False)
@needs("conflict.read")
def index():
    scope, asked, page = here("conflict.read"), wanted(request.args), max(1, request.args.get("page", 1, type=int))
    rows = conflict_desk.rows(db.session, scope, asked, page)
    return render_template(
        "conflicts/list.html", asked=asked, args=args_of(asked), page=page, rows=rows, KINDS=KINDS, STATES=STATES,
        fields=conflict_desk.fields(db.session, rows), total=conflict_desk.count(db.session, scope, asked),
        counts=conflict_desk.counts(db.session, scope, asked), places=conflict_desk.places(db.session, scope),
        page_rows=conflict_desk.PAGE_ROWS, undo=take_undo(), printed_at=now(),
    )  # fmt: skip


@bp.get("/list.csv")
@needs("conflict.read")
def table():
    rows = conflict_desk.rows(db.session, here("conflict.read"), wanted(request.args))
    fields = conflict_desk.fields(db.session, rows)
    titles = [gettext(f"conflicts.column.{name}") for name in COLUMNS]
    body = to_csv(titles, (_cells(row, fields[row.case_id]) for row in rows))
    name = f"conflicts-{days.local(now()):%Y%m%d-%H%M}.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _cells(row: conflict_desk.Row, fields: list[str]) -> tuple:
    return (
        row.number, row.head_name, row.place, row.parent, gettext(f"conflicts.kind.{row.kind}"), about(row, fields), row.cadre,
        when(row.taken_at), when(row.received_at), gettext(f"conflicts.state.{row.state}"), outcome(row),
        when(row.decided_at) if row.decided_at else "",
    )  # fmt: skip
