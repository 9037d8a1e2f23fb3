"""Workflows as tables of moves. Services ask them, pages draw themselves from them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from webapp.domain.problems import Problem


@dataclass(frozen=True)
class Move:
    """One row: who may bring what from where to where."""

    start: str
    name: str
    to: str
    ability: str  # of domain.access
    required: tuple[str, ...]  # what has to come with it
    irreversible: bool


def find(moves: Iterable[Move], start: str, name: str) -> Move:
    """Raises move_not_allowed."""
    move = next((move for move in moves if (move.start, move.name) == (start, name)), None)
    if move is None:
        raise Problem("move_not_allowed")
    return move


def open_to(moves: Iterable[Move], start: str, may: Callable[[str], bool]) -> list[Move]:
    """The moves somebody with these abilities can make from here, in the order of the table."""
    return [move for move in moves if move.start == start and may(move.ability)]
