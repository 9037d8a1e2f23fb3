"""The register of what a phone may ask to be done. A new kind is one row here and a section in docs/protocol.md."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import json
from sqlalchemy.orm import Session

from webapp.domain.access import scope
from webapp.domain.fix import positions
from webapp.queries import captures as reads
from webapp.services import captures
from webapp.services.captures import NewCapture, Sender
from webapp.services.stated import StatedCapture, faults
from webapp.sync.protocol import Arrival, Kind

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
    def keep(session: Session, accepted: Sequence[tuple[Arrival, Any]], sender: Sender) -> None:
        fresh = [NewCapture(arrival.op.id, arrival.taken_at, arrival.stated, arrival.found, place) for arrival, place in accepted]
        captures.add(session, fresh, sender)


KINDS: dict[str, CaptureAdd] = {
    "capture.add": CaptureAdd(
        json.Decoder(StatedCapture).decode, faults, lambda several: positions([stated.fixes for stated in several])
    ),
}
