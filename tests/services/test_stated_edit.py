"""What an edit of a household may say: the cases both languages know."""

import json
from pathlib import Path

import pytest
from msgspec import ValidationError, convert

from webapp.domain import phones
from webapp.services.decisions import SHAPES
from webapp.services.sealing import masked
from webapp.services.stated_edit import fits

CASES = Path(__file__).parents[1] / "cases" / "edit"
FIELDS = json.loads((CASES / "fields.json").read_text(encoding="utf-8"))
NUMBERS = json.loads((CASES / "numbers.json").read_text(encoding="utf-8"))


def is_good(field: str, base: str, theirs: str) -> bool:
    said = {"base": base, "theirs": theirs} | ({"mark": None} if field == "phone" else {})
    try:
        return fits(field, convert(said, SHAPES[field]))
    except ValidationError:
        return False


@pytest.mark.parametrize("case", FIELDS, ids=[case["name"] for case in FIELDS])
def test_phone_and_server_judge_alike(case):
    theirs = case["theirs"] if "theirs" in case else case["repeat"][0] * case["repeat"][1]
    assert is_good(case["field"], case["base"], theirs) is case["good"]


@pytest.mark.parametrize("case", NUMBERS, ids=[case["written"] for case in NUMBERS])
def test_phone_and_server_read_and_mask_numbers_alike(case):
    assert phones.number(case["written"]) == case["number"]
    assert masked(case["number"]) == case["masked"]
