"""The office and a new version of a questionnaire: uploaded, tried out as on the phone, published."""

import pytest

from tests.browser.conftest import PASSWORD
from webapp.imports import form_source

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)]


def test_a_form_is_uploaded_tried_out_and_published(person, desk, tmp_path):
    workbook = tmp_path / "户信息更新.xlsx"
    workbook.write_bytes(form_source.workbook("household_update"))
    page = desk()
    page.goto("/login?next=/setup/forms")
    page.fill("[name=username]", person("office"))
    page.fill("[name=password]", PASSWORD)
    page.click("form button")
    page.set_input_files("input[type=file]", workbook)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_text("草稿", exact=True).wait_for()

    page.get_by_role("link", name="试填").click()
    page.get_by_text("三、上年度收入和患病信息").click()
    page.get_by_text("去年：12000").wait_for()
    wage = page.get_by_label("工资性收入").locator("input")
    wage.fill("15000")
    wage.blur()
    page.get_by_text("19600").wait_for()  # net income, computed while one types: 15000 + 3000 + 2400 - 800
    page.locator(".van-nav-bar__left").click()
    page.get_by_role("button", name="完成并保存").click()
    page.get_by_text("项需要填写或确认").wait_for()
    page.locator(".van-nav-bar__left").click()

    page.get_by_role("button", name="发布").click()
    page.get_by_text("发布后内容不能再修改").wait_for()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("已发布", exact=True).wait_for()
