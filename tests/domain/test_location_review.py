"""The review of a location, move by move."""

from itertools import product

import pytest

from webapp.domain.access import ABILITIES
from webapp.domain.problems import Problem
from webapp.domain.workflow import find, open_to
from webapp.domain.workflow.location_review import MOVES, check

STATES = ("received", "accepted", "returned")
NAMES = ("accept", "return", "reopen")
ALLOWED = {
    ("received", "accept"): "accepted",
    ("received", "return"): "returned",
    ("accepted", "reopen"): "received",
    ("returned", "reopen"): "received",
}


@pytest.mark.parametrize(("start", "name"), list(product(STATES, NAMES)))
def test_every_move_is_in_the_table_or_refused(start, name):
    if (start, name) in ALLOWED:
        assert find(MOVES, start, name).to == ALLOWED[start, name]
    else:
        with pytest.raises(Problem, match="move_not_allowed"):
            find(MOVES, start, name)


def _names(role: str, start: str) -> list[str]:
    return [move.name for move in open_to(MOVES, start, lambda ability: ability in ABILITIES[role])]


@pytest.mark.parametrize(
    ("role", "received", "accepted", "returned"),
    [
        ("office", ["accept", "return"], ["reopen"], ["reopen"]),
        ("community", ["return"], [], ["reopen"]),  # the first check: may return, never accept
        ("cadre", [], [], []),
        ("supervisor", [], [], []),
        ("admin", [], [], []),
    ],
)
def test_each_role_sees_its_own_buttons(role, received, accepted, returned):
    assert (_names(role, "received"), _names(role, "accepted"), _names(role, "returned")) == (received, accepted, returned)


@pytest.mark.parametrize(
    ("reasons", "text", "enough"),
    [
        (["B01"], "", True),
        ([], "门牌不对", True),
        (["B99", "B03"], "", True),
        ([], "", False),
        (["B99"], "", False),  # "other" says nothing by itself
        (["B99"], "院门朝北", True),
    ],
)
def test_a_return_says_what_to_put_right(reasons, text, enough):
    move = find(MOVES, "received", "return")
    if enough:
        check(move, reasons, text, ["error"])
    else:
        with pytest.raises(Problem, match="review_reason_missing"):
            check(move, reasons, text, [])


@pytest.mark.parametrize(
    ("severities", "text", "enough"),
    [([], "", True), (["warn", "info"], "", True), (["error"], "", False), (["error"], "看过", True)],
)
def test_an_error_is_accepted_only_with_words(severities, text, enough):
    move = find(MOVES, "received", "accept")
    if enough:
        check(move, [], text, severities)
    else:
        with pytest.raises(Problem, match="review_explanation_missing"):
            check(move, [], text, severities)
