"""The datums of Chinese maps. What is stored is WGS 84; the others exist at the edges (import, export, links).

GCJ-02 is the obfuscated datum of Amap and Tencent, BD-09 Baidu's on top of it. The formulas are the
publicly known ones and agree with the official algorithm to about a metre.
"""

from collections.abc import Callable
from math import atan2, cos, pi, radians, sin, sqrt
from typing import Literal

from webapp.domain.distance import Point

Datum = Literal["WGS84", "CGCS2000", "GCJ02", "BD09"]

KRASOVSKY_AXIS_M = 6378245.0
KRASOVSKY_E2 = 0.006693421622965823
BAIDU_FACTOR = pi * 3000 / 180


def from_wgs84(point: Point, datum: Datum) -> Point:
    """(lon, lat) of a WGS 84 point in another datum."""
    return FORWARD[datum](point)


def to_wgs84(point: Point, datum: Datum) -> Point:
    """The WGS 84 point whose image in `datum` is `point`, to better than 1e-9 degrees.

    There is no closed inverse: walk back by the error of the guess; each round leaves about 1 ‰ of it.
    """
    guess = point
    for _ in range(6):
        image = from_wgs84(guess, datum)
        guess = (guess[0] + point[0] - image[0], guess[1] + point[1] - image[1])
    return guess


def _gcj02(point: Point) -> Point:
    lon, lat = point
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return point
    magic = 1 - KRASOVSKY_E2 * sin(radians(lat)) ** 2
    north_m = KRASOVSKY_AXIS_M * (1 - KRASOVSKY_E2) / (magic * sqrt(magic))
    east_m = KRASOVSKY_AXIS_M / sqrt(magic) * cos(radians(lat))
    x, y = lon - 105, lat - 35
    return lon + _shift_east(x, y) * 180 / (east_m * pi), lat + _shift_north(x, y) * 180 / (north_m * pi)


def _shift_north(x: float, y: float) -> float:
    shift = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return shift + _ripple(x, (20, 6), (20, 2)) + _ripple(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))


def _shift_east(x: float, y: float) -> float:
    shift = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return shift + _ripple(x, (20, 6), (20, 2), (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))


def _ripple(at: float, *waves: tuple[float, float]) -> float:
    return sum(size * sin(at * rate * pi) for size, rate in waves) * 2 / 3


def _bd09(point: Point) -> Point:
    lon, lat = _gcj02(point)
    reach = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * BAIDU_FACTOR)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * BAIDU_FACTOR)
    return reach * cos(angle) + 0.0065, reach * sin(angle) + 0.006


def _unchanged(point: Point) -> Point:
    # CGCS2000 differs from WGS 84 by centimetres, a phone by metres.
    return point


FORWARD: dict[Datum, Callable[[Point], Point]] = {
    "WGS84": _unchanged, "CGCS2000": _unchanged, "GCJ02": _gcj02, "BD09": _bd09}
