"""What the printer gets of a page that was drawn for a screen."""

import pytest

from tests.browser.conftest import PASSWORD
from tests.captured import Captured

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
A4_PX = {"width": 703, "height": 1009}  # between the margins
#: On the way to a printer no page hears of its new size.
DEAF = "window.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} }"
BEYOND = """(chosen) => [...document.querySelectorAll(chosen)]
  .filter((it) => it.checkVisibility() && it.getBoundingClientRect().right > innerWidth).map((it) => it.outerHTML.slice(0, 80))"""


@pytest.fixture
def printed(desk, person, make, session):
    """printed(path) is the page as it goes onto paper."""
    capture = Captured(session)(make.household(head_name="张三演示"))
    page = desk()
    page.add_init_script(DEAF)
    page.goto("/login")
    page.fill("input[name=username]", person("office"))
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/coverage*")

    def opened(path: str):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path.format(capture=capture.id))
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="print")
        page.set_viewport_size(A4_PX)
        return page

    return opened


def test_the_map_of_a_sheet_is_printed_whole(printed):
    page = printed("/review/{capture}")
    page.locator("#map canvas").wait_for()
    canvas, box = page.locator("#map canvas").bounding_box(), page.locator("#map").bounding_box()
    assert canvas["x"] + canvas["width"] <= box["x"] + box["width"]
    assert canvas["height"] <= box["height"] + 1
    assert page.evaluate(BEYOND, "#main *") == []


@pytest.mark.parametrize("path", ["/coverage/print", "/coverage/phones/print"])
def test_a_paper_keeps_its_last_line_on_the_right(printed, path):
    """Half of a collapsed border lies outside its table: it needs a pixel of its own."""
    page = printed(path)
    paper, table = page.locator(".paper").bounding_box(), page.locator(".paper-table").first.bounding_box()
    assert table["x"] + table["width"] < paper["x"] + paper["width"]
