"""What a row must say, cell by cell."""

import pytest

from tests.imports.books import TITLES, book, row
from webapp.domain.problems import Problem
from webapp.domain.register_rows import Ground, entries
from webapp.imports.register_xlsx import read

COMMUNITIES = {"河村社区": "530502005001", "河上村社区": "530502005002"}


@pytest.fixture
def check(tmp_path):
    def rows_of(rows, titles=TITLES, datum=None):
        sheet = read(book(tmp_path, rows, titles))
        return entries(sheet.found, sheet.rows, Ground(COMMUNITIES, datum))

    return rows_of


@pytest.mark.parametrize(
    ("cells", "cell", "code"),
    [
        ({"编号": None}, "A2", "number_missing"),
        ({"编号": "9" * 33}, "A2", "too_long"),
        ({"编号": 99000000000000012}, "A2", "lost_digits"),
        ({"户主": " "}, "B2", "head_missing"),
        ({"户主": "名" * 61}, "B2", "too_long"),
        ({"社区": None}, "C2", "community_missing"),
        ({"社区": "月亮社区"}, "C2", "community_unknown"),
        ({"小组": None}, "D2", "group_missing"),
        ({"小组": "=D1"}, "D2", "formula"),
        ({"属性": None}, "E2", "code_missing"),
        ({"属性": "富裕户"}, "E2", "code_unknown"),
        ({"脱贫属性": "9"}, "F2", "code_unknown"),
        ({"地址": "长" * 201}, "G2", "too_long"),
        ({"地址": "#REF!"}, "G2", "error_value"),
        ({"电话": "没有"}, "H2", "phone_odd"),
        ({"电话": "123"}, "H2", "phone_odd"),
    ],
)
def test_a_fault_names_its_cell(check, cells, cell, code):
    good, errors = check([row(**cells)])
    assert good == []
    assert [(error.cell, error.code) for error in errors] == [(cell, code)]


def test_all_faults_of_a_row_are_told_at_once(check):
    _, errors = check([row(户主="", 属性="x", 电话="y")])
    assert [error.cell for error in errors] == ["B2", "E2", "H2"]


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"编号": 990000000001}, "number", "990000000001"),
        ({"编号": 990000000001.0}, "number", "990000000001"),
        ({"编号": " ａ１２ "}, "number", "A12"),
        ({"属性": 1}, "attribute", "01"),
        ({"属性": "五保 贫困户"}, "attribute", "06"),
        ({"脱贫属性": "已脱贫（不再享受政策）"}, "exit_status", "4"),
        ({"脱贫属性": 0}, "exit_status", "0"),
        ({"电话": "0875-2220001"}, "phone", "08752220001"),
        ({"电话": 12990000001}, "phone", "12990000001"),
        ({"地址": None}, "address", ""),
        ({"户主": "张  三"}, "head", "张 三"),
    ],
)
def test_a_value_is_understood_as_people_write_it(check, cells, field, value):
    good, errors = check([row(**cells)])
    assert errors == []
    assert getattr(good[0], field) == value


def test_two_rows_with_one_number_name_each_other(check):
    good, errors = check([row("A1"), row("A2"), row("a1", 户主="")])
    assert [entry.number for entry in good] == ["A2"]
    twins = [(error.row, error.values["others"]) for error in errors if error.code == "number_twice"]
    assert twins == [(2, "4"), (4, "2")]


def test_the_example_of_the_template_is_passed_over(check):
    good, errors = check([row("EXAMPLE", 户主="示例", 社区=""), row("A1")])
    assert ([entry.number for entry in good], errors) == (["A1"], [])


def test_only_the_example_is_as_good_as_nothing(check):
    with pytest.raises(Problem, match="import_empty"):
        check([row(户主="示例")])


@pytest.mark.parametrize(
    ("lon", "lat", "cell", "code"),
    [
        (99.2, None, "I2", "position_half"),
        (25.1, 99.2, "I2", "position_swapped"),
        (9.92, 25.1, "I2", "position_far"),
        ("东边", 25.1, "I2", "position_no_number"),
        (99.2, "nan", "I2", "position_far"),
    ],
)
def test_a_position_that_cannot_be_is_a_fault(check, lon, lat, cell, code):
    _, errors = check([[*row(), lon, lat]], [*TITLES, "经度", "纬度"], datum="WGS84")
    assert [(error.cell, error.code) for error in errors] == [(cell, code)]


def test_positions_may_be_left_empty_household_by_household(check):
    good, errors = check([[*row(), None, None], [*row(), "99.2°", " 25.1"]], [*TITLES, "经度", "纬度"], datum="WGS84")
    assert ([(entry.lon, entry.lat) for entry in good], errors) == ([(None, None), (99.2, 25.1)], [])
