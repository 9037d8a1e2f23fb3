"""Functions of places on the earth, as the phone's engine reckons them."""

import math
from itertools import pairwise

from webapp.domain.xform.functions import each
from webapp.domain.xform.grammar import function
from webapp.domain.xform.values import Value, text

EARTH_M = 6_378_100.0

Spot = tuple[float, float]


def _spots(values: tuple[Value, ...]) -> list[Spot]:
    """(lat, lon) of one text with semicolons, or of several places."""
    said = [part for value in each(values) for part in text(value).split(";") if part.strip()]
    try:
        return [(float(part.split()[0]), float(part.split()[1])) for part in said]
    except (ValueError, IndexError):
        return []


def _cents(value: float) -> float:
    return abs(math.floor(value * 100 + 0.5) / 100)


@function("distance", 1, None)
def distance(*values: Value) -> float:
    return _cents(sum(_metres(a, b) for a, b in pairwise(_spots(values))))


def _metres(a: Spot, b: Spot) -> float:
    turn, first, second = math.radians(a[1] - b[1]), math.radians(a[0]), math.radians(b[0])
    cosine = math.sin(first) * math.sin(second) + math.cos(first) * math.cos(second) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * EARTH_M


@function("area", 1)
def area(value: Value) -> float:
    spots = _spots((value,))
    if len(spots) < 3:
        return 0.0
    ring = spots if spots[0] == spots[-1] else [*spots, spots[0]]
    twice = sum(
        math.radians(b[1] - a[1]) * (2 + math.sin(math.radians(b[0])) + math.sin(math.radians(a[0]))) for a, b in pairwise(ring)
    )
    return _cents(twice * EARTH_M * EARTH_M / 2)
