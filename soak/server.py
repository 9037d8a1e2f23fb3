"""The server of a soak: a real gunicorn, which loses workers and falls over while phones talk to it."""

import os
import random
import signal
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from tests.browser.machines import Served, free_port

#: Seconds between two mishaps.
QUIET_S = (1.5, 6.0)
FALLS = 0.25


def serve(url: str, folder: Path, app: str) -> Served:
    """`app` is what gunicorn loads. Not started yet."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("HETU_")}
    env |= {
        "HETU_DATABASE_URL": url, "HETU_VAR": str(folder), "HETU_MEDIA": str(folder / "media"), "HETU_SECRET_KEY": "soak",
        "HETU_DATA_KEYS": "v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }  # fmt: skip
    arguments = [
        app, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--preload", "--worker-class",
        "gthread", "--threads", "4", "--no-control-socket", "--log-level", "error",
    ]  # fmt: skip
    return Served(f"http://127.0.0.1:{port}", arguments, env, folder / "server.log")


class Mishaps(Thread):
    """F34 from outside: every few seconds a worker dies in the middle of whatever it does, or the whole machine."""

    def __init__(self, server: Served, seed: int):
        super().__init__(daemon=True)
        self.server, self.dice, self.healed, self.count = server, random.Random(seed), Event(), 0

    def run(self) -> None:
        while not self.healed.wait(self.dice.uniform(*QUIET_S)):
            self.count += 1
            if self.dice.random() < FALLS:
                self._fall_over()
            else:
                self._lose_a_worker()

    def _lose_a_worker(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.dice.choice(_workers(self.server.pid) or [self.server.pid]), signal.SIGKILL)

    def _fall_over(self) -> None:
        self.server.stop()
        self.server.start()

    def heal(self) -> None:
        self.healed.set()
        self.join(60)


def _workers(master: int) -> list[int]:
    children = Path(f"/proc/{master}/task/{master}/children")
    return [int(pid) for pid in children.read_text().split()] if children.exists() else []
