"""On paper: A4, with the moment, the area, the filters and a line to sign."""

from flask import render_template, request

from webapp.blueprints.coverage import asked, bp
from webapp.blueprints.coverage.board import board
from webapp.blueprints.coverage.register import reason
from webapp.blueprints.shell.access import here, needs
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.queries import areas, coverage
from webapp.queries import coverage_households as households


@bp.get("/print")
@needs("coverage.read")
def print_table():
    shown = board()
    return render_template("coverage/print.html", board=shown, cadres=shown.cadres)


@bp.get("/households/print")
@needs("export.read")
def print_households():
    area, scope = asked.area_and_scope("export.read")
    filters, words = asked.filters(request.args), request.args.get("q", "")
    rows = [row for part in households.every(db.session, scope, filters, words, "area") for row in part]
    returns = households.returns(db.session, [row.capture_id for row in rows if row.state == "returned"])
    return render_template(
        "coverage/print_households.html", area=area, filters=filters, rows=rows, returns=returns, reason=reason, as_of=now(),
        path=areas.path(db.session, area, here("export.read")), cadres=coverage.cadres(db.session, scope),
    )  # fmt: skip
