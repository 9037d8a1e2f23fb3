"""flask import-register: the same preview, a question, and a telling exit code."""

import pytest
from sqlalchemy import func, select

from tests.imports.books import TITLES, book, row
from webapp.models import Household


@pytest.fixture
def run(app):
    def invoke(*arguments, answer="y\n"):
        return app.test_cli_runner().invoke(args=["import-register", *map(str, arguments)], input=answer)

    return invoke


def households(session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Household.id)))


def test_it_asks_before_it_writes(run, session, tmp_path):
    path = book(tmp_path, [row("A1"), row("A2")])
    refused = run(path, answer="n\n")
    assert (refused.exit_code, households(session)) == (0, 0)
    assert "新增: 2" in refused.output
    taken = run(path)
    assert (taken.exit_code, households(session)) == (0, 2)
    assert "已新增 2 户" in taken.output


def test_a_fault_ends_with_one_and_writes_nothing(run, session, tmp_path):
    path = book(tmp_path, [row("A1"), row("A2", 社区="月亮社区")])
    refused = run(path, "--yes")
    assert (refused.exit_code, households(session)) == (1, 0)
    assert "单元格 C3" in refused.output
    assert run(path, "--yes", "--good-rows").exit_code == 0
    assert households(session) == 1


def test_a_bad_file_ends_with_one_and_a_sentence(run, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    refused = run(path)
    assert refused.exit_code == 1
    assert "这是 PDF 文件" in refused.output


def test_positions_need_the_datum_option(run, session, tmp_path):
    path = book(tmp_path, [[*row("A1"), 99.2, 25.1]], [*TITLES, "经度", "纬度"])
    assert "没有选择坐标系" in run(path, "--yes").output
    assert run(path, "--yes", "--datum", "GCJ02").exit_code == 0
    assert households(session) == 1


def test_the_same_file_twice_writes_nothing_the_second_time(run, tmp_path):
    path = book(tmp_path, [row("A1")])
    run(path, "--yes")
    again = run(path, "--yes")
    assert again.exit_code == 0
    assert "无变动: 1" in again.output
    assert "没有写入任何内容" in again.output
