"""A conflict: open → decided by a person, and back again by reopening."""

from collections.abc import Iterable

from webapp.domain.problems import Problem
from webapp.domain.workflow import Move, find

#: from, move, to, who may, what is required, irreversible
MOVES = (
    Move("open", "decide", "decided", "conflict.decide", ("reason",), False),
    Move("decided", "reopen", "open", "conflict.decide", (), False),
)
OURS, THEIRS, OTHER = "ours", "theirs", "other"
#: What may be chosen: what the server has, what the phone sent, or for a field something else.
CHOICES = {"field": (OURS, THEIRS, OTHER)} | dict.fromkeys(("deleted", "two_captures", "op_fork", "quarantine"), (OURS, THEIRS))
#: Became a record of its own, which is reviewed like any other: taking it back is sending it back.
FINAL = {("quarantine", THEIRS), ("op_fork", THEIRS)}
OTHER_REASON = "D99"  # of decision_reason: says nothing without words


def check_decision(state: str, kind: str, choice: str, reasons: Iterable[str], text: str) -> None:
    """Raises move_not_allowed, conflict_choice_missing, conflict_reason_missing."""
    find(MOVES, state, "decide")
    if choice not in CHOICES[kind]:
        raise Problem("conflict_choice_missing", ["choice"])
    if not text and all(code == OTHER_REASON for code in reasons):
        raise Problem("conflict_reason_missing", ["reasons", "text"])


def may_reopen(state: str, kind: str, choice: str | None) -> bool:
    return state == "decided" and (kind, choice) not in FINAL


def check_reopening(state: str, kind: str, choice: str | None) -> None:
    """Raises move_not_allowed."""
    find(MOVES, state, "reopen")
    if not may_reopen(state, kind, choice):
        raise Problem("move_not_allowed")
