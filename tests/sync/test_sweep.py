"""Pieces that stopped coming are thrown away: at most a phone sends a photo once more, and nothing is ever lost by it."""

import fcntl
import os
from datetime import timedelta
from threading import Event, Thread

import pytest

from tests.sync.payloads import capture, op, photo
from tests.sync.test_blobs import digest, jpeg
from webapp.domain.clock import now
from webapp.services.media import Media
from webapp.sync import blobs

HALF = 700


@pytest.fixture
def swept(app):
    def run() -> str:
        said = app.test_cli_runner().invoke(args=["sweep"])
        assert said.exit_code == 0, said.output
        return said.output

    return run


@pytest.fixture
def left(app):
    """left(phone, picture, days) sends half of it, that many days ago; answers the part."""

    def half(phone, data: bytes, days: int):
        assert phone.put(digest(data), data[:HALF], f"bytes 0-{HALF - 1}/{len(data)}").status_code == 202
        part = Media(app.config["MEDIA"]).part(phone.device.id, digest(data))
        aged(days, part, part.with_suffix(".lock"))
        return part

    return half


def aged(days: int, *paths) -> None:
    then = (now() - timedelta(days=days)).timestamp()
    for path in paths:
        os.utime(path, (then, then))


def rest_of(phone, data: bytes, start: int):
    return phone.put(digest(data), data[start:], f"bytes {start}-{len(data) - 1}/{len(data)}")


def test_a_part_nothing_came_to_for_two_weeks_goes_and_its_phone_starts_again(phone, left, swept):
    data = jpeg()
    part = left(phone, data, 15)
    assert "未传完的照片 1 张" in swept()
    assert list(part.parent.iterdir()) == []
    again = rest_of(phone, data, HALF)
    assert (again.status_code, again.json["offset"]) == (409, 0)
    assert rest_of(phone, data, 0).status_code == 201


def test_a_part_that_still_grows_stays(phone, left, swept):
    data = jpeg()
    left(phone, data, 13)
    assert "未传完的照片 0 张" in swept()
    assert rest_of(phone, data, HALF).status_code == 201


def test_what_a_record_waits_for_stays_however_old_it_is(phone, make, left, swept):
    """Its phone may never come back: half a photo of a door is more than none."""
    data = jpeg()
    phone.push(op(make.household().id, capture(photos=[photo(data)])))
    part = left(phone, data, 400)
    swept()
    assert part.stat().st_size == HALF
    assert rest_of(phone, data, HALF).status_code == 201


def test_a_part_of_a_photo_that_is_here_whole_goes_although_a_record_lists_it(phone, phone_of, cadre, make, left, swept):
    data, twin = jpeg(), phone_of(cadre)
    phone.push(op(make.household().id, capture(photos=[photo(data)])))
    part = left(phone, data, 15)
    assert twin.put(digest(data), data).status_code == 201
    swept()
    assert not part.exists()
    assert phone.client.get(f"/api/v1/blobs/{digest(data)}", headers=phone.headers).status_code == 200
    assert rest_of(phone, data, HALF).status_code == 200


def test_the_lock_of_a_photo_that_is_here_goes_too_and_is_not_counted(phone, app, swept):
    data = jpeg()
    phone.put(digest(data), data)
    lock = Media(app.config["MEDIA"]).part(phone.device.id, digest(data)).with_suffix(".lock")
    aged(15, lock)
    assert "未传完的照片 0 张" in swept()
    assert not lock.exists()


def test_who_waited_for_a_lock_that_was_swept_away_still_keeps_others_out(tmp_path):
    part, waiting, inside, done = tmp_path / "phone" / "a", Event(), Event(), Event()

    def wait():
        waiting.set()
        with blobs.held(part):
            inside.set()
            done.wait(30)

    with blobs.held(part):
        thread = Thread(target=wait)
        thread.start()
        assert waiting.wait(30)
        assert not inside.wait(0.3)
        blobs.forget(part)
    assert inside.wait(30)
    with part.with_suffix(".lock").open("a") as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    done.set()
    thread.join(30)
