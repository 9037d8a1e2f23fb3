"""A server, a browser, a phone: real ones, for tests and measurements."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DOOR = {"longitude": 99.2283, "latitude": 25.1146, "accuracy": 8}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "geolocation": DOOR, "permissions": ["geolocation"],
}  # fmt: skip
DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


def build() -> None:
    """The pages as Vite makes them now; built only if a source changed."""
    subprocess.run(["bash", "-c", "source .ci/lib.sh; build"], cwd=ROOT, check=True)


@dataclass
class Served:
    """A running server: gunicorn with these arguments. `url` has no slash at its end."""

    url: str
    arguments: list[str]
    env: dict[str, str]
    log: Path
    pid: int | None = None

    def start(self) -> None:
        self.pid = _fork({"arguments": self.arguments, "env": self.env, "log": str(self.log)})
        for _ in range(1500):
            if _answers(f"{self.url}/readyz"):
                return
            if not Path(f"/proc/{self.pid}").exists():
                break
            time.sleep(0.02)
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        """Ends the server as a power cut does; `start` brings it back on the same port and database."""
        os.killpg(self.pid, signal.SIGKILL)
        while _listens(self.url):
            time.sleep(0.005)


@cache
def _parent() -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.browser.parent"]
    parent = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    atexit.register(parent.stdin.close)
    return parent


def _fork(server: dict) -> int:
    _parent().stdin.write(json.dumps(server) + "\n")
    return int(_parent().stdout.readline())


def _listens(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(database_url: str, folder: Path) -> Served:
    """A server of its own: own secrets, own photos. Not started yet."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("HETU_")}
    env |= {"HETU_DATABASE_URL": database_url, "HETU_VAR": str(folder / "var"), "HETU_MEDIA": str(folder / "media")}
    arguments = [
        "webapp:create_app()", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--preload",
        "--worker-class", "gthread", "--threads", "4", "--no-control-socket",
    ]  # fmt: skip
    return Served(f"http://127.0.0.1:{port}", arguments, env, folder / "server.log")


@dataclass
class Trouble:
    """What the pages of one test complained about."""

    own_host: str
    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> BrowserContext:
        context.on("request", lambda request: self._request(request.url))
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"error: {error.error}"))
        return context

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.own_host:
            self.found.append(f"outside: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A refused or failed request is often what a test is about, and the page has to answer it in words.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")


@dataclass
class Handset:
    """A phone with a memory: switched off and on, even by pulling the battery, it keeps its profile."""

    playwright: Playwright
    profile: Path
    base_url: str
    trouble: Trouble
    context: BrowserContext | None = None

    def on(self, **options) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=ARGUMENTS, base_url=self.base_url, **(PHONE | options)
        )
        self.trouble.watch(self.context)
        return self.context.pages[0]

    def off(self) -> None:
        self.context.close()

    def battery_out(self) -> None:
        """SIGKILL: no page hears of it."""
        for pid in _processes_of(self.profile):
            os.kill(pid, signal.SIGKILL)
        with suppress(Error):  # it is gone already, and says so
            self.context.close()


def _processes_of(profile: Path) -> list[int]:
    """The browser process that runs on this profile; its children die with it."""
    mine = f"--user-data-dir={profile}".encode()
    found = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and mine in _command_line(entry)]
    return [int(entry.name) for entry in found]


def _command_line(entry: Path) -> list[bytes]:
    try:
        return (entry / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []  # ended while we looked
