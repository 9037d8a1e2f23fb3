"""XPath as XForms have it: elementpath's XPath 1.0, with values as the phone's engine turns and compares them, and room for
the functions of ODK."""

from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property
from typing import Any

from elementpath import ElementPathError, XPathNode
from elementpath.tdop import Parser
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_tokens import XPathFunction, XPathToken

from webapp.domain.xform.values import Value, number, text

#: Of no use to a form.
LEFT_OUT = {"$", "{", "}", "comment", "id", "lang", "namespace", "namespace-uri", "processing-instruction"}


class Token(XPathToken):
    """What all our tokens know: how values turn into each other."""

    varies = False  # another answer at another time: never compared

    def call(self, context: Any) -> Value:
        """What it comes to where the context stands; nothing, where answers or form ask for what cannot be."""
        try:
            found = self.evaluate(copy(context))
        except (ElementPathError, RecursionError, ArithmeticError, ValueError):
            return ""
        return [found] if isinstance(found, XPathNode) else float(found) if type(found) is int else found

    def string_value(self, obj: Any) -> str:
        return text([obj] if isinstance(obj, XPathNode) else obj)

    def number_value(self, obj: Any) -> float:
        return number([obj] if isinstance(obj, XPathNode) else obj)

    @cached_property
    def volatile(self) -> bool:
        return any(token.varies for token in self.iter())


class Grammar(XPath1Parser):
    """Paths may begin with a function that gives nodes; a prefix is of no account."""

    PATH_STEP_SYMBOLS = {"(name)", "*", "@", "..", ".", "(", "instance", "current", "randomize", "indexed-repeat"}
    symbol_table = {
        symbol: type(token.__name__, (Token, token), {"__module__": __name__})
        for symbol, token in XPath1Parser.symbol_table.items() if symbol not in LEFT_OUT
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.namespaces = _AnyPrefix()

    def parse(self, source: str) -> Token:
        """Without evaluating it once, as elementpath would: there is nothing yet to evaluate it on."""
        return Parser.parse(self, source)


class _AnyPrefix(dict[str, str]):
    def __missing__(self, prefix: str) -> str:
        return ""


def token(symbol: str, **more: Any) -> Callable[[type[Token]], type[Token]]:
    """Puts this behaviour before elementpath's own for a symbol."""

    def register(behaviour: type[Token]) -> type[Token]:
        known = Grammar.symbol_table[symbol]
        Grammar.symbol_table[symbol] = type(known.__name__, (behaviour, known), {"__module__": __name__, **more})
        return behaviour

    return register


class Function(Token, XPathFunction):
    body: Callable

    def evaluate(self, context: Any = None) -> Any:
        return self.body(*[argument.call(context) for argument in self])


class LazyFunction(Function):
    def evaluate(self, context: Any = None) -> Any:
        return self.body(context, *self)


def function(name: str, least: int, most: int | None = -1, *, lazy: bool = False, varies: bool = False) -> Callable:
    """Registers what gets values; if `lazy`, the context and the arguments' tokens instead. `most`: None for any number."""

    def register(body: Callable) -> Callable:
        nargs = least if most == -1 else (least, most)
        said: dict[str, Any] = {"symbol": name, "lookup_name": name, "label": "function", "nargs": nargs, "lbp": 90, "rbp": 90}
        said |= {"body": staticmethod(body), "varies": varies, "__module__": __name__}
        Grammar.symbol_table[name] = type(name, (LazyFunction if lazy else Function,), said)
        return body

    return register


@token("(integer)")
@token("(decimal)")
@token("(float)")
class Number(Token):
    """XPath 1.0 has but one kind of number."""

    def evaluate(self, context: Any = None) -> float:  # noqa: ARG002
        return float(self.value)


@token("text")
class OwnText(Token):
    """Nodes keep their text themselves: it is theirs to stand for it."""

    def select(self, context: Any = None) -> Iterator[Any]:
        return context.iter_self()
