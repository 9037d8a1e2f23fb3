"""response.add: a filled-in questionnaire."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Raw, Struct
from sqlalchemy.orm import Session

from webapp.domain.access import scope
from webapp.domain.problems import Problem
from webapp.domain.xform.nodes import MAX_BYTES
from webapp.queries import captures as reads
from webapp.services import responses
from webapp.services.responses import NewResponse, Read, StatedFile
from webapp.services.sealing import KeyRing, Place
from webapp.services.sender import Sender
from webapp.services.stated import MAX_PHOTO_BYTES, Pixels, Sha256
from webapp.sync.protocol import Arrival, Kind

MAX_FILES = 60
#: What a file is called in the answers: a name, no path.
FileName = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\A[^\x00/\\]+\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=60)]


class StatedAttachment(Struct, forbid_unknown_fields=True, frozen=True):
    name: FileName
    sha256: Sha256
    bytes: Annotated[int, Meta(ge=1, le=MAX_PHOTO_BYTES)]
    width: Pixels
    height: Pixels
    taken_at: Annotated[datetime, Meta(tz=True)]


class StatedResponse(Struct, forbid_unknown_fields=True, frozen=True):
    """The payload of response.add, docs/protocol.md §2."""

    form: Name
    version: Name
    xml: Annotated[str, Meta(min_length=1, max_length=MAX_BYTES, pattern=r"\A[^\x00]*\Z")]
    replaces: UUID | None
    files: Annotated[list[StatedAttachment], Meta(max_length=MAX_FILES)]


def faults(stated: StatedResponse) -> list[str]:
    names = [file.name for file in stated.files]
    return [f"files[{i}].name" for i, name in enumerate(names) if name in names[:i]]


@dataclass
class ResponsePlace:
    """What a response is about, as it is found; and the response as far as it was understood."""

    id: UUID
    area_code: str
    rev: int
    deleted: bool
    is_household: bool
    read: Read | None = None
    known_before: bool = False
    refusal: Problem | None = None


class ResponseAdd(Kind):
    @staticmethod
    def find(session: Session, grants: list[tuple[str, str]], arrivals: Sequence[Arrival]) -> dict[UUID, ResponsePlace]:
        filling_in = scope(grants, "field.capture")
        ids = {arrival.op.entity_id for arrival in arrivals}
        homes = reads.lock_households(session, ids, filling_in)
        areas = reads.lock_areas(session, ids - homes.keys(), filling_in)
        places = {
            arrival.op.id: ResponsePlace(
                found.id, found.area_code, found.rev, found.deleted, is_household=arrival.op.entity_id in homes
            )
            for arrival in arrivals
            if (found := homes.get(arrival.op.entity_id) or areas.get(arrival.op.entity_id))
        }
        for arrival in arrivals:
            if arrival.op.id in places and not places[arrival.op.id].deleted:
                _read(session, arrival, places[arrival.op.id])
        return places

    @staticmethod
    def judge(_arrival: Arrival, place: ResponsePlace, _sender: Sender, _ring: KeyRing) -> Problem | None:
        return place.refusal

    @staticmethod
    def keep(session: Session, taken: Sequence[tuple[Arrival, ResponsePlace]], sender: Sender, ring: KeyRing) -> None:
        rows = [row for arrival, place in taken if (row := _keep(session, arrival, place, sender, ring)) is not None]
        responses.touch(session, rows, sender.received_at)

    @staticmethod
    def stored(arrival: Arrival, ring: KeyRing) -> dict:
        """It names people and their numbers, so it is sealed."""
        return {"sealed": b64encode(ring.seal(_payload_of(arrival.op.id), bytes(arrival.op.payload).decode())).decode()}

    @staticmethod
    def unstored(op_id: UUID, kept: Any, ring: KeyRing) -> Raw:
        return Raw(ring.open(_payload_of(op_id), b64decode(kept["sealed"])).encode())


def _payload_of(op_id: UUID) -> Place:
    return Place("op", op_id, "payload")


def _read(session: Session, arrival: Arrival, place: ResponsePlace) -> None:
    new = _new_response(arrival, place, None)
    try:
        place.known_before = responses.known_before(session, new) is not None
        place.read = None if place.known_before else responses.read(session, new)
    except Problem as problem:
        place.refusal = problem


def _new_response(arrival: Arrival, place: ResponsePlace, sender: Sender | None) -> NewResponse:
    op, stated = arrival.op, arrival.stated
    return NewResponse(
        op.id, stated.form, stated.version, stated.xml, place.id if place.is_household else None, place.area_code,
        list(_files(stated)), stated.replaces, op.base_rev, "phone", arrival.taken_at,
        sender.account_id if sender else op.id, sender.device_id if sender else None,
    )  # fmt: skip


def _files(stated: StatedResponse) -> Iterator[StatedFile]:
    for file in stated.files:
        yield StatedFile(file.name, file.sha256, file.bytes)


def _keep(session: Session, arrival: Arrival, place: ResponsePlace, sender: Sender, ring: KeyRing) -> Any:
    """None if an ODK client brought the same before."""
    if place.known_before:
        return None
    if place.read is None:  # a second content under a used id, released by hand: it has no id of its own
        raise Problem("conflict_unreleasable")
    return responses.keep(session, ring, _new_response(arrival, place, sender), place.read, sender.received_at)
