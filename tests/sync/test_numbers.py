"""Which numbers of a phone arrived: gaps, restored servers, cloned phones."""

import sqlite3
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from tests.factories import COMMUNITY
from tests.sync.payloads import op
from tests.sync.signing import Key, SigningPhone
from webapp.extensions import db
from webapp.models import Capture, Device, DeviceEvent, Feed, Finding, Op, Photo


def test_missing_numbers_are_named(signing, make):
    home = make.household()
    signing.push(*(op(home.id, seq=seq) for seq in (2, 3, 6)))
    signing.seq = 9
    assert signing.standing == {"last_seq": 6, "missing": [[1, 1], [4, 5], [7, 9]], "order": None}
    signing.push(*(op(home.id, seq=seq) for seq in (1, 4, 5, 7, 8, 9)))
    assert signing.standing == {"last_seq": 9, "missing": [], "order": None}


def test_at_most_twenty_ranges_are_named(signing, make):
    home = make.household()
    signing.push(*(op(home.id, seq=seq) for seq in range(2, 60, 2)))
    assert signing.standing["missing"] == [[n, n] for n in range(1, 40, 2)]


def test_a_refused_record_is_not_missing(signing, make):
    signing.push(op(UUID(int=5), seq=1))
    assert signing.standing["missing"] == []


def test_what_comes_again_under_another_number_leaves_no_gap(client, signing, make):
    """The reply was lost, the phone became another device, and its queue was counted anew."""
    home = make.household()
    record = op(home.id, seq=4)
    signing.push(record)
    other = SigningPhone(client, "cadre01")
    other.sign_in()
    assert other.push(record | {"device_seq": 1})[0]["verdict"] == "duplicate"
    assert other.push(record | {"device_seq": 1})[0]["verdict"] == "duplicate"
    assert other.standing == {"last_seq": 1, "missing": [], "order": None}


def test_a_session_is_no_device(signed_in):
    assert signed_in("office").get("/api/v1/sync/pull").json["device"] is None


def test_a_server_restored_from_an_older_copy_names_what_it_lost_and_takes_it_again(signing, make, write, session):
    """F36: the rows a backup from yesterday would not have had."""
    home = make.household()
    records = [op(home.id, seq=seq) for seq in (1, 2, 3)]
    signing.push(*records)
    signing.seq = 3
    lost = [UUID(record["id"]) for record in records[1:]]
    cursor = signing.pull()["cursor"]
    write(*_as_if_never_received(lost), update(Device).values(last_seq=1, seq_before=0))

    assert signing.standing == {"last_seq": 1, "missing": [[2, 3]], "order": None}
    assert [verdict["verdict"] for verdict in signing.push(*records)] == ["duplicate", "accepted", "accepted"]
    assert signing.standing == {"last_seq": 3, "missing": [], "order": None}
    assert session.scalar(select(func.count()).select_from(Capture)) == 3
    assert signing.pull(cursor)["changes"], "what is new since is told"


def _as_if_never_received(ids):
    return (
        delete(Photo).where(Photo.capture_id.in_(ids)), delete(Finding).where(Finding.capture_id.in_(ids)),
        delete(Op).where(Op.id.in_(ids)), delete(Capture).where(Capture.id.in_(ids)),
    )  # fmt: skip


def test_a_cursor_ahead_of_a_restored_server_starts_that_feed_again(signing, make, write):
    """F36"""
    home = make.household()
    make.household()
    cursor = signing.pull()["cursor"]
    assert signing.pull(cursor)["changes"] == []
    write(update(Feed).where(Feed.key == COMMUNITY).values(seq=Feed.seq - 1))
    again = {change["id"] for change in signing.pull(cursor)["changes"]}
    assert str(home.id) in again


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_a_copied_database_file_put_back_gets_everything_again(app, database_url, tmp_path, signing, make, session):
    """F36, as an office does it: the file of this morning in the place of this evening's."""
    home = make.household()
    morning, evening = op(home.id, seq=1), op(home.id, seq=2)
    signing.push(morning)
    file = database_url.removeprefix("sqlite:///")
    session.close()
    with sqlite3.connect(file) as source, sqlite3.connect(tmp_path / "copy.db") as copy:
        source.backup(copy)
    signing.push(evening)
    with app.app_context():
        db.engine.dispose()
    with sqlite3.connect(tmp_path / "copy.db") as copy, sqlite3.connect(file) as target:
        copy.backup(target)

    signing.seq = 2
    assert signing.standing["missing"] == [[2, 2]]
    assert [verdict["verdict"] for verdict in signing.push(morning, evening)] == ["duplicate", "accepted"]
    assert signing.standing["missing"] == []


def test_a_cloned_phone_loses_nothing_and_gets_an_identity_of_its_own(signing, make, session):
    """F38"""
    home, neighbour = make.household(), make.household()
    mine, theirs = op(home.id, seq=1), op(neighbour.id, seq=1)
    signing.push(mine)
    assert signing.push(theirs)[0]["verdict"] == "accepted", "taken all the same"
    assert signing.standing["order"] == "renew"
    device = make.fresh(Device, UUID(signing.device_id))
    assert (device.forked_at is not None, device.must_renew) == (True, True)

    shared, key = signing.token, Key()
    first = signing.ask("POST", "/api/v1/devices/renew", {"public_key": key.public})
    again = signing.ask("POST", "/api/v1/devices/renew", {"public_key": key.public})
    assert first.status_code == 201
    assert again.json["device_id"] == first.json["device_id"] != signing.device_id, "a lost reply makes no third phone"

    clone = SigningPhone(signing.client, "cadre01")
    clone.key = key
    clone.entered(again)
    assert clone.push(op(home.id, seq=1))[0]["verdict"] == "accepted"
    assert clone.standing == {"last_seq": 1, "missing": [], "order": None}
    signing.token = shared
    signing.push(op(home.id, seq=2))
    assert signing.standing == {"last_seq": 2, "missing": [], "order": None}
    session.rollback()
    told = session.scalars(select(DeviceEvent.kind).where(DeviceEvent.device_id == device.id).order_by(DeviceEvent.id))
    assert list(told) == ["enrolled", "forked", "renewed"]


def test_two_records_of_one_number_in_one_batch_are_a_clone_too(signing, make):
    home = make.household()
    signing.push(op(home.id, seq=1), op(home.id, seq=1))
    assert signing.standing["order"] == "renew"


def test_sending_the_same_records_again_is_no_clone(signing, make):
    home = make.household()
    records = [op(home.id, seq=seq) for seq in (1, 2)]
    for _ in range(2):
        signing.push(*records)
    signing.push(records[0] | {"payload_sha256": "0" * 64})
    assert signing.standing["order"] is None
