"""On paper: A4, with the moment, the area, the filters and a line to sign."""

from flask import render_template

from webapp.blueprints.coverage import bp
from webapp.blueprints.coverage.board import board
from webapp.blueprints.shell.access import needs


@bp.get("/print")
@needs("coverage.read")
def print_table():
    shown = board()
    return render_template("coverage/print.html", board=shown, cadres=shown.cadres)
