"""What the demo's cadres did in the last four days: which doors, when, and what their phones stated."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from math import ceil, floor
from random import Random
from uuid import UUID

from webapp.domain.distance import Point, distance_m
from webapp.domain.fix import estimate
from webapp.domain.ids import area_id
from webapp.services.demo_fixes import LANE, OPEN, WALLED, Scene, fixes
from webapp.services.demo_pictures import SIZE, picture
from webapp.services.demo_register import Door, Group, moved
from webapp.services.demo_words import word
from webapp.services.foundation import STREET

CHINA = timezone(timedelta(hours=8))
#: One community is nearly done, one has hardly begun. By the order of their codes.
PROGRESS = (0.97, 0.70, 0.52, 0.83, 0.40, 0.60, 0.28, 0.66, 0.46, 0.09)
DAYS = 4
#: Morning and afternoon: first door, last door, back in the network.
HALVES = ((time(8, 40), time(11, 40), time(12, 5)), (time(14, 10), time(17, 50), time(18, 15)))
EXCEPTIONS = (("E06", 45), ("E02", 20), ("E05", 15), ("E07", 10), ("E08", 10))
SCENES = ((OPEN, 78), (LANE, 15), (WALLED, 7))
EXCEPTED, HAND_PLACED, WITHOUT_PHOTO, WRONG_POINT, NOT_YET_HERE = 0.05, 0.03, 0.03, 0.007, 0.03
FAR_M = 50
SECOND_VISITS = 3
ALTITUDE_M = (1650, 1720)
STRIP_DEGREES = 0.0006  # about 65 m: doors are walked strip by strip


@dataclass(frozen=True)
class Visit:
    """One operation of one phone, and the picture that goes with it."""

    phone: str  # whose: the user name
    entity_id: UUID
    taken_at: datetime
    synced_at: datetime
    payload: dict
    picture: bytes | None
    picture_arrives: bool


def visits(dice: Random, doors: list[Door], communities: list[str], today: date, pictures: int) -> Iterator[Visit]:
    """Community by community, in the order of walking. Only the first `pictures` of them have one."""
    for no, (share, mine) in enumerate(zip(PROGRESS, _by_community(doors, communities), strict=True), 1):
        slots = _slots(dice, round(share * len(mine)), share, today)
        for door, (taken_at, synced_at) in zip(_walk(mine), slots, strict=False):
            with_picture = pictures > 0 and dice.random() > WITHOUT_PHOTO
            stated, paint = _stated_at(dice, door, taken_at, with_picture)
            pictures -= paint is not None
            arrives = dice.random() > NOT_YET_HERE
            yield Visit(f"cadre{no:02d}", door.household_id, taken_at, synced_at, stated, paint, arrives)


def area_visits(dice: Random, places: list[Group], centres: dict[str, Point], office: Point, today: date) -> Iterator[Visit]:
    """The sub-district's own office, the communities' offices, and the middles of the groups already walked."""
    first = today - timedelta(days=DAYS)
    yield _area_visit(dice, "office", STREET, "office", office, first)
    for no, (share, (code, at)) in enumerate(zip(PROGRESS, sorted(centres.items()), strict=True), 1):
        day = first + timedelta(days=min(DAYS - 1, floor((1 - share) * DAYS)))
        yield _area_visit(dice, f"cadre{no:02d}", code, "community", at, day)
        mine = [group for group in places if group.code.startswith(code)]
        for group in mine[: round(share * len(mine))]:
            yield _area_visit(dice, f"cadre{no:02d}", group.code, "group", group.at, day)


def second_visits(dice: Random, made: list[Visit], doors: list[Door]) -> Iterator[Visit]:
    """The office came by a few doors where a cadre had been, and its phone had not heard of it."""
    at = {door.household_id: door.at for door in doors}
    measured_there = [visit for visit in made if visit.entity_id in at and visit.payload["fixes"]]
    for visit in dice.sample(measured_there, min(SECOND_VISITS, len(measured_there))):
        taken_at = visit.synced_at + timedelta(minutes=dice.randint(10, 50))
        stated = measured(dice, at[visit.entity_id], OPEN, reason="R06")
        yield Visit("office", visit.entity_id, taken_at, taken_at + timedelta(hours=1), stated, None, False)


def _area_visit(dice: Random, phone: str, code: str, subject: str, at: Point, day: date) -> Visit:
    begin, _, synced = HALVES[0]
    taken_at = _moment(day, begin) - timedelta(minutes=dice.uniform(1, 25))
    return Visit(phone, area_id(code), taken_at, _moment(day, synced), measured(dice, at, OPEN, subject=subject), None, False)


def _by_community(doors: list[Door], communities: list[str]) -> list[list[Door]]:
    found = defaultdict(list)
    for door in doors:
        found[door.community].append(door)
    return [found[community] for community in communities]


def _walk(doors: list[Door]) -> list[Door]:
    """Group after group, up one strip of doors and down the next."""

    def place(door: Door) -> tuple:
        strip = floor(door.at[0] / STRIP_DEGREES)
        return door.group, strip, door.at[1] if strip % 2 else -door.at[1]

    return sorted(doors, key=place)


def _slots(dice: Random, count: int, share: float, today: date) -> list[tuple[datetime, datetime]]:
    """When each door was visited and when its record was sent; who is slow began late."""
    halves = [(today - timedelta(days=back), half) for back in range(DAYS, 0, -1) for half in HALVES]
    halves = halves[floor((1 - share) * (len(halves) - 2)) :]
    each, slots = ceil(count / len(halves)), []
    for day, (first, last, synced) in halves:
        start, end = _moment(day, first), _moment(day, last)
        step = (end - start) / max(each, 1)
        slots += [(start + step * (n + dice.uniform(0.1, 0.9)), _moment(day, synced)) for n in range(each)]
    return slots[:count]


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA).astimezone(UTC)


def _stated_at(dice: Random, door: Door, taken_at: datetime, with_picture: bool) -> tuple[dict, bytes | None]:
    kind = dice.random()
    if kind < EXCEPTED:
        return _exception(dice), None
    stated = _by_hand(dice, door) if kind < EXCEPTED + HAND_PLACED else _measured(dice, door)
    paint = picture(dice) if with_picture else None
    if paint:
        stated["photos"] = [_photo(paint, taken_at, stated)]
    elif stated["reason"] is None:
        stated["reason"] = dice.choice(("R06", "R07"))
    if stated["reason"] and not stated["note"] and dice.random() < 0.6:
        stated["note"] = word(f"note_{stated['reason']}")
    return stated, paint


def _stated(**values) -> dict:
    empty = {
        "subject": "household", "lon": None, "lat": None, "accuracy_m": None, "altitude_m": None, "spread_m": None, "fixes": [],
        "source": "gps", "exception": None, "note": "", "photos": [], "reason": None, "supersedes": None,
    }  # fmt: skip
    return empty | values


def _exception(dice: Random) -> dict:
    codes, weights = zip(*EXCEPTIONS, strict=True)
    code = dice.choices(codes, weights)[0]
    return _stated(exception=code, note=word(f"note_{code}"))


def _by_hand(dice: Random, door: Door) -> dict:
    lon, lat = moved(door.at, dice.gauss(0, 5), dice.gauss(0, 5))
    return _stated(
        lon=round(lon, 7), lat=round(lat, 7), accuracy_m=15, source="manual_map", reason="R03", note=word("note_R03")
    )


def _measured(dice: Random, door: Door) -> dict:
    scenes, weights = zip(*SCENES, strict=True)
    scene = dice.choices(scenes, weights)[0]
    return measured(dice, door.at, scene, reason=_reason(dice, door, scene))


def measured(dice: Random, at: Point, scene: Scene, **values) -> dict:
    """What the phone makes of its fixes; now and then somebody states another point than that."""
    rows = fixes(dice, at, scene, dice.randint(14, 26))
    found = estimate(rows)
    lon, lat = found.lon, found.lat
    if dice.random() < WRONG_POINT:
        lon, lat = (round(degrees, 7) for degrees in moved((lon, lat), dice.uniform(20, 45), dice.uniform(-20, 20)))
    found_values = {"lon": lon, "lat": lat, "accuracy_m": found.accuracy_m, "spread_m": found.spread_m}
    return _stated(fixes=rows, altitude_m=dice.randint(*ALTITUDE_M), **found_values, **values)


def _reason(dice: Random, door: Door, scene: Scene) -> str | None:
    if scene is WALLED:
        return dice.choice(("R01", "R02"))
    if door.previous and distance_m(door.at, door.previous) > FAR_M and dice.random() < 0.7:
        return dice.choice(("R04", "R05"))
    return None


def _photo(paint: bytes, taken_at: datetime, stated: dict) -> dict:
    return {
        "sha256": sha256(paint).hexdigest(), "kind": "door", "bytes": len(paint), "width": SIZE[0], "height": SIZE[1],
        "taken_at": taken_at.isoformat(), "lon": stated["lon"], "lat": stated["lat"], "accuracy_m": stated["accuracy_m"],
    }  # fmt: skip
