"""The phone's second copy and the ways out: a garbled or broken database, a closed account, a colleague, the desk."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.factories import COMMUNITY
from webapp.domain.clock import now
from webapp.models import Account, Capture, Op

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
HEAD, SECOND = "张三演示", "李四演示"
UPLOADS = "**/api/v1/{sync/push,rescue,blobs/**}"
#: How many copies lie in the journal, and whether who works here is among them.
COPIES = """async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal', { create: true })
  const names = []
  for await (const name of folder.keys()) names.push(name)
  return ['op', 'photo', 'session'].map((kind) => names.filter((name) => name.startsWith(kind)).length)
}"""


def copies(page: Page, *wanted: int) -> None:
    page.wait_for_function(f"async () => String(await ({COPIES})()) === '{','.join(map(str, wanted))}'", timeout=15_000)


@pytest.fixture
def unsent(handset, person, make):
    """A phone with one record and its photo that do not get through; the page of its tasks."""
    for head in (HEAD, SECOND):
        make.household(head_name=head)
    page = handset.on()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    expect(page.get_by_text("正在更新任务")).to_have_count(0)
    page.context.route(UPLOADS, lambda route: route.abort())
    doorstep.ready_for_flight_mode(page)
    doorstep.open_capture(page, HEAD)
    doorstep.photograph_the_door(page, seed=3)
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    copies(page, 1, 1, 1)
    return page


def database_of(handset) -> Path:
    (folder,) = handset.profile.glob("Default/IndexedDB/*.leveldb")
    return folder


def test_f05_records_of_a_garbled_database_come_back_by_name_and_keep_their_number(unsent, handset, session, stored):
    handset.off()
    for file in database_of(handset).glob("*.*"):
        file.write_bytes(b"garbled" * 50)

    page = handset.on()
    page.context.route(UPLOADS, lambda route: route.abort())
    doorstep.reopen(page)
    notice = page.locator(".recovered")
    expect(notice).to_contain_text("恢复了 1 条记录（张三演示）和 1 张照片", timeout=15_000)
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    assert stored() == (0, 0)

    page.context.unroute(UPLOADS)
    page.reload()
    doorstep.unlock(page)
    page.wait_for_function("() => fetch('/healthz').then(() => true)")
    for _ in range(100):
        if stored() == (1, 1):
            break
        page.wait_for_timeout(100)
    assert stored() == (1, 1)
    assert session.scalars(select(Op.device_seq)).all() == [1]
    expect(page.locator(".recovered")).to_have_count(0)


def break_database(handset) -> None:
    """A database that no browser can open or begin anew: a file stands where its folder was."""
    folder = database_of(handset)
    shutil.rmtree(folder)
    folder.write_bytes(b"in the way")


@pytest.fixture
def broken(unsent, handset) -> Page:
    handset.off()
    break_database(handset)
    page = handset.on()
    page.goto("/app/")
    expect(page.get_by_text("本机数据打不开")).to_be_visible(timeout=20_000)
    return page


def export(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="导出救援包").click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def import_at_the_desk(desk, person, file: Path) -> Page:
    page = desk()
    page.goto("/login?next=/setup/rescue")
    page.fill("[name=username]", person("office"))
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("button", name="确认导入").click(timeout=15_000)
    expect(page.get_by_text("已导入 1 条记录、1 张照片")).to_be_visible(timeout=15_000)
    return page


def test_with_the_database_broken_the_pack_reaches_the_desk(broken, desk, person, tmp_path, stored):
    expect(broken.get_by_text("1 条记录")).to_be_visible()
    file = export(broken, tmp_path)
    assert file.suffix == ".heturescue"
    assert HEAD.encode() not in file.read_bytes()
    import_at_the_desk(desk, person, file)
    assert stored() == (1, 1)


def test_with_the_database_broken_the_records_go_up_sealed(broken, stored):
    broken.get_by_role("button", name="加密上传").click()
    expect(broken.get_by_text("服务器已收到")).to_be_visible(timeout=15_000)
    expect(broken.get_by_text("1/1 条记录")).to_be_visible()
    assert stored() == (1, 1)


def test_with_the_database_broken_the_phone_can_still_be_checked(broken):
    broken.get_by_role("button", name="手机自检").click()
    expect(broken.locator(".check-row", has_text="手机存储")).to_contain_text("不能用", timeout=15_000)


def test_with_a_closed_account_the_pack_reaches_the_desk(unsent, desk, person, write, tmp_path, stored):
    page = unsent
    write(update(Account).where(Account.username == "cadre").values(disabled_at=now()))
    doorstep.tab(page, "我的")
    page.get_by_text("救援包", exact=True).click()
    expect(page.get_by_text("1 条记录")).to_be_visible()
    import_at_the_desk(desk, person, export(page, tmp_path))
    assert stored() == (1, 1)


def test_with_sync_broken_a_colleague_brings_the_pack(unsent, phone, person, tmp_path, stored, session):
    page = unsent
    doorstep.tab(page, "待上传")
    page.get_by_text("传不上去？导出救援包").click()
    file = export(page, tmp_path)

    colleague = phone()
    doorstep.sign_in(colleague, person("cadre", COMMUNITY, username="colleague"))
    doorstep.tab(colleague, "我的")
    colleague.get_by_text("救援包", exact=True).click()
    colleague.set_input_files("input.carry-file", file)
    expect(colleague.get_by_text("1/1 条记录")).to_be_visible(timeout=15_000)
    expect(colleague.get_by_text("1/1 张照片")).to_be_visible()
    assert stored() == (1, 1)
    author = session.scalar(select(Account.username).join(Capture, Capture.account_id == Account.id))
    assert author == "cadre"

    page.context.unroute(UPLOADS)
    page.get_by_role("button", name="加密上传").click()
    expect(page.get_by_text("没有未上传的内容")).to_be_visible(timeout=15_000)
    assert stored() == (1, 1)


def test_f06_a_database_taken_from_under_the_app_asks_for_a_reload_and_nothing_is_lost(unsent, trouble):
    page = unsent
    origin = page.evaluate("location.origin")
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
    expect(page.get_by_text("手机存储被系统关闭，请重新打开本页。")).to_be_visible(timeout=15_000)
    trouble.found.clear()  # whatever was using the database when it went has said so
    page.get_by_role("button", name="重新打开").click()
    doorstep.unlock(page)
    expect(page.locator(".recovered")).to_contain_text("张三演示", timeout=15_000)
