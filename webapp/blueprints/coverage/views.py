from flask import render_template

from webapp.blueprints.coverage import asked, bp
from webapp.blueprints.coverage.board import Board, board
from webapp.blueprints.coverage.freshness import unless_unchanged
from webapp.blueprints.coverage.map_data import map_data, shape_features
from webapp.blueprints.coverage.register import Listing, listing, reason
from webapp.blueprints.shell.access import here, needs
from webapp.domain.problems import not_found
from webapp.extensions import db
from webapp.queries import campaigns, coverage, responses
from webapp.queries import coverage_households as households


@bp.get("")
@needs("coverage.read")
def page():
    _, scope = asked.area_and_scope("coverage.read")
    return unless_unchanged(scope, _page)


def _page() -> str:
    shown: Board = board()
    inside: Listing | None = listing() if shown.area.level == "group" else None
    more = {"cadres": shown.cadres, "map_data": map_data(shown), "reason": reason}
    return render_template("coverage/page.html", board=shown, listing=inside, **more)


@bp.get("/households", endpoint="households")
@needs("coverage.read")
def register():
    _, scope = asked.area_and_scope("coverage.read")
    return unless_unchanged(scope, _register)


def _register() -> str:
    shown = listing()
    choices = coverage.cadres(db.session, shown.scope)
    return render_template("coverage/households.html", listing=shown, cadres=choices, reason=reason)


@bp.get("/households/<uuid:household_id>")
@needs("coverage.read")
def card(household_id):
    detail = households.detail(db.session, household_id, here("coverage.read"))
    if detail is None:
        raise not_found()
    limits = campaigns.active(db.session).thresholds
    answered = responses.of_household(db.session, household_id, here("review.read"))
    return render_template("coverage/card.html", detail=detail, limits=limits, answered=answered)


@bp.get("/shapes.geojson")
@needs("coverage.read")
def shapes():
    area, scope = asked.area_and_scope("coverage.read")
    return unless_unchanged(scope, lambda: shape_features(area, scope))
