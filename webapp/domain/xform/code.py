"""A compiled expression and where it is evaluated."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from webapp.domain.xform.nodes import Node
from webapp.domain.xform.values import Value


class Run:
    """One checking of one instance: the form it belongs to and the moment that counts as now."""

    __slots__ = ("at", "form")

    def __init__(self, form: Any, at: datetime):
        self.form, self.at = form, at


class Context:
    """Where an expression is evaluated."""

    __slots__ = ("current", "node", "position", "run", "size")

    def __init__(self, node: Node, run: Run, current: Node | None = None, position: int = 1, size: int = 1):
        self.node, self.run, self.current = node, run, current or node
        self.position, self.size = position, size


class Code:
    """Compiled. `free`: the same at every node of a set; `child`: it only names a child; `volatile`: not comparable."""

    __slots__ = ("call", "child", "free", "volatile")
    free: bool
    volatile: bool

    def __init__(self, call: Callable[[Context], Value], *parts: "Code", free: bool | None = None, child="", volatile=False):
        self.call, self.child = call, child
        self.free = all(part.free for part in parts) if free is None else free
        self.volatile = volatile or any(part.volatile for part in parts)
