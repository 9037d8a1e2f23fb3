"""Questionnaires at the desk: uploaded, looked at, published; and what phones may have of them."""

import io
from html import unescape

import pytest

from tests.imports.books import form_book
from webapp.imports import form_source
from webapp.models import FormVersion
from webapp.queries import forms

PAGE = "/setup/forms/household_update/2018.1"


@pytest.fixture
def office(signed_in):
    return signed_in("office")


@pytest.fixture
def upload(office):
    def sent(workbook: bytes):
        return office.post("/setup/forms", data={"file": (io.BytesIO(workbook), "问卷.xlsx")})

    return sent


@pytest.fixture
def kept(upload):
    assert upload(form_source.workbook("household_update")).location == PAGE


def sure(client, step: str):
    return client.post(f"{PAGE}/{step}", data={"sure": "1"})


def test_an_upload_becomes_a_draft_with_its_questions_in_order(office, kept):
    page = unescape(office.get(PAGE).text)
    assert "草稿" in page
    assert page.index("一、基本情况") < page.index("耕地面积（亩）") < page.index("九、地理位置")
    assert "显示条件：“是否通自来水”为“否”" in page
    assert "写入：低保金（须逐项确认）" in page


def test_a_faulty_form_is_refused_with_the_place(upload, session):
    rows = [{"type": "text", "name": "a", "label": "问", "relevant": "${nobody} = '1'"}]
    answer = upload(form_book({"survey": rows, "settings": [{"form_id": "trial", "version": "1"}]}))
    assert answer.status_code == 422
    assert "工作表 survey，第 2 行，relevant 列" in answer.text
    assert "引用了不存在的题目“nobody”" in answer.text
    assert session.query(FormVersion).count() == 0


def test_an_expression_nobody_can_read_is_told_before_a_phone_meets_it(upload):
    rows = [{"type": "text", "name": "a", "label": "问", "constraint": ". > > 3"}]
    answer = upload(form_book({"survey": rows, "settings": [{"form_id": "trial", "version": "1"}]}))
    assert (answer.status_code, "公式写法不对" in answer.text) == (422, True)


def test_publishing_is_asked_twice_and_then_stands(office, kept, session, upload):
    assert "不能再修改" in office.post(f"{PAGE}/form_publish").text
    assert session.get(FormVersion, ("household_update", "2018.1")).state == "draft"
    assert sure(office, "form_publish").status_code == 302
    assert sure(office, "form_publish").status_code == 409
    again = upload(form_source.workbook("household_update"))
    assert (again.status_code, "换成一个新的版本号" in again.text) == (422, True)


def test_the_workbook_comes_back_as_it_was_brought(office, kept):
    assert office.get(f"{PAGE}/source.xlsx").data == form_source.workbook("household_update")


def test_a_phone_gets_what_is_published_and_is_spared_it_the_second_time(office, kept, make, client, session):
    _, headers = make.phone(make.account("cadre"))
    address = "/api/v1/forms/household_update/2018.1"
    assert client.get(address, headers=headers).status_code == 404
    sure(office, "form_publish")
    answer = client.get(address, headers=headers)
    assert (answer.json["form"], answer.json["subject"]) == ("household_update", "household")
    assert answer.json["attachments"]["ethnic_group.csv"].startswith("name,label")
    assert client.get(address, headers=headers | {"If-None-Match": answer.headers["ETag"]}).status_code == 304
    row = session.get(FormVersion, ("household_update", "2018.1"))
    assert forms.published(session, 2018) == [row]


def test_a_pull_tells_of_the_form_and_takes_it_back_when_it_is_closed(office, kept, make, client):
    _, headers = make.phone(make.account("cadre"))

    def pulled(cursor: str) -> tuple[list[dict], str]:
        answer = client.get(f"/api/v1/sync/pull?cursor={cursor}", headers=headers).json
        return [change for change in answer["changes"] if change["kind"] == "form"], answer["cursor"]

    nothing, cursor = pulled("")
    sure(office, "form_publish")
    (told,), cursor = pulled(cursor)
    text = client.get("/api/v1/forms/household_update/2018.1", headers=headers).data
    assert (nothing, told["deleted"], told["data"]["bytes"], told["data"]["version"]) == ([], False, len(text), "2018.1")
    sure(office, "form_close")
    (gone,), _ = pulled(cursor)
    assert (gone["id"], gone["deleted"]) == (told["id"], True)


def test_the_trial_page_may_run_the_engine_and_no_other_page_may(office, kept):
    trial = office.get(f"{PAGE}/trial")
    assert "wasm-unsafe-eval" in trial.headers["Content-Security-Policy"]
    assert "wasm-unsafe-eval" not in office.get(PAGE).headers["Content-Security-Policy"]
    assert office.get(f"{PAGE}/definition.json").json["version"] == "2018.1"
