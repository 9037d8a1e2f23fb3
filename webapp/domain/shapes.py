"""The shape of an area nobody has drawn yet, guessed from the doors captured in it."""

from collections.abc import Sequence
from math import cos, radians
from statistics import median

from shapely import MultiPoint, Polygon, concave_hull
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from webapp.domain.distance import EARTH_RADIUS_M, Point, distance_m

CONCAVE_FROM, CONVEX_FROM = 8, 3
MARGIN_M = 60  # land around the outermost doors; assumed
#: A hull this much tighter than the convex one follows a village's arms without cutting it up (0 tightest, 1 convex); assumed.
TIGHTNESS = 0.35
DIGITS = 6

_M_PER_DEGREE = radians(1) * EARTH_RADIUS_M


def derived(points: Sequence[Point], far_m: float) -> Polygon | None:
    """A hull with a margin around (lon, lat) points in WGS 84; none for fewer than three places.

    From eight places on it is concave, below that convex. A point farther than `far_m` from the middle of the
    others is left out: one wrong fix must not stretch the village over the next one.
    """
    places = _near(sorted(set(points)), far_m)
    if len(places) < CONVEX_FROM:
        return None
    stretch = cos(radians(median(lat for _, lat in places)))
    flat = MultiPoint([(lon * stretch, lat) for lon, lat in places])
    hull = concave_hull(flat, ratio=TIGHTNESS) if len(places) >= CONCAVE_FROM else flat.convex_hull
    return _outline(hull, stretch)


def _near(places: Sequence[Point], far_m: float) -> Sequence[Point]:
    if not places:
        return places
    middle = (median(lon for lon, _ in places), median(lat for _, lat in places))
    return [place for place in places if distance_m(place, middle) <= far_m]


def _outline(hull: BaseGeometry, stretch: float) -> Polygon:
    margin = MARGIN_M / _M_PER_DEGREE
    smooth = hull.buffer(margin * 2, quad_segs=4).buffer(-margin, quad_segs=4).simplify(margin / 20)
    return scale(Polygon(smooth.exterior), xfact=1 / stretch, yfact=1, origin=(0, 0))


def geometry(shape: BaseGeometry) -> dict:
    """GeoJSON with six decimals: a decimetre, and half the bytes."""
    return _rounded(shape.__geo_interface__)


def _rounded(value):
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value
