"""The review of a captured location: received → accepted or returned, and back again by reopening."""

from collections.abc import Iterable

from webapp.domain.problems import Problem
from webapp.domain.workflow import Move

#: from, move, to, who may, what is required, irreversible
MOVES = (
    Move("received", "accept", "accepted", "review.accept", ("errors_explained",), False),
    Move("received", "return", "returned", "review.return", ("reason",), False),
    Move("accepted", "reopen", "received", "review.accept", (), False),
    Move("returned", "reopen", "received", "review.return", (), False),
)

DOUBTS = ("error", "warn")  # findings a person has to look at; they keep a capture out of a batch
OTHER_REASON = "B99"  # of return_reason: says nothing without words


def check(move: Move, reasons: Iterable[str], text: str, severities: Iterable[str]) -> None:
    """Is all there that the move requires? Raises review_reason_missing, review_explanation_missing."""
    if "reason" in move.required and not text and all(code == OTHER_REASON for code in reasons):
        raise Problem("review_reason_missing", ["reasons", "text"])
    if "errors_explained" in move.required and not text and "error" in severities:
        raise Problem("review_explanation_missing", ["text"])
