"""The office and a new version of a questionnaire: uploaded, tried out as on the phone, published."""

import pytest

from webapp.imports import form_source


@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_a_form_is_uploaded_tried_out_and_published(person, desk, tmp_path):
    workbook = tmp_path / "户信息更新.xlsx"
    workbook.write_bytes(form_source.workbook("household_update"))
    page = desk(person("office"))
    page.goto("/setup/forms")
    page.set_input_files("input[type=file]", workbook)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_text("草稿", exact=True).wait_for()

    page.get_by_role("link", name="试填").click()
    page.get_by_text("三、上年度收入和患病信息").click()
    page.get_by_text("去年：12000").wait_for()
    page.get_by_label("工资性收入").fill("15000")
    page.get_by_label("工资性收入").blur()
    page.get_by_text("17200").wait_for()  # 15000 + 3000 - 800: what is computed follows
    page.get_by_text("返回目录").or_(page.locator(".van-nav-bar__left")).first.click()
    page.get_by_role("button", name="完成并保存").click()
    page.get_by_text("项需要填写或确认").wait_for()
    page.locator(".van-nav-bar__left").click()

    page.get_by_role("button", name="发布").click()
    page.get_by_text("发布后内容不能再修改").wait_for()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("已发布", exact=True).wait_for()
