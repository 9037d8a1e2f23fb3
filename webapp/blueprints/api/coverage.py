from dataclasses import asdict

from flask import Response, jsonify, request

from webapp.blueprints.api import bp
from webapp.blueprints.coverage import asked
from webapp.blueprints.coverage.board import lines
from webapp.blueprints.coverage.freshness import unless_unchanged
from webapp.blueprints.shell.access import needs
from webapp.domain.access import Scope
from webapp.domain.clock import now
from webapp.exports import geojson_file
from webapp.extensions import db
from webapp.models import Area
from webapp.queries import coverage
from webapp.queries import coverage_households as households

# Everybody who may read coverage may read households (domain.access); so may a cadre, who asks for the own area.
READ = "household.read"


@bp.get("/coverage")
@needs(READ)
def coverage_figures():
    area, scope = asked.area_and_scope(READ)
    return unless_unchanged(scope, lambda: _figures(area, scope))


def _figures(area: Area, scope: Scope) -> Response:
    children = [
        {"area": line.area.code, "name": line.area.name} | asdict(line.figures)
        for line in lines(area, scope, coverage.counts(db.session, scope, asked.filters(request.args)))
    ]
    return jsonify(area=area.code, as_of=now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), children=children)


@bp.get("/coverage.geojson")
@needs(READ)
def coverage_points():
    _, scope = asked.area_and_scope(READ)
    return unless_unchanged(scope, lambda: _points(scope))


def _points(scope: Scope) -> Response:
    """Current points; with ?previous=1 also the points before of households that have none now, marked `previous`."""
    with_previous = request.args.get("previous") == "1"
    found = households.places(db.session, scope, asked.filters(request.args), with_previous=with_previous)
    features = (
        geojson_file.feature(
            place.lon, place.lat,
            {"household": place.household_id, "number": place.number, "state": place.state, "previous": place.previous},
        )
        for place in found
    )  # fmt: skip
    return Response(geojson_file.to_geojson(features), content_type=geojson_file.MEDIA_TYPE)
