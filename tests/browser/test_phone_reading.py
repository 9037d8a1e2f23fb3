"""Every page of the phone, for thick fingers and old eyes, at the ordinary and at the largest text."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import doorstep
from tests.browser.test_shell import FINGER_PX, OVERFLOW_PX
from tests.captured import Captured
from tests.factories import COMMUNITY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD, LONG_NAME = "张三演示", "买买提·阿卜杜热合曼·演示"

TOUCHED = "button, a, [role=button], [role=tab], input, textarea, .van-nav-bar__left, .van-field__right-icon"
#: What a finger may be meant for, smaller than a finger. Inside a field its whole line can be touched.
SMALL_TARGETS = """([touched, least]) => [...document.querySelectorAll(touched)]
  .filter((target) => target.checkVisibility() && target.getAttribute('aria-hidden') !== 'true')
  .map((target) => (target.matches('input, textarea') && target.closest('.van-field')) || target)
  .map((target) => [target.outerHTML.slice(0, 120), target.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
  .map(([html, box]) => `${html} is ${box.width} × ${box.height}`)"""
#: Words somebody shall read, by element, smaller than the least.
SMALL_TEXT = """(least) => [...document.querySelectorAll('body *')]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < least)
  .map((element) => `${element.outerHTML.slice(0, 120)} is ${getComputedStyle(element).fontSize}`)"""
#: A page that cuts its own content off scrolls sideways too, only not as a whole.
SIDEWAYS = """() => [...document.querySelectorAll('.page, .page-body, .virtual-list, .bottom-bar')]
  .filter((element) => element.scrollWidth > element.clientWidth).map((element) => element.className)"""


def made_for_fingers_and_old_eyes(page: Page) -> None:
    expect(page.locator("[class*=-enter-]")).to_have_count(0)  # a dialog still growing is smaller than it will be
    for size in ("normal", "huge"):
        page.evaluate("(size) => { document.documentElement.dataset.text = size }", size)
        assert page.evaluate(OVERFLOW_PX) <= 0
        assert page.evaluate(SIDEWAYS) == []
        assert page.evaluate(SMALL_TARGETS, [TOUCHED, FINGER_PX]) == []
        assert page.evaluate(SMALL_TEXT, 16) == []


def test_every_page_can_be_read_and_touched(phone, person, make, session):
    make.household(head_name=HEAD, address="河村社区一组下寨子水井旁边", phone_masked="138****1234")
    returned = make.household(head_name=LONG_NAME)
    captured = Captured(session)
    captured.sent_back(captured(returned, "returned"), make.account("office"), ["B02"], "请到门外空旷处重新定位，并把大门拍完整")
    page = phone()
    _signing_in(page, person("cadre", COMMUNITY))
    _the_list_and_its_groups(page)
    _a_returned_household_captured_again(page)
    page.context.set_offline(True)
    doorstep.save(page)
    _the_other_pages_offline(page)


def _signing_in(page: Page, cadre: str) -> None:
    page.goto("/app/login")
    expect(page.locator("input[name=username]")).to_be_visible()
    doorstep.ready_for_flight_mode(page)
    made_for_fingers_and_old_eyes(page)
    doorstep.sign_in(page, cadre)
    doorstep.tab(page, "我的")
    page.get_by_role("button", name="特大", exact=True).click()
    expect(page.locator("html")).to_have_css("font-size", "22px")
    made_for_fingers_and_old_eyes(page)


def _the_list_and_its_groups(page: Page) -> None:
    doorstep.tab(page, "任务")
    expect(page.locator(".row", has_text=LONG_NAME)).to_contain_text("退回")
    made_for_fingers_and_old_eyes(page)
    page.locator(".task-scope").click()
    expect(page.locator(".picker .row").last).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    page.locator(".picker .row").first.click()


def _a_returned_household_captured_again(page: Page) -> None:
    page.locator(".row", has_text=LONG_NAME).click()
    expect(page.get_by_text("请到门外空旷处重新定位").first).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    page.get_by_role("button", name="重新采集坐标").click()
    doorstep.photograph_the_door(page, seed=12)
    made_for_fingers_and_old_eyes(page)
    doorstep.choose_exception(page)
    made_for_fingers_and_old_eyes(page)


def _the_other_pages_offline(page: Page) -> None:
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    page.get_by_role("button", name="返回任务列表").click()
    doorstep.tab(page, "地图")
    expect(page.locator(".map-canvas canvas")).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    doorstep.tab(page, "待上传")
    expect(page.get_by_text("没有网络")).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    page.get_by_text("传不上去？导出救援包").click()
    expect(page.get_by_role("button", name="导出救援包")).to_be_visible()
    made_for_fingers_and_old_eyes(page)
    page.locator(".van-nav-bar__left").click()
    doorstep.tab(page, "我的")
    page.get_by_text("手机自检").click()
    expect(page.get_by_text("项需要处理")).to_be_visible(timeout=15_000)
    made_for_fingers_and_old_eyes(page)
    page.locator(".van-nav-bar__left").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("dialog")).to_contain_text("暂时不能退出")
    made_for_fingers_and_old_eyes(page)
