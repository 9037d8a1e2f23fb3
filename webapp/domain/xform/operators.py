"""The operators that compare and reckon: elementpath's stop at a blank, the phone's engine does not."""

import math
import operator
from collections.abc import Callable
from typing import Any

from webapp.domain.xform.grammar import Token, token
from webapp.domain.xform.values import NAN, equal, number, ordered, unequal

COMPARED = {
    "=": equal, "!=": unequal, "<": ordered(operator.lt), "<=": ordered(operator.le),
    ">": ordered(operator.gt), ">=": ordered(operator.ge),
}  # fmt: skip


@token("=", lbp=30, rbp=30)
@token("!=", lbp=30, rbp=30)
@token("<", lbp=35, rbp=35)
@token("<=", lbp=35, rbp=35)
@token(">", lbp=35, rbp=35)
@token(">=", lbp=35, rbp=35)
class Comparison(Token):
    def led(self, left: Any) -> Any:
        self[:] = left, self.parser.expression(self.rbp)
        return self

    def evaluate(self, context: Any = None) -> bool:
        return COMPARED[self.symbol](self[0].call(context), self[1].call(context))


def _divided(x: float, y: float) -> float:
    if y == 0:
        return NAN if x == 0 else math.copysign(math.inf, x)
    return x / y


def _remainder(x: float, y: float) -> float:
    return NAN if y == 0 or math.isinf(x) else math.fmod(x, y)


RECKONED: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "div": _divided, "mod": _remainder,
}  # fmt: skip


@token("+")
@token("-")
@token("*")
@token("div")
@token("mod")
class Arithmetic(Token):
    def evaluate(self, context: Any = None) -> Any:
        if not len(self):  # a star where a name could be
            return super().evaluate(context)
        numbers = [number(side.call(context)) for side in self]
        if any(map(math.isnan, numbers)):
            return NAN
        return RECKONED[self.symbol](*numbers) if len(self) > 1 else RECKONED[self.symbol](0.0, *numbers)
