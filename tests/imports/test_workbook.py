"""Every bad file is told from the others, and none of them is opened."""

import zipfile
from pathlib import Path

import pytest

from tests.imports.books import TITLES, book, row
from webapp.domain.problems import Problem
from webapp.imports import workbook
from webapp.imports.register_xlsx import read, read_apart


def refused(path: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        read(path)
    return caught.value


def of_bytes(folder: Path, data: bytes) -> Path:
    path = folder / "upload.xlsx"
    path.write_bytes(data)
    return path


def repacked(path: Path, **parts: bytes) -> Path:
    """The same workbook with some parts replaced or added; __ in a name stands for /, _ for a dot."""
    renamed = {name.replace("__", "/").replace("_", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    out = path.with_name("repacked.xlsx")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in (kept | renamed).items():
            new.writestr(name, data)
    return out


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import_empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "import_is_xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "import_encrypted"),
        (b"%PDF-1.7\n", "import_is_pdf"),
        ("编号,户主\n1,张三\n".encode("gbk"), "import_is_csv"),
        (b"\x89PNG\r\n\x1a\n\0\0", "import_not_xlsx"),
        (b"PK\x03\x04 and then nothing of a zip", "import_broken"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, data, code):
    assert refused(of_bytes(tmp_path, data)).code == code


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refused(path).code == "import_not_xlsx"


def test_a_bomb_is_found_by_the_bytes_it_really_unpacks_to(tmp_path):
    path = repacked(book(tmp_path, [row()]), xl__worksheets__sheet9_xml=bytes(30 * 1024 * 1024))
    assert path.stat().st_size < 100_000
    assert refused(path).code == "import_bomb"


def test_a_big_workbook_that_packs_badly_is_cut_at_the_total(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_TOTAL_BYTES", 2000)
    assert refused(book(tmp_path, [row()])).code == "import_bomb"


def test_a_zip_with_hundreds_of_entries_is_refused(tmp_path):
    extra = {f"xl__media__picture{n}_bin": b"x" for n in range(200)}
    assert refused(repacked(book(tmp_path, [row()]), **extra)).code == "import_bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_declaration_is_refused_before_it_is_parsed(tmp_path, encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><sst>&c;</sst>'.encode(encoding)
    assert refused(repacked(book(tmp_path, [row()]), xl__sharedStrings_xml=bomb)).code == "import_doctype"


def test_macros_are_refused(tmp_path):
    assert refused(repacked(book(tmp_path, [row()]), xl__vbaProject_bin=b"x")).code == "import_macros"


def test_links_to_other_workbooks_are_refused(tmp_path):
    assert refused(repacked(book(tmp_path, [row()]), xl__externalLinks__externalLink1_xml=b"<a/>")).code == "import_links"


def test_a_sheet_of_garbled_xml_is_refused_and_not_a_crash(tmp_path):
    path = repacked(book(tmp_path, [row()]), xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row>")
    assert refused(path).code == "import_broken"


def test_a_workbook_without_our_header_names_its_sheets(tmp_path):
    problem = refused(book(tmp_path, [[1, 2, 3]], ["日期", "金额", "备注"], sheet="流水"))
    assert (problem.code, problem.values) == ("import_no_header", {"sheets": "流水"})


def test_missing_columns_are_all_named(tmp_path):
    problem = refused(book(tmp_path, [["A1", "张三", "一组", "01"]], ["编号", "户主", "小组", "属性"]))
    assert (problem.code, problem.fields) == ("import_columns_missing", ["community", "exit_status"])


def test_a_longitude_needs_its_latitude(tmp_path):
    assert refused(book(tmp_path, [[*row(), 99.2]], [*TITLES, "经度"])).fields == ["lat"]


def test_a_column_that_is_there_twice_is_refused_with_both_letters(tmp_path):
    problem = refused(book(tmp_path, [[*row(), "李四"]], [*TITLES, "户主姓名"]))
    assert (problem.code, problem.values["columns"]) == ("import_column_twice", "B, I")


def test_merged_header_cells_are_refused_with_their_range(tmp_path):
    path = book(tmp_path, [row()], [*TITLES, None], touch=lambda page: page.merge_cells("H1:I1"))
    problem = refused(path)
    assert (problem.code, problem.values) == ("import_merged_header", {"range": "H1:I1", "row": 1})


def test_a_merged_title_above_the_header_does_no_harm(tmp_path):
    path = book(tmp_path, [row()], above=1, touch=lambda page: page.merge_cells("A1:H1"))
    assert read(path).header_row == 2


@pytest.mark.parametrize("rows", [[], [[None, "", "  "]]])
def test_a_workbook_with_a_header_only_is_empty(tmp_path, rows):
    assert refused(book(tmp_path, rows)).code == "import_empty"


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("webapp.domain.register.MAX_ROWS", 3)
    problem = refused(book(tmp_path, [row() for _ in range(4)]))
    assert (problem.code, problem.values) == ("import_too_many_rows", {"most": 3})


def test_columns_are_found_in_any_order_and_by_their_other_names(tmp_path):
    titles = ["备注", "家庭住址", "户主姓名*", " 户 编 号 ", "行政村", "居民小组(自然村)", "联系电话：", "脱贫状态"]
    titles += ["贫困户属性", "东经", "纬度(WGS84)"]
    sheet = read(book(tmp_path, [list("abcdefghijk")], titles))
    assert sheet.found == {
        "address": 1, "head": 2, "number": 3, "community": 4, "group": 5, "phone": 6, "exit_status": 7, "attribute": 8,
        "lon": 9, "lat": 10,
    }  # fmt: skip


def test_the_sheet_with_the_header_is_found_behind_others(tmp_path):
    def put_a_cover_before(page):
        cover = page.parent.create_sheet("说明", 0)
        cover["A1"] = "请先阅读"

    sheet = read(book(tmp_path, [row("A1")], touch=put_a_cover_before))
    assert (sheet.name, sheet.rows[0][0], sheet.rows[0][1][0].text) == ("贫困户", 2, "A1")


def test_empty_rows_in_between_keep_the_row_numbers_right(tmp_path):
    sheet = read(book(tmp_path, [row("A1"), [], [None], row("A2")]))
    assert [(no, cells[0].text) for no, cells in sheet.rows] == [(2, "A1"), (5, "A2")]


def test_reading_apart_gives_the_same_rows(tmp_path):
    path = book(tmp_path, [row("A1", 地址="=1+1"), row("A2")])
    assert read_apart(path) == read(path)


def test_reading_apart_brings_the_problem_back(tmp_path):
    with pytest.raises(Problem, match="import_is_pdf"):
        read_apart(of_bytes(tmp_path, b"%PDF-1.7"))
