"""The whole review without a mouse: open, next, accept, take back, return with a reason, and always see where one is."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import PASSWORD
from tests.captured import Captured
from webapp.models import Capture, ReviewEvent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
FIRST, SECOND, THIRD = "张三演示", "李四演示", "王五演示"
#: What has the focus, and whether it can be seen: on the screen, with a line around it or around what stands for it.
FOCUSED = """() => {
  const here = document.activeElement
  const shown = [here, here.closest('label, .pick')].filter(Boolean).some((it) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(it)
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
  })
  const box = here.getBoundingClientRect()
  return [here.outerHTML.slice(0, 100), shown, box.bottom > 0 && box.top < innerHeight]
}"""


@pytest.fixture
def queue(desk, person, make, session) -> Page:
    """The queue of three captures, as it opens for the office."""
    captured = Captured(session)
    for name in (FIRST, SECOND, THIRD):
        captured(make.household(head_name=name))
    page = desk()
    page.goto("/login")
    page.fill("input[name=username]", person("office"))
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/coverage*")
    page.goto("/review")
    page.wait_for_load_state()
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def at(page: Page, name: str) -> None:
    expect(page.locator("h1")).to_contain_text(name)
    page.wait_for_load_state()  # keys are heard from then on


def test_a_review_needs_no_mouse(queue, session):
    press(queue, "j")
    at(queue, FIRST)
    press(queue, "j")
    at(queue, SECOND)
    press(queue, "k")
    at(queue, FIRST)

    press(queue, "a")
    at(queue, SECOND)
    expect(queue.locator(".undo-bar")).to_contain_text(FIRST)
    press(queue, "z")
    at(queue, FIRST)
    expect(queue.locator("h1")).to_contain_text("待审核")

    press(queue, "r")
    expect(queue.get_by_role("dialog")).to_be_visible()
    press(queue, "ArrowDown", "Escape")
    expect(queue.get_by_role("dialog")).to_have_count(0)
    press(queue, "r", "Space")  # the first reason has the focus
    _tab_to(queue, "#return-text")
    queue.keyboard.type("请到门外空旷处重新定位，jka")
    _tab_to(queue, "#return-dialog .btn-danger")
    press(queue, "Enter")
    at(queue, SECOND)
    expect(queue.locator(".undo-bar")).to_contain_text(FIRST)

    press(queue, "a")
    at(queue, THIRD)
    press(queue, "a")
    expect(queue.locator(".all-done")).to_be_visible()
    made = session.execute(select(ReviewEvent.move, ReviewEvent.text).order_by(ReviewEvent.id)).all()
    assert [move for move, _ in made] == ["accept", "reopen", "return", "accept", "accept"]
    assert made[2].text == "请到门外空旷处重新定位，jka"
    assert session.scalars(select(Capture.state).order_by(Capture.id)).all() == ["returned", "accepted", "accepted"]


def _tab_to(page: Page, target: str) -> None:
    for _ in range(30):
        press(page, "Tab")
        if page.locator(target).evaluate("(it) => it === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached with the keys")


def test_what_has_the_focus_can_be_seen(queue):
    """In the queue, on the sheet with its bar for taking back, in the dialog of the reasons."""
    assert _hidden_stops(queue) == []
    press(queue, "j")
    at(queue, FIRST)
    press(queue, "a")
    at(queue, SECOND)
    assert _hidden_stops(queue) == []
    press(queue, "r")
    assert _hidden_stops(queue) == []


def _hidden_stops(page: Page) -> list[str]:
    """Where the tabulator stops, one round, and nobody would see it."""
    stops = []
    for _ in range(80):
        press(page, "Tab")
        found = page.evaluate(FOCUSED)
        if found[0].startswith("<body") or found in stops:
            break
        stops.append(found)
    assert len(stops) > 5
    return [stop for stop in stops if not (stop[1] and stop[2])]


def test_the_page_names_its_keys(queue):
    expect(queue.locator(".key-line")).to_contain_text("J 下一条")
    press(queue, "j")
    at(queue, FIRST)
    for words in ("A 通过", "R 退回", "J 下一条", "K 上一条", "Z 撤销"):
        expect(queue.locator(".key-line")).to_contain_text(words)
    press(queue, "?")
    expect(queue.get_by_role("dialog")).to_contain_text("键盘操作")
