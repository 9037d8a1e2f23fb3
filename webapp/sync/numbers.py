"""Which numbers of a phone are accounted for. A missing one is a lost record; one that comes twice is a cloned phone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.models import Renumbered
from webapp.models.bulk import insert_rows
from webapp.queries import devices as reads
from webapp.services import devices
from webapp.services.sender import Sender
from webapp.sync.protocol import Arrival

Known = Mapping[UUID, Mapping[str, Any]]


def settle(session: Session, arrivals: Sequence[Arrival], known: Known, sender: Sender, before: int) -> None:
    """Before a batch is judged. `known` is what came of its operations earlier, `before` the highest number until then.

    Costs nothing but a look at numbers, unless a phone counts anew or shares its numbers with another one.
    """
    moved, fresh = [], defaultdict(set)
    for arrival in arrivals:
        op = arrival.op
        past = known[op.id].get(op.payload_sha256)
        if past and past.number != (sender.device_id, op.device_seq):
            moved.append({"device_id": sender.device_id, "device_seq": op.device_seq, "op_id": op.id})
        elif not known[op.id]:
            fresh[op.device_seq].add(op.id)
    insert_rows(session, Renumbered.__table__, _once(moved), "ON CONFLICT (device_id, device_seq) DO NOTHING")
    doubled = _doubled(session, fresh, sender.device_id, before)
    if doubled:
        devices.note_fork(session, sender.device_id, doubled, sender.received_at)


def _once(rows: list[dict]) -> list[dict]:
    return list({row["device_seq"]: row for row in rows}.values())


def _doubled(session: Session, fresh: Mapping[int, set[UUID]], device_id: UUID, before: int) -> Collection[int]:
    """Numbers that stand for more than one new operation, or for one that another operation holds already."""
    doubled = {seq for seq, ids in fresh.items() if len(ids) > 1}
    seen = [seq for seq in fresh if seq <= before]
    return doubled | (reads.taken(session, device_id, seen) if seen else set())
