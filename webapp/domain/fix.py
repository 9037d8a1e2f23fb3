"""Where the door is: one position out of the raw fixes of a visit.

The phone shows what geo/estimate.js says and the server recomputes it here, so the two keep the
same rules in the same order of operations; tests/cases/fix/ holds both to the same answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, floor, pi, sqrt
from typing import Literal, NamedTuple

from webapp.domain.distance import EARTH_RADIUS_M, distance_m

# Fresh receivers start tens of metres off and pull in within seconds.
WARM_UP_MS = 5_000
WARM_ACCURACY_M = 50
# Wider circles come from cell towers and Wi-Fi, not from satellites.
COARSE_ACCURACY_M = 100
WALKING_M_S = 1.5
# Phones claim 1 m, but none keeps it; weights and the stated radius stop here.
FLOOR_M = 3.0
# Fewer fixes than this left over, and a filter is skipped rather than leave nothing.
ENOUGH_FIXES = 3
HUBER_SIGMAS = 1.5
CUT_SIGMAS = 4.0
ROUNDS = 12
# The median distance of a round two-dimensional normal scatter, in sigmas.
RAYLEIGH_MEDIAN = 1.1774100225154747
SIGMA_FLOOR_M = 0.3
METRES_PER_DEGREE = EARTH_RADIUS_M * pi / 180
ROUNDING_M = 1e-3  # more than any of these sums is off

DRIFT_MS = 15_000
SETTLED_MS = 15_000
SETTLED_FIXES = 8
SETTLED_ACCURACY_M = 10
SETTLED_DRIFT_M = 2

Grade = Literal["excellent", "good", "poor", "unusable"]
GRADES: tuple[Grade, ...] = ("excellent", "good", "poor", "unusable")


class Fix(NamedTuple):
    """One raw reading; `t_ms` counts from the first reading of the visit."""

    t_ms: int
    lon: float
    lat: float
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class Estimate:
    lon: float
    lat: float
    accuracy_m: float  # stated radius: never divided by √n, for errors of neighbouring fixes are alike
    spread_m: float  # 68 % of the used fixes lie within this distance
    n_used: int
    n_seen: int
    duration_ms: int  # from the first used fix to the last
    median_accuracy_m: float
    drift_m: float | None  # how far the last 15 s moved the answer; None while there is no older one


class _Solution(NamedTuple):
    lon: float
    lat: float
    distances: list[float]
    used: list[Fix]


def estimate(rows: Iterable[Sequence]) -> Estimate | None:
    """The position of [t_ms, lon, lat, accuracy_m] rows, or None when none of them is usable."""
    seen = list(rows)
    readable = _readable(seen)
    if not readable:
        return None
    solution = _solve(readable)
    return replace(_found(solution, len(seen)), drift_m=_drift_m(readable, solution))


def position(rows: Sequence[Sequence]) -> Estimate | None:
    """`estimate` without its drift, which costs a second solution and matters only while somebody waits at the door."""
    readable = _readable(rows)
    return _found(_solve(readable), len(rows)) if readable else None


def _found(solution: _Solution, n_seen: int) -> Estimate:
    used = solution.used
    spread = _percentile_68(solution.distances)
    median_accuracy = _median([fix.accuracy_m for fix in used])
    return Estimate(
        lon=_rounded(solution.lon, 1e7),
        lat=_rounded(solution.lat, 1e7),
        accuracy_m=_rounded(max(FLOOR_M, median_accuracy, spread), 100),
        spread_m=_rounded(spread, 100),
        n_used=len(used),
        n_seen=n_seen,
        duration_ms=used[-1].t_ms - used[0].t_ms,
        median_accuracy_m=_rounded(median_accuracy, 100),
        drift_m=None,
    )


def is_settled(found: Estimate | None) -> bool:
    """More waiting would hardly move the answer, so the cadre may go on."""
    return (
        found is not None
        and found.duration_ms >= SETTLED_MS
        and found.n_used >= SETTLED_FIXES
        and found.median_accuracy_m <= SETTLED_ACCURACY_M
        and found.drift_m is not None
        and found.drift_m < SETTLED_DRIFT_M
    )


def grade(found: Estimate | None, thresholds: dict[str, float]) -> Grade:
    """The worst of radius, spread and count; only the radius can make a position unusable."""
    if found is None:
        return "unusable"
    limits = thresholds
    radius = _steps_over(
        found.accuracy_m, limits["accuracy_good_m"], limits["accuracy_fair_m"], limits["accuracy_poor_m"])
    spread = _steps_over(found.spread_m, limits["spread_good_m"], limits["spread_fair_m"])
    count = _steps_over(-found.n_used, -limits["good_fixes"], -limits["min_fixes"])
    return GRADES[max(radius, spread, count)]


def mismatch_m(stated_lon: float, stated_lat: float, rows: Iterable[Sequence]) -> float | None:
    """Metres between a stated point and the estimate of its own fixes; None without an estimate."""
    found = position(list(rows))
    if found is None:
        return None
    return distance_m((stated_lon, stated_lat), (found.lon, found.lat))


def _solve(readable: list[Fix]) -> _Solution:
    fixes = _without_wide(_without_jumps(_without_warm_up(readable)))
    origin = fixes[0]
    east_m = METRES_PER_DEGREE * cos(origin.lat * pi / 180)
    xs = [(fix.lon - origin.lon) * east_m for fix in fixes]
    ys = [(fix.lat - origin.lat) * METRES_PER_DEGREE for fix in fixes]
    x, y, counted = _robust_centre(list(zip(xs, ys, map(_base_weight, fixes), strict=True)))
    kept = [i for i, counts in enumerate(counted) if counts]
    return _Solution(
        lon=origin.lon + x / east_m,
        lat=origin.lat + y / METRES_PER_DEGREE,
        distances=[_length(xs[i] - x, ys[i] - y) for i in kept],
        used=[fixes[i] for i in kept],
    )


def _readable(rows: Sequence[Sequence]) -> list[Fix]:
    """Rows with a credible circle and a timestamp of their own: a cached reading repeats its old one."""
    kept: list[Fix] = []
    for t_ms, lon, lat, accuracy_m in rows:
        fresh = not kept or t_ms > kept[-1].t_ms
        if fresh and accuracy_m is not None and 0 < accuracy_m <= COARSE_ACCURACY_M:
            kept.append(Fix(t_ms, lon, lat, accuracy_m))
    return kept


def _without_warm_up(fixes: list[Fix]) -> list[Fix]:
    for start, fix in enumerate(fixes):
        if fix.t_ms >= WARM_UP_MS and fix.accuracy_m < WARM_ACCURACY_M:
            return fixes[start:] if len(fixes) - start >= ENOUGH_FIXES else fixes
    return fixes


def _without_jumps(fixes: list[Fix]) -> list[Fix]:
    steps = [False, *(_within_walk(a, b) for a, b in pairwise(fixes)), False]
    kept = [fix for i, fix in enumerate(fixes) if steps[i] or steps[i + 1]]
    return kept if len(kept) >= ENOUGH_FIXES else fixes


def _without_wide(fixes: list[Fix]) -> list[Fix]:
    widest = 2 * _median([fix.accuracy_m for fix in fixes])
    return [fix for fix in fixes if fix.accuracy_m <= widest]


def _within_walk(a: Fix, b: Fix) -> bool:
    """Could a walker have made this step, given that both readings may be off by their circle?"""
    walked_m = WALKING_M_S * abs(a.t_ms - b.t_ms) / 1000
    circle_m = max(a.accuracy_m, b.accuracy_m)
    east_m, north_m = METRES_PER_DEGREE * (a.lon - b.lon), METRES_PER_DEGREE * (a.lat - b.lat)
    room_m = walked_m + circle_m - ROUNDING_M
    if east_m * east_m + north_m * north_m <= room_m * room_m:
        return True  # meridians lie nowhere farther apart, so the true distance is no greater
    return distance_m((a.lon, a.lat), (b.lon, b.lat)) - circle_m <= walked_m


def _robust_centre(places: list[tuple[float, float, float]]) -> tuple[float, float, list[bool]]:
    """Huber's weights, and none beyond four sigmas, repeated from the median outwards; and which places counted.

    `places` are (x, y, base weight). Most of the work of a batch is done in here, so nothing in it is called per place.
    """
    x, y = _median([place[0] for place in places]), _median([place[1] for place in places])
    for _ in range(ROUNDS):
        distances = [sqrt((dx := px - x) * dx + (dy := py - y) * dy) for px, py, _ in places]
        sigma = _median(distances) / RAYLEIGH_MEDIAN + SIGMA_FLOOR_M
        sigmas = [distance / sigma for distance in distances]
        x_before, y_before = x, y
        x, y = _weighted_centre(places, sigmas)
        if x == x_before and y == y_before:
            break  # further rounds would only repeat this one
    return x, y, [far <= CUT_SIGMAS for far in sigmas]


def _weighted_centre(places: list[tuple[float, float, float]], sigmas: list[float]) -> tuple[float, float]:
    total = x = y = 0.0
    for (px, py, base), far in zip(places, sigmas, strict=True):
        if far <= CUT_SIGMAS:
            weight = base if far <= HUBER_SIGMAS else base * (HUBER_SIGMAS / far)
            total += weight
            x += weight * px
            y += weight * py
    return x / total, y / total


def _base_weight(fix: Fix) -> float:
    reach = max(fix.accuracy_m, FLOOR_M)
    return 1 / (reach * reach)


def _drift_m(readable: list[Fix], now: _Solution) -> float | None:
    older = [fix for fix in readable if fix.t_ms <= now.used[-1].t_ms - DRIFT_MS]
    if not older:
        return None
    then = _solve(older)
    return _rounded(distance_m((then.lon, then.lat), (now.lon, now.lat)), 100)


def _steps_over(value: float, *limits: float) -> int:
    return sum(value > limit for limit in limits)


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _percentile_68(values: list[float]) -> float:
    return sorted(values)[(68 * len(values) + 99) // 100 - 1]


def _length(x: float, y: float) -> float:
    return sqrt(x * x + y * y)


def _rounded(value: float, per_unit: float) -> float:
    # round() ties to even and Math.round does not: both languages take the floor.
    return floor(value * per_unit + 0.5) / per_unit
