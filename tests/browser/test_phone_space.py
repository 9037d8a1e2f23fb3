"""A phone at its limits: full, killed while it writes, opened twice, on a line that breaks, days without a network."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from tests.browser import doorstep
from tests.factories import COMMUNITY
from webapp.models import Blob, Op

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD, SECOND = "张三演示", "李四演示"
NOTE = "村口大榕树左边第二家"
UPLOADS = "**/api/v1/{sync/push,blobs/**}"


@pytest.fixture
def cadre(person, make) -> str:
    for head in (HEAD, SECOND):
        make.household(head_name=head)
    return person("cadre", COMMUNITY)


@pytest.fixture
def signed_in(phone, cadre) -> Page:
    page = phone()
    doorstep.sign_in(page, cadre)
    return page


#: Chromium remembers for half a minute how much was left, so the little there is must be there from the start, and be used up.
ROOM_BYTES = 40_000_000
LEAN_BYTES = 80_000
#: Photos to clear. Chromium lets its disk grow a megabyte beyond what it says there is: clearing must free more than that.
MANY = 7
FILL = """async (sizes) => {
  const base = await new Promise((resolve) => {
    const request = indexedDB.open('filler', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('rows', { autoIncrement: true })
    request.onsuccess = () => resolve(request.result)
  })
  const piece = (size) => Uint8Array.from({ length: size }, () => Math.random() * 256)
  const fits = (bytes) => new Promise((resolve) => {
    const writing = base.transaction('rows', 'readwrite')
    writing.objectStore('rows').add(bytes)
    writing.oncomplete = () => resolve(true)
    writing.onabort = () => resolve(false)
  })
  for (const size of sizes) while (await fits(piece(size)));
  base.close()
}"""


@pytest.fixture
def small_phone(phone, served, cadre) -> Page:
    page = phone()
    # holds as long as this session lasts
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": served.url, "quotaSize": ROOM_BYTES})
    doorstep.sign_in(page, cadre)
    return page


def fill(page: Page, *, to_the_last: bool = False) -> None:
    page.evaluate(FILL, [4_000_000, 400_000, 40_000, *([4_000, 400, 40] if to_the_last else [])])


def make_room(page: Page) -> None:
    page.evaluate("() => new Promise((resolve) => { indexedDB.deleteDatabase('filler').onsuccess = resolve })")


def visit(page: Page, head: str) -> None:
    doorstep.open_capture(page, head)
    doorstep.choose_exception(page)
    page.get_by_placeholder("可填写路口").fill(NOTE)
    page.wait_for_timeout(600)  # the draft is written


def ways_out(page: Page) -> list[str]:
    expect(page.locator(".space")).to_contain_text("手机存储空间不足", timeout=15_000)
    expect(page.get_by_placeholder("可填写路口")).to_have_value(NOTE)
    return [button.inner_text().strip() for button in page.locator(".space").get_by_role("button").all()]


def test_f04_a_full_phone_makes_room_by_clearing_photos_the_server_has(small_phone, stored):
    page = small_phone
    visit(page, HEAD)
    doorstep.photograph_the_door(page, seed=8)
    for count in range(2, MANY + 1):
        page.set_input_files("input.camera", doorstep.picture(seed=10 + count))
        expect(page.locator(".thumb img")).to_have_count(count)
    doorstep.save_and_upload(page)
    visit(page, SECOND)
    fill(page)
    page.set_input_files("input.camera", doorstep.picture(seed=9))
    expect(page.get_by_role("button", name="清理已上传的照片")).to_be_visible(timeout=15_000)
    assert ways_out(page)[1:] == ["降低照片清晰度", "立即上传", "再试一次"]

    page.get_by_role("button", name="清理已上传的照片").click()
    expect(page.locator(".thumb img")).to_be_visible(timeout=45_000)
    expect(page.locator(".space")).to_have_count(0)
    doorstep.save_and_upload(page)
    assert stored() == (2, MANY + 1)


def test_f04_a_full_phone_takes_the_same_photo_smaller(small_phone, session):
    page = small_phone
    visit(page, HEAD)
    fill(page)
    page.set_input_files("input.camera", doorstep.picture(seed=8))
    assert ways_out(page) == ["降低照片清晰度", "立即上传", "再试一次"]
    make_room(page)
    page.get_by_role("button", name="降低照片清晰度").click()
    expect(page.locator(".thumb img")).to_be_visible()
    expect(page.locator(".space")).to_have_count(0)
    doorstep.save_and_upload(page)
    session.rollback()
    assert session.scalar(select(Blob.bytes)) <= LEAN_BYTES


def test_f04_a_phone_too_full_for_the_record_itself_says_so_and_keeps_the_form(small_phone, stored):
    page = small_phone
    visit(page, HEAD)
    fill(page, to_the_last=True)
    doorstep.save(page)
    assert ways_out(page) == ["立即上传", "再试一次"]
    make_room(page)
    page.get_by_role("button", name="再试一次").click()
    doorstep.back_to_list(page)
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    assert stored() == (1, 0)


def test_f03_a_phone_killed_while_a_photo_is_written_has_all_of_it_or_nothing(handset, cadre, stored):
    page = handset.on()
    doorstep.sign_in(page, cadre)
    doorstep.open_capture(page, HEAD)
    for wait_ms in (0, 60, 150, 300):
        page.get_by_placeholder("可填写路口").fill(NOTE)
        page.wait_for_timeout(600)
        page.set_input_files("input.camera", doorstep.picture(seed=wait_ms))
        page.wait_for_timeout(wait_ms)
        handset.battery_out()
        page = handset.on()
        doorstep.reopen(page)
        page.locator(".row", has_text=HEAD).click()
        page.get_by_role("button", name="继续上次未完成的采集").click()
    expect(page.get_by_placeholder("可填写路口")).to_have_value(NOTE)
    photos = page.locator("button.thumb").count()
    page.wait_for_function("() => [...document.querySelectorAll('.thumb img')].every((picture) => picture.naturalWidth > 0)")
    doorstep.choose_exception(page)
    doorstep.save_and_upload(page)
    assert stored() == (1, photos)


def test_f07_an_old_tab_saves_its_draft_and_lets_a_newer_one_open(signed_in):
    page = signed_in
    doorstep.open_capture(page, HEAD)
    page.get_by_placeholder("可填写路口").fill(NOTE)
    other = page.context.new_page()
    other.goto("/manifest.webmanifest")
    drafts = other.evaluate(
        """() => new Promise((resolve, reject) => {
          const request = indexedDB.open('hetu', 1000)
          request.onerror = reject
          request.onsuccess = () => {
            const drafts = request.result.transaction('drafts').objectStore('drafts').getAll()
            drafts.onsuccess = () => resolve(drafts.result.length)
          }
        })"""
    )
    assert drafts == 1
    expect(page.get_by_text("河图已在另一个页面更新，请重新打开本页。草稿已保存。")).to_be_visible()


def test_a_page_that_an_older_one_keeps_out_says_so_and_opens_when_that_has_gone(phone, served):
    page = phone()
    page.goto("/manifest.webmanifest")
    page.evaluate(
        """() => new Promise((resolve) => {
          indexedDB.open('hetu', 1).onsuccess = ({ target }) => { window.held = target.result; resolve() }
        })"""
    )
    newer = page.context.new_page()
    newer.goto("/app/")
    expect(newer.get_by_text("河图在另一个页面打开着旧版本，请关闭那个页面。")).to_be_visible()
    page.evaluate("() => window.held.close()")
    expect(newer.get_by_role("button", name="登录", exact=True)).to_be_visible()


def line_that_breaks(server: str, after_bytes: int) -> str:
    """The address of a way to the server that takes one request and breaks off after so many bytes of it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def carry() -> None:
        with listener, listener.accept()[0] as phone, socket.create_connection(("127.0.0.1", urlsplit(server).port)) as far:
            left = after_bytes
            while left and (piece := phone.recv(left)):
                far.sendall(piece)
                left -= len(piece)

    threading.Thread(target=carry, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_f24_a_photo_cut_on_its_way_goes_on_and_arrives_whole(signed_in, served, stored):
    page = signed_in
    cuts = [1_500, 70_000]

    def cut(route: Route) -> None:
        if cuts and route.request.method == "PUT":
            way = line_that_breaks(served.url, cuts.pop(0))
            route.continue_(url=route.request.url.replace(served.url, way))
        else:
            route.continue_()

    page.context.route("**/api/v1/blobs/**", cut)
    doorstep.open_capture(page, HEAD)
    doorstep.photograph_the_door(page, seed=9)
    doorstep.choose_exception(page)
    with page.expect_event("requestfailed", lambda request: request.method == "PUT"):
        doorstep.save(page)
        doorstep.back_to_list(page)
    doorstep.tab(page, "待上传")
    with page.expect_event("requestfailed", lambda request: request.method == "PUT"):
        page.get_by_role("button", name="立即上传").click()
    assert stored() == (1, 0)
    page.get_by_role("button", name="立即上传").click()
    doorstep.all_uploaded(page)
    assert (cuts, stored()) == ([], (1, 1))


def test_f28_two_tabs_send_each_record_once(signed_in, session, stored):
    page = signed_in
    page.context.route(UPLOADS, lambda route: route.abort())
    doorstep.nobody_home(page, HEAD)
    second = page.context.new_page()
    doorstep.reopen(second, "/app/outbox")
    pushed = []
    page.context.on("response", lambda response: pushed.append(1) if response.url.endswith("/sync/push") else None)
    page.context.unroute(UPLOADS)
    doorstep.tab(page, "待上传")
    for tab in (page, second):
        tab.get_by_role("button", name="立即上传").click()
    for tab in (page, second):
        doorstep.all_uploaded(tab)
    assert len(pushed) == 1
    assert stored() == (1, 0)
    assert session.scalar(select(func.count()).select_from(Op)) == 1


def test_what_waits_is_told_on_every_page_and_in_red_from_the_third_day(signed_in):
    page = signed_in
    page.context.route(UPLOADS, lambda route: route.abort())
    doorstep.nobody_home(page, HEAD)
    expect(page.locator(".shell-bar")).to_have_count(0)
    for days, words in ((2, "1 条未上传，已 2 天"), (4, "1 条已 4 天未上传")):
        page.goto("about:blank")
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days, minutes=1))
        doorstep.reopen(page)
        expect(page.locator(".shell-bar")).to_contain_text(words)
    page.locator(".shell-bar").get_by_role("button", name="去上传").click()
    expect(page.get_by_role("heading", name="待上传", exact=True)).to_be_visible()
