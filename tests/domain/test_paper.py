"""A household's sheet: what stands on it, and how it is divided into leaves."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain import codes, dictionary, paper_blocks, paper_code, paper_leaves
from webapp.domain.paper_leaves import FIRST_MM, NEXT_MM, Block, Cell, Row

CASES = json.loads((Path(__file__).parents[1] / "cases" / "paper" / "codes.json").read_text())
HEADS = ("item", "2017", "new")


@pytest.mark.parametrize("case", CASES["printed"])
def test_a_square_names_the_household_and_nothing_of_it(case):
    assert paper_code.of(UUID(case["household"])) == case["text"]


def test_a_text_takes_as_many_lines_as_its_letters_need():
    assert paper_leaves.lines("", 30) == 1
    assert paper_leaves.lines("一" * 8, 28) == 1
    assert paper_leaves.lines("一" * 9, 28) == 2
    assert paper_leaves.lines("9" * 13, 28) == 1


heights = st.lists(st.floats(min_value=7.2, max_value=60), min_size=1, max_size=40)


@given(st.lists(heights, min_size=1, max_size=6))
def test_every_row_is_on_one_leaf_in_its_order_and_no_leaf_is_too_full(blocks):
    made = [Block(str(no), "grid", tuple(Row((Cell(f"{no}.{place}"),), mm) for place, mm in enumerate(some)), 14)
            for no, some in enumerate(blocks)]  # fmt: skip
    leaves = paper_leaves.leaves(made)
    laid = [row for leaf in leaves for part in leaf.parts for row in part.rows]
    assert laid == [row for block in made for row in block.rows]
    for no, leaf in enumerate(leaves):
        used = sum(part.block.head_mm + sum(row.mm for row in part.rows) for part in leaf.parts)
        assert used <= (NEXT_MM if no else FIRST_MM) + 1e-6
    assert all(part.rows for leaf in leaves for part in leaf.parts)


def test_what_goes_on_overleaf_says_so():
    block = Block("long", "grid", (Row((Cell("a"),), 60),) * 9, 14)
    assert [[part.is_continued for part in leaf.parts] for leaf in paper_leaves.leaves([block])] == [[False], [True], [True]]


def test_a_row_taller_than_a_leaf_is_not_lost():
    giant = Block("giant", "grid", (Row((Cell("a"),), 400),), 14)
    assert [len(leaf.parts) for leaf in paper_leaves.leaves([giant, giant])] == [1, 1]


def test_every_field_that_people_tell_is_on_the_sheet_once():
    labels = [cell.label for entity in dictionary.HOUSEHOLD_YEAR for cell, _ in paper_blocks.household({}, entity)]
    told = {name for name in dictionary.household_year() if name not in paper_blocks.UNPRINTED}
    assert len(labels) == len(set(labels)) == len(told)


def test_what_is_computed_or_changes_by_a_case_has_no_box_and_what_the_notice_singles_out_is_marked():
    fields = dictionary.household_year()
    assert not paper_blocks.cell(fields["gross_income"], {}).box
    assert not paper_blocks.cell(fields["exit_status"], {}).box
    assert not paper_blocks.cell(fields["property_income"], {}).must
    wage = paper_blocks.cell(fields["wage_income"], {"wage_income": 12000.5})
    assert (wage.label, wage.value, wage.box, wage.must) == ("工资性收入(元)", "12000.5", True, True)
    member = dictionary.member_year()["student_status"]
    assert paper_blocks.cell(member, {}).must


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("has_power", True, "是"), ("has_power", False, "否"), ("has_power", None, ""), ("farmland_mu", 3.5, "3.5"),
        ("farmland_mu", 0.0, "0"), ("gross_income", 1234567.0, "1234567"), ("planned_exit_year", 2018, "2018"),
        ("moved_in_on", "2017-05-01", "2017-05-01"), ("other_causes", "03 10", "因学、交通条件落后"), ("main_cause", "zz", "zz"),
    ],
)  # fmt: skip
def test_values_are_said_in_words(name, value, words):
    assert paper_blocks.words(dictionary.household_year()[name], value) == words


def test_sealed_fields_are_printed_masked_or_not_at_all():
    bank = dictionary.household_year()["bank_account"]
    assert paper_blocks.cell(bank, {"bank_account": "6217", "bank_account_masked": "**** 4567"}).value == "**** 4567"


@pytest.mark.parametrize(("people", "tables"), [(1, [0]), (2, [2]), (4, [4]), (7, [4, 3])])
def test_members_stand_side_by_side_four_to_a_table(people, tables):
    blocks = paper_blocks.people("成员", [{"no": no, "name": f"人{no}"} for no in range(1, people + 1)], HEADS)
    assert [len(block.heads) - 1 if block.look == "people" else 0 for block in blocks] == tables


def test_a_line_of_known_measures_has_a_line_of_boxes_under_it():
    block = paper_blocks.measures("六", [{"name": "发放仔猪", "member_id": "m1"}], {"m1": "张三"}, 2)
    assert [cell.value for cell in block.rows[0].cells[:3]] == ["", "张三", "发放仔猪"]
    assert [bool(row.cells[2].value) for row in block.rows] == [True, False, False]
    assert block.rows[0].mm > 2 * block.rows[1].mm - 1e-6


def test_every_code_list_on_the_sheet_has_words():
    for field in dictionary.household_year().values():
        if field.kind in ("code", "codes"):
            assert all(code.zh for code in codes.codes(field.codelist).values())
