"""One case told: whose household, what each side says, what the map shows, what happened when."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from webapp.domain.access import Scope, community_of
from webapp.domain.distance import distance_m
from webapp.extensions import db
from webapp.models import Account, Area, Capture, Conflict, Device, Household, Op, Response
from webapp.queries import areas, conflict_desk, conflict_story
from webapp.services import edits
from webapp.services.sealing import KeyRing, masked
from webapp.services.stated_edit import StatedEdit
from webapp.sync import release
from webapp.sync.responses import StatedResponse


@dataclass(frozen=True)
class Story:
    household: Household | None
    place: Area
    parent: Area | None
    account: Account
    device: Device
    groups: dict[str, str]
    choices_of_group: list[tuple[str, str]]
    seen: dict[str, str] = field(default_factory=dict)  # field → key of what the register says now
    there: dict[str, str] = field(default_factory=dict)  # field → what the register says now
    said_by: dict[str, Any] = field(default_factory=dict)  # field → who wrote what the register said
    note: str = ""
    sides: list[dict] = field(default_factory=list)
    scene: dict | None = None
    distance: float | None = None
    events: list = field(default_factory=list)


def title(conflict: Conflict) -> str:
    """The head of the household, or the name of the place."""
    if conflict.household_id:
        return db.session.get_one(Household, conflict.household_id).head_name
    return db.session.get_one(Area, conflict.area_code).name


def tell(case: list[Conflict], scope: Scope, ring: KeyRing) -> Story:
    first = case[0]
    household = db.session.get(Household, first.household_id) if first.household_id else None
    place = db.session.get_one(Area, first.area_code)
    more = _fields(case, household) if first.kind == "field" else _sides(case, scope, ring)
    community = community_of(household.area_code if household else first.area_code)
    groups = conflict_desk.groups_of(db.session, community, scope)
    return Story(
        household=household, place=place, parent=db.session.get(Area, place.parent_code) if place.parent_code else None,
        account=db.session.get_one(Account, first.account_id), device=db.session.get_one(Device, first.device_id),
        groups=dict(groups), choices_of_group=groups, events=conflict_desk.events(db.session, case), **more,
    )  # fmt: skip


def _fields(case: list[Conflict], household: Household) -> dict:
    register = edits.register_of(household)
    return {
        "seen": {name: value.key for name, value in register.items()},
        "there": {name: value.shown for name, value in register.items()},
        "said_by": {row.field: conflict_story.written_by(db.session, row) for row in case},
        "note": conflict_story.note_of(db.session, case[0].op_id),
    }


def _sides(case: list[Conflict], scope: Scope, ring: KeyRing) -> dict:
    """What each record says: of two captures and of two contents the earlier one first."""
    first = case[0]
    sides = [_held(row, ring) for row in case]
    if first.kind == "op_fork":
        sides.insert(0, _kept(first.op_id, first))
    if first.kind == "two_captures":
        sides = [_capture(first.other_id), _capture(first.op_id)]
    captures = [side["capture"] for side in sides if side["capture"]]
    points = [row for row in captures if row.lon is not None]
    apart = distance_m(*((row.lon, row.lat) for row in points)) if len(points) == 2 else None
    return {"sides": sides, "distance": apart, "scene": _scene(points, first, scope) if points else None}


def _side(**said) -> dict:
    return {"capture": None, "response": None, "photos": [], "fields": {}, "note": "", "by": None, "device": None,
            "taken_at": None, "received_at": None, "stands": False, "kept": False} | said  # fmt: skip


def _capture(capture_id: UUID) -> dict:
    """A capture that is kept like any other."""
    row = db.session.get_one(Capture, capture_id)
    household = db.session.get(Household, row.household_id) if row.household_id else None
    return _side(
        capture=row, photos=conflict_story.photos(db.session, row.photos), note=row.note, taken_at=row.taken_at,
        received_at=row.received_at, stands=bool(household) and household.capture_id == row.id, kept=True,
        by=db.session.get(Account, row.account_id), device=db.session.get(Device, row.device_id),
    )  # fmt: skip


def _response(row: Response) -> dict:
    return _side(
        response=(row.form_id, row.version), taken_at=row.taken_at, received_at=row.received_at, kept=True,
        by=db.session.get(Account, row.account_id), device=row.device_id and db.session.get(Device, row.device_id),
    )  # fmt: skip


def _kept(op_id: UUID, conflict: Conflict) -> dict:
    """What an operation became."""
    if db.session.get(Capture, op_id):
        return _capture(op_id)
    if response := db.session.get(Response, op_id):
        return _response(response)
    said = conflict_story.statements(db.session, op_id)
    if not said:
        return _side(by=db.session.get(Account, conflict.account_id), taken_at=conflict.taken_at)
    return _side(
        fields={row.field: (row.base, row.theirs) for row in said}, note=said[0].note, taken_at=said[0].taken_at, kept=True,
        received_at=said[0].received_at, by=db.session.get(Account, said[0].account_id),
        device=db.session.get(Device, said[0].device_id),
    )  # fmt: skip


def _held(row: Conflict, ring: KeyRing) -> dict:
    """What a held operation states, or what it has become since."""
    op = db.session.get(Op, (row.op_id, row.payload_sha256))
    stated = release.content(op, ring) if op else None
    if stated is None:
        return _kept(row.op_id, row)
    sender = {
        "by": db.session.get(Account, row.account_id), "device": db.session.get(Device, row.device_id), "taken_at": row.taken_at,
        "received_at": row.received_at, "note": getattr(stated, "note", ""),
    }  # fmt: skip
    if isinstance(stated, StatedResponse):
        return _side(response=(stated.form, stated.version), **sender)
    if isinstance(stated, StatedEdit):
        return _side(fields=_stated_fields(stated), **sender)
    return _side(capture=stated, photos=conflict_story.photos(db.session, stated.photos), **sender)


def _stated_fields(stated: StatedEdit) -> dict[str, tuple[str, str]]:
    given = dict(stated.fields.given())
    return {name: (said.base, masked(said.theirs) if name == "phone" else said.theirs) for name, said in given.items()}


def _scene(points: list[Any], conflict: Conflict, scope: Scope) -> dict:
    """What the map draws: the later capture as the point, the earlier one beside it."""
    earlier, later = (points[0], points[-1]) if len(points) > 1 else (None, points[0])
    place = db.session.get_one(Area, conflict.area_code)
    shapes = areas.drawn_or_derived(db.session, [place], scope) if place.level in ("community", "group") else []
    return {
        "point": _spot(later), "fixes": [[lon, lat, accuracy_m] for _t, lon, lat, accuracy_m in later.fixes],
        "others": [{"kind": "earlier", **_spot(earlier)}] if earlier else [], "neighbours": [], "photos": [], "centre": None,
        "outlines": [{"kind": shape.kind, "geometry": shape.geometry} for shape in shapes if shape.geometry],
    }  # fmt: skip


def _spot(row: Any) -> dict:
    return {"lon": row.lon, "lat": row.lat, "accuracy_m": row.accuracy_m}
