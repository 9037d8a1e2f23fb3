"""The comparison sheet taken in at the desk and by command: columns assigned first, nothing written before the second yes."""

import pytest
from sqlalchemy import func, select

from tests.imports.books import book
from tests.services.test_comparison import TITLES, line
from tests.web.test_register_import import settled
from webapp.domain import comparison
from webapp.imports.sheet import Wanted, read
from webapp.models import ComparisonTitle, HouseholdYear, Member
from webapp.models.engine import begin_write


def upload(client, path, year=2017):
    with path.open("rb") as file:
        answer = client.post("/setup/comparison", data={"file": (file, path.name), "year": year})
    assert answer.status_code == 302
    return settled(client, answer.location)


def years(session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(HouseholdYear.year)))


def test_columns_are_assigned_then_the_sheet_is_confirmed_then_written(signed_in, session, make, tmp_path):
    make.household(number="H0001")
    client = signed_in("office")
    page, text = upload(client, book(tmp_path, [[*line(), "30"]], [*TITLES, "林子"]))
    assert "1 列不认识" in text
    assert "林子" in text
    answer = client.post(f"{page}/titles", data={"title": ["林子"], "target": ["household_year.forest_mu"]})
    _, text = settled(client, answer.location)
    assert "列不认识" not in text
    assert years(session) == []
    assert "作为 2017 年的数据写入" in client.get(f"{page}/confirm").text
    client.post(f"{page}/confirm")
    _, text = settled(client, page)
    assert "已导入 1 户" in text
    _, text = upload(client, book(tmp_path, [[*line(健康状况="残疾", 低保金="9"), "30"]], [*TITLES, "林子"]))
    assert "<td>健康状况</td><td>1</td>" in text
    assert "<td>低保金</td><td>1</td>" in text
    session.rollback()
    assert session.scalars(select(HouseholdYear.forest_mu)).one() == 30


def test_a_fault_is_told_by_cell_and_no_number_of_anybody_on_the_way(signed_in, session, make, tmp_path, app):
    make.household(number="H0001")
    make.household(number="H0002")
    client = signed_in("office")
    page, text = upload(client, book(tmp_path, [line(), line("H0002", id_no="12345")], TITLES))
    assert "单元格 C3：证件号码位数不对" in text
    assert "C3,3," in client.get(f"{page}/errors.csv").data.decode("utf-8-sig")
    kept = next((app.config["MEDIA"] / "imports").rglob("preview.json")).read_text()
    assert line()[2] not in kept + text
    client.post(f"{page}/confirm")
    settled(client, page)
    assert years(session) == [2017]


def test_what_changed_since_the_preview_is_shown_again(signed_in, session, make, tmp_path):
    make.household(number="H0001")
    client = signed_in("office")
    first, _ = upload(client, book(tmp_path, [line()], TITLES))
    second, _ = upload(client, book(tmp_path, [line()], TITLES))
    for page in (first, second):
        client.post(f"{page}/confirm")
        _, text = settled(client, page)
    assert "已被其他人改动" in text
    session.rollback()
    assert session.scalar(select(func.count(Member.id))) == 1


def test_titles_are_kept_and_forgotten_on_their_page(signed_in, session):
    client = signed_in("office")
    page = "/setup/comparison/titles"
    assert client.post(page, data={"title": "", "target": "ignore"}).status_code == 422
    assert client.post(page, data={"title": "备注", "target": "no.field"}).status_code == 422
    client.post(page, data={"title": "备 注", "target": "household_year.income_verify_note"})
    assert "备 注" in client.get(page).text
    session.rollback()
    assert session.scalars(select(ComparisonTitle.title)).all() == ["备注"]
    client.post(f"{page}/forget", data={"title": "备注"})
    assert "备 注" not in client.get(page).text


def test_the_template_is_understood_as_a_whole(signed_in, tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(signed_in("office").get("/setup/comparison/template.xlsx").data)
    sheet = read(path, Wanted(comparison.defaults(), 10))
    columns = comparison.columns(sheet.titles, comparison.defaults())
    assert (columns.unknown, len(columns.found)) == ([], len(sheet.titles))
    assert len(sheet.titles) > 90


def test_the_command_asks_and_writes(app, session, make, tmp_path):
    make.household(number="H0001")
    path, run = book(tmp_path, [[*line(), "x"]], [*TITLES, "林子"]), app.test_cli_runner()
    refused = run.invoke(args=["import-comparison", str(path), "--year", "2018"])
    assert (refused.exit_code, "还没有结束" in refused.output) == (1, True)
    refused = run.invoke(args=["import-comparison", str(path), "--year", "2017"], input="n\n")
    assert (refused.exit_code, years(session)) == (0, [])
    assert "林子" in refused.output
    taken = run.invoke(args=["import-comparison", str(path), "--year", "2017"], input="y\n")
    assert (taken.exit_code, years(session)) == (0, [2017])
    assert "已导入 1 户" in taken.output


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_the_pages_speak_english_too(signed_in, session, make, tmp_path):
    make.household(number="H0001")
    client = signed_in("office")
    begin_write(session)
    client.account.locale = "en"
    session.add(client.account)
    session.commit()
    page, text = upload(client, book(tmp_path, [[*line(id_no="1"), "x"]], [*TITLES, "wood"]))
    texts = [text, *(client.get(path).text for path in ("/setup/comparison", "/setup/comparison/titles"))]
    assert "a card number has 18 characters" in text
    assert all("comparison." not in text.replace("/setup/comparison", "") for text in texts)
