"""Corrections of the register at the door: kept at once, never taken away, decided by a person where two disagree."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.browser.test_phone_reading import made_for_fingers_and_old_eyes
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.models import Grant

HEAD = "张三演示"
ONE_DATABASE = pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)


@pytest.fixture
def home(served, make):
    make.group(no=2)
    return make.household(head_name=HEAD, address="一组3号", phone_masked="138****5678", phone_sealed=b"-")


def open_household(page: Page, head: str = HEAD) -> None:
    doorstep.tab(page, "任务")
    page.locator(".row", has_text=head).first.click()
    expect(page.get_by_role("heading", name=head)).to_be_visible()


def open_edit(page: Page, head: str = HEAD) -> None:
    open_household(page, head)
    page.get_by_role("button", name="更正信息").click()
    expect(page.get_by_text("现登记：一组3号")).to_be_visible()


def correct_address(page: Page, address: str) -> None:
    open_edit(page)
    page.fill("input[name=address]", address)
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回户信息").click()
    expect(page.get_by_text("已更正，待上传")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text(address)
    page.locator(".van-nav-bar__left").click()


def sync(page: Page) -> None:
    """Round to its end, whatever is left to send."""
    doorstep.tab(page, "待上传")
    with page.expect_response(lambda answer: "/sync/pull" in answer.url):
        page.get_by_role("button", name="立即上传").click()
    expect(page.get_by_role("button", name="立即上传")).to_be_visible()


def decide(page: Page, username: str, choice: str) -> None:
    page.goto("/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/coverage*")
    page.goto("/review/conflicts")
    page.locator("td.who a").first.click()
    page.locator(f"input[type=radio][value={choice}]").check()
    page.locator(".reasons input").first.check()
    page.locator("textarea[name=text]").fill("已向户主本人核实")
    page.get_by_role("button", name="确认核定").click()
    page.wait_for_load_state()


@pytest.mark.long
def test_two_phones_correct_one_field_and_both_are_told_what_the_office_decided(phone, desk, person, home):
    first, second = phone(), phone()
    doorstep.sign_in(first, person("cadre", COMMUNITY, "cadre01"))
    doorstep.sign_in(second, person("cadre", COMMUNITY, "cadre02"))
    for page, address in ((first, "一组5号"), (second, "二组1号")):
        doorstep.ready_for_flight_mode(page)
        page.context.set_offline(True)
        correct_address(page, address)

    for page in (first, second):
        page.context.set_offline(False)
        sync(page)
        doorstep.all_uploaded(page)
    expect(second.locator(".row", has_text="更正信息 · 住址")).to_contain_text("待核定")
    open_household(second)
    expect(second.get_by_text("与其他人的更正不一致，由街道扶贫办核定")).to_be_visible()
    expect(second.locator(".facts")).to_contain_text("一组5号")
    second.locator(".van-nav-bar__left").click()

    decide(desk(), person("office"), "theirs")
    for page, told in ((first, "采用了其他人的更正"), (second, "采用了您的更正")):
        sync(page)
        open_household(page)
        expect(page.get_by_text(told)).to_be_visible(timeout=15_000)
        expect(page.get_by_text("已向户主本人核实").first).to_be_visible()
        expect(page.locator(".facts")).to_contain_text("二组1号")
        page.get_by_role("button", name="知道了").click()
        expect(page.get_by_text(told)).to_have_count(0)


@ONE_DATABASE
def test_what_was_begun_comes_back_and_what_was_saved_is_on_the_list_at_once(handset, person, home):
    page = handset.on()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    page.context.set_offline(True)
    open_edit(page)
    page.fill("input[name=head]", "张三丰演示")
    page.get_by_role("button", name="2组").click()
    page.fill("textarea[name=note]", "身份证上是这个名字")
    page.wait_for_timeout(600)  # the draft is written a moment after the last change
    handset.battery_out()

    page = handset.on(offline=True)
    doorstep.reopen(page)
    open_edit(page)
    expect(page.get_by_text("已恢复上次未保存的内容")).to_be_visible()
    expect(page.locator("input[name=head]")).to_have_value("张三丰演示")
    expect(page.locator("textarea[name=note]")).to_have_value("身份证上是这个名字")
    expect(page.get_by_text("将更正：户主姓名、居民小组")).to_be_visible()
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回户信息").click()
    expect(page.get_by_role("heading", name="张三丰演示")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("2组")

    page.locator(".van-nav-bar__left").click()
    page.get_by_placeholder("姓名、拼音首字母或户编号").fill("三丰")
    expect(page.locator(".row", has_text="张三丰演示")).to_contain_text("已更正，待上传")
    doorstep.tab(page, "待上传")
    expect(page.locator(".row", has_text="更正信息 · 户主姓名、居民小组")).to_contain_text("等待上传")
    doorstep.tab(page, "我的")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("未上传").first).to_be_visible()


@ONE_DATABASE
def test_a_correction_of_an_area_since_lost_is_refused_with_its_reason_and_stays_on_the_phone(phone, person, home, write):
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    page.context.set_offline(True)
    correct_address(page, "一组5号")
    write(update(Grant).values(area_code=OTHER_COMMUNITY))
    page.context.set_offline(False)
    sync(page)
    refused = page.locator(".notice", has_text=HEAD)
    expect(refused).to_contain_text("更正信息 · 住址")
    expect(refused).to_contain_text("这一户已不在您的任务范围内")
    refused.get_by_role("link", name=HEAD).click()
    expect(page.get_by_text("更正未被接受：住址")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("一组3号")


@ONE_DATABASE
def test_what_cannot_be_registered_is_said_at_its_field_and_nothing_changed_is_nothing_to_save(phone, person, home):
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    open_edit(page)
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("内容没有变化，不需要保存")).to_be_visible()
    page.fill("input[name=head]", " ")
    page.fill("input[name=phone]", "没有")
    page.get_by_role("button", name="保存更正").click()
    expect(page.locator("[data-wants=head]")).to_contain_text("请填写户主姓名")
    expect(page.locator("[data-wants=phone]")).to_contain_text("请填写 7 至 15 位的电话号码")
    made_for_fingers_and_old_eyes(page)
    page.fill("input[name=head]", HEAD)
    page.get_by_text("号码已停用，不再登记电话").click()
    expect(page.get_by_text("将更正：电话")).to_be_visible()
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="返回户信息").click()
    expect(page.get_by_role("button", name="更正信息")).to_be_visible()
    made_for_fingers_and_old_eyes(page)
