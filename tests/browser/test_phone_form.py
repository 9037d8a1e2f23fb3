"""Questionnaires at the door: begun with last year's answers, kept at every answer, corrected when they come back."""

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from tests import published
from tests.browser import doorstep
from tests.browser.test_phone_edits import sync
from tests.conftest import SETTINGS
from tests.factories import COMMUNITY
from webapp.domain.clock import now
from webapp.models import Account, HouseholdYear, MemberYear, Response
from webapp.models.engine import begin_write
from webapp.services import response_review
from webapp.services.sealing import key_ring

HEAD = "张三演示"
ONE_DATABASE = pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
RING = key_ring(SETTINGS["DATA_KEYS"])


@pytest.fixture
def home(served, make, session):
    home = make.household(head_name=HEAD, address="一组3号", phone_masked="138****5678", phone_sealed=b"-")
    published.publish(session)
    published.family(session, home)
    return home


def open_household(page: Page) -> None:
    doorstep.tab(page, "任务")
    page.locator(".row", has_text=HEAD).first.click()


def form_row(page: Page) -> Locator:
    return page.locator(".forms-row", has_text=published.TITLE)


def open_section(page: Page, label: str) -> None:
    page.locator(".form-contents button", has_text=label).click()
    expect(page.get_by_role("heading", name=label)).to_be_visible()


def question(page: Page, name: str) -> Locator:
    return page.locator(f"[data-name={name}]")


def say_same(page: Page) -> None:
    page.get_by_role("button", name="项与去年一致").click()


def entry(page: Page, title: str) -> None:
    page.locator(".form-row", has_text=title).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def photograph(page: Page, seed: int) -> None:
    question(page, "house_photo").locator("input[type=file]").set_input_files(doorstep.picture(seed))
    expect(question(page, "house_photo").locator("img")).to_be_visible()


def sign(page: Page) -> None:
    question(page, "head_signature").get_by_role("button", name="签名").click()
    box = page.locator(".q-pad canvas").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 120, steps=6)
    page.mouse.up()
    page.locator(".q-pad").get_by_role("button", name="完成").click()
    expect(question(page, "head_signature").locator("img")).to_be_visible()


def finish(page: Page) -> None:
    page.get_by_role("button", name="完成并保存").click()
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回户信息").click()


def autosaved(page: Page) -> None:
    """Half a second after the last answer."""
    page.wait_for_timeout(1200)


def judge(session, act) -> None:
    session.rollback()
    begin_write(session)
    response = session.scalars(select(Response).where(Response.newest)).one()
    act(response, session.scalars(select(Account).where(Account.username == "office")).one())
    session.commit()


@ONE_DATABASE
def test_an_interview_survives_a_dead_battery_and_is_corrected_when_it_comes_back(handset, person, home, session):
    page = handset.on()
    doorstep.sign_in(page, person("cadre", COMMUNITY, "cadre01"))
    person("office")
    doorstep.ready_for_flight_mode(page)
    open_household(page)
    expect(form_row(page)).to_contain_text("未填")
    handset.context.set_offline(True)

    form_row(page).click()
    open_section(page, "一、基本情况")
    expect(question(page, "attribute").locator("[aria-pressed=true]")).to_have_text("一般贫困户")
    say_same(page)
    entry(page, HEAD)
    say_same(page)
    page.get_by_role("button", name="下一页").click()
    expect(page.get_by_role("heading", name="张小妹")).to_be_visible()
    say_same(page)
    question(page, "student_status").get_by_role("button", name="七年级").click()
    page.get_by_role("button", name="八年级").click()
    expect(question(page, "student_status")).to_contain_text("与去年不同")
    page.locator(".van-nav-bar__left").click()
    expect(page.get_by_text("成员增减不在此填写")).to_be_visible()
    page.locator(".van-nav-bar__left").click()
    open_section(page, "二、上年度收入")
    page.locator("input[name=wage_income]").fill("15000")
    autosaved(page)
    handset.battery_out()

    page = handset.on()
    doorstep.reopen(page)
    handset.context.set_offline(True)
    open_household(page)
    expect(form_row(page)).to_contain_text("草稿")
    form_row(page).click()
    expect(page.get_by_role("heading", name="二、上年度收入")).to_be_visible()
    expect(page.locator("input[name=wage_income]")).to_have_value("15000")
    expect(question(page, "gross_shown")).to_contain_text("18000.5")
    question(page, "business_income").get_by_role("button", name="确认与去年一致").click()
    say_same(page)
    page.get_by_role("button", name="下一页").click()
    say_same(page)
    photograph(page, 1)
    sign(page)
    page.locator(".van-nav-bar__left").click()
    page.get_by_role("button", name="完成并保存").click()
    expect(page.get_by_text("还有 2 项需要填写或确认")).to_be_visible()
    page.get_by_role("button", name="前往：姓名").click()
    say_same(page)
    page.locator(".van-nav-bar__left").click()
    page.locator(".van-nav-bar__left").click()
    finish(page)
    expect(form_row(page)).to_contain_text("已存手机")
    page.locator(".van-nav-bar__left").click()
    handset.context.set_offline(False)
    sync(page)

    session.rollback()
    response = session.scalars(select(Response)).one()
    assert (response.problems, response.state) == ([], "received")
    judge(session, lambda row, by: response_review.send_back(session, row, ["R03"], "工资收入请核实", by, now()))
    sync(page)
    open_household(page)
    expect(form_row(page)).to_contain_text("退回")
    expect(page.locator(".forms-card")).to_contain_text("工资收入请核实")
    form_row(page).click()
    open_section(page, "二、上年度收入")
    expect(page.locator("input[name=wage_income]")).to_have_value("15000")
    page.locator("input[name=wage_income]").fill("16000")
    autosaved(page)
    page.locator(".van-nav-bar__left").click()
    page.get_by_role("button", name="完成并保存").click()
    page.wait_for_timeout(500)
    page.screenshot(path="/tmp/fshots/corr.png")
    finish(page)
    page.locator(".van-nav-bar__left").click()
    sync(page)

    judge(session, lambda row, by: response_review.accept(session, RING, row, by, now()))
    written = session.scalars(select(HouseholdYear).where(HouseholdYear.year == published.YEAR)).one()
    assert (written.wage_income, written.farmland_mu) == (16000, 3.5)
    assert set(session.scalars(select(MemberYear.student_status).where(MemberYear.year == published.YEAR))) == {None, "05"}
