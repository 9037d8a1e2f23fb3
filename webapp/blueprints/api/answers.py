"""What the API answers, as shapes. Tests read real answers strictly as these, so they say what is so."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from webapp.services.stated import Sha256

Range = tuple[int, int]


class Answer(Struct, forbid_unknown_fields=True, kw_only=True):
    pass


class Reason(Answer):
    code: str
    fields: list[str]


class Failure(Answer):
    problem: Reason
    offset: int | UnsetType = UNSET  # of a blob: where to go on


class EarlierPhone(Answer):
    device_id: UUID
    label: str
    last_seen_at: datetime
    missing: list[Range]
    same_browser: bool


class Enrolled(Answer):
    device_id: UUID
    token: str
    server_time: datetime
    last_seq: int
    earlier: list[EarlierPhone]


class Token(Answer):
    token: str


class Renewed(Answer):
    device_id: UUID
    token: str
    server_time: datetime


class ServerTime(Answer):
    server_time: datetime


class Granted(Answer):
    role: str
    area: str
    area_name: str


class RescueKey(Answer):
    key_id: str
    public_key: str
    secret: str


class Vault(Answer):
    kind: Literal["pin", "passphrase"]
    min_length: int
    kdf: Literal["argon2id", "pbkdf2"]
    lock_after_s: int
    retention_days: int


class Me(Answer):
    account_id: UUID
    username: str
    name: str
    device_id: UUID | None
    grants: list[Granted]
    server_time: datetime
    rescue: RescueKey | None
    vault: Vault


class Verdict(Answer):
    id: Any  # as it came
    verdict: Literal["accepted", "duplicate", "conflict", "refused"]
    receipt: str | None
    rev: int | None
    problem: Reason | None


class Verdicts(Answer):
    server_time: datetime
    verdicts: list[Verdict]


class CarriedPhoto(Answer):
    sha256: str
    verdict: Literal["accepted", "duplicate", "refused"]
    receipt: str | None
    problem: str | None


class Brought(Answer):
    server_time: datetime
    ops: list[Verdict]
    photos: list[CarriedPhoto]
    unreadable: int
    foreign: int
    cut: bool


class Change(Answer):
    """`data` of each kind is written down in docs/protocol.md §4."""

    kind: Literal["campaign", "area", "area_year", "household", "family", "conflict", "form"]
    id: UUID
    rev: int
    deleted: bool
    data: dict[str, Any] | None


class Roll(Answer):
    last_seq: int
    missing: list[Range]
    order: Literal["wipe", "renew"] | None


class Changes(Answer):
    cursor: str
    more: bool
    changes: list[Change]
    device: Roll | None


class OneHousehold(Answer):
    change: Change


class Kept(Answer):
    sha256: Sha256
    bytes: int
    receipt: str


class Offset(Answer):
    offset: int


class Progress(Answer):
    offset: int
    complete: bool


class FormText(Answer):
    form: str
    version: str
    title: str
    subject: Literal["household", "community", "group", "case"]
    xml: str
    attachments: dict[str, str]


class AreaFigures(Answer):
    area: str
    name: str
    registered: int
    captured: int
    accepted: int
    returned: int
    excepted: int
    missing: int


class Coverage(Answer):
    area: str
    as_of: datetime
    children: list[AreaFigures]


class Spot(Answer):
    household: UUID
    number: str
    state: Literal["missing", "uploaded", "accepted", "returned", "excepted"]
    previous: bool


class Position(Answer):
    type: Literal["Point"]
    coordinates: tuple[float, float]


class Feature(Answer):
    type: Literal["Feature"]
    geometry: Position
    properties: Spot


class Points(Answer):
    type: Literal["FeatureCollection"]
    datum: Literal["WGS84"]
    features: list[Feature]
