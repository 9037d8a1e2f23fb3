"""Statements of phones merged with the register: the cases both languages know, and any order of arrival."""

import json
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.merge import CONFLICT, PASSED, TAKE, Stated, judge, merge

CASES = json.loads((Path(__file__).parents[1] / "cases" / "merge" / "statements.json").read_text(encoding="utf-8"))


def stated(op: int, phone: int, seq: int, base: str, theirs: str, person: int | None = None) -> Stated:
    return Stated(UUID(int=op), UUID(int=person or phone), UUID(int=phone), seq, base, theirs)


def ending(arrivals: list[Stated], register: str) -> tuple[str, list[dict]]:
    """What the register says and what is open when all of these have come, the same one twice or not."""
    known: dict[UUID, Stated] = {}
    for item in arrivals:
        if item.op_id in known:
            continue
        for ruling in judge(item, list(known.values()), register):
            about = known.get(ruling.op_id, item)
            known[ruling.op_id] = replace(about, effect=ruling.effect, began=ruling.base)
            register = about.theirs if ruling.effect == TAKE else register
    return register, [{"op": op.int, "base": known[op].began} for op in sorted(known) if known[op].effect == CONFLICT]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_cases_both_languages_know(case):
    register, still_open = ending([stated(**item) for item in case["says"]], case["register"])
    assert {"register": register, "open": still_open} == case["ends"]


@st.composite
def visits(draw) -> tuple[list[Stated], list[Stated]]:
    """A phone's edits of one field in order, and as the network brings them: shuffled, some of them twice."""
    values = draw(st.lists(st.sampled_from("ABCDX"), min_size=1, max_size=5))
    chain = [value for value, _ in groupby(["A", *values])]
    in_order = [stated(n, 1, n, base, theirs) for n, (base, theirs) in enumerate(pairwise(chain), 1)]
    again = draw(st.lists(st.sampled_from(in_order), max_size=3)) if in_order else []
    return in_order, draw(st.permutations(in_order + again))


@given(visits(), st.sampled_from("ABCDX"))
def test_a_phones_edits_end_alike_in_whatever_order_they_come_f27(visit, register):
    in_order, as_it_comes = visit
    assert ending(as_it_comes, register) == ending(in_order, register)


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ABCX")), max_size=8), st.sampled_from("ABX"))
def test_the_last_word_of_every_phone_stands_or_waits_or_made_room_for_another(says, register):
    seen, known = dict.fromkeys((1, 2, 3), "A"), []
    for n, (phone, theirs) in enumerate(says, 1):
        if theirs != seen[phone]:
            known.append(stated(n, phone, n, seen[phone], theirs))
            seen[phone] = theirs
    end, still_open = ending(known, register)
    waiting = {item["op"] for item in still_open}
    last_words = {item.device_id: item for item in known}.values()
    silent = [item for item in last_words if item.op_id.int not in waiting and item.theirs != end]
    assert len(waiting) <= len(last_words)
    assert all(_took_effect_or_asked_nothing(item, known, register) for item in silent)


def _took_effect_or_asked_nothing(item: Stated, known: list[Stated], register: str) -> bool:
    """The register had this value at some time, or the phone came back to where it began."""
    began = next(other.base for other in known if other.device_id == item.device_id)
    had = {register} | {ending(known[:n], register)[0] for n in range(len(known) + 1)}
    return item.theirs in had or item.theirs == began


def test_a_value_nobody_saw_is_never_written_over():
    for ours in "BCX":
        assert merge(["A"], ours, "D") == CONFLICT
    assert merge(["A"], "A", "D") == TAKE


def test_a_late_statement_changes_nothing_that_was_settled_after_it():
    taken = replace(stated(2, 1, 2, "B", "C"), effect=TAKE, began="B")
    (ruling,) = judge(stated(1, 1, 1, "A", "B"), [taken], "Z")
    assert ruling.effect == PASSED
