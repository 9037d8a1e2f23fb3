"""One phone, several people: nobody sends, sees or loses what is another's."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.models import Capture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD, NEIGHBOUR = "张三演示", "周八演示"
PUSH = "**/api/v1/sync/push"
#: Everything the app keeps on this phone, as text.
ON_THE_PHONE = """async () => {
  const [{ name }] = await indexedDB.databases()
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result) })
  const opened = await done(indexedDB.open(name))
  const stores = opened.transaction([...opened.objectStoreNames])
  const rows = await Promise.all([...opened.objectStoreNames].map((store) => done(stores.objectStore(store).getAll())))
  opened.close()
  return JSON.stringify(rows) + JSON.stringify(localStorage)
}"""


@pytest.fixture
def unsent(phone, person, make):
    """The first cadre's phone with one record that does not get through."""
    make.household(head_name=HEAD)
    make.household(OTHER_COMMUNITY, head_name=NEIGHBOUR)
    person("cadre", OTHER_COMMUNITY, username="cadre.second")
    page = phone()
    page.context.route(PUSH, lambda route: route.abort())
    doorstep.sign_in(page, person("cadre", COMMUNITY, username="cadre.first"))
    doorstep.nobody_home(page, HEAD)
    return page


def _sign_in_as(page, username: str) -> None:
    doorstep.reopen(page, "/app/login")
    expect(page.get_by_text("请重新登录")).to_be_visible()
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def test_the_next_person_waits_until_the_first_ones_records_are_sent_and_sees_nothing_of_them(unsent, session):
    """F21"""
    page = unsent
    _sign_in_as(page, "cadre.second")
    expect(page.get_by_role("alert")).to_contain_text("这台手机上还有另一账号的 1 条未上传内容")
    assert HEAD not in page.evaluate(ON_THE_PHONE)

    page.context.unroute(PUSH)
    doorstep.reopen(page, "/app/outbox")
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    assert session.scalar(select(func.count()).select_from(Capture)) == 1

    _sign_in_as(page, "cadre.second")
    doorstep.choose_secret(page, "470986")
    expect(page.locator(".row", has_text=NEIGHBOUR)).to_be_visible()
    expect(page.locator(".row", has_text=HEAD)).to_have_count(0)
    doorstep.tab(page, "待上传")
    expect(page.get_by_text("近期已上传")).to_have_count(0)
    kept = page.evaluate(ON_THE_PHONE)
    assert NEIGHBOUR not in kept
    assert HEAD not in kept
    assert "cadre.first" not in kept
    page.reload()
    page.locator(".pin-keys").wait_for()
    page.keyboard.type(doorstep.PIN)
    expect(page.get_by_text("解锁密码不正确")).to_be_visible()
    doorstep.unlock(page, "470986")


def test_signing_out_is_refused_with_the_number_of_what_is_unsent_and_open_afterwards(unsent):
    page = unsent
    doorstep.tab(page, "我的")
    page.get_by_role("button", name="退出登录").click()
    refusal = page.get_by_role("dialog")
    expect(refusal).to_contain_text("暂时不能退出")
    expect(refusal).to_contain_text("还有 1 项（记录或照片）没有上传")
    page.context.unroute(PUSH)
    refusal.get_by_role("button", name="去上传").click()
    page.get_by_role("button", name="立即上传").click()
    doorstep.all_uploaded(page)

    doorstep.tab(page, "我的")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(page.locator("input[name=username]")).to_have_value("")
    assert HEAD not in page.evaluate(ON_THE_PHONE)
