"""A form filled in from what is known, without a person: for the demo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from webapp.domain.xform import changes
from webapp.domain.xform.check import calculated, is_relevant
from webapp.domain.xform.context import Context, Run
from webapp.domain.xform.instance import Instance
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.questions import Definition, Question
from webapp.domain.xform.values import truth

#: Calculations and conditions rest on each other: so often everything is worked out again.
ROUNDS = 4
REPEATED = {"members": ("member", "member_year"), "helpers": ("helper_link",), "measures": ("measure",)}


def filled(form: Definition, known: Mapping[str, Any], keys: Mapping[str, str], said: Mapping[str, str], at: datetime) -> str:
    """The XML of answers: `known` one year of a family, `keys` the hidden ones by name, `said` answers that differ, by path;
    under an empty path what stands in texts that have to be there."""
    root = _laid(form.root, Node(""), known, keys)
    instance = Instance(root, [], {}, form.id, form.version)
    for node in instance.root.walk():
        mark = node.question.show or node.question.save
        answer = changes.naming(node, mark) if mark and not node.children else None
        if answer and (node.question.show or not answer.is_sealed):  # what is sealed is shown masked, and asked for anew
            node.text = said.get(node.question.path, changes.known(answer, known))
    for _ in range(ROUNDS):
        _work_out(root, Run(form, at), said.get("", ""), relevant=True)
    body = _written(root, Run(form, at))
    return body.replace(f"<{root.name}>", f'<{root.name} id="{form.id}" version="{form.version}">', 1)


def _laid(question: Question, parent: Node, known: Mapping[str, Any], keys: Mapping[str, str]) -> Node:
    node = Node(question.name, parent, keys.get(question.name, "") if not question.children else "")
    node.question = question
    for child in question.children:
        for row in _rows(child, known) if child.is_repeat else [None]:
            _laid(child, node, known, {**keys, "member_id": row["id"], "row_id": row["id"]} if row else keys)
    return node


def _rows(repeat: Question, known: Mapping[str, Any]) -> list[dict]:
    entities = {child.save.partition(".")[0] for child in repeat.children}
    name = next((name for name, of in REPEATED.items() if entities & set(of)), None)
    return list(known.get(name) or []) if name else []


def _work_out(node: Node, run: Run, words: str, *, relevant: bool) -> None:
    question: Question = node.question
    relevant = relevant and is_relevant(node, run)
    for child in node.children:
        _work_out(child, run, words, relevant=relevant)
    if node.children:
        return
    if not relevant:
        node.text = ""
    elif question.calculate is not None and not question.calculate.volatile:
        node.text = calculated(node, run)
    elif node.text == "" and question.required is not None and truth(question.required.call(Context(node, run))):
        node.text = _plausible(question, run, words)


def _plausible(question: Question, run: Run, words: str) -> str:
    if question.choices is not None:
        return next(iter(question.choices.by_value), "")
    return {"int": "1", "decimal": "0", "date": f"{run.at:%Y-%m-%d}", "string": words}.get(question.type, "")


def _written(node: Node, run: Run) -> str:
    if not is_relevant(node, run):
        return ""
    inner = "".join(_written(child, run) for child in node.children) if node.children else escape(node.text)
    return f"<{node.name}>{inner}</{node.name}>"
