"""The check of the phone, and the app in browsers that lack what it would like to have."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import doorstep
from tests.factories import COMMUNITY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD = "张三演示"


@pytest.fixture
def plain_phone(phone):
    """A browser that knows no service worker, no locks and no private file system."""

    def opened() -> Page:
        page = phone(service_workers="block")
        page.route("**/journal-worker-*.js", _without_files)
        page.add_init_script(
            """Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })
            Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })
            delete StorageManager.prototype.persist"""
        )
        return page

    return opened


def _without_files(route) -> None:
    """Nobody else can take something away inside a worker."""
    answer = route.fetch()
    route.fulfill(response=answer, body="delete StorageManager.prototype.getDirectory;" + answer.text())


SECOND_COPIES = """() => new Promise((resolve) => {
  indexedDB.open('hetu-journal').onsuccess = ({ target: { result: base } }) => {
    base.transaction('copies').objectStore('copies').getAllKeys().onsuccess = ({ target }) => {
      base.close()
      resolve(target.result.map((name) => name.split('-')[0]).sort())
    }
  }
})"""


def test_without_service_worker_it_works_as_a_plain_page_and_the_check_says_what_is_missing(plain_phone, person, make, stored):
    make.household(head_name=HEAD)
    page = plain_phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.open_capture(page, HEAD)
    doorstep.photograph_the_door(page, seed=4)
    doorstep.choose_exception(page)
    doorstep.save_and_upload(page)
    assert stored() == (1, 1)
    assert {"op", "photo", "vault"} <= set(page.evaluate(SECOND_COPIES))

    doorstep.reopen(page, "/app/check")
    expect(page.locator(".check-row", has_text="离线打开")).to_contain_text("此浏览器不支持离线打开")
    expect(page.locator(".check-row", has_text="第二份备份")).to_contain_text("记录会存两份")
    expect(page.locator(".check-row", has_text="手机存储")).to_contain_text("可以读写")


WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; M2101K7AG) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141 "
    "Mobile Safari/537.36 MMWEBSDK/20230504 MicroMessenger/8.0.37.2380"
)


def test_the_check_needs_no_sign_in_and_leads_out_of_wechat(phone, served):
    page = phone(user_agent=WECHAT, permissions=["geolocation", "clipboard-write", "clipboard-read"])
    page.goto("/app/check")
    row = page.locator(".check-row", has_text="浏览器").first
    expect(row).to_contain_text("当前在微信中打开")
    row.get_by_role("button", name="复制本系统网址").click()
    expect(row).to_contain_text("网址已复制")
    assert page.evaluate("navigator.clipboard.readText()") == f"{served.url}/app/"


def test_the_check_of_a_good_phone_finds_everything_in_order(phone):
    page = phone()
    page.goto("/app/check")
    for name in ("浏览器", "安全连接", "手机存储", "第二份备份", "定位", "手机时间"):
        row = page.locator(".check-row", has=page.get_by_role("heading", name=name, exact=True))
        expect(row.locator(".check-state")).to_have_text("正常", timeout=15_000)
    page.locator(".check-row", has_text="相机").get_by_role("button", name="试拍一张").wait_for()
    page.set_input_files("input.check-camera", doorstep.picture(seed=2))
    expect(page.locator(".check-row", has_text="相机")).to_contain_text("照片正常")
    page.get_by_role("button", name="测试定位").click()
    expect(page.locator(".check-row", has_text="定位").first).to_contain_text("已定位，误差约 ±8 米")
