"""Photos by pieces: kept where the last piece ended, whole only with their hash, seen by those who may see the capture."""

import io
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select

from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.sync.payloads import capture, op, photo
from webapp.domain.ids import area_id
from webapp.models import Blob
from webapp.services.foundation import COUNTY, STREET
from webapp.services.media import Media
from webapp.sync.receipts import Receipts

POINTING = "GPS here"


def jpeg(colour: int = 90, side: int = 400, **values) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), (colour, 120, 60)).save(file, "JPEG", **values)
    return file.getvalue()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def pieces(phone, data: bytes, *cuts: int):
    """Send a file cut at these places; the answers in order."""
    edges = [0, *sorted(set(cuts)), len(data)]
    return [
        phone.put(digest(data), data[start:end], f"bytes {start}-{end - 1}/{len(data)}")
        for start, end in zip(edges, edges[1:], strict=False)
    ]  # fmt: skip


def blobs(make) -> int:
    make.session.rollback()
    return make.session.scalar(select(func.count()).select_from(Blob))


def test_a_photo_in_one_piece_gets_its_receipt(phone, app, make):
    data = jpeg()
    answer = phone.put(digest(data), data)
    assert answer.status_code == 201
    assert (answer.json["sha256"], answer.json["bytes"]) == (digest(data), len(data))
    assert answer.json["receipt"].startswith(f"hb1.{digest(data)}.{len(data)}.")
    assert Receipts(app.config["SECRET_KEY"]).verify(answer.json["receipt"])
    assert (app.config["MEDIA"] / digest(data)[:2] / digest(data)[2:4] / digest(data)).read_bytes() == data


def test_a_photo_that_is_here_already_gets_the_same_answer(phone, make):
    data = jpeg()
    first, again = phone.put(digest(data), data), phone.put(digest(data), data[:10], f"bytes 0-9/{len(data)}")
    assert (again.status_code, again.json) == (200, first.json)
    assert blobs(make) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(colour=st.integers(0, 255), cuts=st.lists(st.integers(1, 1500), max_size=4))
def test_cut_anywhere_it_becomes_whole(phone, colour, cuts):
    """F24"""
    data = jpeg(colour)
    answers = pieces(phone, data, *[cut for cut in cuts if cut < len(data)])
    if answers[0].status_code == 200:
        return  # an earlier example sent this very picture
    assert [answer.status_code for answer in answers] == [202] * (len(answers) - 1) + [201]
    assert answers[-1].json["bytes"] == len(data)


def test_a_lost_reply_is_put_right_by_the_offset(phone):
    data = jpeg()
    sha, total = digest(data), len(data)
    assert phone.put(sha, data[:500], f"bytes 0-499/{total}").json == {"offset": 500}
    again = phone.put(sha, data[:500], f"bytes 0-499/{total}")
    assert (again.status_code, again.json["offset"], again.json["problem"]["code"]) == (409, 500, "wrong_offset")
    ahead = phone.put(sha, data[900:], f"bytes 900-{total - 1}/{total}")
    assert (ahead.status_code, ahead.json["offset"]) == (409, 500)
    asked = phone.client.get(f"/api/v1/blobs/{sha}/offset", headers=phone.headers)
    assert asked.json == {"offset": 500, "complete": False}
    assert phone.put(sha, data[500:], f"bytes 500-{total - 1}/{total}").status_code == 201
    asked = phone.client.get(f"/api/v1/blobs/{sha}/offset", headers=phone.headers)
    assert asked.json == {"offset": total, "complete": True}


@pytest.mark.parametrize("start", [0, 700, -1], ids=["from the start", "in the middle", "the last byte"])
def test_a_part_that_is_whole_already_gets_its_receipt_for_any_piece(phone, app, make, start):
    """F34: the server died after the last piece and before the receipt."""
    data = jpeg()
    part = Media(app.config["MEDIA"]).part(phone.device.id, digest(data))
    part.parent.mkdir(parents=True)
    part.write_bytes(data)
    first = start % len(data)
    answer = phone.put(digest(data), data[first:], f"bytes {first}-{len(data) - 1}/{len(data)}")
    assert (answer.status_code, answer.json["bytes"]) == (201, len(data))
    assert blobs(make) == 1


def test_a_damaged_photo_starts_again(phone, make):
    """F25"""
    data = jpeg()
    damaged = phone.put(digest(data), data[:-1] + b"x")
    assert (damaged.status_code, damaged.json["offset"], damaged.json["problem"]["code"]) == (422, 0, "hash_mismatch")
    assert blobs(make) == 0
    assert phone.put(digest(data), data).status_code == 201


@pytest.mark.parametrize("data", [b"<html>not a picture</html>", b"\xff\xd8\xff\xe0 nearly", jpeg()[:200]])
def test_only_pictures_are_kept(phone, make, data):
    answer = phone.put(digest(data), data)
    assert (answer.status_code, answer.json["problem"]["code"]) == (400, "not_a_picture")
    assert blobs(make) == 0


@pytest.mark.parametrize("content_range", ["bytes 0-9", "bytes 0-8/100", "bytes 95-104/100", "bytes a-b/c", "bytes 9-0/100", ""])
def test_a_range_that_does_not_fit_is_a_bad_request(phone, content_range):
    answer = phone.client.put(
        f"/api/v1/blobs/{'a' * 64}", data=b"0123456789", headers=phone.headers | {"Content-Range": content_range}
    )
    assert answer.status_code == 400


def test_limits_count_real_bytes(phone):
    big = b"x" * (8 * 1024 * 1024 + 1)
    assert phone.put("a" * 64, big).status_code == 413
    chunk = b"x" * (1024 * 1024 + 1)
    assert phone.put("a" * 64, chunk, f"bytes 0-{len(chunk) - 1}/{len(chunk) + 1}").status_code == 413
    assert phone.put("a" * 64, b"x", "bytes 0-0/9000000").status_code == 413


@pytest.mark.parametrize("name", ["A" * 64, "a" * 63, "..%2f..%2fetc", "a" * 65])
def test_a_name_that_is_no_hash_is_not_found(phone, name):
    assert phone.put(name, b"x").status_code == 404


def test_a_photo_may_come_before_its_record_or_after_it(phone, make):
    """F26"""
    early, late = jpeg(10), jpeg(20)
    household = make.household()
    photos = [photo(early), photo(late, "house")]
    phone.put(digest(early), early)
    phone.push(op(household.id, capture(photos=photos)))
    changes, cursor = phone.pull_all()
    data = next(change["data"] for change in changes if change["id"] == str(household.id))
    assert [item["received"] for item in data["capture"]["photos"]] == [True, False]
    phone.put(digest(late), late)
    (change,) = phone.pull(cursor)["changes"]
    assert [item["received"] for item in change["data"]["capture"]["photos"]] == [True, True]
    assert [step["event"] for step in change["data"]["history"]] == ["received", "photos"]


def test_a_photo_of_an_area_is_told_too(phone, make):
    data, group = jpeg(), make.group()
    phone.push(op(group.id, capture(subject="group", photos=[photo(data)])))
    cursor = phone.pull_all()[1]
    phone.put(digest(data), data)
    (change,) = phone.pull(cursor)["changes"]
    assert change["data"]["capture"]["photos"][0]["received"] is True


def test_a_picture_is_for_those_who_may_see_its_capture(phone, phone_of, make, signed_in):
    data = jpeg()
    phone.put(digest(data), data)
    path = f"/api/v1/blobs/{digest(data)}"
    assert phone.client.get(path, headers=phone.headers).status_code == 404  # no capture lists it yet
    phone.push(op(make.household().id, capture(photos=[photo(data)])))
    stranger = phone_of(make.account("cadre", OTHER_COMMUNITY))
    assert phone.client.get(path, headers=phone.headers).status_code == 200
    assert stranger.client.get(path, headers=stranger.headers).status_code == 404
    assert signed_in("supervisor").get(path).status_code == 200
    assert signed_in("admin").get(path).status_code == 404
    assert phone.client.get(path).status_code == 401
    assert phone.client.get(f"/api/v1/blobs/{'b' * 64}", headers=phone.headers).status_code == 404


def test_a_served_picture_keeps_nothing_of_where_it_was_taken(phone, make):
    exif = Image.Exif()
    exif[0x010E] = POINTING
    data = jpeg(side=900, exif=exif)
    assert POINTING.encode() in data
    phone.put(digest(data), data)
    phone.push(op(make.household().id, capture(photos=[photo(data)])))
    for size, width in (("full", 900), ("thumb", 320)):
        answer = phone.client.get(f"/api/v1/blobs/{digest(data)}?size={size}", headers=phone.headers)
        picture = Image.open(io.BytesIO(answer.data))
        assert (answer.mimetype, picture.width, dict(picture.getexif())) == ("image/jpeg", width, {})
        assert POINTING.encode() not in answer.data
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_picture_that_would_fill_the_memory_is_none(phone, monkeypatch):
    monkeypatch.setattr("webapp.services.media.MAX_PIXELS", 1000)
    data = jpeg()
    assert phone.put(digest(data), data).json["problem"]["code"] == "not_a_picture"


def test_one_photo_from_two_sides_at_once_is_kept_once(phone, phone_of, make, cadre):
    """F26"""
    twin, data, start, seen = phone_of(cadre), jpeg(side=700), Barrier(3), []

    def send(sender):
        start.wait()
        seen.append(sender.put(digest(data), data))

    threads = [Thread(target=send, args=(sender,)) for sender in (phone, twin, phone)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert blobs(make) == 1
    assert {answer.status_code for answer in seen} <= {200, 201}
    assert len({answer.json["receipt"] for answer in seen}) == 1


@pytest.mark.parametrize(
    ("role", "area", "street_office", "community_office"),
    [
        ("office", STREET, 200, 200), ("cadre", COMMUNITY, 200, 200), ("cadre", f"{COMMUNITY}01", 200, 200),
        ("cadre", OTHER_COMMUNITY, 200, 404), ("supervisor", OTHER_COMMUNITY, 200, 404), ("admin", COUNTY, 404, 404),
    ],
)  # fmt: skip
def test_the_photo_of_an_area_is_for_those_who_are_shown_the_area(phone_of, make, role, area, street_office, community_office):
    """The street's office is shown to every phone, a community's to those who work in it; no area to see, no picture."""
    office, of_street, of_community = phone_of(make.account("office", STREET)), jpeg(30), jpeg(31)
    make.group()
    office.push(
        op(area_id(STREET), capture(subject="office", photos=[photo(of_street)])),
        op(area_id(COMMUNITY), capture(subject="community", photos=[photo(of_community)]), seq=2),
    )
    phone, seen = phone_of(make.account(role, area)), []
    for data in (of_street, of_community):
        office.put(digest(data), data)
        seen.append(phone.client.get(f"/api/v1/blobs/{digest(data)}", headers=phone.headers).status_code)
    assert seen == [street_office, community_office]
