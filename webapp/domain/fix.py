"""Where the door is: one position out of the raw fixes of a visit.

The phone shows what geo/estimate.js says and the server recomputes it here, so the two keep the
same rules in the same order of operations; tests/cases/fix/ holds both to the same answers.

A phone has one visit before it, the server a batch of them: what the phone does to a list is done here to all visits
at once. A column is a visit, a row its n-th reading. Sums run down the columns in the order of the readings, so the
answer to a visit is the same to the last bit whatever else is in the batch.

Could the server check that the stated point is a resting point of the rounds, in one round instead of twelve? Not with
the same findings: readings beyond four sigmas count for nothing, so a burst of reflections has a resting point of its
own. Which of them is the door follows from the way there, which begins at the median.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from math import nan, pi
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

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
FLAT_M = 1e5  # up to here the earth may be taken for flat, and lengths are off by less than a thousandth
FLAT_ERROR = 1e-3

DRIFT_MS = 15_000
SETTLED_MS = 15_000
SETTLED_FIXES = 8
SETTLED_ACCURACY_M = 10
SETTLED_DRIFT_M = 2

Grade = Literal["excellent", "good", "poor", "unusable"]
GRADES: tuple[Grade, ...] = ("excellent", "good", "poor", "unusable")

Numbers = NDArray[np.float64]
Counts = NDArray[np.intp]
Marks = NDArray[np.bool_]
NO_FIX = (nan, nan, nan, nan)


class Estimate(NamedTuple):
    lon: float
    lat: float
    accuracy_m: float  # stated radius: never divided by √n, for errors of neighbouring fixes are alike
    spread_m: float  # 68 % of the used fixes lie within this distance
    n_used: int
    n_seen: int
    duration_ms: int  # from the first used fix to the last
    median_accuracy_m: float
    drift_m: float | None = None  # how far the last 15 s moved the answer; None while there is no older one


class _Fixes(NamedTuple):
    """Readings of several visits; `t_ms` counts from the first of its visit, `here` marks those that still count."""

    t_ms: Numbers
    lon: Numbers
    lat: Numbers
    accuracy_m: Numbers
    here: Marks

    def of(self, visits: Marks) -> "_Fixes":
        return _Fixes._make(part[:, visits] for part in self)

    def where(self, kept: Marks) -> "_Fixes":
        return self._replace(here=self.here & kept)


class _Solution(NamedTuple):
    lon: Numbers
    lat: Numbers
    distances: Numbers
    used: _Fixes


def estimate(rows: Iterable[Sequence]) -> Estimate | None:
    """The position of [t_ms, lon, lat, accuracy_m] rows, or None when none of them is usable."""
    seen = list(rows)
    found = position(seen)
    return found and found._replace(drift_m=_drift_m(_readable([seen])))


def position(rows: Sequence[Sequence]) -> Estimate | None:
    """`estimate` without its drift, which costs a second solution and matters only while somebody waits at the door."""
    return positions([rows])[0]


def positions(visits: Sequence[Sequence[Sequence]]) -> list[Estimate | None]:
    """The position of each visit."""
    readable = _readable(visits)
    usable = np.logical_or.reduce(readable.here)
    if not usable.any():
        return [None] * len(visits)
    n_seen = np.array([len(rows) for rows in visits])
    found = iter(_found(_solve(readable.of(usable)), n_seen[usable]))
    return [next(found) if good else None for good in usable]


def _found(solution: _Solution, n_seen: Counts) -> Iterator[Estimate]:
    used = solution.used
    n_used = used.here.sum(axis=0)
    spread = _at(_ranked(solution.distances, used.here), (68 * n_used + 99) // 100 - 1)
    median_accuracy = _median(used.accuracy_m, used.here)
    columns = (
        _rounded(solution.lon, 1e7),
        _rounded(solution.lat, 1e7),
        _rounded(np.maximum(FLOOR_M, np.maximum(median_accuracy, spread)), 100),
        _rounded(spread, 100),
        n_used,
        n_seen,
        (_last_ms(used) - _first(used.t_ms, used.here)).astype(int),
        _rounded(median_accuracy, 100),
    )
    return (Estimate(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


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


def _readable(visits: Sequence[Sequence[Sequence]]) -> _Fixes:
    """Rows with a credible circle and a timestamp of their own: a cached reading repeats its old one."""
    shape = (max(map(len, visits), default=0), len(visits), 4)
    t_ms, lon, lat, accuracy_m = np.array([*zip_longest(*visits, fillvalue=NO_FIX)], float).reshape(shape).transpose(2, 0, 1)
    credible = (accuracy_m > 0) & (accuracy_m <= COARSE_ACCURACY_M)
    latest = np.maximum.accumulate(np.where(credible, t_ms, -np.inf), axis=0)
    fresh = credible.copy()
    fresh[1:] &= t_ms[1:] > latest[:-1]
    # neighbours are compared below, so those that count move up to each other
    order = np.argsort(~fresh, axis=0, kind="stable")
    return _Fixes._make(np.take_along_axis(part, order, axis=0) for part in (t_ms, lon, lat, accuracy_m, fresh))


def _solve(readable: _Fixes) -> _Solution:
    """Every visit has a readable fix."""
    fixes = _without_wide(_without_jumps(_without_warm_up(readable)))
    here = fixes.here
    lon, lat = _first(fixes.lon, here), _first(fixes.lat, here)
    east_m = METRES_PER_DEGREE * np.cos(lat * pi / 180)
    xs = np.where(here, (fixes.lon - lon) * east_m, 0)
    ys = np.where(here, (fixes.lat - lat) * METRES_PER_DEGREE, 0)
    x, y, counted = _robust_centre(xs, ys, np.where(here, _base_weights(fixes), 0), here)
    return _Solution(lon + x / east_m, lat + y / METRES_PER_DEGREE, _lengths(xs - x, ys - y), fixes.where(counted))


def _without_warm_up(fixes: _Fixes) -> _Fixes:
    warm = fixes.here & (fixes.t_ms >= WARM_UP_MS) & (fixes.accuracy_m < WARM_ACCURACY_M)
    return _if_enough(fixes, np.logical_or.accumulate(warm, axis=0))


def _without_jumps(fixes: _Fixes) -> _Fixes:
    steps = fixes.here[:-1] & fixes.here[1:] & _within_walk(fixes)
    near = np.zeros_like(fixes.here)
    near[:-1] |= steps
    near[1:] |= steps
    return _if_enough(fixes, near)


def _without_wide(fixes: _Fixes) -> _Fixes:
    return fixes.where(fixes.accuracy_m <= 2 * _median(fixes.accuracy_m, fixes.here))


def _if_enough(fixes: _Fixes, kept: Marks) -> _Fixes:
    fewer = fixes.here & kept
    return fixes._replace(here=np.where(fewer.sum(axis=0) >= ENOUGH_FIXES, fewer, fixes.here))


def _within_walk(fixes: _Fixes) -> Marks:
    """Could a walker have made the step to the next reading, given that both may be off by their circle?"""
    a, b = (_Fixes._make(part[rows] for part in fixes) for rows in (slice(None, -1), slice(1, None)))
    walked_m = WALKING_M_S * (b.t_ms - a.t_ms) / 1000
    circle_m = np.maximum(a.accuracy_m, b.accuracy_m)
    room_m = walked_m + circle_m
    east = (a.lon - b.lon) * np.cos((a.lat + b.lat) * pi / 360)
    flat_m = METRES_PER_DEGREE * _lengths(east, a.lat - b.lat)
    near = flat_m <= room_m
    unsure = (abs(flat_m - room_m) <= ROUNDING_M + FLAT_ERROR * flat_m) | (flat_m > FLAT_M)
    for at in zip(*np.nonzero(a.here & b.here & unsure), strict=True):
        apart_m = distance_m((a.lon[at], a.lat[at]), (b.lon[at], b.lat[at]))
        near[at] = apart_m - circle_m[at] <= walked_m[at]
    return near


def _robust_centre(xs: Numbers, ys: Numbers, base: Numbers, here: Marks) -> tuple[Numbers, Numbers, Marks]:
    """Huber's weights, and none beyond four sigmas, repeated from the median outwards; and which places counted."""
    x, y = _median(xs, here), _median(ys, here)
    for _ in range(ROUNDS):
        distances = _lengths(xs - x, ys - y)
        sigma = _median(distances, here) / RAYLEIGH_MEDIAN + SIGMA_FLOOR_M
        far = distances / sigma
        counted = far <= CUT_SIGMAS
        weights = base * (HUBER_SIGMAS / np.maximum(far, HUBER_SIGMAS)) * counted
        total = _sum(weights)
        x, y = _sum(weights * xs) / total, _sum(weights * ys) / total
    return x, y, counted


def _base_weights(fixes: _Fixes) -> Numbers:
    reach = np.maximum(fixes.accuracy_m, FLOOR_M)
    return 1 / (reach * reach)


def _drift_m(readable: _Fixes) -> float | None:
    now = _solve(readable)
    older = readable.where(readable.t_ms <= _last_ms(now.used) - DRIFT_MS)
    if not older.here.any():
        return None
    then = _solve(older)
    return _rounded(distance_m((then.lon.item(), then.lat.item()), (now.lon.item(), now.lat.item())), 100).item()


def _steps_over(value: float, *limits: float) -> int:
    return sum(value > limit for limit in limits)


def _ranked(values: Numbers, here: Marks) -> Numbers:
    return np.sort(np.where(here, values, np.inf), axis=0)


def _median(values: Numbers, here: Marks) -> Numbers:
    ranked, n = _ranked(values, here), here.sum(axis=0)
    return (_at(ranked, (n - 1) // 2) + _at(ranked, n // 2)) / 2


def _at(values: Numbers, rows: Counts) -> Numbers:
    """Of each column the value in the row that is its own."""
    return values[rows, np.arange(len(rows))]


def _first(values: Numbers, here: Marks) -> Numbers:
    return _at(values, here.argmax(axis=0))


def _last_ms(fixes: _Fixes) -> Numbers:
    return np.where(fixes.here, fixes.t_ms, -np.inf).max(axis=0)


def _sum(values: Numbers) -> Numbers:
    """From the first reading to the last; `sum` would add in pairs."""
    return values.cumsum(axis=0)[-1]


def _lengths(x: Numbers, y: Numbers) -> Numbers:
    return np.sqrt(x * x + y * y)


def _rounded(value: Any, per_unit: float) -> Any:
    # round() ties to even and Math.round does not: both languages take the floor.
    return np.floor(value * per_unit + 0.5) / per_unit
