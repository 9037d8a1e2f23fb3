"""What is sealed opens only in its own place and only with a key of the ring."""

import base64
from uuid import UUID

import pytest

from webapp.services.sealing import Place, Unreadable, key_ring, masked, sealed_columns

OLD = "v1:" + base64.urlsafe_b64encode(bytes(32)).decode()
NEW = "v2:" + base64.urlsafe_b64encode(bytes(range(32))).decode()
PHONE = "12990000001"
HERE = Place("household", UUID(int=1), "phone")
THERE = Place("household", UUID(int=2), "phone")


def test_what_was_sealed_opens_again_and_shows_nothing_meanwhile():
    ring = key_ring(OLD)
    sealed = ring.seal(HERE, PHONE)
    assert ring.open(HERE, sealed) == PHONE
    assert PHONE.encode() not in sealed
    assert ring.seal(HERE, PHONE) != sealed


@pytest.mark.parametrize("elsewhere", [THERE, Place("household", HERE.row, "id_no"), Place("member", HERE.row, "phone")])
def test_two_swapped_ciphertexts_do_not_open(elsewhere):
    ring = key_ring(OLD)
    with pytest.raises(Unreadable):
        ring.open(elsewhere, ring.seal(HERE, PHONE))


@pytest.mark.parametrize(
    ("name", "text", "display"),
    [
        ("id_no", "990000196002290024", "990***********0024"),
        ("bank_account", "6217000000001234", "**** 1234"),
        ("disability_cert_no", "99000019600229002444", "990*****************"),
        ("phone", PHONE, "129****0001"),
    ],
)
def test_of_a_sealed_field_no_more_is_shown_than_masking_allows(name, text, display):
    columns = sealed_columns(key_ring(OLD), HERE, name, text)
    assert columns[f"{name}_masked"] == display
    assert text not in columns[f"{name}_index"]
    assert set(sealed_columns(key_ring(OLD), HERE, name, None).values()) == {None, ""}


def test_an_old_key_still_opens_after_rotation_and_is_known_as_old():
    sealed = key_ring(OLD).seal(HERE, PHONE)
    rotated = key_ring(f"{NEW},{OLD}")
    assert rotated.open(HERE, sealed) == PHONE
    assert rotated.is_stale(sealed)
    assert not rotated.is_stale(rotated.seal(HERE, PHONE))


def test_a_key_taken_off_the_ring_opens_nothing():
    sealed = key_ring(OLD).seal(HERE, PHONE)
    with pytest.raises(Unreadable):
        key_ring(NEW).open(HERE, sealed)


def test_a_changed_byte_is_noticed():
    ring = key_ring(OLD)
    sealed = bytearray(ring.seal(HERE, PHONE))
    sealed[-1] ^= 1
    with pytest.raises(Unreadable):
        ring.open(HERE, bytes(sealed))


@pytest.mark.parametrize(("phone", "shown"), [("12990005678", "129****5678"), ("87522345", "******45"), ("", ""), ("1", "1")])
def test_a_phone_number_is_shown_masked(phone, shown):
    assert masked(phone) == shown
