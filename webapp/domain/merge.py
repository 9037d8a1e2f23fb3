"""Merging what phones say of one field with what the register says by then (ADR 0011).

A value is known by its key. For a name, an address, a group the key is the value. A phone number is known by the write that put
it there, for nobody who only sees a mask can say which number he saw, and comparing guesses with the number would tell it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

TAKE, KEEP, CONFLICT, PASSED = "take", "keep", "conflict", "passed"


@dataclass(frozen=True)
class Stated:
    """What one operation says of one field: it was `base` when the cadre looked, and it should be `theirs`."""

    op_id: UUID
    account_id: UUID
    device_id: UUID
    device_seq: int
    base: str
    theirs: str
    #: The ruling so far, and where it says that the phone's own edits began. None: not judged yet.
    effect: str | None = None
    began: str | None = None

    def is_later(self, other: "Stated") -> bool:
        return self.device_id == other.device_id and self.device_seq > other.device_seq

    def goes_on_from(self, other: "Stated") -> bool:
        """Made on top of the other one, by the same phone or by the same person on his next phone."""
        is_next_phone = self.account_id == other.account_id and self.device_id != other.device_id
        return self.base == other.theirs and (self.is_later(other) or is_next_phone)

    def stands_for(self, other: "Stated") -> bool:
        return self.is_later(other) or self.goes_on_from(other)

    @property
    def asks_nothing(self) -> bool:
        """It led back to where the phone began, as far as was known."""
        return self.effect == KEEP and self.began == self.theirs


@dataclass(frozen=True)
class Ruling:
    """What becomes of a statement, and where the phone's own edits began that led to it."""

    op_id: UUID
    effect: str  # TAKE, KEEP, CONFLICT, PASSED
    base: str


def merge(bases: Sequence[str], ours: str, theirs: str) -> str:
    """Three-way merge of one field. The first of several bases is where the edits began, the others lie on the way."""
    if theirs == ours:
        return KEEP
    if ours in bases:
        return TAKE
    return KEEP if theirs == bases[0] else CONFLICT


def judge(arriving: Stated, past: Sequence[Stated], ours: str) -> list[Ruling]:
    """The rulings that an arriving statement leads to, to be carried out in this order.

    The last statement of a phone stands for all it said of the field, and reaches back to where the chain of its edits began. So
    the end is the same in whatever order the network brings them.
    """
    last = max((item for item in past if item.is_later(arriving)), key=lambda item: item.device_seq, default=None)
    if last is None:
        made_room = [item for item in past if item.effect == CONFLICT and arriving.stands_for(item)]
        return [*(Ruling(item.op_id, PASSED, item.base) for item in made_room), _ruling(arriving, past, ours)]
    late = Ruling(arriving.op_id, PASSED, arriving.base)
    if last.effect != CONFLICT and not last.asks_nothing:
        return [late]
    return [late, _ruling(last, [*past, arriving], ours)]


def _ruling(stated: Stated, past: Iterable[Stated], ours: str) -> Ruling:
    bases = [stated.base, *(item.base for item in _chain(stated, past))][::-1]
    return Ruling(stated.op_id, merge(bases, ours, stated.theirs), bases[0])


def _chain(stated: Stated, past: Iterable[Stated]) -> Iterator[Stated]:
    """The statements this one goes on from, newest first, back to what the register took or had."""
    earlier = [item for item in past if item.op_id != stated.op_id and not item.is_later(stated)]
    for item in sorted(earlier, key=lambda item: (item.device_id == stated.device_id, item.device_seq), reverse=True):
        is_settled = item.effect in (TAKE, KEEP) and not item.asks_nothing
        if is_settled or not stated.goes_on_from(item):
            return
        yield item
        stated = item
