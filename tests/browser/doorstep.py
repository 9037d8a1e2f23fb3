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


def ready_for_flight_mode(page: Page) -> None:
    """The worker has taken the whole shell into its cache."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def open_capture(page: Page, head: str) -> None:
    """From the list of tasks to the capture page of one household."""
    page.get_by_role("tab", name="任务").click()
    page.locator(".row", has_text=head).first.click()
    page.get_by_role("button", name="采集坐标").click()


def stand_at(context: BrowserContext, lon: float, lat: float, accuracy_m: float, seconds: int = 9) -> None:
    """One reading a second with the small jitter every receiver has."""
    noise = random.Random(seconds)
    page = context.pages[0]
    for _ in range(seconds):
        context.set_geolocation({
            "longitude": lon + noise.gauss(0, 8e-6), "latitude": lat + noise.gauss(0, 8e-6),
            "accuracy": accuracy_m + noise.uniform(-1, 1),
        })  # fmt: skip
        page.wait_for_timeout(1000)


def photograph_the_door(page: Page, seed: int) -> None:
    """A picture no other door has, the size a cheap camera makes."""
    noise = random.Random(seed)
    picture = Image.frombytes("RGB", (64, 48), noise.randbytes(64 * 48 * 3)).resize((1600, 1200))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    page.set_input_files("input.camera", {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()})
    expect(page.locator(".thumb img")).to_be_visible()


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
