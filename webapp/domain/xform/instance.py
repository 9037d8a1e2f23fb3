"""The answers laid over the form: every node the form has is there, whether it came or not."""

from typing import NamedTuple

from webapp.domain.xform.nodes import Node, Unreadable, read
from webapp.domain.xform.questions import Definition, Question

#: What clients write about the filling-in itself (ODK XForms, Metadata); a form need not name it.
META = {
    "instanceID", "deprecatedID", "instanceName", "timeStart", "timeEnd", "userID", "deviceID", "deprecatedId", "audit", "email",
    "username", "phonenumber", "simserial", "subscriberid", "entity",
}  # fmt: skip


class Instance(NamedTuple):
    root: Node
    strangers: list[Node]  # came, and the form has no place for them
    meta: dict[str, str]
    form_id: str
    version: str

    def value(self, name: str) -> str:
        """Of a node right below the root."""
        found = self.root.first(name)
        return found.text if found else ""


def fill(form: Definition, xml: str) -> Instance:
    """Raises Unreadable."""
    came = read(xml).children[0]
    if came.name != form.root.name:
        raise Unreadable(f"{came.name} is not {form.root.name}")
    strangers: list[Node] = []
    root = _laid(form.root, came, Node(""), strangers)
    meta = came.first("meta")
    said = {node.name: node.text.strip() for node in meta.children} if meta else {}
    return Instance(root, strangers, said, came.attributes.get("id", ""), came.attributes.get("version", ""))


def head(xml: str) -> Instance:
    """What a submission says about itself, before its form is known. Raises Unreadable."""
    came = read(xml).children[0]
    meta = came.first("meta")
    said = {node.name: node.text.strip() for node in meta.children} if meta else {}
    return Instance(came, [], said, came.attributes.get("id", ""), came.attributes.get("version", ""))


def _laid(question: Question, came: Node | None, parent: Node, strangers: list[Node]) -> Node:
    node = Node(question.name, parent, came.text if came and not question.children else "", came.attributes if came else {})
    node.question = question
    if came is not None and came.children and not question.children:
        strangers.extend(came.children)
    for child in question.children:
        rows = came.named(child.name) if came else []
        if child.is_repeat:
            for row in rows:
                if "jr:template" not in row.attributes:
                    _laid(child, row, node, strangers)
        else:
            _laid(child, rows[0] if rows else None, node, strangers)
            strangers.extend(rows[1:])
    if came is not None and question.children:
        strangers.extend(_unknown(question, came))
    return node


def _unknown(question: Question, came: Node) -> list[Node]:
    known = {child.name for child in question.children} | (META if question.name == "meta" else {"meta"})
    return [child for child in came.children if child.name not in known]


def place(node: Node) -> str:
    """The path of a node, with the number of each repeat it stands in."""
    steps = []
    while node.parent is not None:
        number = ""
        if node.question is not None and node.question.is_repeat:
            rows = node.parent.named(node.name)
            number = f"[{next(i for i, row in enumerate(rows, 1) if row is node)}]"
        steps.append(f"{node.name}{number}")
        node = node.parent
    return "/" + "/".join(reversed(steps))
