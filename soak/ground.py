"""The ground a soak is walked on: a fresh server database with a register, cadres who may sign in, pictures to take."""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path

from flask_migrate import upgrade
from PIL import Image
from sqlalchemy import insert

from webapp import create_app
from webapp.domain.clock import now
from webapp.domain.ids import area_id, uuid7
from webapp.extensions import db
from webapp.models import Household
from webapp.models.engine import begin_write
from webapp.services import accounts, feeds, foundation

PASSWORD = "hetu-soak-2018"  # noqa: S105
COMMUNITIES = [f"530502005{no:03d}" for no in range(1, 11)]
#: Of the visits of a phone, how many go to a door of its own; the rest goes back to one.
FRESH = 0.8
#: Doors a phone shares with its neighbour.
SHARED = 0.04
#: One phone in so many has a bad line from the first day to the last (F42).
FLAKY_EVERY = 8
WEST, SOUTH = 99.13, 25.08
PLAIN_PICTURES, LARGE_PICTURES = 20, 1


@dataclass
class Phone:
    no: int
    username: str
    password: str
    flaky: bool
    community: str
    doors: list[dict] = field(default_factory=list)
    shared: list[dict] = field(default_factory=list)
    places: list[dict] = field(default_factory=list)
    neighbour: dict = field(default_factory=dict)


def lay(url: str, folder: Path, visits: int, phones: int, seed: int) -> list[dict]:
    """Migrates an empty database and fills it for at least two phones, as the plan of soak/phones/main.js wants them."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "MEDIA": folder / "media", "SECRET_KEY": "soak", "DATA_KEYS": ""})
    with app.app_context():
        upgrade()
        begin_write(db.session)
        foundation.lay(db.session, now())
        dice = random.Random(seed)
        villages = COMMUNITIES[: max(1, phones // 2)]
        field = [_phone(no, villages, max(1, visits // phones), dice) for no in range(1, phones + 1)]
        for phone, neighbour in _neighbours(field):
            phone.neighbour = {"username": neighbour.username, "password": PASSWORD}
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return [asdict(phone) for phone in field]


def _phone(no: int, villages: list[str], visits: int, dice: random.Random) -> Phone:
    community = villages[(no - 1) % len(villages)]
    account = accounts.create(db.session, f"soak{no:03d}", f"采集员{no}", PASSWORD, now())
    accounts.grant(db.session, account, "cadre", community)
    group = foundation.add_area(db.session, f"{community}{1 + (no - 1) // len(villages):02d}", "group", f"{no}组", community)
    doors = _doors(group.code, community, 1 + int(visits * FRESH), dice)
    place = {"id": str(area_id(community)), "subject": "community"} | _somewhere(dice)
    return Phone(no, account.username, PASSWORD, no % FLAKY_EVERY == 0, community, doors, places=[place])


def _doors(group: str, community: str, count: int, dice: random.Random) -> list[dict]:
    at = now()
    rows = [
        {
            "id": uuid7(), "number": f"{group}{n:05d}", "head_name": f"户主{n}", "pinyin": f"huzhu{n}", "initials": f"hz{n}",
            "area_code": group, "attribute": "01", "exit_status": "0", "created_at": at, "updated_at": at,
        }
        for n in range(1, count + 1)
    ]  # fmt: skip
    db.session.execute(insert(Household), rows)
    feeds.changed(db.session, community, "household", [(row["id"], 1) for row in rows])
    return [{"id": str(row["id"]), "subject": "household"} | _somewhere(dice) for row in rows]


def _somewhere(dice: random.Random) -> dict:
    return {"lon": round(WEST + dice.uniform(0, 0.1), 7), "lat": round(SOUTH + dice.uniform(0, 0.1), 7)}


def _neighbours(field: list[Phone]) -> Iterator[tuple[Phone, Phone]]:
    """Each phone with the next one of its community; the two have a few doors in common."""
    for phone in field:
        others = [other for other in field if other.community == phone.community and other is not phone]
        neighbour = next((other for other in others if other.no > phone.no), others[0])
        yield phone, neighbour
        if neighbour.no > phone.no:
            for _ in range(max(1, int(len(phone.doors) * SHARED))):
                door = phone.doors.pop() | {"shared": True}
                phone.shared.append(door)
                neighbour.shared.append(door)


def pictures(folder: Path, seed: int) -> list[str]:
    """Small JPEGs as a cheap camera makes them, and one that goes over the line in several pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    sizes = [(64, 48)] * PLAIN_PICTURES + [(800, 600)] * LARGE_PICTURES
    return [_picture(folder / f"{no}.jpg", size, dice) for no, size in enumerate(sizes)]


def _picture(file: Path, size: tuple[int, int], dice: random.Random) -> str:
    written = BytesIO()
    Image.frombytes("RGB", size, dice.randbytes(size[0] * size[1] * 3)).save(written, "JPEG", quality=88)
    file.write_bytes(written.getvalue())
    return str(file)
