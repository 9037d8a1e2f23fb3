"""The map in a cadre's hand, without a network: closer, wider, and where am I; with a finger or with the keys alone."""

import math

import pytest
from playwright.sync_api import Page, expect

from tests.browser import doorstep
from tests.browser.machines import DOOR
from tests.browser.test_shell import FINGER_PX
from tests.captured import Captured
from tests.factories import COMMUNITY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
NO_WEBGL = """() => {
  const get = HTMLCanvasElement.prototype.getContext
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return kind === 'webgl2' ? null : get.call(this, kind, ...more)
  }
}"""
MARK = ".svg-map g[transform^=translate]"


@pytest.fixture
def on_the_map(phone_told, person, make, session):
    """on_the_map() is the map page in flight mode; plain=True on a phone that cannot draw the other one."""
    captured = Captured(session)
    captured(make.household(), door=(99.2283, 25.1146))
    captured(make.household(), door=(99.2303, 25.1156))

    def opened(plain: bool = False) -> Page:
        page = phone_told(retention_days=36_500)  # what was captured in 2018 would be a ghost without a point by now
        if plain:
            page.add_init_script(f"({NO_WEBGL})()")
        doorstep.sign_in(page, person("cadre", COMMUNITY))
        doorstep.ready_for_flight_mode(page)
        doorstep.tab(page, "地图")
        page.context.set_offline(True)
        expect(page.locator(".svg-map" if plain else ".map-canvas canvas")).to_be_visible()
        return page

    return opened


def button(page: Page, name: str):
    return page.get_by_role("button", name=name)


def scale_m(page: Page) -> int:
    figure, unit = page.locator(".maplibregl-ctrl-scale").inner_text().split()
    return int(figure) * (1000 if unit == "km" else 1)


def apart_px(page: Page) -> float:
    """How far the two households lie from each other."""
    one, other = (page.locator(MARK).nth(no).bounding_box() for no in (0, 1))
    return math.hypot(one["x"] - other["x"], one["y"] - other["y"])


def test_a_tap_brings_the_houses_closer_and_two_take_them_away(on_the_map):
    page = on_the_map()
    expect(page.locator(".maplibregl-ctrl-scale")).not_to_be_empty()
    at_first = scale_m(page)
    button(page, "放大地图").tap()
    button(page, "放大地图").tap()
    closer = scale_m(page)
    assert closer < at_first
    for _ in range(4):
        button(page, "缩小地图").tap()
    assert scale_m(page) > at_first


def test_every_button_lies_within_reach_of_the_thumb_and_none_on_the_legend(on_the_map):
    page = on_the_map()
    legend = page.locator(".map-legend").bounding_box()
    for name in ("放大地图", "缩小地图", "看全部", "我的位置"):
        box = button(page, name).bounding_box()
        assert min(box["width"], box["height"]) >= FINGER_PX, name
        assert box["y"] > page.viewport_size["height"] / 2 > legend["y"] + legend["height"], name


def test_the_plain_map_does_the_same_by_the_keys_alone(on_the_map):
    page = on_the_map(plain=True)
    _reach(page, "缩小地图")
    before = apart_px(page)
    page.keyboard.press("Enter")
    assert apart_px(page) == pytest.approx(before / 2, rel=0.3)
    page.locator(".svg-map").focus()
    at = page.locator(MARK).first.bounding_box()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    moved = page.locator(MARK).first.bounding_box()
    assert (moved["x"] - at["x"], moved["y"] - at["y"]) == pytest.approx((-100, 100), abs=1)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("+")
    assert apart_px(page) == pytest.approx(before, rel=0.3)


def test_my_position_is_brought_to_the_middle(on_the_map):
    page = on_the_map(plain=True)
    page.context.set_geolocation(DOOR)
    _reach(page, "我的位置")
    page.keyboard.press("Enter")
    here = page.locator(".svg-here").bounding_box()
    middle = page.locator(".svg-map").bounding_box()
    assert here["x"] + here["width"] / 2 == pytest.approx(middle["x"] + middle["width"] / 2, abs=3)
    assert here["y"] + here["height"] / 2 == pytest.approx(middle["y"] + middle["height"] / 2, abs=3)


def _reach(page: Page, name: str) -> None:
    """With the tabulator, as somebody without a mouse."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if button(page, name).evaluate("(it) => it === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be reached with the keys")
