"""Looks at what ODK clients sent once it is quiet: their forms' rules, what changed, the news for phones."""

import threading
import time
from datetime import datetime, timedelta

from flask import Flask

from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models.engine import begin_write
from webapp.services import response_arrival
from webapp.services.sealing import key_ring

#: Taking in goes before looking at: so long nothing may have come to any process, but nobody waits longer than the second.
QUIET, LONGEST = timedelta(seconds=2), timedelta(seconds=60)
BATCH, PAUSE_S = 25, 1.0

_came = threading.Event()
_running = threading.Lock()


def arrived(app: Flask) -> None:
    """Something is to be looked at. Never waits."""
    _came.set()
    if not app.testing and _running.acquire(blocking=False):
        threading.Thread(target=_run, args=(app,), name="checker", daemon=True).start()


def _run(app: Flask) -> None:
    while True:
        _came.wait()
        _came.clear()
        with app.app_context():
            try:
                _look_at_all(app)
            except Exception:  # whatever stops it must not stop it for good: what waits is looked at after the next arrival
                app.logger.exception("responses of ODK clients wait to be looked at")
                db.session.rollback()


def _look_at_all(app: Flask) -> None:
    while waiting := response_arrival.waiting_since(db.session):
        looked_at = look(app) if is_time(*waiting, now()) else 0
        db.session.commit()
        if not looked_at:  # too early, or another process has them in hand
            time.sleep(PAUSE_S)
    db.session.commit()


def is_time(first: datetime, last: datetime, at: datetime) -> bool:
    return at - last > QUIET or at - first > LONGEST


def look(app: Flask) -> int:
    """At some that wait; how many there were."""
    db.session.commit()  # what was asked before must not hold a snapshot
    begin_write(db.session)
    rows = response_arrival.unchecked(db.session, BATCH)
    response_arrival.check(db.session, key_ring(app.config["DATA_KEYS"]), rows, now())
    db.session.commit()
    return len(rows)
