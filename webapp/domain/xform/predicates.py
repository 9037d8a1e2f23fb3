"""Choosing among nodes: by elementpath; many at once where each would be asked for the same text."""

from collections.abc import Iterator
from copy import copy
from functools import cached_property
from typing import Any

from webapp.domain.xform.grammar import Token, token
from webapp.domain.xform.nodes import Node


@token("[")
class Predicate(Token):
    @cached_property
    def key(self) -> tuple[str, Token] | None:
        """(child, value) of a test child = value, the value being the same for all: choices by what was chosen before."""
        test = self[1]
        if test.symbol != "=" or test[0].symbol != "(name)":
            return None
        start = test[1]
        while start.symbol in ("/", "[") and len(start) == 2:
            start = start[0]
        return (test[0].value, test[1]) if start.symbol in ("/", "current", "(string)") else None

    def select(self, context: Any = None) -> Iterator[Any]:
        said = self.key[1].call(context) if self.key else []
        if isinstance(said, list) and len(said) == 1:
            said = said[0].string_value
        if self.key is None or not isinstance(said, str):
            yield from super().select(context)
            return
        for node in self[0].select(copy(context)):
            if isinstance(node, Node) and any(child.string_value == said for child in node.named(self.key[0])):
                yield node


@token("/")
@token("//")
class Path(Token):
    def led(self, left: Any) -> Any:
        """Positions count over the whole set, as on the phone, not within each parent: a/b[1] is (a/b)[1]."""
        super().led(left)
        step = last = self[1]
        if step.symbol != "[":
            return self
        while last[0].symbol == "[":
            last = last[0]
        if last[0].label == "axis":
            return self
        self[1], last[0] = last[0], self
        return step
