"""The register of what a phone may ask to be done. A new kind is one row here and a section in docs/protocol.md."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET, Raw, json
from sqlalchemy.orm import Session

from webapp.domain.access import scope
from webapp.domain.fix import positions
from webapp.domain.problems import Problem
from webapp.queries import captures as reads
from webapp.queries import edits as edit_reads
from webapp.services import captures, edits, stated, stated_edit
from webapp.services.captures import NewCapture
from webapp.services.edits import Home, NewEdit
from webapp.services.sealing import KeyRing, Place
from webapp.services.sender import Sender
from webapp.services.stated import StatedCapture
from webapp.services.stated_edit import StatedEdit
from webapp.sync.protocol import Arrival, Kind
from webapp.sync.responses import ResponseAdd, StatedResponse, faults

Grants = list[tuple[str, str]]

#: Which levels a subject of an area may stand for.
SUBJECT_LEVELS = {
    "office": ("street",), "community": ("community",), "group": ("group",), "water_point": ("street", "community", "group"),
}  # fmt: skip


class CaptureAdd(Kind):
    """capture.add: a position, or the reason why there is none."""

    @staticmethod
    def find(session: Session, grants: Grants, arrivals: Sequence[Arrival]) -> dict[UUID, Any]:
        """The household or area of each operation, by the operation's id; those not found are left out."""
        of_households = [a for a in arrivals if a.stated.subject == "household"]
        of_areas = [a for a in arrivals if a.stated.subject != "household"]
        capturing = scope(grants, "field.capture")
        homes = reads.lock_households(session, {a.op.entity_id for a in of_households}, capturing)
        areas = reads.lock_areas(session, {a.op.entity_id for a in of_areas}, capturing)
        found: dict[UUID, Any] = {a.op.id: homes[a.op.entity_id] for a in of_households if a.op.entity_id in homes}
        offices = scope(grants, "field.capture_office")
        for arrival in of_areas:
            area, subject = areas.get(arrival.op.entity_id), arrival.stated.subject
            if area and area.level in SUBJECT_LEVELS[subject] and (subject != "office" or offices.covers(area.area_code)):
                found[arrival.op.id] = area
        return found

    @staticmethod
    def judge(_arrival: Arrival, _place: Any, _sender: Sender, _ring: KeyRing) -> Problem | None:
        """A capture stands beside others, whatever they say."""
        return None

    @staticmethod
    def keep(session: Session, taken: Sequence[tuple[Arrival, Any]], sender: Sender, _ring: KeyRing) -> None:
        captures.add(session, [_new_capture(arrival, place) for arrival, place in taken], sender)

    @staticmethod
    def stored(arrival: Arrival, _ring: KeyRing) -> Any:
        """The payload as it is kept while it has not become anything."""
        return arrival.op.payload

    @staticmethod
    def unstored(_op_id: UUID, kept: Any, _ring: KeyRing) -> Raw:
        return Raw(json.encode(kept))


def _new_capture(arrival: Arrival, place: Any) -> NewCapture:
    return NewCapture(arrival.op.id, arrival.taken_at, arrival.stated, arrival.found, place, arrival.op.device_seq)


class HouseholdEdit(Kind):
    """household.edit: what the register should say of a household."""

    @staticmethod
    def find(session: Session, grants: Grants, arrivals: Sequence[Arrival]) -> dict[UUID, Home]:
        """The household of each operation; those that move it to a group that is not theirs are left out."""
        capturing = scope(grants, "field.capture")
        homes = edits.homes(session, {arrival.op.entity_id for arrival in arrivals}, capturing)
        moves = {a.op.id: a.stated.fields.group.theirs for a in arrivals if a.stated.fields.group is not UNSET}
        groups = edit_reads.groups(session, set(moves.values()), capturing)
        lost = {op_id for op_id, code in moves.items() if code not in groups}
        return {a.op.id: homes[a.op.entity_id] for a in arrivals if a.op.entity_id in homes and a.op.id not in lost}

    @staticmethod
    def judge(arrival: Arrival, home: Home, sender: Sender, ring: KeyRing) -> Problem | None:
        op = arrival.op
        new = NewEdit(op.id, op.payload_sha256, op.device_seq, arrival.taken_at, arrival.stated)
        waiting = edits.merge(home, new, sender, ring)
        return Problem("edit_conflict", waiting) if waiting else None

    @staticmethod
    def keep(session: Session, taken: Sequence[tuple[Arrival, Home]], sender: Sender, _ring: KeyRing) -> None:
        edits.keep(session, {home.row.id: home for _, home in taken}.values(), sender.received_at)

    @staticmethod
    def stored(arrival: Arrival, ring: KeyRing) -> dict:
        """It names people and their numbers, so it is sealed."""
        return {"sealed": b64encode(ring.seal(_payload_of(arrival.op.id), bytes(arrival.op.payload).decode())).decode()}

    @staticmethod
    def unstored(op_id: UUID, kept: Any, ring: KeyRing) -> Raw:
        return Raw(ring.open(_payload_of(op_id), b64decode(kept["sealed"])).encode())


def _payload_of(op_id: UUID) -> Place:
    return Place("op", op_id, "payload")


def nothing_follows(several: list[Any]) -> list[None]:
    return [None] * len(several)


KINDS: dict[str, CaptureAdd | HouseholdEdit | ResponseAdd] = {
    "capture.add": CaptureAdd(
        json.Decoder(StatedCapture).decode, stated.faults, lambda several: positions([said.fixes for said in several])
    ),
    "household.edit": HouseholdEdit(json.Decoder(StatedEdit).decode, stated_edit.faults, nothing_follows),
    "response.add": ResponseAdd(json.Decoder(StatedResponse).decode, faults, nothing_follows),
}
