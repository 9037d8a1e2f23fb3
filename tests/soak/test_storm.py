"""F39: the network comes back for five hundred phones in the same moment."""

import json
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from bench.sending import exchange, request
from tests.browser.machines import serve
from tests.factories import COMMUNITY, WHEN
from tests.sync.payloads import exception, op
from webapp.domain.ids import uuid7
from webapp.models import Capture, Device, Household
from webapp.models.engine import begin_write
from webapp.queries.accounts import token_hash
from webapp.services import feeds

pytestmark = pytest.mark.long
PHONES, RECORDS = 500, 4
PATIENCE_S = 600


@pytest.fixture
def phones(make) -> list[tuple[str, UUID, list[UUID]]]:
    """Token, device and doors of each."""
    account, group = make.account("cadre"), make.group()
    own = [(f"hd1.{uuid7()}", uuid7(), [uuid7() for _ in range(RECORDS)]) for _ in range(PHONES)]
    doors = [door for *_, mine in own for door in mine]
    make.session.commit()
    begin_write(make.session)
    make.session.execute(insert(Device), [
        {"id": device, "account_id": account.id, "label": "-", "token_hash": token_hash(token), "enrolled_at": WHEN,
         "last_seen_at": WHEN}
        for token, device, _ in own
    ])  # fmt: skip
    make.session.execute(insert(Household), [
        {"id": door, "number": f"S{n:05d}", "head_name": f"户主{n}", "pinyin": f"huzhu{n}", "initials": f"hz{n}",
         "area_code": group.code, "attribute": "01", "exit_status": "0", "created_at": WHEN, "updated_at": WHEN}
        for n, door in enumerate(doors)
    ])  # fmt: skip
    feeds.changed(make.session, COMMUNITY, "household", [(door, 1) for door in doors])
    make.session.commit()
    return own


def push(token: str, device: UUID, doors: list[UUID]) -> bytes:
    ops = [op(door, exception(note=f"{door}"), seq=n) for n, door in enumerate(doors, 1)]
    body = json.dumps({"device_id": str(device), "ops": ops}).encode()
    return request("/api/v1/sync/push", {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, body)


def test_f39_five_hundred_phones_that_come_back_at_once_are_all_answered(app, database_url, tmp_path, phones, session):
    """Each sends a day's records and, having lost the answer, sends them again."""
    server = serve(database_url, tmp_path)
    server.start()
    try:
        seconds, answered = exchange(urlsplit(server.url).port, [[push(*phone)] * 2 for phone in phones])
    finally:
        server.stop()
    print(f"{PHONES} phones answered twice in {seconds:.1f} s")
    assert {answer.status for answers in answered for answer in answers} == {200}
    first, again = zip(*answered, strict=True)
    words = [{verdict["verdict"] for answer in round_ for verdict in answer.verdicts} for round_ in (first, again)]
    assert words == [{"accepted"}, {"duplicate"}]
    receipts = [[verdict["receipt"] for answer in round_ for verdict in answer.verdicts] for round_ in (first, again)]
    assert receipts[0] == receipts[1]
    session.rollback()
    assert session.scalar(select(func.count(Capture.note.distinct()))) == PHONES * RECORDS
    assert session.scalar(select(func.count()).select_from(Capture)) == PHONES * RECORDS
    assert seconds < PATIENCE_S
