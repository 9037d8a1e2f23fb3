"""The ordinary answer, taken before the web framework has unpacked its tools: one question to the database, one commit.

Whatever is not ordinary (files, corrections, a second sending, a key that opens nothing, SQLite) goes on to `views.add`, which
knows every rule and says why. ADR 0017 has the figures.
"""

import io
import re
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from flask import Flask

from webapp.blueprints.openrosa import checker
from webapp.blueprints.openrosa.door import HEADERS
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.openrosa import instance, lists, receive
from webapp.queries import app_users
from webapp.queries.app_users import Client
from webapp.services import response_arrival
from webapp.services.app_users import must_be_told
from webapp.services.response_arrival import Arrival
from webapp.services.sealing import key_ring

ADDRESS = re.compile(r"/v1/key/([^/]+)/projects/\d+/submission")
#: Of an answer without files.
MOST_BYTES = 100_000
#: Grants that change are believed so much later; a key that is revoked opens nothing from then on.
BELIEVED_S = 5
BODY = lists.response("submit_success", "ok").encode()


class QuickDoor:
    """Stands before the app."""

    def __init__(self, app: Flask):
        self.app, self.behind, self.ring = app, app.wsgi_app, key_ring(app.config["DATA_KEYS"])
        self.clients: dict[str, tuple[float, Client]] = {}
        with app.app_context():
            self.engine = db.engine

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        address = ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
        if address is None or environ["REQUEST_METHOD"] != "POST" or not self._kept(address[1], environ):
            return self.behind(environ, start_response)
        checker.arrived(self.app)
        start_response("201 CREATED", [*HEADERS, ("Content-Length", str(len(BODY)))])
        return [BODY]

    def _kept(self, token: str, environ: dict) -> bool:
        size = environ.get("CONTENT_LENGTH") or ""
        if not size.isdecimal() or not 0 < int(size) <= MOST_BYTES:
            return False
        body = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = io.BytesIO(body)
        xml = only_part(environ.get("CONTENT_TYPE", ""), body)
        client = self._client(token) if xml else None
        try:
            new = _arrival(instance.read(xml), client) if xml and client else None
        except (Problem, ValueError):
            return False
        return new is not None and response_arrival.take_in_at_once(self.engine, self.ring, new, now())

    def _client(self, token: str) -> Client | None:
        seen_at, found = self.clients.get(token, (0.0, None))
        if found is None or time.monotonic() - seen_at > BELIEVED_S:
            with self.app.app_context():
                found = app_users.by_token(db.session, token, now())
            if found is None or must_be_told(found, now()):
                return None
            self.clients = {token: (time.monotonic(), found)} | dict(list(self.clients.items())[:1000])
        return found


def _arrival(said: instance.Instance, client: Client) -> Arrival | None:
    form = receive.published(said.form_id, said.version)
    if form is None or form.subject != "household" or said.replaces_id or client.is_session:
        return None
    return Arrival(
        said.id, said.form_id, said.version, form.year, said.xml, UUID(said.household), said.base_rev,
        said.files(form.file_tags), client.id, client.account_id, list(client.where("field.capture").prefixes),
    )  # fmt: skip


def only_part(content_type: str, body: bytes) -> bytes | None:
    """The answers, if they came alone."""
    kind, _, said = content_type.partition("boundary=")
    edge = b"--" + said.strip().strip('"').encode("latin-1")
    if not kind.startswith("multipart/form-data") or len(edge) < 3 or body.count(edge) != 2:
        return None
    head, _, rest = body.partition(b"\r\n\r\n")
    xml, ended, _ = rest.partition(b"\r\n" + edge + b"--")
    return xml if ended and b'name="xml_submission_file"' in head else None
