"""The functions of ODK's XPath that need only their arguments' values. Each takes values and gives one; what the phone's engine
does with blanks is done here. Those that look at the form or at nodes: looking.py; dates: dates.py."""

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import zip_longest

from webapp.domain.xform.grammar import function
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.values import NAN, Value, number, text, truth


def each(values: tuple[Value, ...]) -> Iterator[Value]:
    """Node sets one node at a time."""
    for value in values:
        if isinstance(value, list):
            yield from (node.string_value for node in value)
        else:
            yield value


def words(value: Value) -> list[str]:
    return text(value).split()


def _calculated(call: Callable[..., float], *numbers: float) -> float:
    if any(map(math.isnan, numbers)):
        return NAN
    try:
        result = call(*numbers)
    except (ValueError, ZeroDivisionError):
        return NAN
    except OverflowError:
        return math.inf
    return NAN if isinstance(result, complex) else float(result)


def _maths(name: str, call: Callable[..., float], arity: int = 1) -> None:
    function(name, arity)(lambda *values: _calculated(call, *map(number, values)))


for _name in ("sqrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan"):
    _maths(_name, getattr(math, _name))
_maths("log", lambda x: math.log(x) if x else -math.inf)
_maths("log10", lambda x: math.log10(x) if x else -math.inf)
_maths("abs", abs)
_maths("int", lambda x: x if math.isinf(x) else math.trunc(x))
_maths("pow", lambda x, y: x**y, 2)
_maths("atan2", math.atan2, 2)
_maths("exp10", lambda x: 10**x)
function("pi", 0)(lambda: math.pi)
function("boolean-from-string", 1)(lambda value: text(value) in ("1", "true"))
function("coalesce", 2)(lambda a, b: text(a) or text(b))
function("ends-with", 2)(lambda a, b: text(a).endswith(text(b)))
function("concat", 0, None)(lambda *values: "".join(map(text, each(values))))
function("join", 1, None)(lambda glue, *values: text(glue).join(map(text, each(values))))
function("count-selected", 1)(lambda value: float(len(words(value))))
function("selected", 2)(lambda several, one: text(one).strip() in words(several))


@function("selected-at", 2)
def selected_at(several: Value, index: Value) -> str:
    found, at = words(several), number(index)
    return found[int(at)] if 0 <= at < len(found) else ""


@function("round", 1, 2)
def rounded(value: Value, decimals: Value = 0.0) -> float:
    x, places = number(value), number(decimals)
    if math.isnan(x) or math.isnan(places) or math.isinf(x):
        return x if math.isinf(x) else NAN
    shift = 10.0**places
    return math.copysign(math.floor(abs(x) * shift + 0.5) / shift, x) + 0.0


def _extreme(pick: Callable) -> Callable:
    def found(*values: Value) -> float:
        numbers = [number(value) for value in each(values)]
        return NAN if not numbers or any(map(math.isnan, numbers)) else pick(numbers)

    return found


function("min", 0, None)(_extreme(min))
function("max", 0, None)(_extreme(max))


@function("sum", 1)
def total(values: Value) -> float:
    """Nothing is the sum of nothing, and of anything blank."""
    numbers = [number(value) for value in each((values,))]
    return sum(numbers) if numbers else NAN


@function("count-non-empty", 1)
def count_non_empty(nodes: list[Node]) -> float:
    return float(sum(value != "" for value in each((nodes,))))


@function("substr", 2, 3)
def substr(value: Value, start: Value, end: Value | None = None) -> str:
    """From 0; a negative place counts from the end."""
    whole = text(value)
    places = [number(start), float(len(whole)) if end is None else number(end)]
    if any(map(math.isnan, places)):
        return ""
    first, last = (min(max(0, int(place + len(whole) if place < 0 else place)), len(whole)) for place in places)
    return whole[first:last]


@function("substring", 2, 3)
def substring(value: Value, start: Value, length: Value | None = None) -> str:
    """From 1."""
    whole, begin = text(value), number(start)
    wide = float(len(whole)) if length is None else number(length)
    if math.isnan(begin) or math.isnan(wide) or math.isinf(begin):
        return ""
    first = math.floor(begin + 0.5) - 1
    last = len(whole) if length is None or math.isinf(wide) else first + math.floor(wide + 0.5)
    return whole[max(first, 0) : max(last, 0)]


@function("translate", 3)
def translate(value: Value, old: Value, new: Value) -> str:
    table: dict[str, str] = {}
    for sign, other in zip_longest(text(old), text(new)[: len(text(old))], fillvalue=""):
        table.setdefault(sign, other)
    return "".join(table.get(sign, sign) for sign in text(value))


@lru_cache(maxsize=512)
def _pattern(source: str) -> re.Pattern:
    return re.compile(source, re.ASCII)


@function("regex", 2)
def regex(value: Value, pattern: Value) -> bool:
    """Anywhere in the text, unless the pattern says otherwise: so does the phone."""
    try:
        return _pattern(text(pattern)).search(text(value)) is not None
    except re.error:
        return False


@function("checklist", 2, None)
def checklist(least: Value, most: Value, *answers: Value) -> bool:
    return _within(sum(truth(answer) for answer in each(answers)), number(least), number(most))


@function("weighted-checklist", 2, None)
def weighted_checklist(least: Value, most: Value, *pairs: Value) -> bool:
    answers, weights = each(pairs[::2]), each(pairs[1::2])
    return _within(sum(number(w) for a, w in zip(answers, weights, strict=False) if truth(a)), number(least), number(most))


def _within(found: float, least: float, most: float) -> bool:
    return found >= least and (most == -1 or found <= most)
