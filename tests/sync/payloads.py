"""Operations as a phone makes them."""

import random
from hashlib import sha256
from uuid import UUID

import rfc8785

from webapp.domain.fix import estimate
from webapp.domain.ids import uuid7

TAKEN_AT = "2018-10-09T02:11:05.120Z"
#: A door in the first community.
DOOR = (99.2312, 25.1304)


def fixes(door=DOOR, n=15, seed=1, spread_m=3.0) -> list[list]:
    """A visit of n readings, one a second and a half, jittering like a receiver under open sky."""
    jitter = random.Random(seed)
    around = spread_m / 111_195
    return [
        [
            i * 1500, round(door[0] + jitter.gauss(0, around), 7), round(door[1] + jitter.gauss(0, around), 7),
            round(jitter.uniform(4, 9), 1),
        ]
        for i in range(n)
    ]  # fmt: skip


def photo(content: bytes = b"door", kind: str = "door", **values) -> dict:
    return {
        "sha256": sha256(content).hexdigest(), "kind": kind, "bytes": len(content), "width": 1280, "height": 960,
        "taken_at": TAKEN_AT,
    } | values  # fmt: skip


def capture(**values) -> dict:
    """A good capture of a household; an exception leaves out the point."""
    rows = values.get("fixes", fixes())
    found = estimate(rows)
    stated = {
        "subject": "household", "lon": found.lon, "lat": found.lat, "accuracy_m": found.accuracy_m, "altitude_m": 1652.4,
        "spread_m": found.spread_m, "fixes": rows, "source": "gps", "exception": None, "note": "", "photos": [photo()],
        "reason": None, "supersedes": None,
    } if found else {}  # fmt: skip
    return stated | values


def exception(code: str = "E06", **values) -> dict:
    nowhere = {"lon": None, "lat": None, "accuracy_m": None, "spread_m": None, "altitude_m": None}
    return capture() | nowhere | {"fixes": [], "photos": [], "exception": code} | values


def op(entity_id: UUID, payload: dict | None = None, seq: int = 1, **values) -> dict:
    payload = capture() if payload is None else payload
    return {
        "id": str(uuid7()), "device_seq": seq, "kind": "capture.add", "entity_id": str(entity_id), "base_rev": 1,
        "taken_at": TAKEN_AT, "payload": payload, "payload_sha256": sha256(rfc8785.dumps(payload)).hexdigest(),
    } | values  # fmt: skip


def edit(note: str = "", **fields) -> dict:
    """edit(address=("一组3号", "一组5号")): what it was when the cadre looked, what it should be."""
    said = {name: {"base": values[0], "theirs": values[-1]} for name, values in fields.items()}
    if "phone" in fields:  # ("138****5678", the write it belonged to, "13912345678")
        said["phone"]["mark"] = str(fields["phone"][1]) if fields["phone"][1] else None
    return {"fields": said, "note": note}


def edit_op(entity_id: UUID, seq: int = 1, note: str = "", **fields) -> dict:
    return op(entity_id, edit(note, **fields), seq, kind="household.edit")
