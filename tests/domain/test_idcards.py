"""Numbers of identity cards, all invented."""

from datetime import date

import pytest

from webapp.domain import ages, idcards

TODAY = date(2018, 10, 8)


def card(body: str) -> str:
    return body + idcards.check_digit(body)


@pytest.mark.parametrize(
    ("text", "demo", "fault"),
    [
        (card("53050219800229001"), False, None),
        (card("99000019800229001"), True, None),
        (card("99000019800229001") + "44", True, None),  # a certificate of disability
        (card("99000019800229001"), False, "id_region"),  # invented people among real ones
        (card("53050219800229001"), True, "id_region"),  # real people in the demo
        (card("00000019800229001"), False, "id_region"),
        (card("53050219800229001")[:-1] + "0", False, "id_check"),
        (card("53050219800229001")[:15], False, "id_length"),
        ("", False, "id_length"),
        ("5305021980022900AX", False, "id_signs"),
        (card("53050219810229001"), False, "id_birth"),  # no such day
        (card("53050220190101001"), False, "id_birth"),  # not born yet
        (card("53050218991231001"), False, "id_birth"),
    ],
)
def test_a_number_is_judged(text, demo, fault):
    assert idcards.fault(text, TODAY, demo=demo) == fault


def test_a_number_is_compared_without_blanks_and_with_a_large_x():
    assert idcards.number(" 530502 19800229 00x ") == "5305021980022900X"


def test_a_number_tells_birth_and_sex():
    text = card("53050219800229001")
    assert (idcards.born(text), idcards.sex(text), idcards.sex(card("53050219800229002"))) == (date(1980, 2, 29), "1", "2")


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2000, 10, 8), TODAY, 18),
        (date(2000, 10, 9), TODAY, 17),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
    ],
)
def test_an_age_counts_whole_years(birth, on, years):
    assert ages.age(birth, on) == years
