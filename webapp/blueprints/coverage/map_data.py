"""What the map beside the table draws: shapes of areas, and where to ask for points."""

from collections.abc import Iterator

from flask import jsonify, request, url_for
from flask_babel import gettext
from shapely.geometry import shape

from webapp.blueprints.coverage import asked
from webapp.blueprints.coverage.board import Board, Line
from webapp.blueprints.coverage.words import percent_words, to
from webapp.domain.access import Scope
from webapp.extensions import db
from webapp.models import Area
from webapp.queries import areas
from webapp.queries.areas import Shape

#: More points than this are a smear on the map of a whole street; its communities carry the figures then.
MOST_POINTS = 5000


def map_data(board: Board) -> dict:
    """The page's own JSON: addresses, and the figures the shapes are painted by."""
    close = board.area.level in ("community", "group")
    words = asked.words_of(board.filters)
    return {
        "area": board.area.code,
        "shapes": url_for("coverage.shapes", area=board.area.code),
        "points": url_for("api.coverage_points", area=board.area.code, previous=1, **words)
        if close or board.total.registered <= MOST_POINTS
        else None,
        "card": url_for("coverage.page") + "/households/",
        "household": request.args.get("household"),
        "areas": {
            line.area.code: {
                "name": line.area.name,
                "percent": None if board.narrowed else line.figures.percent,
                "words": _label(line, board.narrowed),
                "href": to("page", line.area.code, board.filters),
            }
            for line in board.lines
        },
    }


def _label(line: Line, narrowed: bool) -> str:
    if narrowed:
        return gettext("coverage.households_short", count=line.figures.registered)
    return percent_words(line.figures.percent)


def shape_features(area: Area, scope: Scope):
    """The areas right below as `child`, with the area itself and those above it as `around` where they are outlined."""
    below = areas.children(db.session, area, scope)
    around = [area] if area.level in ("community", "group") else []
    above = areas.outlines(db.session, [area.code[:n].ljust(12, "0") for n in (6, 9)] + [area.code])
    found = [("child", one) for one in areas.drawn_or_derived(db.session, below, scope)]
    found += [("around", one) for one in [*above.values(), *areas.drawn_or_derived(db.session, around, scope)]]
    return jsonify(type="FeatureCollection", features=list(_features(found)))


def _features(found: list[tuple[str, Shape]]) -> Iterator[dict]:
    for role, one in found:
        label = list(shape(one.geometry).representative_point().coords[0]) if one.geometry else None
        properties = {"role": role, "area": one.code, "kind": one.kind, "label": label}
        yield {"type": "Feature", "geometry": one.geometry, "properties": properties}
