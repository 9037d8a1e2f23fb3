"""Areas: where one hangs, what hangs below it, what it looks like on a map."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json import loads
from os.path import commonprefix

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain import shapes
from webapp.domain.access import Scope, area_prefix
from webapp.domain.coverage import BEHIND
from webapp.domain.thresholds import DEFAULTS
from webapp.models import Area, Boundary, Capture, Household
from webapp.queries.scope import inside

#: Digits of the codes one level below a prefix of this many digits.
CHILD_DIGITS = {6: 9, 9: 12, 12: 14}
STRENGTH = ("official", "drawn", "derived")


@dataclass(frozen=True)
class Shape:
    """The strongest outline there is of an area. `geometry` is GeoJSON in WGS 84; none: too few points to guess one."""

    code: str
    kind: str | None
    geometry: dict | None


def by_code(session: Session, code: str | None, scope: Scope) -> Area | None:
    """An area that lies in the scope, or holds a part of it."""
    area = session.get(Area, code) if code else None
    return area if area and scope.narrowed(area.code).prefixes else None


def widest_code(scope: Scope) -> str:
    """The smallest area that holds the whole scope. Raises ValueError for an empty one."""
    shared = len(commonprefix(list(scope.prefixes)))
    if not scope.prefixes:
        raise ValueError("nothing is granted")
    digits = max((n for n in (14, 12, 9, 6) if n <= shared), default=6)
    return scope.prefixes[0][:digits].ljust(12, "0")


def path(session: Session, area: Area, scope: Scope) -> list[Area]:
    """From the widest area of the scope down to this one; what lies above is not this person's business."""
    top = len(area_prefix(widest_code(scope)))
    prefix = area_prefix(area.code)
    codes = [prefix[:n].ljust(12, "0") for n in (6, 9, 12, 14) if top <= n <= len(prefix)]
    return list(session.scalars(select(Area).where(Area.code.in_(codes)).order_by(func.length(Area.code), Area.code)))


def children(session: Session, area: Area, scope: Scope) -> list[Area]:
    """The areas right below that the scope reaches, by code."""
    rows = session.scalars(select(Area).where(Area.parent_code == area.code).order_by(Area.code))
    return [row for row in rows if scope.narrowed(row.code).prefixes]


def outlines(session: Session, codes: Iterable[str]) -> dict[str, Shape]:
    """The imported or drawn outline of each area that has one; of two of a kind the newer."""
    rows = session.execute(
        select(Boundary.area_code, Boundary.kind, func.ST_AsGeoJSON(Boundary.geom, shapes.DIGITS))
        .where(Boundary.area_code.in_(list(codes)))
        .order_by(Boundary.id)
    ).all()
    found: dict[str, Shape] = {}
    for code, kind, geometry in sorted(rows, key=lambda row: -STRENGTH.index(row[1])):
        found[code] = Shape(code, kind, loads(geometry))
    return found


def drawn_or_derived(session: Session, areas: Sequence[Area], scope: Scope) -> list[Shape]:
    """The shape of each of these sister areas, in their order."""
    found = outlines(session, [area.code for area in areas])
    guessed = _guessed(session, [area for area in areas if area.code not in found], scope)
    return [found.get(area.code) or guessed[area.code] for area in areas]


def _guessed(session: Session, areas: Sequence[Area], scope: Scope) -> dict[str, Shape]:
    if not areas:
        return {}
    prefixes = tuple(prefix for area in areas for prefix in scope.narrowed(area.code).prefixes)
    doors = _doors(session, Scope(prefixes), len(area_prefix(areas[0].code)))
    return {area.code: _hull(area.code, tuple(doors[area_prefix(area.code)])) for area in areas}


def _doors(session: Session, scope: Scope, digits: int) -> dict[str, list[tuple[float, float]]]:
    """Captured points that were not returned, by the first digits of their area's code."""
    group = func.substr(Household.area_code, 1, digits)
    rows = session.execute(
        select(group, Capture.lon, Capture.lat)
        .join(Capture, Capture.id == Household.capture_id)
        .where(inside(Household.area_code, scope), Household.deleted_at.is_(None))
        .where(Household.location_state.in_(BEHIND["captured"]))
        .order_by(Capture.id)
    )
    doors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for code, lon, lat in rows:
        doors[code].append((lon, lat))
    return doors


@lru_cache(maxsize=512)
def _hull(code: str, doors: tuple[tuple[float, float], ...]) -> Shape:
    hull = shapes.derived(doors, DEFAULTS["group_centre_far_m"])
    return Shape(code, "derived", shapes.geometry(hull)) if hull else Shape(code, None, None)
