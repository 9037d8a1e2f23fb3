"""A phone's way in by code, its end by order, and what it says when its store was cleared."""

import re
import shutil

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.browser.machines import Handset
from tests.factories import COMMUNITY
from webapp.models import Capture, Device

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD = "张三演示"
PUSH, PULL = "**/api/v1/sync/push", "**/api/v1/sync/pull*"
HELD = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result) })
  const opened = await done(indexedDB.open('hetu'))
  const names = [...opened.objectStoreNames]
  const rows = await Promise.all(names.map((name) => done(opened.transaction(name).objectStore(name).getAll())))
  opened.close()
  return JSON.stringify(rows) + JSON.stringify(localStorage)
}"""


@pytest.fixture
def signed_in(phone, person, make):
    make.household(head_name=HEAD)
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    expect(page.locator(".row", has_text=HEAD)).to_be_visible()
    return page


def _problem(code: str, status: int) -> dict:
    body = f'{{"problem": {{"code": "{code}", "fields": []}}}}'
    return {"status": status, "content_type": "application/json", "headers": {"X-Hetu": "1"}, "body": body}


def test_a_code_from_the_desk_lets_the_phone_in_and_leaves_the_address(desk, phone, person, make):
    make.household(head_name=HEAD)
    person("cadre", COMMUNITY)
    office = desk()
    office.goto("/login")
    office.fill("input[name=username]", person("admin", "530502000000"))
    office.fill("input[name=password]", PASSWORD)
    office.get_by_role("button", name="登录", exact=True).click()
    office.goto("/setup/accounts?words=cadre")
    office.locator(".lead a", has_text="cadre").click()
    office.get_by_role("button", name="生成登录编码").click()
    code = office.locator(".secret").inner_text()
    assert office.evaluate("document.querySelector('.code-picture').naturalWidth") > 100, "the picture is not refused by the CSP"

    page = phone()
    page.goto(f"/app/enrol#{code}")
    expect(page.locator("input[name=code]")).to_have_value(code)
    page.get_by_role("button", name="登录", exact=True).click()
    doorstep.choose_secret(page)
    expect(page.locator(".row", has_text=HEAD)).to_be_visible()
    assert code not in page.url
    doorstep.nobody_home(page, HEAD)
    doorstep.tab(page, "待上传")
    doorstep.all_uploaded(page)

    second = phone()
    second.goto("/app/enrol")
    second.fill("input[name=code]", code.upper())
    second.get_by_role("button", name="登录", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("登录编码不正确、已使用或已过期")


def test_a_phone_to_be_cleared_sends_everything_first_and_then_holds_nothing(signed_in, write, make, session):
    """F41"""
    page = signed_in
    page.context.route(PUSH, lambda route: route.abort())
    doorstep.nobody_home(page, HEAD)
    write(update(Device).values(wipe="after_upload"))
    page.context.unroute(PUSH)
    doorstep.upload(page)

    expect(page.get_by_text("本机数据已清除")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("按街道扶贫办的要求")).to_be_visible()
    assert len(session.scalars(select(Capture)).all()) == 1
    held = page.evaluate(HELD)
    assert HEAD not in held
    assert "hd1." not in held
    page.goto("/app/tasks")
    expect(page.locator("input[name=username]")).to_have_value("")
    device = make.session.scalars(select(Device)).one()
    assert (device.wiped_at is not None, device.wiped_unsent) == (True, 0)


def test_a_lost_phone_is_cleared_at_once_and_says_what_went(signed_in, write, session):
    """F41"""
    page = signed_in
    page.context.route(PUSH, lambda route: route.abort())
    doorstep.nobody_home(page, HEAD)
    write(update(Device).values(wipe="at_once"))
    page.context.unroute(PUSH)
    doorstep.upload(page)

    expect(page.get_by_text("这台手机被登记为遗失")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("清除前有 1 项没有上传")).to_be_visible()
    assert HEAD not in page.evaluate(HELD)
    device = session.scalars(select(Device)).one()
    assert (device.wiped_at is not None, device.wiped_unsent) == (True, 1)
    assert session.scalars(select(Capture)).all() == []


def test_a_phone_whose_store_was_cleared_says_which_numbers_are_missing(signed_in, session, trouble):
    """F37"""
    page = signed_in
    page.context.route(PUSH, lambda route: route.fulfill(**_problem("too_large", 413)))
    with page.expect_response(PULL):
        doorstep.nobody_home(page, HEAD)
    doorstep.tab(page, "待上传")
    expect(page.locator(".outbox-counts > div").last).to_contain_text("1 条")
    page.context.unroute(PUSH)

    clear, stores = page.context.new_cdp_session(page), "indexeddb,cache_storage,file_systems"
    clear.send("Storage.clearDataForOrigin", {"origin": page.url.split("/app")[0], "storageTypes": stores})
    page.goto("/app/")
    expect(page.get_by_text("本机数据已被清除")).to_be_visible()
    trouble.found.clear()  # whatever was using the store when it went has said so
    page.fill("input[name=username]", "cadre")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    told = page.get_by_role("dialog")
    expect(told).to_contain_text("本机数据已被清除", timeout=20_000)
    expect(told).to_contain_text("第 1 号未上传")
    told.get_by_role("button", name="知道了").click()
    doorstep.choose_secret(page)
    doorstep.tab(page, "待上传")
    notice = page.locator("article", has_text="第 1 号未上传")
    expect(notice).to_contain_text("第 1 号未上传")
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    devices_known = session.scalars(select(Device).order_by(Device.enrolled_at)).all()
    assert [(device.last_seq, device.stated_seq) for device in devices_known] == [(0, 1), (0, 0)]


def test_a_phone_too_old_for_the_server_says_so_keeps_everything_and_counts_down(signed_in, session):
    """F09"""
    page = signed_in
    page.context.route("**/api/v1/sync/*", lambda route: route.fulfill(**_problem("update_needed", 426)))
    doorstep.nobody_home(page, HEAD)
    doorstep.tab(page, "待上传")
    expect(page.get_by_text("请更新", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="更新", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("秒后自动重试"))).to_be_visible()
    expect(page.locator(".outbox-counts > div").first).to_contain_text("1 条")
    page.context.unroute("**/api/v1/sync/*")
    page.get_by_role("button", name="更新", exact=True).click()
    doorstep.unlock(page)
    doorstep.tab(page, "待上传")
    doorstep.all_uploaded(page)
    assert len(session.scalars(select(Capture)).all()) == 1


def test_waiting_counts_down_in_sight(signed_in):
    """F16"""
    page = signed_in
    # the longest pause a first failure can bring, so that two readings of the clock fit into it
    page.evaluate("Math.random = () => 0.999")
    page.context.route(PUSH, lambda route: route.fulfill(**_problem("server_error", 503)))
    doorstep.nobody_home(page, HEAD)
    doorstep.tab(page, "待上传")
    for left in ("4 秒后自动重试", "3 秒后自动重试"):
        expect(page.get_by_text(left)).to_be_visible(timeout=10_000)


def test_two_copies_of_a_phone_both_arrive_and_part(playwright, served, trouble, tmp_path, person, make, session):
    """F38: a profile copied as a phone's backup copies it, restored on a second phone."""
    for head in (HEAD, "李四演示"):
        make.household(head_name=head)
    first = Handset(playwright, tmp_path / "first", served.url, trouble)
    page = first.on()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    first.off()
    shutil.copytree(tmp_path / "first", tmp_path / "second", symlinks=True)
    for folder, head in (("first", HEAD), ("second", "李四演示")):
        handset = Handset(playwright, tmp_path / folder, served.url, trouble)
        page = handset.on()
        doorstep.reopen(page)
        doorstep.nobody_home(page, head)
        doorstep.tab(page, "待上传")
        doorstep.all_uploaded(page)
        expect(page.get_by_text(re.compile("上次同步"))).to_be_visible()
        page.wait_for_timeout(1500)
        handset.off()
    assert len(session.scalars(select(Capture)).all()) == 2
    rows = session.scalars(select(Device).order_by(Device.enrolled_at)).all()
    assert [(row.forked_at is not None, row.must_renew, row.renewed_from_id) for row in rows] == [
        (True, False, None), (False, False, rows[0].id),
    ]  # fmt: skip
