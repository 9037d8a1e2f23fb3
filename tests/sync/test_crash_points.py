"""F34: the server dies at every place a push or a photo comes through; started again, nothing is lost and nothing doubled."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.browser.machines import Served, serve
from tests.packs import Packer, pack
from tests.sync.payloads import capture, op, photo
from tests.sync.test_blobs import digest, jpeg
from webapp.models import Blob, Capture, Op
from webapp.services.media import Media
from webapp.services.rescue_keys import rescue_keys

pytestmark = pytest.mark.long
PUSH, BLOBS, RESCUE = "/api/v1/sync/push", "/api/v1/blobs/", "/api/v1/rescue"
#: Places a request may not stop coming through unnoticed: else a crash point is no longer tried.
LEAST = {
    PUSH: ["before commit", "after commit", "before commit", "after commit", "before answer"],
    BLOBS: ["before replace", "after replace", "before commit", "after commit", "before answer"],
    RESCUE: ["before commit", "after commit", "before replace", "after replace", "after commit", "before answer"],
}
MOST_PLACES = 30


class Fragile:
    """The server on one database, started anew for every place, and what a phone sends it."""

    def __init__(self, url: str, folder: Path, device, headers: dict):
        self.url, self.folder, self.device, self.headers = url, folder, device, headers
        self.places, self.rescue_key = folder / "places", b64encode(bytes(31) + b"\1").decode()

    def start(self, prefix: str, fatal: int) -> Served:
        self.places.write_text("")
        server = serve(self.url, self.folder)
        server.env |= {"HETU_CRASH": f"{prefix} {fatal}", "HETU_PLACES": str(self.places), "HETU_SECRET_KEY": "crash"}
        server.env |= {"HETU_RESCUE_KEY": self.rescue_key}
        server.arguments = ["tests.sync.crashing:app()", *server.arguments[1:]]
        server.arguments[server.arguments.index("--workers") + 1] = "1"
        server.start()
        return server

    def ask(self, server: Served, method: str, path: str, body: bytes, **headers) -> dict | None:
        """None when the server died over it."""
        asked = urllib.request.Request(f"{server.url}{path}", body, self.headers | headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return json.loads(refused.read())
        except (RemoteDisconnected, ConnectionError, urllib.error.URLError):
            return None

    def push(self, server: Served, ops: list[dict]) -> list[dict] | None:
        body = json.dumps({"device_id": str(self.device.id), "ops": ops}).encode()
        answer = self.ask(server, "POST", PUSH, body, **{"Content-Type": "application/json"})
        return answer and answer["verdicts"]

    def bring(self, server: Served, data: bytes) -> dict | None:
        """Somebody's phone brings a rescue pack."""
        return self.ask(server, "POST", RESCUE, data, **{"Content-Type": "application/octet-stream"})

    def put(self, server: Served, data: bytes) -> dict | None:
        """As the phone does: in two pieces, going wherever the server says it stands."""
        offset, half = 0, len(data) // 2
        for _ in range(8):
            end = half if offset < half else len(data)
            headers = {"Content-Type": "image/jpeg", "Content-Range": f"bytes {offset}-{end - 1}/{len(data)}"}
            answer = self.ask(server, "PUT", f"{BLOBS}{digest(data)}", data[offset:end], **headers)
            if answer is None or "receipt" in answer:
                return answer
            offset = min(answer["offset"], len(data) - 1)
        raise AssertionError(f"no receipt, the server stands at {offset} of {len(data)}")


@pytest.fixture
def fragile(app, database_url, tmp_path, make):
    device, headers = make.phone(make.account("cadre"))
    return Fragile(database_url, tmp_path, device, headers)


def crash_everywhere(fragile: Fragile, prefix: str, send, check) -> None:
    """`send(server, n)` sends the n-th thing; `check(answer, n)` looks at what the server holds after it was sent again."""
    whole = fragile.start(prefix, 0)
    check(send(whole, 0), 0)
    places = fragile.places.read_text().split("\n")[:-1]
    whole.stop()
    assert_in_order(LEAST[prefix], places)
    for n in range(1, len(places) + 1):
        broken = fragile.start(prefix, n)
        assert send(broken, n) is None, f"survived {places[n - 1]}"
        broken.stop()
        healed = fragile.start(prefix, 0)
        check(send(healed, n), n)
        check(send(healed, n), n)
        healed.stop()


def assert_in_order(least: list[str], places: list[str]) -> None:
    left = iter(places)
    assert all(name in left for name in least), places
    assert len(places) < MOST_PLACES


def test_a_push_is_whole_or_not_at_all_wherever_the_server_dies(fragile, make):
    doors = [make.household() for _ in range(2)]
    sent: dict[int, list[dict]] = {}
    receipts: dict[int, list[str]] = {}

    def send(server, n):
        sent.setdefault(n, [op(door.id, capture(note=f"{n}"), seq=2 * n + k) for k, door in enumerate(doors, 1)])
        return fragile.push(server, sent[n])

    def check(verdicts, n):
        assert {verdict["verdict"] for verdict in verdicts} <= {"accepted", "duplicate"}
        assert [verdict["receipt"] for verdict in verdicts] == receipts.setdefault(n, [v["receipt"] for v in verdicts])
        make.session.rollback()
        kept = make.session.scalars(select(Capture.note)).all()
        assert sorted(kept) == sorted(str(k) for k in sent for _ in doors)
        assert make.session.scalar(select(func.count()).select_from(Op)) == len(kept)

    crash_everywhere(fragile, PUSH, send, check)


def test_a_photo_is_whole_or_asked_for_again_wherever_the_server_dies(fragile, make):
    door, pictures = make.household(), [jpeg(8 * n) for n in range(MOST_PLACES)]
    photos = [photo(data, "door") for data in pictures[:12]]
    media = Media(fragile.folder / "media")

    def check(answer, n):
        data = pictures[n]
        assert (answer["sha256"], answer["bytes"]) == (digest(data), len(data))
        assert media.whole(digest(data)).read_bytes() == data
        make.session.rollback()
        assert sorted(make.session.scalars(select(Blob.sha256))) == sorted(digest(picture) for picture in pictures[: n + 1])
        assert not [path for path in (fragile.folder / "media" / "parts").rglob("*") if path.is_file() and not path.suffix]

    first = fragile.start("/nowhere", 0)
    assert fragile.push(first, [op(door.id, capture(photos=photos))])[0]["verdict"] == "accepted"
    first.stop()
    crash_everywhere(fragile, BLOBS, lambda server, n: fragile.put(server, pictures[n]), check)


def test_a_rescue_pack_comes_in_whole_however_often_the_server_dies_over_it(fragile, make):
    door, pictures = make.household(), [jpeg(8 * n) for n in range(MOST_PLACES)]
    packer = Packer(rescue_keys(fragile.rescue_key), fragile.device.id)
    sent: dict[int, dict] = {}
    receipts: dict[int, list[str]] = {}

    def send(server, n):
        if n not in sent:
            sent[n] = op(door.id, capture(note=f"{n}", photos=[photo(pictures[n])]), seq=n + 1)
        return fragile.bring(server, pack(packer.op(sent[n]), packer.photo(pictures[n])))

    def check(answer, n):
        told = [*answer["ops"], *answer["photos"]]
        assert {verdict["verdict"] for verdict in told} <= {"accepted", "duplicate"}
        assert [verdict["receipt"] for verdict in told] == receipts.setdefault(n, [verdict["receipt"] for verdict in told])
        make.session.rollback()
        assert sorted(make.session.scalars(select(Capture.note))) == sorted(str(k) for k in sent)
        assert sorted(make.session.scalars(select(Blob.sha256))) == sorted(digest(pictures[k]) for k in sent)

    crash_everywhere(fragile, RESCUE, send, check)
