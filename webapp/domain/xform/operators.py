"""What the operators of XPath do, weakest first."""

import math
import operator
from collections.abc import Callable

from webapp.domain.xform.code import Code
from webapp.domain.xform.values import NAN, Value, equal, number, ordered, truth, unequal


def _logic(word: str) -> Callable[[Code, Code], Code]:
    if word == "or":
        return lambda a, b: Code(lambda c: truth(a.call(c)) or truth(b.call(c)), a, b)
    return lambda a, b: Code(lambda c: truth(a.call(c)) and truth(b.call(c)), a, b)


def _comparison(compare: Callable[[Value, Value], bool]) -> Callable[[Code, Code], Code]:
    return lambda a, b: Code(lambda c: compare(a.call(c), b.call(c)), a, b)


def _arithmetic(reckon: Callable[[float, float], float]) -> Callable[[Code, Code], Code]:
    def result(x: float, y: float) -> float:
        return NAN if math.isnan(x) or math.isnan(y) else reckon(x, y)

    return lambda a, b: Code(lambda c: result(number(a.call(c)), number(b.call(c))), a, b)


def _divided(x: float, y: float) -> float:
    if y == 0:
        return NAN if x == 0 else math.copysign(math.inf, x)
    return x / y


def _remainder(x: float, y: float) -> float:
    return NAN if y == 0 or math.isinf(x) else math.fmod(x, y)


#: Weakest first: the operators of each level and what they make of two sides.
LEVELS: tuple[dict[str, Callable[[Code, Code], Code]], ...] = (
    {"or": _logic("or")},
    {"and": _logic("and")},
    {"=": _comparison(equal), "!=": _comparison(unequal)},
    {
        "<": _comparison(ordered(operator.lt)), "<=": _comparison(ordered(operator.le)),
        ">": _comparison(ordered(operator.gt)), ">=": _comparison(ordered(operator.ge)),
    },
    {"+": _arithmetic(operator.add), "-": _arithmetic(operator.sub)},
    {"*": _arithmetic(operator.mul), "div": _arithmetic(_divided), "mod": _arithmetic(_remainder)},
)  # fmt: skip
