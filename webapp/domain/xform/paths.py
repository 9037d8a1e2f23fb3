"""Steps of a path: from nodes to nodes."""

from collections.abc import Callable, Iterable
from typing import Any

from webapp.domain.xform.nodes import Node
from webapp.domain.xform.values import Value, truth

#: Sets at least this large are worth an index.
LOOKED_UP = 12


def root_of(c: Any) -> list[Node]:
    """The document of the answers, from wherever an expression stands."""
    node = c.current
    while node.parent is not None:
        node = node.parent
    return [node]


def _up(node: Node) -> list[Node]:
    return [] if node.parent is None else [node.parent]


def _ancestors(node: Node) -> list[Node]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def _siblings(node: Node, *, after: bool) -> list[Node]:
    if node.parent is None:
        return []
    place = next(i for i, child in enumerate(node.parent.children) if child is node)
    return node.parent.children[place + 1 :] if after else node.parent.children[:place]


def _attributes(node: Node) -> list[Node]:
    return [_attribute(name.rpartition(":")[2], value) for name, value in node.attributes.items()]


def _attribute(name: str, value: str) -> Node:
    return Node(name, None, value)


AXES: dict[str, Callable[[Node], Iterable[Node]]] = {
    "child": lambda node: node.children, "self": lambda node: [node], "parent": _up, "ancestor": _ancestors,
    "ancestor-or-self": lambda node: [node, *_ancestors(node)], "descendant-or-self": Node.walk,
    "descendant": lambda node: (found for found in node.walk() if found is not node),
    "following-sibling": lambda node: _siblings(node, after=True),
    "preceding-sibling": lambda node: _siblings(node, after=False), "attribute": _attributes,
}  # fmt: skip


class Step:
    __slots__ = ("axis", "is_plain_child", "is_plain_self", "name", "predicates")

    def __init__(self, axis: str, name: str, predicates: list | None = None):
        self.axis, self.name, self.predicates = axis, name, predicates or []
        plain = not self.predicates
        self.is_plain_child = plain and axis == "child" and name != "*"
        self.is_plain_self = plain and axis == "self" and name == "*"

    def take(self, nodes: list[Node], c: Any) -> list[Node]:
        found = self._found(nodes)
        for predicate in self.predicates:
            found = _filtered(found, predicate, c)
        return found

    def _found(self, nodes: list[Node]) -> list[Node]:
        if self.axis == "child" and self.name != "*":
            if len(nodes) == 1:
                return nodes[0].named(self.name)
            return [child for node in nodes for child in node.named(self.name)]
        get = AXES[self.axis]
        several = (found for node in nodes for found in get(node) if self.name in ("*", found.name))
        return list(several) if len(nodes) == 1 else list({id(node): node for node in several}.values())


def _filtered(nodes: list[Node], predicate: Any, c: Any) -> list[Node]:
    keyed = predicate.call
    if len(nodes) >= LOOKED_UP and hasattr(keyed, "child"):
        value = keyed.value.call(c)
        if isinstance(value, str) or (isinstance(value, list) and len(value) == 1):
            return c.run.form.index(nodes, keyed.child).get(value if isinstance(value, str) else value[0].value, [])
    context, size = type(c), len(nodes)
    return [node for place, node in enumerate(nodes, 1) if _holds(keyed(context(node, c.run, c.current, place, size)), place)]


def _holds(value: Value, place: int) -> bool:
    return value == place if type(value) is float else truth(value)
