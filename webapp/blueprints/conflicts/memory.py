"""The last decision, carried to the next page so that it can be taken back there."""

from uuid import UUID

from flask import session


def keep_undo(conflict_id: UUID, name: str) -> None:
    session["conflict_undo"] = {"id": str(conflict_id), "name": name}


def take_undo() -> dict | None:
    return session.pop("conflict_undo", None)
