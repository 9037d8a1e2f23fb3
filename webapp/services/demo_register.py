"""The invented register: groups, households around them, and last year's points of some."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import cos, pi, radians, sin, sqrt
from random import Random
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain import codes
from webapp.domain.cells import cell
from webapp.domain.distance import EARTH_RADIUS_M, Point
from webapp.domain.ids import uuid7
from webapp.models import Area, Capture, Household
from webapp.services import areas, foundation
from webapp.services.demo_words import head_name, names, weighted, word
from webapp.services.feeds import News, announce
from webapp.services.households import phone_of
from webapp.services.names import spelling
from webapp.services.sealing import KeyRing, masked

REGION = "990000"  # no such region: nobody takes these numbers for real ones
PHONE = "12999"  # no mobile number starts with 12
METRES_PER_DEGREE = EARTH_RADIUS_M * pi / 180
#: How much of the sub-district lives in each community, by the order of their codes.
WEIGHTS = (14, 9, 11, 8, 12, 10, 7, 11, 8, 10)
GROUPS = (3, 8)
GROUP_RING_M = (250, 950)  # from the community's centre
SPREAD_M = 90  # of the doors of a small group
PREVIOUS_SHARE, PREVIOUS_WRONG = 0.6, 0.05
PREVIOUS_AT = datetime(2017, 10, 20, 4, 0, tzinfo=UTC)
ATTRIBUTES, EXIT_STATUSES = (("01", 62), ("04", 30), ("06", 8)), (("0", 34), ("1", 38), ("2", 20), ("4", 8))
BATCH = 1000


@dataclass(frozen=True)
class Door:
    """A household and where its door really is: what a phone at the door would measure."""

    household_id: UUID
    group: str
    at: Point
    previous: Point | None
    previous_id: UUID | None

    @property
    def community(self) -> str:
        return self.group[:12]


@dataclass(frozen=True)
class Group:
    code: str
    name: str  # without its mark
    at: Point


def moved(point: Point, east_m: float, north_m: float) -> Point:
    lon, lat = point
    return lon + east_m / (METRES_PER_DEGREE * cos(radians(lat))), lat + north_m / METRES_PER_DEGREE


def centres(session: Session) -> tuple[Point, dict[str, Point]]:
    """Put street and communities where divisions_hetu.csv supposes them; those positions are synthetic."""
    rows = {row["code12"]: (float(row["synthetic_lon"]), float(row["synthetic_lat"])) for row in codes.rows("divisions_hetu")}
    news = []
    for area in session.scalars(select(Area).where(Area.code.in_(rows))):
        area.center_lon, area.center_lat = rows[area.code]
        area.rev += 1
        news.append(areas.news(area.id, area.code, area.rev))
    session.flush()
    announce(session, news)
    return rows.pop(foundation.STREET), rows


def groups(session: Session, dice: Random, communities: dict[str, Point]) -> list[Group]:
    """Three to eight groups in each community, none near another."""
    made = []
    for community, centre in communities.items():
        for no, name in enumerate(dice.sample(names("group"), dice.randint(*GROUPS)), 1):
            angle = 2 * pi * no / GROUPS[1] + dice.uniform(-0.25, 0.25)
            reach = dice.uniform(*GROUP_RING_M)
            at = moved(centre, reach * cos(angle), reach * sin(angle))
            made.append(Group(f"{community}{no:02d}", name, at))
            _add_group(session, made[-1])
    return made


def _add_group(session: Session, group: Group) -> None:
    area = foundation.add_area(session, group.code, "group", word("group", name=group.name), group.code[:12], demo=True)
    area.center_lon, area.center_lat = group.at


def households(session: Session, dice: Random, places: list[Group], count: int, ring: KeyRing, now: datetime) -> list[Door]:
    """`count` households; each has a door, and some have last year's point, a few of these wrong."""
    doors = []
    for batch in _batched(_rows(dice, places, count, ring, now)):
        session.execute(insert(Household), [row for row, _ in batch])
        captures = [_previous(door) for _, door in batch if door.previous]
        if captures:
            session.execute(insert(Capture), captures)
        doors += [door for _, door in batch]
    announce(session, [News(door.community, "household", door.household_id, 1) for door in doors])
    return doors


def _batched(rows: Iterator) -> Iterator[list]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(dice: Random, places: list[Group], count: int, ring: KeyRing, now: datetime) -> Iterator[tuple[dict, Door]]:
    shares = [(group, share * dice.uniform(0.6, 1.4)) for group, share in _shares(places)]
    total, filled, due = sum(share for _, share in shares), 0, 0.0
    for group, share in shares:
        due += count * share / total
        size = round(due) - filled
        filled += size
        spread_m = SPREAD_M * max(1.0, sqrt(size / 20))
        for no in range(1, size + 1):
            door = _door(dice, group, spread_m)
            yield _row(dice, group, no, door, ring, now), door


def _shares(places: list[Group]) -> Iterator[tuple[Group, float]]:
    communities = sorted({group.code[:12] for group in places})
    for group in places:
        mates = sum(other.code[:12] == group.code[:12] for other in places)
        yield group, WEIGHTS[communities.index(group.code[:12]) % len(WEIGHTS)] / mates


def _door(dice: Random, group: Group, spread_m: float) -> Door:
    at = moved(group.at, dice.gauss(0, spread_m), dice.gauss(0, spread_m))
    previous, previous_id = None, None
    if dice.random() < PREVIOUS_SHARE:
        off_m, angle = (dice.uniform(60, 160) if dice.random() < PREVIOUS_WRONG else dice.uniform(0, 14)), dice.uniform(0, 2 * pi)
        previous, previous_id = moved(at, off_m * cos(angle), off_m * sin(angle)), uuid7(PREVIOUS_AT)
    return Door(uuid7(), group.code, at, previous, previous_id)


def _row(dice: Random, group: Group, no: int, door: Door, ring: KeyRing, now: datetime) -> dict:
    head, phone = head_name(dice), f"{PHONE}{dice.randrange(10**6):06d}"
    name = spelling(head)
    return {
        "id": door.household_id, "number": f"{REGION}{group.code[10:]}{no:04d}", "head_name": head, "pinyin": name.pinyin,
        "initials": name.initials, "area_code": group.code, "attribute": weighted(dice, ATTRIBUTES),
        "exit_status": weighted(dice, EXIT_STATUSES), "address": word("address", name=group.name, no=no),
        "phone_sealed": ring.seal(phone_of(door.household_id), phone), "phone_masked": masked(phone), "demo": True,
        "location_state": "missing", "previous_capture_id": door.previous_id, "rev": 1, "created_at": now, "updated_at": now,
    }  # fmt: skip


def _previous(door: Door) -> dict:
    lon, lat = (round(degrees, 6) for degrees in door.previous)
    return {
        "id": door.previous_id, "year": 2018, "subject": "household", "household_id": door.household_id,
        "area_code": door.group, "lon": lon, "lat": lat, "point": f"SRID=4326;POINT({lon} {lat})", "cell": cell(lon, lat),
        "fixes": [], "source": "import", "note": "", "state": "accepted", "taken_at": PREVIOUS_AT, "received_at": PREVIOUS_AT,
    }  # fmt: skip
