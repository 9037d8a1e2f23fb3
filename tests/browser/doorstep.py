"""What a cadre does with the phone, as functions on its page."""

import io
import random

from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import PASSWORD


def sign_in(page: Page, username: str) -> None:
    page.goto("/app/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("合计")).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def ready_for_flight_mode(page: Page) -> None:
    """The worker has taken the whole shell into its cache and answers for this page."""
    page.wait_for_function("() => navigator.serviceWorker.controller")


def open_capture(page: Page, head: str) -> None:
    """From the list of tasks to the capture page of one household."""
    tab(page, "任务")
    page.locator(".row", has_text=head).first.click()
    page.get_by_role("button", name="采集坐标").click()


def nobody_home(page: Page, head: str) -> None:
    """The quickest record there is: an exception, kept."""
    open_capture(page, head)
    choose_exception(page)
    save(page)
    back_to_list(page)


def choose_exception(page: Page) -> None:
    page.get_by_role("button", name="登记例外").click()
    page.get_by_role("button", name="举家外出务工").click()


def back_to_list(page: Page) -> None:
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回任务列表").click()


def upload(page: Page) -> None:
    tab(page, "待上传")
    page.get_by_role("button", name="立即上传").click()


def all_uploaded(page: Page) -> None:
    expect(page.get_by_text("全部已上传")).to_be_visible(timeout=20_000)


def save_and_upload(page: Page) -> None:
    save(page)
    back_to_list(page)
    upload(page)
    all_uploaded(page)


def stand_at(context: BrowserContext, lon: float, lat: float, accuracy_m: float, readings: int = 6, every_ms: int = 100) -> None:
    """Readings with the small jitter every receiver has, from a fast one: how long a point takes is tests/js/geo's matter."""
    noise = random.Random(readings)
    page = context.pages[0]
    for _ in range(readings):
        context.set_geolocation({
            "longitude": lon + noise.gauss(0, 8e-6), "latitude": lat + noise.gauss(0, 8e-6),
            "accuracy": accuracy_m + noise.uniform(-1, 1),
        })  # fmt: skip
        page.wait_for_timeout(every_ms)


def photograph_the_door(page: Page, seed: int) -> None:
    page.set_input_files("input.camera", picture(seed))
    expect(page.locator(".thumb img")).to_be_visible()


def picture(seed: int) -> dict:
    """No other door looks like it; the size a cheap camera makes."""
    noise = random.Random(seed)
    pixels = Image.frombytes("RGB", (64, 48), noise.randbytes(64 * 48 * 3)).resize((1600, 1200))
    file = io.BytesIO()
    pixels.save(file, "JPEG", quality=92)
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def save(page: Page) -> None:
    page.locator(".bottom-bar").get_by_role("button", name="保存").click()


def lose_first_answer(context: BrowserContext) -> list[int]:
    """The server gets the first push and answers it, but the answer never arrives. Returns the answers lost."""
    lost: list[int] = []

    def swallow(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    context.route("**/api/v1/sync/push", swallow)
    return lost
