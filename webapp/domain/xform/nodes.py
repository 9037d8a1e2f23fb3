"""XML as a tree of nodes, read so that nothing hostile in it can hurt."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from xml.sax import SAXException  # noqa: S406  the exceptions only; defusedxml parses
from xml.sax.handler import ContentHandler  # noqa: S406

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString
from elementpath.xpath_nodes import ElementNode

MAX_DEPTH, MAX_NODES = 64, 200_000
#: A submission; forms carry their code lists and may be larger.
MAX_BYTES, MAX_FORM_BYTES = 1 << 20, 5 << 20


class Unreadable(ValueError):
    """Not XML, or XML of a kind nobody honest sends."""


#: Later nodes come later in their document.
_places = count()


class Node(ElementNode):
    """An element. `question` is set on the nodes of an instance (definition.Question); names have lost their prefix."""

    __slots__ = ("_named", "attributes", "question", "text")
    value = None  # elementpath's: what a node wraps

    def __init__(self, name: str, parent: "Node | None" = None, text: str = "", attributes: dict[str, str] | None = None):
        self.name, self.parent, self.position = name, parent, next(_places)  # type: ignore[misc]  # slots of elementpath's
        self.children: list[Node] = []  # type: ignore[misc]
        self.text, self.attributes = text, attributes or {}
        self.question: Any = None
        self._named: dict[str, list[Node]] | None = None
        if parent is not None:
            parent.children.append(self)

    def __bool__(self) -> bool:
        return True

    @property
    def string_value(self) -> str:
        """The text of a leaf, all texts of a branch."""
        return "".join(child.string_value for child in self.children) if self.children else self.text

    @property
    def top(self) -> "Node":
        return self if self.parent is None else self.parent.top

    def named(self, name: str) -> list["Node"]:
        """Children of this name. Only after the tree is whole."""
        if self._named is None:
            self._named = {}
            for child in self.children:
                self._named.setdefault(child.name, []).append(child)
        return self._named.get(name, [])

    def first(self, name: str) -> "Node | None":
        found = self.named(name)
        return found[0] if found else None

    def walk(self) -> Iterator["Node"]:
        """This node and all below, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.open, self.depth, self.count = self.root, 0, 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  the interface of SAX
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > MAX_DEPTH or self.count > MAX_NODES:
            raise Unreadable("too deep or too long")
        local = name.rpartition(":")[2]
        if local == "output":  # a value within a label: its place is kept
            self.open.text += "…"
        self.open = Node(local, self.open, "", dict(attrs))

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002
        self.depth -= 1
        assert self.open.parent is not None
        self.open = self.open.parent

    def characters(self, content: str) -> None:
        self.open.text += content


def read(text: str, most_bytes: int = MAX_BYTES) -> Node:
    """The document node; its only child is the root element. Raises Unreadable."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > most_bytes:
        raise Unreadable("too large")
    builder = _Builder()
    try:
        parseString(data, builder, forbid_dtd=True)
    except (SAXException, DefusedXmlException, ValueError) as error:
        raise Unreadable(str(error)) from None
    for node in builder.root.walk():
        if node.children:
            node.text = node.text.strip()
    return builder.root
