"""What waits to be sent: kept through portals, locked-out phones and refusals, and sent once."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.domain.clock import now
from webapp.models import Capture, Device, Household, Op
from webapp.models.engine import begin_write
from webapp.services import feeds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
FIRST, SECOND = "张三演示", "李四演示"
PUSH = "**/api/v1/sync/push"
PORTAL = {"status": 200, "content_type": "text/html", "body": "<!doctype html><h1>欢迎使用无线网</h1>"}


@pytest.fixture
def signed_in(phone, person, make):
    """A cadre's phone with two households on it."""
    for head in (FIRST, SECOND):
        make.household(head_name=head)
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    expect(page.locator(".row", has_text=SECOND)).to_be_visible()
    return page


@pytest.fixture
def arrived(session):
    def count() -> tuple[int, int]:
        session.rollback()
        return tuple(session.scalar(select(func.count()).select_from(model)) for model in (Op, Capture))

    return count


def waiting(page, count: int):
    doorstep.tab(page, "待上传")
    expect(page.locator(".outbox-counts > div").first).to_contain_text(f"{count} 条")


def test_behind_a_captive_portal_nothing_counts_as_sent_and_later_it_goes_once(signed_in, arrived):
    """F14"""
    page = signed_in
    page.context.route(PUSH, lambda route: route.fulfill(**PORTAL))
    doorstep.nobody_home(page, FIRST)
    waiting(page, 1)
    expect(page.get_by_text("网络需要先认证")).to_be_visible()
    expect(page.get_by_text("请打开浏览器完成认证")).to_be_visible()
    doorstep.tab(page, "任务")
    expect(page.locator(".row", has_text=FIRST)).to_contain_text("已存手机")
    assert arrived() == (0, 0)

    page.context.unroute(PUSH)
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    expect(page.get_by_text("网络需要先认证")).to_have_count(0)
    assert arrived() == (1, 1)


LOCKED_OUT = {
    "device_revoked": (lambda: {"revoked_at": now()}, "这台手机已被停用"),
    "unauthorized": (lambda: {"token_hash": "forgotten"}, "登录已失效"),
}


@pytest.mark.parametrize("why", LOCKED_OUT)
def test_a_phone_that_is_locked_out_keeps_capturing_and_sends_all_once_after_signing_in_again(signed_in, write, arrived, why):
    """F20"""
    page, (change, sentence) = signed_in, LOCKED_OUT[why]
    write(update(Device).values(**change()))
    doorstep.nobody_home(page, FIRST)
    waiting(page, 1)
    expect(page.get_by_text("上传已暂停")).to_be_visible()
    expect(page.get_by_text(sentence)).to_be_visible()
    doorstep.nobody_home(page, SECOND)
    waiting(page, 2)
    assert arrived() == (0, 0)

    page.get_by_role("button", name="重新登录").click()
    expect(page.get_by_text("本机已存的 2 条记录不会丢失")).to_be_visible()
    expect(page.locator("input[name=username]")).to_have_value("cadre")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".row", has_text=SECOND)).to_contain_text("例外", timeout=20_000)
    doorstep.tab(page, "待上传")
    doorstep.all_uploaded(page)
    assert arrived() == (2, 2)


def test_a_refused_record_stays_with_its_reason_until_the_office_puts_the_area_right(signed_in, session, make, write, arrived):
    page = signed_in
    here, elsewhere = make.group(COMMUNITY).code, make.group(OTHER_COMMUNITY).code
    doorstep.open_capture(page, FIRST)
    _move(session, write, elsewhere)
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)

    doorstep.tab(page, "待上传")
    refused = page.locator("article", has_text=FIRST)
    expect(refused).to_contain_text("这一户已不在您的任务范围内，请联系街道扶贫办核对。")
    expect(page.locator(".outbox-counts > div").last).to_contain_text("需处理")
    expect(page.locator(".outbox-counts > div").last).to_contain_text("1 条")
    assert arrived()[1] == 0
    page.reload()
    doorstep.unlock(page)
    expect(refused).to_contain_text("这一户已不在您的任务范围内")

    _move(session, write, here)
    refused.get_by_role("button", name="再次提交").click()
    doorstep.all_uploaded(page)
    assert arrived()[1] == 1


def _move(session, write, area_code: str) -> None:
    """As a corrected register does it: out of one community's feed and into the other's."""
    session.rollback()
    row = session.scalar(select(Household).where(Household.head_name == FIRST))
    left, rev = row.area_code[:12], row.rev + 1
    write(update(Household).where(Household.id == row.id).values(area_code=area_code, rev=rev))
    begin_write(session)
    feeds.changed(session, left, "household", [(row.id, rev)], deleted=True)
    feeds.changed(session, area_code[:12], "household", [(row.id, rev)])
    session.commit()
    session.expire_all()
