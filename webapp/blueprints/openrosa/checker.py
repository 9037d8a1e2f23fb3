"""Looks at what ODK clients sent once it is quiet: their forms' rules, what changed, the news for phones."""

import threading
import time

from flask import Flask

from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models.engine import begin_write
from webapp.services import response_arrival
from webapp.services.sealing import key_ring

#: Taking in goes before looking at: so long nothing may have come, but nobody waits longer than the second figure.
QUIET_S, LONGEST_S = 2.0, 60.0
BATCH = 25

_came = threading.Event()
_last = 0.0
_running = threading.Lock()


def arrived(app: Flask) -> None:
    """Something is to be looked at. Never waits."""
    global _last  # noqa: PLW0603
    _last = time.monotonic()
    _came.set()
    if not app.testing and _running.acquire(blocking=False):
        threading.Thread(target=_run, args=(app,), name="checker", daemon=True).start()


def _run(app: Flask) -> None:
    while True:
        _came.wait()
        _came.clear()
        began = time.monotonic()
        while time.monotonic() - _last < QUIET_S and time.monotonic() - began < LONGEST_S:
            time.sleep(QUIET_S / 4)
        with app.app_context():
            try:
                while look(app):
                    pass
            except Exception:  # whatever stops it must not stop it for good: what waits is looked at after the next arrival
                app.logger.exception("responses of ODK clients wait to be looked at")
                db.session.rollback()


def look(app: Flask) -> int:
    """At some that wait; how many there were."""
    begin_write(db.session)
    rows = response_arrival.unchecked(db.session, BATCH)
    response_arrival.check(db.session, key_ring(app.config["DATA_KEYS"]), rows, now())
    db.session.commit()
    return len(rows)
