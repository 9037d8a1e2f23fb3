"""$filter of OData as ODK Central takes it: when it came, whose it is, how it was reviewed."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ColumnOperators, and_, case, extract, func, not_, or_
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.queries.odk_responses import FIRST, NEWEST, REVIEW_STATE, accounts_numbered

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>[(),])|(?P<word>[^\s(),']+))")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
PARTS = ("year", "month", "day", "hour", "minute", "second")
#: A filling-in that was never edited was never updated.
MOMENTS = {"submissionDate": FIRST.received_at, "updatedAt": case((NEWEST.id != FIRST.id, NEWEST.received_at))}
LONGEST, DEEPEST = 2000, 40


class _Submitter(NamedTuple):
    """Compared by number, kept by id."""


def condition(session: Session, text: str, now: datetime) -> ColumnElement[bool] | None:
    """Raises bad_request for what is no filter of Central's."""
    if not text.strip():
        return None
    try:
        return _Reader(session, _tokens(text), now).whole()
    except (IndexError, KeyError, ValueError, TypeError, RecursionError):
        raise Problem("bad_request", ["$filter"]) from None


def _tokens(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise ValueError
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    """or binds weakest, then and, then not, then a comparison."""

    def __init__(self, session: Session, tokens: list[str], now: datetime):
        self.session, self.tokens, self.at, self.now, self.depth = session, tokens, 0, now, 0

    def whole(self) -> ColumnElement[bool]:
        found = self._either()
        if self.at != len(self.tokens):
            raise ValueError
        return found

    def _next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def _took(self, word: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == word:
            self.at += 1
            return True
        return False

    def _joined(self, word: str, part: Callable, join: Callable) -> ColumnElement[bool]:
        found = [part()]
        while self._took(word):
            found.append(part())
        return found[0] if len(found) == 1 else join(*found)

    def _either(self) -> ColumnElement[bool]:
        return self._joined("or", self._both, or_)

    def _both(self) -> ColumnElement[bool]:
        return self._joined("and", self._one, and_)

    def _one(self) -> ColumnElement[bool]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError
        found = self._bare()
        self.depth -= 1
        return found

    def _bare(self) -> ColumnElement[bool]:
        if self._took("not"):
            return not_(self._one())
        if self._took("("):
            found = self._either()
            self._close()
            return found
        left, comparison, right = self._value(), self._next(), self._value()
        return self._compared(left, comparison, right)

    def _close(self) -> None:
        if not self._took(")"):
            raise ValueError

    def _value(self) -> Any:
        word = self._next()
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if self._took("("):
            return self._called(word)
        if word == "null":
            return None
        if word.removeprefix("-").isdecimal():
            return int(word)
        if _MOMENT.fullmatch(word):
            return _moment(word)
        return _column(word)

    def _called(self, name: str) -> Any:
        if name == "now":
            self._close()
            return self.now
        if name not in PARTS:
            raise ValueError
        moment = self._value()
        self._close()
        return self._part(name, moment)

    def _part(self, name: str, moment: Any) -> Any:
        """In UTC, whatever the database's own clock says."""
        if isinstance(moment, datetime):
            return getattr(moment, name)
        if self.session.get_bind().dialect.name == "postgresql":
            moment = func.timezone("UTC", moment)
        return extract(name, moment)

    def _compared(self, left: Any, comparison: str, right: Any) -> ColumnElement[bool]:
        """Nothing equals nothing, and differs from everything else: null is a value here."""
        if comparison not in COMPARISONS:
            raise ValueError
        if isinstance(left, _Submitter):
            return self._by(comparison, right)
        if not isinstance(left, ColumnOperators):
            left, right, comparison = right, left, _TURNED.get(comparison, comparison)
        if not isinstance(left, ColumnOperators) or isinstance(right, ColumnOperators):
            raise ValueError
        if comparison in ("eq", "ne"):
            return left.is_not_distinct_from(right) if comparison == "eq" else left.is_distinct_from(right)
        return {"lt": left < right, "le": left <= right, "gt": left > right, "ge": left >= right}[comparison]

    def _by(self, comparison: str, number: Any) -> ColumnElement[bool]:
        if comparison not in ("eq", "ne") or not isinstance(number, int):
            raise ValueError
        among = FIRST.account_id.in_(accounts_numbered(self.session, number))
        return among if comparison == "eq" else not_(among)


_TURNED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _column(word: str) -> Any:
    name = word.removeprefix("$root/Submissions/").removeprefix("__system/")
    if name == word.removeprefix("$root/Submissions/"):
        raise KeyError(word)
    if name == "submitterId":
        return _Submitter()
    if name == "reviewState":
        return REVIEW_STATE
    return MOMENTS[name]
