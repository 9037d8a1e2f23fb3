"""The last decision, carried to the next page so that it can be taken back there."""

from uuid import UUID

from flask import session

from webapp.models import Capture


def keep_undo(capture: Capture, name: str, move: str) -> None:
    session["review_undo"] = {"id": str(capture.id), "state": capture.state, "name": name, "move": move}


def take_undo() -> dict | None:
    return session.pop("review_undo", None)


def keep_left_out(rows: list[tuple[str, str]]) -> None:
    """(name, problem) of what a batch left out. A cookie holds few; the rest is a number."""
    session["review_left_out"] = {"rows": rows[:30], "more": max(0, len(rows) - 30)}


def take_left_out() -> dict:
    return session.pop("review_left_out", {"rows": [], "more": 0})


def hexes(ids: list[UUID]) -> str:
    return ",".join(one.hex for one in ids)
