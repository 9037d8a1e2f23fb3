"""What a network, a newer server and a wrong clock can do to a phone at work."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select, update

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.browser.machines import ROOT, Served, serve
from tests.factories import COMMUNITY
from webapp.models import Blob, Capture, Device, Finding, Household, Op

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
FIRST, SECOND = "张三演示", "李四演示"
#: What the phone's shell leaves to later: the map, its worker, the one that makes photos small.
LATER = ("GlMap", "SvgMap", "HandPlace", "map-", "maplibre-gl-worker", "photo-worker")


@pytest.fixture
def served(built, database_url, tmp_path) -> Iterator[Served]:
    """On a copy of the built scripts, so that a test can take some away."""
    static = tmp_path / "checkout" / "webapp" / "static"
    shutil.copytree(ROOT / "webapp" / "static" / "dist", static / "dist")
    for folder in (Path("webapp/static"), Path("webapp"), Path()):
        for entry in (ROOT / folder).iterdir():
            place = tmp_path / "checkout" / folder / entry.name
            if entry.name in ("webapp", "config.py", "service-worker") or folder != Path():
                place.exists() or place.symlink_to(entry)
    server = serve(database_url, tmp_path)
    server.arguments += ["--chdir", str(tmp_path / "checkout")]
    server.start()
    yield server
    server.stop()


@pytest.fixture
def signed_in(phone, person, make) -> Page:
    for head in (FIRST, SECOND):
        make.household(head_name=head)
    page = phone()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    return page


def count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_f10_scripts_the_server_has_no_more_come_from_what_the_phone_keeps(served, signed_in, tmp_path):
    page, assets = signed_in, tmp_path / "checkout" / "webapp" / "static" / "dist" / "assets"
    gone = [file for file in assets.iterdir() if file.name.startswith(LATER)]
    assert len(gone) >= 6
    for file in gone:
        file.unlink()
    assert {page.request.get(f"/static/dist/assets/{file.name}").status for file in gone} == {404}

    doorstep.tab(page, "地图")
    expect(page.locator(".map-canvas canvas")).to_be_visible()
    doorstep.open_capture(page, FIRST)
    doorstep.photograph_the_door(page, seed=10)


@contextmanager
def instead(served: Served, answer: bytes) -> Iterator[None]:
    """The name leads elsewhere: somebody else's machine answers everything that is asked of our server."""

    class Foreign(BaseHTTPRequestHandler):
        def handle(self):
            self.rfile.readline()
            self.connection.sendall(answer)

    served.stop()
    with ThreadingHTTPServer(("127.0.0.1", urlsplit(served.url).port), Foreign) as foreign:
        Thread(target=foreign.serve_forever, daemon=True).start()
        yield
        foreign.shutdown()
    served.start()


def _http(status: str, body: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", body]).encode()


PORTAL, OFFLINE = "网络需要先认证", "没有网络"
ELSEWHERE = {
    "a redirect": (_http("302 Found", "", "Location: /portal.html"), PORTAL),
    "a portal by its status": (_http("511 Network Authentication Required", "<p>login", "Content-Type: text/html"), PORTAL),
    "another machine under our name": (_http("200 OK", '{"verdicts": []}', "Content-Type: application/json"), PORTAL),
    "a connection that fails to become one": (b"\x15\x03\x01\x00\x02\x02\x28", OFFLINE),
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_f15_a_network_that_leads_elsewhere_is_told_and_takes_nothing(served, signed_in, session, where):
    page, (answer, sentence) = signed_in, ELSEWHERE[where]
    with instead(served, answer):
        doorstep.nobody_home(page, FIRST)
        doorstep.upload(page)
        expect(page.get_by_text(sentence, exact=True)).to_be_visible(timeout=15_000)
        expect(page.locator(".outbox-counts > div").first).to_contain_text("1 条")
        page.reload()
        doorstep.unlock(page)
        expect(page.locator(".outbox-counts > div").first).to_contain_text("1 条")
        doorstep.tab(page, "任务")
        expect(page.locator(".row", has_text=FIRST)).to_contain_text("已存手机")
    doorstep.upload(page)
    doorstep.all_uploaded(page)
    assert count(session, Capture) == count(session, Op) == 1


def test_f15_a_portal_is_not_followed_to_its_own_address(served, signed_in, session, trouble):
    page = signed_in
    with socket.create_server(("127.0.0.1", 0)) as portal:
        portal.setblocking(False)
        address = f"http://127.0.0.1:{portal.getsockname()[1]}/login"
        with instead(served, _http("302 Found", "", f"Location: {address}")):
            doorstep.nobody_home(page, FIRST)
            doorstep.upload(page)
            expect(page.get_by_text(PORTAL, exact=True)).to_be_visible(timeout=15_000)
        with pytest.raises(BlockingIOError):
            portal.accept()  # nobody has called
    assert set(trouble.found) <= {f"outside: {address}"}, "the browser names the address it was sent to"
    trouble.found.clear()
    assert count(session, Op) == 0


def test_f20_a_sign_in_that_ends_between_a_record_and_its_photo_costs_neither(signed_in, write, session):
    page = signed_in

    def answer_and_forget(route: Route) -> None:
        answer = route.fetch()
        write(update(Device).values(token_hash="forgotten"))
        route.fulfill(response=answer)

    page.context.route("**/api/v1/sync/push", answer_and_forget, times=1)
    doorstep.open_capture(page, FIRST)
    doorstep.photograph_the_door(page, seed=20)
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    doorstep.tab(page, "待上传")
    expect(page.get_by_text("登录已失效")).to_be_visible(timeout=15_000)
    expect(page.locator(".outbox-counts > div").nth(1)).to_contain_text("1 张")
    assert (count(session, Capture), count(session, Blob)) == (1, 0)

    page.get_by_role("button", name="重新登录").click()
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    doorstep.tab(page, "待上传")
    doorstep.all_uploaded(page)
    assert (count(session, Op), count(session, Capture), count(session, Blob)) == (1, 1, 1)


def test_f33_a_clock_that_jumps_while_one_writes_costs_nothing_and_is_noted(signed_in, session):
    """1970 when the form is opened, 2099 when it is saved, and the day before yesterday at the second visit."""
    page, today = signed_in, datetime.now(UTC)
    page.context.set_offline(True)
    page.clock.set_system_time(datetime(1970, 1, 2, tzinfo=UTC))
    doorstep.open_capture(page, FIRST)
    doorstep.photograph_the_door(page, seed=33)
    page.clock.set_system_time(datetime(2099, 1, 2, tzinfo=UTC))
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    page.clock.set_system_time(today - timedelta(days=2))
    page.locator(".row", has_text=FIRST).first.click()
    page.get_by_role("button", name="重新采集坐标").click()
    doorstep.choose_exception(page)
    doorstep.save(page)
    doorstep.back_to_list(page)
    page.context.set_offline(False)
    doorstep.upload(page)
    doorstep.all_uploaded(page)

    session.rollback()
    first, second = session.scalars(select(Op).order_by(Op.device_seq)).all()
    kept = {capture.id: capture for capture in session.scalars(select(Capture))}
    assert [kept[op.id].taken_at.year for op in (first, second)] == [2099, (today - timedelta(days=2)).year]
    assert session.scalar(select(Household.capture_id).where(Household.head_name == FIRST)) == second.id
    assert set(session.scalars(select(Finding.capture_id).where(Finding.code == "clock_skew"))) == {first.id, second.id}
