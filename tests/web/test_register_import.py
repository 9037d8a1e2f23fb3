"""The register taken in at the desk: nothing written before the second yes."""

import io
import os
import time
import zipfile

import pytest
from sqlalchemy import func, select

from tests.imports.books import TITLES, book, row
from webapp.domain.register import columns
from webapp.imports.register_xlsx import read
from webapp.jobs import import_folder
from webapp.models import Household
from webapp.models.engine import begin_write


def upload(client, path, datum="none"):
    with path.open("rb") as file:
        answer = client.post("/setup/register", data={"file": (file, path.name), "datum": datum})
    assert answer.status_code == 302
    return settled(client, answer.location)


def settled(client, page: str):
    """The import's page once nothing runs any more."""
    for _ in range(300):
        if "HX-Redirect" in client.get(f"{page}/progress").headers:
            return page, client.get(page).text
        time.sleep(0.1)
    raise AssertionError("the import did not end")


def households(session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Household.id)))


def test_a_register_is_shown_then_confirmed_twice_then_written(signed_in, session, tmp_path):
    client = signed_in("office")
    page, text = upload(client, book(tmp_path, [row("A1"), row("A2", 小组="二组")]))
    assert "将新建 2 个居民小组" in text
    assert households(session) == 0
    assert "新增 2 户" in client.get(f"{page}/confirm").text
    assert households(session) == 0
    client.post(f"{page}/confirm")
    _, text = settled(client, page)
    assert "已新增 2 户" in text
    assert households(session) == 2


def test_two_clicks_write_once(signed_in, session, tmp_path):
    client = signed_in("office")
    page, _ = upload(client, book(tmp_path, [row("A1")]))
    client.post(f"{page}/confirm")
    client.post(f"{page}/confirm")
    settled(client, page)
    assert households(session) == 1


def test_faults_are_told_by_cell_and_the_good_rows_may_go_first(signed_in, session, tmp_path):
    client = signed_in("office")
    page, text = upload(client, book(tmp_path, [row("A1"), row("A2", 社区="月亮社区"), row("A3", 小组="=1")]))
    assert "C3" in text
    assert "尹家坝社区" in text
    assert "D4" in text
    assert "单元格 D4 是公式" in text
    assert "只导入无误的 1 户" in text
    table = client.get(f"{page}/errors.csv")
    assert "C3,3," in table.data.decode("utf-8-sig")
    client.post(f"{page}/confirm")
    settled(client, page)
    assert households(session) == 1


def test_what_changed_since_the_preview_is_shown_again_and_not_written(signed_in, session, make, tmp_path):
    client = signed_in("office")
    page, _ = upload(client, book(tmp_path, [row("A1")]))
    make.household(number="A1", head_name="王五")
    client.post(f"{page}/confirm")
    _, text = settled(client, page)
    assert "已被其他人改动" in text
    assert "王五" in text
    session.rollback()
    assert session.scalars(select(Household.head_name)).all() == ["王五"]


def test_a_discarded_upload_leaves_nothing(signed_in, session, tmp_path, app):
    client = signed_in("office")
    page, _ = upload(client, book(tmp_path, [row("A1")]))
    client.post(f"{page}/discard")
    assert client.get(page).status_code == 404
    assert list((app.config["MEDIA"] / "imports").iterdir()) == []
    assert households(session) == 0


def test_the_upload_itself_is_gone_once_it_is_taken_in(signed_in, tmp_path, app):
    client = signed_in("office")
    page, _ = upload(client, book(tmp_path, [row("A1")]))
    client.post(f"{page}/confirm")
    settled(client, page)
    left = [path.read_bytes() for path in (app.config["MEDIA"] / "imports").rglob("*") if path.is_file()]
    assert not any(b"12990000001" in data or data.startswith(b"PK") for data in left)


def test_a_bad_file_says_what_it_is_and_what_to_do(signed_in, tmp_path):
    client = signed_in("office")
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    _, text = upload(client, path)
    assert "这是 PDF 文件" in text
    assert "没有写入任何内容" in text


def test_missing_columns_are_named_in_words(signed_in, tmp_path):
    client = signed_in("office")
    _, text = upload(client, book(tmp_path, [["A1", "张三", "一组"]], ["编号", "户主", "小组"]))
    assert "社区、属性、脱贫属性" in text


def test_positions_need_their_datum(signed_in, session, tmp_path):
    client = signed_in("office")
    path = book(tmp_path, [[*row("A1"), 99.2, 25.1]], [*TITLES, "经度", "纬度"])
    _, text = upload(client, path)
    assert "没有选择坐标系" in text
    page, _ = upload(client, path, datum="GCJ02")
    client.post(f"{page}/confirm")
    settled(client, page)
    assert households(session) == 1


def test_a_file_over_the_limit_gets_a_friendly_answer(signed_in, app):
    client = signed_in("office")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/setup/register", data={"file": (io.BytesIO(bytes(5000)), "a.xlsx"), "datum": "none"})
    assert answer.status_code == 413
    assert "文件过大" in answer.text


def test_no_file_is_asked_for_again(signed_in):
    answer = signed_in("office").post("/setup/register", data={"datum": "none"})
    assert answer.status_code == 422
    assert "请选择要导入的文件" in answer.text


def test_an_import_is_its_owners_alone(signed_in, tmp_path):
    page, _ = upload(signed_in("office"), book(tmp_path, [row("A1")]))
    other = signed_in("office")
    for way in ("", "/progress", "/confirm", "/errors.csv"):
        assert other.get(page + way).status_code == 404
    assert other.post(f"{page}/confirm").status_code == 404


def test_an_office_person_imports_only_into_their_own_areas(signed_in, tmp_path):
    client = signed_in("office", "530502005001")
    _, text = upload(client, book(tmp_path, [row("A1"), row("B1", 社区="河上村社区")]))
    assert "C3" in text
    assert "不在您负责的区域内" in text


def test_the_template_can_be_filled_in_and_uploaded(signed_in, tmp_path):
    client = signed_in("office")
    path = tmp_path / "template.xlsx"
    path.write_bytes(client.get("/setup/register/template.xlsx").data)
    sheet = read(path)
    assert list(sheet.found) == list(columns())
    assert "dataValidation" in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    _, text = upload(client, path)
    assert "没有任何户" in text


def test_an_import_that_died_with_its_process_says_so(signed_in, app):
    client = signed_in("office")
    folder = import_folder.make(app.config["MEDIA"], io.BytesIO(b"PK"), "register", "a.xlsx", client.account.id)
    state = folder.state()
    state.said_at = time.time() - import_folder.SILENT_SECONDS - 1
    folder.keep("state.json", state)
    text = client.get(f"/setup/register/{state.id}").text
    assert "导入被中断" in text
    assert "没有写入任何内容" in text


def test_progress_is_told_in_rows(signed_in, app):
    client = signed_in("office")
    folder = import_folder.make(app.config["MEDIA"], io.BytesIO(b"PK"), "register", "a.xlsx", client.account.id)
    state = folder.state()
    state.stage, state.done, state.total = "writing", 7500, 20000
    folder.say(state)
    text = client.get(f"/setup/register/{state.id}/progress").text
    assert "7500 / 20000 行" in text
    assert '<progress max="20000" value="7500"' in text


def test_yesterdays_uploads_are_swept_away(app, signed_in):
    client, media = signed_in("office"), app.config["MEDIA"]
    old = import_folder.make(media, io.BytesIO(b"PK"), "register", "a.xlsx", client.account.id)
    os.utime(old.path, (0, 0))
    import_folder.make(media, io.BytesIO(b"PK"), "register", "b.xlsx", client.account.id)
    assert not old.path.exists()


@pytest.mark.parametrize("role", ["cadre", "community", "supervisor", "district"])
def test_others_may_not_import(signed_in, role):
    assert signed_in(role).get("/setup/register").status_code == 403
    assert signed_in(role).post("/setup/register").status_code == 403


def test_the_pages_speak_english_too(signed_in, session, tmp_path):
    client = signed_in("office")
    begin_write(session)
    client.account.locale = "en"
    session.add(client.account)
    session.commit()
    _, text = upload(client, book(tmp_path, [row("A1", 社区="月亮社区")]))
    assert "there is no community" in text
    assert "register." not in text.replace("/setup/register", "").replace("register.xlsx", "")
