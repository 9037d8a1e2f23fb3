"""The parent of the tests' servers: it has loaded everything once and forks a gunicorn whenever it is asked to.

Started alone, a server spends more than a second on imports, twice that on a busy machine. Reads a line of JSON per
server: {"arguments": […], "env": {…}, "log": path}; answers with a line: its process id, which is also its group's.
"""

import json
import os
import signal
import sys
from contextlib import suppress

from gunicorn.app.wsgiapp import run

import webapp.app  # noqa: F401 - loaded for the children

OURS = {"webapp", "config"}


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a child that ended is gone at once
    children = []
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _serve(**json.loads(line))
        children.append(child)
        print(child, flush=True)
    for child in children:
        _end(child)


def _serve(arguments: list[str], env: dict[str, str], log: str) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ.clear()
    os.environ.update(env)
    if "--chdir" in arguments:
        _forget()
    sys.argv = ["gunicorn", *arguments]
    run(prog="gunicorn")


def _forget() -> None:
    """The code to serve lies elsewhere."""
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]


def _end(child: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


main()
