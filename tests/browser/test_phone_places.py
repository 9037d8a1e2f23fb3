"""Points that are not the receiver's word at a household's door: put on the map by hand, or other places than households."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser import doorstep
from tests.browser.machines import DOOR
from tests.factories import COMMUNITY
from webapp.domain.distance import distance_m
from webapp.models import Capture
from webapp.services.foundation import STREET

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD = "张三演示"


def test_a_point_put_on_the_map_in_flight_mode_needs_a_reason_and_arrives_with_it(phone, person, make, session):
    make.household(head_name=HEAD)
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    page.context.set_offline(True)
    doorstep.open_capture(page, HEAD)
    expect(page.locator(".ring-figure")).to_have_text(f"±{DOOR['accuracy']} 米")
    page.get_by_role("button", name="在地图上定点").click()
    expect(page.locator(".hand-map canvas.maplibregl-canvas")).to_be_visible()
    _drag_the_map(page, east_px=-60)
    page.get_by_role("button", name="就在这里").click()
    expect(page.get_by_text("已在地图上定点")).to_be_visible()
    expect(page.get_by_text("坐标是在地图上手工定的")).to_be_visible()
    doorstep.photograph_the_door(page, seed=8)

    doorstep.save(page)
    expect(page.get_by_text("还差：请选择原因")).to_be_visible()
    expect(page.get_by_role("heading", name="已保存")).to_have_count(0)
    page.get_by_role("button", name="手机定位不可用").click()
    doorstep.save(page)
    doorstep.back_to_list(page)
    page.context.set_offline(False)
    doorstep.upload(page)
    doorstep.all_uploaded(page)

    kept = session.scalars(select(Capture)).one()
    assert (kept.source, kept.reason, kept.accuracy_m) == ("manual_map", "R03", 20)
    # sixty pixels of the closest look
    assert 20 < distance_m((kept.lon, kept.lat), (DOOR["longitude"], DOOR["latitude"])) < 50
    assert kept.lon > DOOR["longitude"]


def _drag_the_map(page, east_px: int) -> None:
    box = page.locator(".hand-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east_px, y, steps=6)
    page.mouse.up()


def test_the_office_captures_itself_and_a_water_point(phone, person, make, session):
    group = make.group()
    page = phone()
    make.household(head_name=HEAD)
    doorstep.sign_in(page, person("office", STREET))
    for place, subject in (("河图街道", "街道办事处"), (group.name, "水源点")):
        _open_place(page, subject, place)
        doorstep.stand_at(page.context, 99.2283, 25.1146, 6)
        expect(page.get_by_text("还没有可用坐标")).to_have_count(0)
        doorstep.save(page)
        expect(page.get_by_role("heading", name="已保存")).to_be_visible()
        page.get_by_role("button", name="返回其他地点").click()
        expect(_section(page, subject).locator(".row", has_text=place)).not_to_contain_text("未采集")
        page.locator(".van-nav-bar__left").click()
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    kept = session.execute(select(Capture.subject, Capture.area_code, Capture.source).order_by(Capture.id)).all()
    assert kept == [("office", STREET, "gps"), ("water_point", group.code, "gps")]


def _section(page, subject: str):
    return page.locator("section", has=page.get_by_role("heading", name=subject))


def _open_place(page, subject: str, place: str) -> None:
    page.get_by_role("link", name="其他地点").click()
    row = _section(page, subject).locator(".row", has_text=place)
    expect(row).to_contain_text("未采集")
    row.click()
