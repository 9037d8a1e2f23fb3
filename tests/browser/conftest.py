"""The built app behind a real gunicorn, and a real Chromium in front of it.

`served` is one server on one fresh database (both, unless a test asks for one), `person` makes somebody who
can sign in there, `phone()` and `desk()` open pages. What goes wrong in any page (script errors, refused by
the CSP, requests to other hosts) fails the test at its end.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from sqlalchemy import func, select

from tests.browser.machines import ARGUMENTS, CHROMIUM, DESK, PHONE, Handset, Served, Trouble, build, serve
from webapp.domain.clock import now
from webapp.models import Blob, Capture
from webapp.models.engine import begin_write
from webapp.services import accounts

PASSWORD = "hetu-demo-2018"


@pytest.fixture(scope="session")
def built() -> None:
    build()


@pytest.fixture
def served(built, database_url, tmp_path) -> Iterator[Served]:
    server = serve(database_url, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def person(session) -> Callable[..., str]:
    """person("cadre", "530502005001") makes an account with PASSWORD and answers its username."""

    def made(role: str, area_code: str = "530502005000", username: str | None = None) -> str:
        begin_write(session)
        account = accounts.create(session, username or role, username or role, PASSWORD, now())
        accounts.grant(session, account, role, area_code)
        session.commit()
        return account.username

    return made


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def trouble(served) -> Iterator[Trouble]:
    seen = Trouble(urlsplit(served.url).netloc)
    yield seen
    assert seen.found == []


@pytest.fixture
def opened(chromium, served, trouble) -> Iterator[Callable[[dict], Page]]:
    contexts: list[BrowserContext] = []

    def page(options: dict) -> Page:
        context = trouble.watch(chromium.new_context(base_url=served.url, **options))
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()


@pytest.fixture
def phone(opened) -> Callable[..., Page]:
    """A phone-sized page with a receiver at DOOR: phone(), phone(geolocation={…})."""
    return lambda **options: opened(PHONE | options)


@pytest.fixture
def desk(opened) -> Callable[..., Page]:
    return lambda **options: opened(DESK | options)


@pytest.fixture
def handset(playwright, served, trouble, tmp_path) -> Iterator[Handset]:
    """handset.on() … handset.battery_out() … handset.on(): what was kept is kept."""
    own = Handset(playwright, tmp_path / "handset", served.url, trouble)
    yield own
    if own.context:
        own.off()


@pytest.fixture
def write(session):
    """write(statement), committed at once."""

    def run(statement) -> None:
        session.rollback()
        begin_write(session)
        session.execute(statement)
        session.commit()

    return run


@pytest.fixture
def stored(session) -> Callable[[], tuple[int, int]]:
    """stored(): how many captures and how many photos the server has."""

    def count() -> tuple[int, int]:
        session.rollback()
        return tuple(session.scalar(select(func.count()).select_from(model)) for model in (Capture, Blob))

    return count
