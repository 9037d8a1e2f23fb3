"""The vault in a real browser: what lies on the disk, locking, wrong and forgotten secrets, the next person."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.factories import COMMUNITY
from webapp.models import Blob, Capture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD, ADDRESS, NOTE = "和丽江演示", "青阳上村七号", "核桃树下有狗"
WORDS = [HEAD, ADDRESS, NOTE, "helijiang", "cadre.first", "hd1."]
UPLOADS = "**/api/v1/{sync/push,rescue,blobs/**}"


@pytest.fixture
def cadre(person, make) -> str:
    make.household(head_name=HEAD, address=ADDRESS, pinyin="helijiang")
    return person("cadre", COMMUNITY, username="cadre.first")


def _written(profile: Path) -> bytes:
    """Everything the browser has on its disk for any page."""
    folders = [profile / "Default" / name for name in ("IndexedDB", "File System", "Local Storage", "Session Storage")]
    return b"".join(path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


def _found(written: bytes) -> list[str]:
    """As browsers write text: in one byte a sign, in two, or as UTF-8."""
    return [word for word in WORDS if any(word.encode(code) in written for code in ("utf-8", "utf-16-le"))]


def _unfinished(page: Page, note: str = NOTE) -> None:
    doorstep.open_capture(page, HEAD)
    page.get_by_placeholder("可填写路口").fill(note)


def test_on_the_disk_lies_no_word_of_what_was_pulled_written_or_signed_in_with(handset, cadre):
    page = handset.on()
    doorstep.sign_in(page, cadre)
    page.context.route(UPLOADS, lambda route: route.abort())
    _unfinished(page)
    doorstep.photograph_the_door(page, seed=5)
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    page.wait_for_timeout(500)
    handset.off()

    written = _written(handset.profile)
    assert len(written) > 100_000
    assert _found(written) == []
    assert b"\xff\xd8\xff\xe0" not in written, "a photo as it is"


def test_the_search_of_the_disk_would_find_a_word(handset, cadre):
    page = handset.on()
    doorstep.sign_in(page, cadre)
    page.evaluate("(word) => localStorage.setItem('word', word)", NOTE)
    page.wait_for_timeout(500)
    handset.off()
    assert _found(_written(handset.profile)) == [NOTE]


def test_a_killed_phone_opens_with_the_secret_and_captures_in_flight_mode(handset, cadre, session):
    page = handset.on()
    doorstep.sign_in(page, cadre)
    doorstep.ready_for_flight_mode(page)
    handset.battery_out()

    page = handset.on(offline=True)
    page.goto("/app/tasks")
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    expect(page.get_by_text(HEAD)).to_have_count(0)
    doorstep.unlock(page)
    doorstep.nobody_home(page, HEAD)
    handset.context.set_offline(False)
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    assert session.scalar(select(func.count()).select_from(Capture)) == 1


@pytest.mark.long
def test_left_alone_it_locks_with_the_draft_written_and_sending_stops(phone_told, cadre):
    page = phone_told(lock_after_s=4)
    doorstep.sign_in(page, cadre)
    doorstep.ready_for_flight_mode(page)
    page.context.route(UPLOADS, lambda route: route.abort())
    _unfinished(page)

    expect(page.get_by_role("heading", name="已锁定")).to_be_visible(timeout=10_000)
    expect(page.get_by_text(HEAD)).to_have_count(0)
    doorstep.unlock(page)
    expect(page.get_by_placeholder("可填写路口")).to_have_value(NOTE)

    doorstep.choose_exception(page)
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("还有 1 项未上传。已锁定，解锁后继续上传。")).to_be_visible()
    page.context.unroute(UPLOADS)
    with page.expect_response("**/api/v1/sync/push"):
        doorstep.unlock(page)


@pytest.mark.long
def test_wrong_secrets_make_the_next_wait_also_after_a_reload_and_destroy_nothing(phone, cadre):
    page = phone()
    doorstep.sign_in(page, cadre)
    page.reload()
    for left in (4, 3, 2, 1):
        page.locator(".pin-keys button:enabled").first.wait_for()
        page.keyboard.type("999999")
        expect(page.get_by_text(f"还可以连续输入 {left} 次")).to_be_visible()
    page.locator(".pin-keys button:enabled").first.wait_for()
    page.keyboard.type("999999")
    expect(page.get_by_text("输错次数较多，请等待")).to_be_visible()
    page.reload()
    expect(page.get_by_text("输错次数较多，请等待")).to_be_visible()
    expect(page.get_by_role("button", name="5", exact=True)).to_be_disabled()

    page.goto("about:blank")
    page.clock.set_fixed_time(page.evaluate("Date.now() + 31000"))
    doorstep.reopen(page)
    expect(page.locator(".row", has_text=HEAD)).to_be_visible()


def test_weak_secrets_are_refused_with_the_reason_and_two_have_to_be_alike(phone, cadre):
    page = phone()
    page.goto("/app/")
    page.fill("input[name=username]", cadre)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    for weak, words in (("123456", "连续的数字"), ("888888", "重复太多"), ("801231", "像生日")):
        page.locator(".pin-keys").wait_for()
        page.keyboard.type(weak)
        page.get_by_role("button", name="确定").click()
        expect(page.get_by_text(words)).to_be_visible()
    page.keyboard.type("470986")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("请再输入一次")).to_be_visible()
    page.keyboard.type("470987")
    expect(page.get_by_text("两次输入不一致")).to_be_visible()
    page.keyboard.type(doorstep.PIN)
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("请再输入一次")).to_be_visible()
    page.keyboard.type(doorstep.PIN)
    expect(page.locator(".row", has_text=HEAD)).to_be_visible()


@pytest.mark.long
def test_the_secret_is_changed_and_the_phone_locked_by_hand(phone, cadre):
    page = phone()
    doorstep.sign_in(page, cadre)
    doorstep.tab(page, "我的")
    page.get_by_role("link", name="修改解锁密码").or_(page.get_by_role("button", name="修改解锁密码")).click()
    expect(page.get_by_text("请输入原解锁密码")).to_be_visible()
    page.keyboard.type(doorstep.PIN)
    doorstep.choose_secret(page, "470986")
    expect(page.get_by_text("解锁密码已修改")).to_be_visible()
    page.get_by_role("button", name="确定").click()
    page.get_by_role("button", name="立即锁定").click()
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    page.locator(".pin-keys").wait_for()
    page.keyboard.type(doorstep.PIN)
    expect(page.get_by_text("解锁密码不正确")).to_be_visible()
    doorstep.unlock(page, "470986")
    expect(page.get_by_role("heading", name="我的")).to_be_visible()


def test_forgotten_with_something_unsent_all_goes_up_sealed_before_the_phone_begins_anew(handset, cadre, session):
    page = handset.on()
    doorstep.sign_in(page, cadre)
    expect(page.get_by_text("正在更新任务")).to_have_count(0)
    page.context.route(UPLOADS, lambda route: route.abort())
    doorstep.open_capture(page, HEAD)
    doorstep.photograph_the_door(page, seed=6)
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    page.reload()

    page.get_by_role("button", name="忘记解锁密码").click()
    expect(page.get_by_text("本机还有 2 项未上传")).to_be_visible()
    page.get_by_role("button", name="清除本机并重新登录").click()
    page.get_by_role("button", name="确定清除").click()
    expect(page.get_by_text("没有连上服务器，本机数据没有清除")).to_be_visible(timeout=15_000)
    page.context.unroute(UPLOADS)
    page.get_by_role("button", name="清除本机并重新登录").click()
    page.get_by_role("button", name="确定清除").click()
    expect(page.locator("input[name=username]")).to_have_value("", timeout=15_000)
    assert [session.scalar(select(func.count()).select_from(model)) for model in (Capture, Blob)] == [1, 1]
    expect(page.get_by_text("本机数据已被清除")).to_have_count(0)
    doorstep.sign_in(page, cadre)


def test_a_passphrase_opens_where_the_deployment_wants_one(phone_told, cadre):
    page = phone_told(kind="passphrase", min_length=10)
    page.goto("/app/")
    page.fill("input[name=username]", cadre)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    for _ in range(2):
        page.fill("input[name=passphrase]", "青阳核桃树下有狗在叫")
        page.get_by_role("button", name="下一步").click()
    expect(page.locator(".row", has_text=HEAD)).to_be_visible()
    page.reload()
    page.fill("input[name=passphrase]", "青阳核桃树下有狗在叫")
    page.get_by_role("button", name="解锁", exact=True).click()
    expect(page.locator(".row", has_text=HEAD)).to_be_visible()


def test_a_finished_household_fades_to_a_card_and_comes_back_whole_for_another_capture(phone_told, cadre):
    page = phone_told(retention_days=0)
    doorstep.sign_in(page, cadre)
    doorstep.nobody_home(page, HEAD)
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    doorstep.upload(page)
    doorstep.tab(page, "任务")
    folded = page.get_by_role("button", name="已完成 1 户")
    expect(folded).to_be_visible(timeout=15_000)
    expect(page.get_by_text(HEAD)).to_have_count(0)
    folded.click()
    page.locator(".row", has_text="和*").click()
    expect(page.get_by_text("已完成，详细信息已从本机删除")).to_be_visible()
    expect(page.get_by_text("回执编号")).to_be_visible()
    expect(page.get_by_text(ADDRESS)).to_have_count(0)

    page.get_by_role("button", name="联网取回，重新采集").click()
    expect(page.get_by_text(ADDRESS)).to_be_visible()
    page.get_by_role("button", name="重新采集").click()
    expect(page.get_by_role("button", name="登记例外")).to_be_visible()


def test_the_app_speaks_english_from_its_first_sentence_on(phone, cadre):
    page = phone()
    doorstep.sign_in(page, cadre)
    doorstep.tab(page, "我的")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
