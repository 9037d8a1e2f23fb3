"""A day's captures over a bad line: 500 records without photos, the phone's own code, 400 kbit/s and 400 ms there and back.

The line is a proxy on this machine that all connections share. A new connection costs one way there and back more.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from soak import ground
from soak.server import serve
from tests.browser.machines import ROOT, Served, free_port

CAPTURES = 500
BITS_PER_S, ONE_WAY_S = 400_000, 0.2
BAR_S, BAR_BYTES = 20, 1200
READ_BYTES = 1400


@dataclass
class Direction:
    """One half of the line: so many bits a second for all who use it."""

    free_at: float = 0.0
    total_bytes: int = 0

    def arrives_at(self, size: int, now: float) -> float:
        self.total_bytes += size
        self.free_at = max(self.free_at, now) + 8 * size / BITS_PER_S
        return self.free_at + ONE_WAY_S


@dataclass
class SlowLine:
    server_port: int
    port: int = field(default_factory=free_port)
    up: Direction = field(default_factory=Direction)
    down: Direction = field(default_factory=Direction)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __enter__(self):
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._connected, "127.0.0.1", self.port), self.loop).result()
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(_hang_up(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # the measuring is over
            await asyncio.sleep(2 * ONE_WAY_S)
            to_server, from_server = await asyncio.open_connection("127.0.0.1", self.server_port)
            await asyncio.gather(self._carry(reader, from_server, self.up), self._carry(to_server, writer, self.down))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction) -> None:
        on_the_way: asyncio.Queue = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(on_the_way, writer))
        while data := await reader.read(READ_BYTES):
            on_the_way.put_nowait((way.arrives_at(len(data), time.monotonic()), data))
        on_the_way.put_nowait((time.monotonic() + ONE_WAY_S, b""))
        await delivering


async def _hang_up() -> None:
    calls = asyncio.all_tasks() - {asyncio.current_task()}
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


async def _deliver(on_the_way: asyncio.Queue, writer: asyncio.StreamWriter) -> None:
    while True:
        at, data = await on_the_way.get()
        await asyncio.sleep(max(0, at - time.monotonic()))
        if not data:
            writer.close()
            return
        writer.write(data)


def run() -> list[dict]:
    """Rows for the table of `make bench`."""
    with tempfile.TemporaryDirectory(prefix="hetu-slow-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/hetu.db"
        phone = ground.lay(url, folder, 2 * (CAPTURES + 200), 2, 1)[0]
        server = serve(url, folder, "webapp:create_app()")
        server.start()
        try:
            return _rows(*_measured(server, phone))
        finally:
            server.stop()


def _measured(server: Served, phone: dict) -> tuple[dict, int, int]:
    with SlowLine(urlsplit(server.url).port) as line:
        slow = f"http://127.0.0.1:{line.port}"
        asked = [server.url, slow, phone["username"], phone["password"], str(CAPTURES)]
        command = [shutil.which("node"), ROOT / "bench" / "slow_line.js", *asked]
        told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    if told["failure"] or told["uploaded"] != CAPTURES:
        raise RuntimeError(told)
    return told, line.up.total_bytes, line.down.total_bytes


def _rows(told: dict, up_bytes: int, down_bytes: int) -> list[dict]:
    each = up_bytes / CAPTURES
    return [
        _row(f"{CAPTURES} captures uploaded", told["pushed_s"], "s", BAR_S),
        _row("a capture on the wire, on its way up", each, "bytes", BAR_BYTES),
        _row("a capture on the wire, with receipt and news on their way down", each + down_bytes / CAPTURES, "bytes"),
        _row("the whole round, with the news of all households", told["whole_s"], "s"),
    ]


def _row(name: str, value: float, unit: str, bar: float | None = None) -> dict:
    met = None if bar is None else value <= bar
    return {"name": f"slow line: {name}", "value": round(value, 1), "unit": unit, "bar": bar, "ok": met}
