"""Doubts about a capture: reasons to look again, never reasons to refuse it. Limits are the campaign's data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from webapp.domain.distance import EARTH_RADIUS_M, Point, distance_m
from webapp.domain.fix import Estimate, grade

ERROR, WARN, INFO = "error", "warn", "info"

#: The phone's estimate and ours differ by rounding only; a metre is neither.
MISMATCH_M = 1.0
#: The district's outline is simplified; a door this near to it is not worth a doubt.
OUTLINE_TOLERANCE_M = 200
CLOCK_TOLERANCE_S = 600
#: So many readings alike are too many for a receiver under open sky.
ALIKE_FIXES = 5
SAME_DEGREES = 5e-8
NO_PHOTO_REASONS = ("R06", "R07")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to judge a capture by. `found` is what its fixes say, `last` the point it replaces, else last year's."""

    subject: str
    source: str
    point: Point | None
    accuracy_m: float | None
    fixes: list[tuple]
    found: Estimate | None
    reason: str | None
    photo_kinds: frozenset[str]
    taken_at: datetime
    received_at: datetime
    clock_skew_s: float | None = None
    last: Point | None = None
    #: The capture of somebody else that this one pushes aside.
    pushes_aside: UUID | None = None

    @property
    def measured(self) -> bool:
        return self.point is not None and self.source == "gps"


@dataclass(frozen=True)
class Limits:
    thresholds: dict[str, float]
    field_ends_at: datetime  # the first moment after the weeks of capture
    district: "District | None" = None


@dataclass(frozen=True, slots=True)
class Doubt:
    code: str
    severity: str
    seen: dict = field(default_factory=dict)


class District:
    """An outline with its tolerance, ready to be asked often."""

    def __init__(self, outline: BaseGeometry):
        self._squeeze = cos(radians(outline.centroid.y))
        flat = shapely.transform(outline, lambda xy: xy * [self._squeeze, 1])
        self._shape = flat.buffer(OUTLINE_TOLERANCE_M / radians(EARTH_RADIUS_M))
        shapely.prepare(self._shape)

    def holds(self, point: Point) -> bool:
        return bool(shapely.contains_xy(self._shape, point[0] * self._squeeze, point[1]))


def doubts(evidence: Evidence, limits: Limits) -> list[Doubt]:
    """All of them, in the order of their rules."""
    found = [*_of_time(evidence, limits)]
    if evidence.pushes_aside:
        found.append(Doubt("two_phones", WARN, {"capture": str(evidence.pushes_aside)}))
    if (point := evidence.point) is not None:
        found += [*_of_measuring(evidence, point, limits), *_of_place(evidence, point, limits), *_of_photos(evidence)]
    return found


def _of_measuring(evidence: Evidence, point: Point, limits: Limits) -> Iterator[Doubt]:
    if not evidence.measured:
        yield Doubt("manual_point", WARN, {"reason": evidence.reason})
        return
    yield from _of_estimate(evidence, point, evidence.found, limits.thresholds)
    yield from _too_regular(evidence.fixes)


def _of_estimate(
    evidence: Evidence, point: Point, found: Estimate | None, thresholds: dict[str, float]
) -> Iterator[Doubt]:
    if found is None:
        yield Doubt("few_fixes", ERROR, {"n_used": 0, "n_seen": len(evidence.fixes)})
        return
    off_m = distance_m(point, (found.lon, found.lat))
    if off_m > MISMATCH_M:
        yield Doubt("estimate_mismatch", ERROR, {"off_m": round(off_m, 1), "lon": found.lon, "lat": found.lat})
    if found.n_used < thresholds["min_fixes"]:
        yield Doubt("few_fixes", WARN, {"n_used": found.n_used, "n_seen": found.n_seen})
    level = grade(found, thresholds)
    if level in ("poor", "unusable"):
        seen = {"accuracy_m": found.accuracy_m, "spread_m": found.spread_m, "reason": evidence.reason}
        yield Doubt("coarse", WARN if level == "poor" else ERROR, seen)


def _too_regular(fixes: list[tuple]) -> Iterator[Doubt]:
    """S1 and S2 of the honesty signals: real receivers jitter. Weak, so only information."""
    if len(fixes) < ALIKE_FIXES:
        return
    if len({fix[3] for fix in fixes}) == 1:
        yield Doubt("constant_accuracy", INFO, {"accuracy_m": fixes[0][3], "n_seen": len(fixes)})
    first = fixes[0]
    if all(abs(fix[1] - first[1]) < SAME_DEGREES and abs(fix[2] - first[2]) < SAME_DEGREES for fix in fixes):
        yield Doubt("identical_fixes", INFO, {"n_seen": len(fixes)})


def _of_place(evidence: Evidence, point: Point, limits: Limits) -> Iterator[Doubt]:
    far_m = distance_m(point, evidence.last) if evidence.last else 0
    if far_m > limits.thresholds["last_capture_far_m"]:
        yield Doubt("far_from_last", WARN, {"far_m": round(far_m, 1), "reason": evidence.reason})
    if limits.district is not None and not limits.district.holds(point):
        yield Doubt("outside_district", ERROR, {"lon": point[0], "lat": point[1]})


def _of_photos(evidence: Evidence) -> Iterator[Doubt]:
    if evidence.subject == "household" and "door" not in evidence.photo_kinds:
        excused = evidence.reason in NO_PHOTO_REASONS
        yield Doubt("no_door_photo", INFO if excused else WARN, {"reason": evidence.reason})


def _of_time(evidence: Evidence, limits: Limits) -> Iterator[Doubt]:
    ahead_s = (evidence.taken_at - evidence.received_at).total_seconds()
    if ahead_s > CLOCK_TOLERANCE_S:
        yield Doubt("future", WARN, {"ahead_s": round(ahead_s)})
    skew_s = evidence.clock_skew_s or 0
    if abs(skew_s) > CLOCK_TOLERANCE_S:
        yield Doubt("clock_skew", WARN, {"skew_s": round(skew_s)})
    if evidence.taken_at >= limits.field_ends_at:
        yield Doubt("late", INFO, {"ended_at": limits.field_ends_at.isoformat()})
