"""The sign-in page as a browser sees it, on a phone and on a desk."""

import pytest

from tests.browser.conftest import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
FINGER_PX = 48

#: Everything a finger may be meant for, smaller than a finger. A link inside a sentence is exempt, as in WCAG 2.5.8.
SMALL_TARGETS = """(least) => [...document.querySelectorAll('button, input:not([type=hidden]), select, a.btn, nav a')]
  .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
  .map(([html, box]) => `${html} is ${box.width} × ${box.height}`)"""
OVERFLOW_PX = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALLEST_TEXT_PX = """() => Math.min(...[...document.querySelectorAll('main *')]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => element.checkVisibility())
  .map((element) => parseFloat(getComputedStyle(element).fontSize)))"""


@pytest.fixture(params=["phone", "desk"])
def sign_in_page(request, served):
    page = request.getfixturevalue(request.param)()
    page.goto("/login")
    return page


def test_the_sign_in_page_is_made_for_fingers(sign_in_page):
    assert sign_in_page.evaluate(SMALL_TARGETS, FINGER_PX) == []


def test_the_sign_in_page_never_scrolls_sideways(sign_in_page):
    assert sign_in_page.evaluate(OVERFLOW_PX) <= 0


def test_the_sign_in_page_can_be_read_without_glasses(sign_in_page):
    assert sign_in_page.evaluate(SMALLEST_TEXT_PX) >= 16


def test_the_page_is_styled_and_scripted_by_ourselves(sign_in_page):
    assert sign_in_page.evaluate("() => [...document.styleSheets].filter((sheet) => sheet.cssRules.length).length") >= 1
    assert sign_in_page.locator("script[src^='/static/dist/']").count() >= 1


def test_an_inline_script_is_refused(served, desk, trouble):
    page = desk()
    page.goto("/login")
    page.evaluate("() => document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")
    assert page.evaluate("() => window.ran") is None
    assert [line for line in trouble.found if "Content Security Policy" in line]
    trouble.found.clear()


def test_a_wrong_password_is_told_in_words_and_a_right_one_opens(person, sign_in_page):
    username = person("supervisor")
    sign_in_page.fill("[name=username]", username)
    sign_in_page.fill("[name=password]", "something else")
    sign_in_page.click("main button")
    assert "用户名或密码不正确" in sign_in_page.locator("[role=alert]").inner_text()
    sign_in_page.fill("[name=password]", PASSWORD)
    sign_in_page.click("main button")
    sign_in_page.wait_for_url("**/coverage")
