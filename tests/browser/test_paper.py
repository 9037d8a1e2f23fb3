"""From the sheet of paper back into the phone: what is printed is what a camera reads."""

import io
import re

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.browser.machines import ARGUMENTS, CHROMIUM, PHONE
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.families import Families
from tests.known import known

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
FRAME = (640, 480)
#: What does not fit on its leaf would be cut off on paper.
OVERFULL = "() => [...document.querySelectorAll('.leaf')].filter((leaf) => leaf.scrollHeight > leaf.clientHeight).length"


@pytest.fixture
def paper(desk, person):
    """paper(path) is the page of sheets, opened by the office."""
    page = desk(device_scale_factor=2)
    page.goto("/login")
    page.fill("input[name=username]", person("office"))
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/coverage*")

    def opened(path: str) -> Page:
        page.goto(path)
        return page

    return opened


@pytest.fixture
def camera(tmp_path, playwright, served, trouble):
    """A phone whose camera shows the picture in `camera.film(picture)`; nobody has allowed its use yet."""
    film = tmp_path / "camera.y4m"
    show(film, Image.new("L", FRAME, 90))
    fake = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *fake])
    context = trouble.watch(browser.new_context(base_url=served.url, **PHONE))
    context.film = lambda picture: show(film, seen(picture))
    yield context
    context.close()
    browser.close()


def show(film, frame: Image.Image) -> None:
    """A grey film of one frame."""
    colourless = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + (b"FRAME\n" + frame.tobytes() + colourless) * 2)


def seen(square: Image.Image) -> Image.Image:
    """As a hand holds it: a third of the picture, aslant, not quite sharp, in poor light."""
    table = Image.new("L", FRAME, 90)
    small = square.convert("L").resize((230, 230)).point(lambda light: 40 + light * 0.6)
    table.paste(small.rotate(8, expand=True, fillcolor=90), (190, 110))
    return table.filter(ImageFilter.GaussianBlur(0.8))


def square_of(page: Page) -> Image.Image:
    """The corner of the sheet the cadre aims at, as it comes out of the printer."""
    page.emulate_media(media="print")
    return Image.open(io.BytesIO(page.locator(".square").screenshot()))


def test_no_leaf_of_a_sheet_is_too_full_and_each_is_one_page_of_paper(paper, make, session):
    families = Families(session)
    wordy = {"income_verify_note": "收入来源稳定，已核对存折流水。" * 33, "fuel_name": "自" * 20}
    for people, more in ((7, wordy), (1, {}), (4, {})):
        known(families, make.household(head_name="诺" * 15, address="演示小组" * 12), people, **more)
    page = paper(f"/coverage/comparison?area={COMMUNITY}")
    leaves = page.locator(".leaf").count()
    assert (page.locator(".leaf-first").count(), page.evaluate(OVERFULL)) == (3, 0)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type ?/Page\b", printed)) == leaves


def test_the_printed_square_opens_its_household_in_flight_mode(paper, camera, person, make):
    ours, foreign = make.household(head_name="张三演示"), make.household(OTHER_COMMUNITY, head_name="李四演示")
    page = camera.new_page()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    camera.film(square_of(paper(f"/coverage/households/{foreign.id}/comparison")))
    camera.set_offline(True)

    page.get_by_role("link", name="扫对照表").click()
    expect(page.get_by_text("没有相机权限", exact=True)).to_be_visible()
    camera.grant_permissions(["geolocation", "camera"])
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("alert")).to_contain_text("这一户不在本机")

    page.locator(".van-nav-bar__left").click()
    camera.film(square_of(paper(f"/coverage/households/{ours.id}/comparison")))
    page.get_by_role("link", name="扫对照表").click()
    expect(page.get_by_role("heading", name="张三演示")).to_be_visible(timeout=15_000)

    page.locator(".van-nav-bar__left").click()
    expect(page.get_by_text("合计")).to_be_visible()


def test_a_number_typed_by_hand_opens_the_household_too_and_a_locked_phone_asks_for_its_secret_first(phone, person, make):
    household = make.household(head_name="张三演示")
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.reopen(page, "/app/scan")
    page.fill("input[name=number]", "4711")
    page.get_by_role("button", name="打开这一户").click()
    expect(page.get_by_role("alert")).to_contain_text("本机没有编号为“4711”的户")
    page.fill("input[name=number]", household.number[-3:])
    page.get_by_role("button", name="打开这一户").click()
    expect(page.get_by_role("heading", name="张三演示")).to_be_visible()
