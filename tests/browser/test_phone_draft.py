"""What a cadre has begun at a door outlives the phone's battery and a new version of the app."""

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import doorstep
from tests.browser.machines import ROOT, Served, serve
from tests.factories import COMMUNITY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD = "张三演示"
NOTE = "村口大榕树左边第二家"
NEXT = "thenextone"
#: Resolves when a newer worker has kept its whole shell and waits.
HELD_READY = """() => navigator.serviceWorker.getRegistration().then(async (held) => {
  while (!held.waiting) await new Promise((resolve) => setTimeout(resolve, 50))
})"""


def begin(page: Page) -> None:
    """A note, then the camera, as the page asks for it."""
    doorstep.open_capture(page, HEAD)
    page.get_by_placeholder("可填写路口").fill(NOTE)
    with page.expect_file_chooser() as camera:
        page.get_by_role("button", name="拍门口照片").click()
    camera.value.set_files(doorstep.picture(seed=5))
    expect(page.locator(".thumb img")).to_be_visible()


def go_on(page: Page) -> None:
    """Back into the unfinished capture; everything is as it was left."""
    doorstep.tab(page, "任务")
    page.locator(".row", has_text=HEAD).click()
    page.get_by_role("button", name="继续上次未完成的采集").click()
    expect(page.get_by_text("已恢复上次未保存的内容")).to_be_visible()
    expect(page.get_by_placeholder("可填写路口")).to_have_value(NOTE)
    expect(page.locator("button.thumb")).to_contain_text("门口")
    page.wait_for_function("() => document.querySelector('.thumb img')?.naturalWidth > 0")


def test_a_phone_that_dies_after_the_photo_gives_the_draft_back_with_it(handset, person, make):
    """F01"""
    make.household(head_name=HEAD)
    page = handset.on()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    begin(page)
    handset.battery_out()

    page = handset.on(offline=True)
    doorstep.reopen(page)
    go_on(page)


@pytest.fixture
def served(built, database_url, tmp_path) -> Iterator[Served]:
    """On a copy of the built worker, so that a test can publish another one."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "service-worker" / "dist", checkout / "service-worker" / "dist")
    for name in ("webapp", "config.py"):
        (checkout / name).symlink_to(ROOT / name)
    server = serve(database_url, tmp_path)
    server.arguments += ["--chdir", str(checkout)]
    server.start()
    yield server
    server.stop()


@pytest.fixture
def publish_next(served, tmp_path) -> Callable[[Page], None]:
    """From now on the server has a newer worker, and the phone has looked and holds it ready."""
    worker = tmp_path / "checkout" / "service-worker" / "dist" / "service-worker.js"

    def published(page: Page) -> None:
        worker.write_text(re.sub(r'build:"\w+"', f'build:"{NEXT}"', worker.read_text()))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # back from another app
        page.evaluate(HELD_READY)

    return published


def test_a_new_version_waits_until_the_draft_is_left_and_takes_nothing_from_it(phone, publish_next, person, make):
    """F08"""
    make.household(head_name=HEAD)
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    begin(page)
    page.evaluate("() => { window.sameLoad = true }")
    publish_next(page)
    expect(page.get_by_text("有新版本")).to_have_count(0)
    assert page.evaluate("() => window.sameLoad")

    page.locator(".van-nav-bar__left").click()
    expect(page.get_by_text("有新版本")).to_be_visible()
    assert page.evaluate("() => window.sameLoad")
    page.get_by_role("button", name="更新").click()
    page.wait_for_function("() => !window.sameLoad && document.querySelector('.page')")
    assert page.evaluate("navigator.serviceWorker.getRegistration().then((held) => held.waiting)") is None
    assert f"hetu-{NEXT}" in page.evaluate("caches.keys()")
    expect(page.get_by_text("有新版本")).to_have_count(0)
    doorstep.reopen(page)
    go_on(page)
