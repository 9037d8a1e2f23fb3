"""At a door where the phone cannot say where it is: every trouble has its own words and its own way forward."""

import pytest
from playwright.sync_api import expect

from tests.browser import doorstep
from tests.browser.machines import DOOR
from tests.factories import COMMUNITY
from webapp.models import Capture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD = "张三演示"


@pytest.fixture
def at_the_door(phone, person, make):
    """at_the_door(position) opens the capture page of one household where the receiver says this; None: it is off.

    `script` runs before the app.
    """

    def opened(position=DOOR, script="", **options):
        make.household(head_name=HEAD)
        page = phone(**options)
        page.add_init_script(script)
        page.context.set_geolocation(position)
        page.clock.install()
        doorstep.sign_in(page, person("cadre", COMMUNITY))
        doorstep.open_capture(page, HEAD)
        return page

    return opened


def no_point_can_be_saved(page):
    doorstep.save(page)
    expect(page.get_by_text("还没有可用坐标")).to_be_visible()
    expect(page.get_by_role("heading", name="已保存")).to_have_count(0)


def the_map_is_a_way(page):
    """It begins with the whole district, which is too far away to point at a door."""
    page.get_by_role("button", name="在地图上定点").click()
    here = page.get_by_role("button", name="就在这里")
    expect(page.get_by_text("请先放大地图")).to_be_visible()
    expect(here).to_be_disabled()
    page.locator(".hand-map").hover()
    for _ in range(12):
        if here.is_disabled():
            page.mouse.wheel(0, -2000)
    here.click()
    expect(page.get_by_text("已在地图上定点")).to_be_visible()


def the_exception_is_a_way(page, session):
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    session.rollback()
    kept = session.query(Capture).one()
    assert (kept.exception, kept.lon) == ("E06", None)


def test_without_permission_the_page_says_how_to_grant_it_and_the_other_ways_stay_open(at_the_door, session):
    """F40"""
    page = at_the_door(permissions=[])
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("没有定位权限")
    expect(trouble.locator("li")).to_have_count(3)
    expect(trouble.locator("li").nth(1)).to_contain_text("把“位置”改为“允许”")
    no_point_can_be_saved(page)
    the_map_is_a_way(page)
    the_exception_is_a_way(page, session)


def test_once_permission_is_granted_the_page_goes_on_by_itself(at_the_door):
    page = at_the_door(permissions=[])
    expect(page.get_by_role("alert")).to_contain_text("没有定位权限")
    page.context.grant_permissions(["geolocation"])
    expect(page.locator(".ring-figure")).to_have_text(f"±{DOOR['accuracy']} 米")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_with_the_receiver_switched_off_the_page_says_where_the_switch_is(at_the_door, session):
    """F40"""
    page = at_the_door(position=None)
    expect(page.get_by_text("信号较弱")).to_be_visible()  # it may be a moment's trouble
    page.clock.fast_forward(4000)
    expect(page.get_by_role("alert")).to_contain_text("手机定位打不开")
    expect(page.get_by_role("alert")).to_contain_text("打开“位置信息（GPS）”")
    no_point_can_be_saved(page)
    the_exception_is_a_way(page, session)


def test_a_position_two_kilometres_wide_is_named_and_never_kept(at_the_door, session):
    """F40"""
    page = at_the_door(position=DOOR | {"accuracy": 2000})
    expect(page.locator(".ring-figure")).to_have_text("±2000 米")
    expect(page.get_by_role("alert")).to_have_count(0)  # the first readings are often wide
    page.clock.fast_forward(9000)
    expect(page.get_by_role("alert")).to_contain_text("误差约 2.0 公里，暂时不能用")
    no_point_can_be_saved(page)
    the_exception_is_a_way(page, session)


#: Receivers that bring nothing: one says so, the other says nothing for ever.
SILENT = {
    "timeout": "Geolocation.prototype.watchPosition = (_, fail) => setInterval(() => fail({ code: 3, message: '' }), 1000)",
    "silence": "Geolocation.prototype.watchPosition = () => 1",
}


@pytest.mark.parametrize("how", SILENT)
def test_f40_without_any_reading_the_page_sends_outside_and_the_other_ways_stay_open(at_the_door, session, how):
    page = at_the_door(script=SILENT[how])
    page.clock.fast_forward(40_000)
    expect(page.get_by_role("alert")).to_contain_text("暂时收不到定位信号")
    expect(page.get_by_role("alert")).to_contain_text("请走到室外空旷处")
    no_point_can_be_saved(page)
    the_exception_is_a_way(page, session)
