"""XPath 1.0 cut into tokens."""

import re
from typing import NamedTuple

_TOKEN = re.compile(r"""
    \s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<literal>"[^"]*"|'[^']*')
    | (?P<name>(?:[^\W\d][\w.\-]*:(?!:))?[^\W\d][\w.\-]*)
    | (?P<sign>::|//|\.\.|!=|<=|>=|[/.@,()\[\]|+\-=<>*])
    )""", re.VERBOSE)  # fmt: skip
#: After these a name or a star cannot be an operator.
_OPENS = {"@", "::", "(", "[", ",", "and", "or", "mod", "div", "*", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="}


class Token(NamedTuple):
    kind: str  # number, literal, name, sign, operator, end
    text: str


class Syntax(ValueError):
    """Not an expression this server can evaluate."""


def tokens(source: str) -> list[Token]:
    """Raises Syntax."""
    found: list[Token] = []
    at, source = 0, source.rstrip()
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise Syntax(f"{source[at : at + 20]!r} in {source!r}")
        found.append(_token(str(match.lastgroup), match[str(match.lastgroup)], found))
        at = match.end()
    return [*found, Token("end", "")]


def _token(kind: str, text: str, before: list[Token]) -> Token:
    may_be_operator = bool(before) and not (before[-1].kind in ("sign", "operator") and before[-1].text in _OPENS)
    if may_be_operator and (text == "*" or (kind == "name" and text in ("and", "or", "mod", "div"))):
        return Token("operator", text)
    return Token(kind, text)
