"""Phones that send as fast as they are answered, at a price the measured server hardly feels.

Requests are written before the clock starts and answers are read after it has stopped; in between one thread waits for
all sockets.
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
    """One phone's connection: what is left to send and what came back."""

    requests: list[bytes]
    link: socket.socket
    came: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0
    raw: list[tuple[float, bytes]] = field(default_factory=list)

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self.link.sendall(self.requests[len(self.raw)])

    def take(self) -> None:
        """Read what is there; a whole answer makes room for the next request."""
        part = self.link.recv(1 << 18)
        if not part:
            raise RuntimeError("the server hung up")
        self.came += part
        if _is_whole(self.came):
            self.raw.append((time.perf_counter() - self.sent_at, bytes(self.came)))
            self.came.clear()
            if not self.done:
                self.send()

    @property
    def done(self) -> bool:
        return len(self.raw) == len(self.requests)


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def exchange(port: int, phones: Sequence[list[bytes]]) -> tuple[float, list[list[Answer]]]:
    """All phones at once, each its requests one after the other. Seconds it took, and the answers of each phone."""
    lines = [_Line(requests, socket.create_connection(("127.0.0.1", port), 60)) for requests in phones]
    with selectors.DefaultSelector() as ready:
        started = time.perf_counter()
        for line in lines:
            line.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(line.link, selectors.EVENT_READ, line)
            line.send()
        while any(not line.done for line in lines):
            for key, _ in ready.select(60):
                key.data.take()
        seconds = time.perf_counter() - started
    for line in lines:
        line.link.close()
    return seconds, [[_read(waited, raw) for waited, raw in line.raw] for line in lines]


def _is_whole(came: bytearray) -> bool:
    head = came.find(b"\r\n\r\n")
    return head >= 0 and len(came) >= head + 4 + _length(came[:head])


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def _read(waited: float, raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    packed = b"content-encoding: gzip" in head.lower()
    value = msgspec.json.decode(gzip.decompress(body) if packed else body)
    return Answer(int(head.split(maxsplit=2)[1]), waited, value.get("verdicts", []))
