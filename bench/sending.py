"""Phones that send as fast as they are answered, at a price the measured server hardly feels.

Requests are written before the clock starts and answers are read after it has stopped; in between one thread waits for
all sockets. Every request has a connection of its own, as the web server in front opens them: lasting ones stay with the
process that took them first, and ten phones may all hang on one while the other has nothing to do.
"""

import gzip
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec


@dataclass
class Answer:
    status: int
    seconds: float
    verdicts: list[dict]


@dataclass
class _Line:
    """One phone: what is left to send and what came back."""

    requests: list[bytes]
    port: int
    ready: selectors.BaseSelector
    came: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0
    raw: list[tuple[float, bytes]] = field(default_factory=list)

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        link = socket.create_connection(("127.0.0.1", self.port), 60)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(self.requests[len(self.raw)])
        self.ready.register(link, selectors.EVENT_READ, self)

    def take(self, link: socket.socket) -> None:
        """Read what is there; the end of an answer makes room for the next request."""
        if part := link.recv(1 << 18):
            self.came += part
            return
        self.ready.unregister(link)
        link.close()
        self.raw.append((time.perf_counter() - self.sent_at, bytes(self.came)))
        self.came.clear()
        if not self.done:
            self.send()

    @property
    def done(self) -> bool:
        return len(self.raw) == len(self.requests)


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    said = {"Host": "127.0.0.1", "Connection": "close", **headers, "Content-Length": len(body)}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def exchange(port: int, phones: Sequence[list[bytes]]) -> tuple[float, list[list[Answer]]]:
    """All phones at once, each its requests one after the other. Seconds it took, and the answers of each phone."""
    with selectors.DefaultSelector() as ready:
        lines = [_Line(requests, port, ready) for requests in phones]
        started = time.perf_counter()
        for line in lines:
            line.send()
        while any(not line.done for line in lines):
            for key, _ in ready.select(60):
                key.data.take(key.fileobj)
        seconds = time.perf_counter() - started
    return seconds, [[_read(waited, raw) for waited, raw in line.raw] for line in lines]


def _read(waited: float, raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    packed = b"content-encoding: gzip" in head.lower()
    said = gzip.decompress(body) if packed else body
    verdicts = msgspec.json.decode(said).get("verdicts", []) if said.startswith(b"{") else []
    return Answer(int(head.split(maxsplit=2)[1]), waited, verdicts)
