"""A server that dies like one whose power is cut, at a place a test names. Product code knows nothing of it.

`HETU_CRASH` is `<path prefix> <n>`: at the n-th place a request to this path passes, the process ends at once. Places are
before and after each commit, before and after each renaming of a file, and before the answer is sent. With n = 0 nothing
ends, and the places passed are written to `HETU_PLACES`.
"""

import os
from functools import wraps
from pathlib import Path

from flask import has_request_context, request
from sqlalchemy.orm import Session

from webapp import create_app


class Places:
    """What the requests to one path come through, counted."""

    def __init__(self, prefix: str, fatal: int, log: str):
        self.prefix, self.fatal, self.log, self.passed = prefix, fatal, log, 0

    def come_through(self, name: str, path: str | None = None) -> None:
        if not (path or (request.path if has_request_context() else "")).startswith(self.prefix):
            return
        self.passed += 1
        if self.passed == self.fatal:
            os._exit(137)
        with Path(self.log).open("a") as log:
            log.write(f"{name}\n")

    def around(self, owner: type, name: str) -> None:
        """Two places: just before this method does its work, and just after."""
        work = getattr(owner, name)

        @wraps(work)
        def watched(*args, **kwargs):
            self.come_through(f"before {name}")
            found = work(*args, **kwargs)
            self.come_through(f"after {name}")
            return found

        setattr(owner, name, watched)


def app():
    """What gunicorn loads."""
    prefix, fatal = os.environ["HETU_CRASH"].split()
    places = Places(prefix, int(fatal), os.environ["HETU_PLACES"])
    places.around(Session, "commit")
    places.around(Path, "replace")
    made = create_app()
    serve = made.wsgi_app

    def answered(environ, start_response):
        answer = serve(environ, start_response)
        places.come_through("before answer", environ["PATH_INFO"])
        return answer

    made.wsgi_app = answered
    return made
