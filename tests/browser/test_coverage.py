"""The coverage page in a real browser: moving about, staying fresh, readable on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_shell import FINGER_PX, OVERFLOW_PX, SMALL_TARGETS, SMALLEST_TEXT_PX
from tests.captured import Captured
from tests.factories import COMMUNITY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]


@pytest.fixture
def households(session, make):
    """Nine captured doors in one group, and one missing household."""
    captured = Captured(session)
    rows = [make.household(head_name=f"张{n}") for n in range(10)]
    for n, row in enumerate(rows[:9]):
        captured(row, door=(99.24 + 0.001 * (n % 3), 25.13 + 0.001 * (n // 3)))
    return rows


@pytest.fixture
def sign_in(person):
    def to(page, path):
        page.goto(f"/login?next={path}")
        page.fill("[name=username]", person("office"))
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.locator("h1")).to_contain_text("采集覆盖")
        return page

    return to


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_page_is_made_for_fingers_and_old_eyes(request, sign_in, households, size):
    page = sign_in(request.getfixturevalue(size)(), "/coverage")
    expect(page.locator("#map canvas")).to_be_visible()
    page.locator("#filters summary").click()
    assert page.evaluate(OVERFLOW_PX) <= 0
    assert page.evaluate(SMALLEST_TEXT_PX) >= 16
    assert page.evaluate(SMALL_TARGETS, FINGER_PX) == []


def test_one_moves_about_without_a_new_load_and_comes_back(desk, sign_in, households):
    page = sign_in(desk(), "/coverage")
    page.evaluate("() => { window.sameLoad = true }")
    page.get_by_role("link", name="河村社区", exact=True).click()
    expect(page.locator("h1")).to_have_text("河村社区 · 采集覆盖")
    assert f"area={COMMUNITY}" in page.url
    page.get_by_role("link", name="1组", exact=True).click()
    expect(page.locator("h1")).to_have_text("1组 · 采集覆盖")
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("河图街道 · 采集覆盖")
    assert page.evaluate("() => window.sameLoad")


def test_new_figures_come_by_themselves_and_disturb_nothing(session, desk, sign_in, households):
    page = sign_in(desk(), f"/coverage?area={COMMUNITY}&household={households[0].id}".replace("&", "%26"))
    card = page.locator("#household-card")
    expect(card).to_contain_text("张0")
    page.locator("#filters summary").click()
    Captured(session)(households[9], door=(99.24, 25.13))
    page.evaluate("() => window.dispatchEvent(new Event('online'))")  # what asks at once instead of in half a minute
    expect(page.locator("#cov-summary")).to_contain_text("已采集 10 户")
    expect(card).to_contain_text("张0")
    assert page.evaluate("() => document.getElementById('filters').open")


def test_a_lost_connection_is_said_and_its_return_too(desk, sign_in, households, trouble):
    page = sign_in(desk(), "/coverage")
    expect(page.locator("#map canvas")).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.locator("#freshness")).to_contain_text("连接已断开")
    page.context.set_offline(False)
    expect(page.locator("#freshness")).to_have_text(re.compile(r"^更新于 \d\d:\d\d$"))
    trouble.found[:] = [line for line in trouble.found if "ERR_INTERNET_DISCONNECTED" not in line]


def test_words_typed_into_the_search_find_their_household(desk, sign_in, households):
    page = sign_in(desk(), "/coverage")
    page.goto("/coverage/households")
    page.get_by_role("searchbox").press_sequentially(households[3].number)
    expect(page.locator(".list-count")).to_have_text("共 1 户")
    expect(page.get_by_role("searchbox")).to_be_focused()
