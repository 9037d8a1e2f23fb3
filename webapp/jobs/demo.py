"""The demo sub-district with a campaign half done. Captures come in as phones bring them, through the same door."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Account, Campaign, Device, Household
from webapp.models.engine import begin_write
from webapp.services import (
    demo_accounts,
    demo_campaign,
    demo_families,
    demo_register,
    demo_responses,
    demo_reviews,
    devices,
    forms,
    media,
)  # fmt: skip
from webapp.services.captures import Sender
from webapp.services.demo_visits import CHINA, Visit, area_visits, second_visits, visits
from webapp.services.demo_words import word
from webapp.services.media import Media
from webapp.services.sealing import KeyRing
from webapp.sync import protocol, push
from webapp.sync.mutations import KINDS
from webapp.sync.receipts import Receipts
from webapp.sync.verdicts import Door

SEED = 20181008
#: So many pictures are painted; a larger register keeps the rest of its captures without.
PICTURES = 700
BATCH, REVIEWS_AT_ONCE = 50, 200

Say = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Server:
    """What the demo needs of the app it fills."""

    media: Media
    ring: KeyRing
    receipts: Receipts
    password: str


@dataclass(frozen=True)
class Ground:
    """What stands before the first visit."""

    people: dict[str, Account]
    campaign: Campaign
    visits: list[Visit]


def make(session: Session, server: Server, count: int, now: datetime, say: Say = lambda *_: None) -> None:
    """`count` households with everything around them; commits as it goes. Raises demo_exists, demo_real_register."""
    dice = Random(f"{SEED} {count}")
    begin_write(session)
    _refuse(session)
    ground = _lay(session, server, dice, count, now)
    session.commit()
    _collect(session, server, ground, now, say)
    _review(session, dice, ground, now, say)
    begin_write(session)
    demo_responses.make(session, Random(f"{SEED} responses {count}"), server.ring, ground.people, ground.campaign.year, now)
    session.commit()


def _refuse(session: Session) -> None:
    if session.scalar(select(Account.id).where(Account.demo).limit(1)):
        raise Problem("demo_exists")
    if session.scalar(select(Household.id).limit(1)):
        raise Problem("demo_real_register")


def _lay(session: Session, server: Server, dice: Random, count: int, now: datetime) -> Ground:
    today = now.astimezone(CHINA).date()
    people = demo_accounts.make(session, server.password, now)
    campaign = demo_campaign.make(session, today)
    forms.lay_shipped(session, campaign.year, now)
    office, centres = demo_register.centres(session)
    places = demo_register.groups(session, dice, centres)
    doors = demo_register.households(session, dice, places, count, server.ring, now)
    demo_families.make(session, Random(f"{SEED} families {count}"), server.ring, campaign.year, now, server.media.folder)
    made = [*area_visits(dice, places, centres, office, today), *visits(dice, doors, sorted(centres), today, PICTURES)]
    made += second_visits(dice, made, doors)
    return Ground(people, campaign, sorted(made, key=lambda visit: (visit.synced_at, visit.phone, visit.taken_at)))


def _collect(session: Session, server: Server, ground: Ground, now: datetime, say: Say) -> None:
    """Every phone sends what it has whenever it came back into the network."""
    phones = _enrol(session, ground)
    seqs: dict[str, int] = defaultdict(int)
    done = 0
    for username, batch in _batches(ground.visits):
        account, device = ground.people[username], phones[username]
        _send_pictures(session, server, batch, account, device)
        _push(session, server, batch, account, device, seqs[username])
        seqs[username] += len(batch)
        say("demo.captures", done := done + len(batch), len(ground.visits))


def _enrol(session: Session, ground: Ground) -> dict[str, Device]:
    begin_write(session)
    first = {visit.phone: visit.taken_at for visit in reversed(ground.visits)}
    phones = {
        username: devices.enrol(session, ground.people[username], word("device", no=no), "demo", first[username])[0]
        for no, username in enumerate(sorted(first), 1)
    }
    session.commit()
    return phones


def _batches(made: list[Visit]) -> Iterable[tuple[str, list[Visit]]]:
    together: dict[tuple, list[Visit]] = defaultdict(list)
    for visit in made:
        together[visit.synced_at, visit.phone].append(visit)
    for (_, username), mine in together.items():
        for start in range(0, len(mine), BATCH):
            yield username, mine[start : start + BATCH]


def _send_pictures(session: Session, server: Server, batch: list[Visit], account: Account, device: Device) -> None:
    begin_write(session)
    for visit in batch:
        if visit.picture and visit.picture_arrives:
            sha = visit.payload["photos"][0]["sha256"]
            part = server.media.part(device.id, sha)
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(visit.picture)
            media.keep(session, server.media, sha, part, account.id, visit.synced_at)
    session.commit()


def _push(session: Session, server: Server, batch: list[Visit], account: Account, device: Device, seq: int) -> None:
    ops = [_op(visit, no) for no, visit in enumerate(batch, seq + 1)]
    body = msgspec.json.encode({"device_id": device.id, "ops": ops})
    _, arrivals = protocol.read(body, KINDS)
    sender = Sender(account.id, device.id, batch[0].synced_at, 0.0)
    verdicts = push.receive(session, arrivals, Door(account.pairs, sender, server.receipts, server.ring))
    refused = [verdict for verdict in verdicts if verdict["verdict"] != "accepted"]
    if refused:
        raise RuntimeError(f"the demo's own capture was not accepted: {refused[0]}")
    session.commit()


def _op(visit: Visit, seq: int) -> dict:
    payload = msgspec.json.encode(visit.payload, order="sorted")
    return {
        "id": uuid7(visit.taken_at), "device_seq": seq, "kind": "capture.add",
        "entity_id": visit.entity_id, "base_rev": None, "taken_at": visit.taken_at.isoformat(), "payload": msgspec.Raw(payload),
        "payload_sha256": protocol.canonical_sha256(payload),
    }  # fmt: skip


def _review(session: Session, dice: Random, ground: Ground, now: datetime, say: Say) -> None:
    begin_write(session)
    queue = demo_reviews.waiting(session, ground.campaign.year)
    office = ground.people["office"]
    for decided in demo_reviews.review(session, dice, queue, office, now):
        if decided % REVIEWS_AT_ONCE == 0:
            session.commit()
            session.expunge_all()
            session.add(office)
            begin_write(session)
            say("demo.reviews", decided, len(queue))
    session.commit()
