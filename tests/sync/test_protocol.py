"""Reading what a phone sends: the canonical form that both sides hash, and the places that errors name."""

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.sync.protocol import canonical_sha256, instant

CASES = json.loads((Path(__file__).parents[1] / "cases/canonical/payloads.json").read_text(encoding="utf-8"))

WORDS = st.text(max_size=12)
LEAVES = (  # fmt: skip
    st.none() | st.booleans() | WORDS
    | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
#: Small ones: what goes wrong in a large value goes wrong in its parts, and these take a tenth of the time to make.
NESTED = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=8)
VALUES = st.dictionaries(WORDS, NESTED, max_size=6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_phone_and_server_write_alike(case):
    assert rfc8785.dumps(case["value"]).decode() == case["canonical"]
    for text in (case["canonical"], json.dumps(case["value"]), json.dumps(case["value"], indent=2, ensure_ascii=False)):
        assert canonical_sha256(text.encode()) == case["sha256"]


@given(VALUES)
@example({"\ue000": 1, "\U00010000": 2})  # the one order by letters, the other by UTF-16
def test_the_hash_is_that_of_the_canonical_form_however_it_was_written(value):
    wanted = sha256(rfc8785.dumps(value)).hexdigest()
    sorted_keys = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    texts = (rfc8785.dumps(value), msgspec.json.encode(value), json.dumps(value).encode(), sorted_keys.encode())
    assert {canonical_sha256(text) for text in texts} == {wanted}


@pytest.mark.parametrize("text", [b"", b"{", b"1e999", b'"\\ud800"', b"\xff", b"NaN"])
def test_what_has_no_canonical_form_has_no_hash(text):
    assert canonical_sha256(text) is None


@pytest.mark.parametrize(
    "text", ["", "2018-10-08", "2018-10-08T02:11:05", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "soon"]
)
def test_a_time_without_zone_or_sense_is_none(text):
    assert instant(text) is None


def test_a_time_keeps_its_instant():
    assert instant("2018-10-08T10:11:05.120+08:00") == instant("2018-10-08T02:11:05.120Z")
