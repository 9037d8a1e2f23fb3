"""Where an expression is evaluated."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from elementpath import XPathContext
from elementpath.xpath_nodes import TextAttributeNode

from webapp.domain.xform.nodes import Node


class Run:
    """One checking of one instance: the form it belongs to and the moment that counts as now."""

    __slots__ = ("at", "form")

    def __init__(self, form: Any, at: datetime):
        self.form, self.at = form, at


class Context(XPathContext):
    """elementpath's, without what a form never asks for."""

    def __init__(self, node: Node, run: Run):
        self.item = self.current = node
        self.run = run
        self.root, self.document = node.top, None
        self.size = self.position = 1
        self.axis: str | None = None
        self.namespaces: dict[str, str] = {}
        self.variables: dict[str, Any] = {}

    def iter_attributes(self) -> Iterator[Any]:
        """As nodes, only where one asks for them."""
        item, axis, self.axis = self.item, self.axis, "attribute"
        for name, said in item.attributes.items() if isinstance(item, Node) else ():
            self.item = TextAttributeNode(name.rpartition(":")[2], said, item)
            yield self.item
        self.item, self.axis = item, axis

    def iter_matching_nodes(self, name: str, default_namespace: str | None = None) -> Iterator[Any]:
        """By an index of the children's names; prefixes are of no account."""
        local, item = name.rpartition("}")[2], self.item
        if self.axis is not None or not isinstance(item, Node):
            yield from super().iter_matching_nodes(local)
            return
        self.axis = "child"
        for self.item in item.named(local):
            yield self.item
        self.item, self.axis = item, None
