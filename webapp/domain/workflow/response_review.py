"""The review of a filled-in questionnaire: received → accepted or returned, and back again by reopening."""

from collections.abc import Collection, Iterable

from webapp.domain.problems import Problem
from webapp.domain.workflow import Move

#: from, move, to, who may, what is required, irreversible
MOVES = (
    Move("received", "accept", "accepted", "review.accept", ("problems_explained", "conflicts_decided"), False),
    Move("received", "return", "returned", "review.return", ("reason",), False),
    Move("accepted", "reopen", "received", "review.accept", (), False),
    Move("returned", "reopen", "received", "review.return", (), False),
)
OTHER_REASON = "C99"  # of response_reason: says nothing without words
OURS, THEIRS = "ours", "theirs"


def check(move: Move, reasons: Iterable[str], text: str, *, has_problems: bool, undecided: Collection[str]) -> None:
    """Is all there that the move requires? Raises review_reason_missing, review_explanation_missing, conflict_choice_missing."""
    if "reason" in move.required and not text and all(code == OTHER_REASON for code in reasons):
        raise Problem("review_reason_missing", ["reasons", "text"])
    if "conflicts_decided" in move.required and undecided:
        raise Problem("conflict_choice_missing", sorted(undecided))
    if "problems_explained" in move.required and has_problems and not text:
        raise Problem("review_explanation_missing", ["text"])
