"""The functions of ODK's XPath that need only their arguments' values. Each takes values and gives one; what the phone's engine
does with blanks is done here. Those that look at the form or at nodes: looking.py; dates: dates.py."""

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from webapp.domain.xform.nodes import Node
from webapp.domain.xform.values import NAN, Value, number, text, truth

MANY = 99


class Function(NamedTuple):
    """`call` gets values; if `lazy`, the context and the arguments' code instead."""

    call: Callable
    least: int
    most: int
    lazy: bool = False
    volatile: bool = False  # another answer at another time: never compared


TABLE: dict[str, Function] = {}


def function(name: str, least: int, most: int | None = None, **more: bool) -> Callable[[Callable], Callable]:
    def register(call: Callable) -> Callable:
        TABLE[name] = Function(call, least, least if most is None else most, **more)
        return call

    return register


def each(values: tuple[Value, ...]) -> Iterator[Value]:
    """Node sets one node at a time."""
    for value in values:
        if isinstance(value, list):
            yield from (node.value for node in value)
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
    TABLE[name] = Function(lambda *values: _calculated(call, *map(number, values)), arity, arity)


for _name in ("sqrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan"):
    _maths(_name, getattr(math, _name))
_maths("log", lambda x: math.log(x) if x else -math.inf)
_maths("log10", lambda x: math.log10(x) if x else -math.inf)
_maths("abs", abs)
_maths("floor", lambda x: x if math.isinf(x) else math.floor(x))
_maths("ceiling", lambda x: x if math.isinf(x) else math.ceil(x))
_maths("int", lambda x: x if math.isinf(x) else math.trunc(x))
_maths("pow", lambda x, y: x**y, 2)
_maths("atan2", math.atan2, 2)
_maths("exp10", lambda x: 10**x)
TABLE["pi"] = Function(lambda: math.pi, 0, 0)
TABLE["true"] = Function(lambda: True, 0, 0)
TABLE["false"] = Function(lambda: False, 0, 0)
TABLE["not"] = Function(lambda value: not truth(value), 1, 1)
TABLE["boolean"] = Function(truth, 1, 1)
TABLE["boolean-from-string"] = Function(lambda value: text(value) in ("1", "true"), 1, 1)
TABLE["coalesce"] = Function(lambda a, b: text(a) or text(b), 2, 2)
TABLE["contains"] = Function(lambda a, b: text(b) in text(a), 2, 2)
TABLE["starts-with"] = Function(lambda a, b: text(a).startswith(text(b)), 2, 2)
TABLE["ends-with"] = Function(lambda a, b: text(a).endswith(text(b)), 2, 2)
TABLE["concat"] = Function(lambda *values: "".join(map(text, each(values))), 0, MANY)
TABLE["join"] = Function(lambda glue, *values: text(glue).join(map(text, each(values))), 1, MANY)
TABLE["substring-before"] = Function(lambda a, b: text(a).partition(text(b))[0] if text(b) in text(a) else "", 2, 2)
TABLE["substring-after"] = Function(lambda a, b: text(a).partition(text(b))[2] if text(b) else text(a), 2, 2)
TABLE["count-selected"] = Function(lambda value: float(len(words(value))), 1, 1)
TABLE["selected"] = Function(lambda several, one: text(one).strip() in words(several), 2, 2)


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


TABLE["min"], TABLE["max"] = Function(_extreme(min), 0, MANY), Function(_extreme(max), 0, MANY)


@function("sum", 1)
def total(values: Value) -> float:
    """Nothing is the sum of nothing, and of anything blank."""
    numbers = [number(value) for value in each((values,))]
    return sum(numbers) if numbers else NAN


@function("count", 1)
def count(nodes: Value) -> float:
    return float(len({id(node) for node in nodes})) if isinstance(nodes, list) else NAN


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


@function("checklist", 2, MANY)
def checklist(least: Value, most: Value, *answers: Value) -> bool:
    return _within(sum(truth(answer) for answer in each(answers)), number(least), number(most))


@function("weighted-checklist", 2, MANY)
def weighted_checklist(least: Value, most: Value, *pairs: Value) -> bool:
    answers, weights = each(pairs[::2]), each(pairs[1::2])
    return _within(sum(number(w) for a, w in zip(answers, weights, strict=False) if truth(a)), number(least), number(most))


def _within(found: float, least: float, most: float) -> bool:
    return found >= least and (most == -1 or found <= most)
