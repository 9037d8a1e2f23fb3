"""A questionnaire as its author reads it: what is asked, in order, and when."""

import re
from dataclasses import dataclass

from webapp.domain.xform import definition
from webapp.domain.xform.nodes import MAX_FORM_BYTES
from webapp.domain.xform.nodes import read as read_xml
from webapp.domain.xform.questions import Definition, Question

_PLACE = r"(?P<path>\.{0,2}/[\w./\-]+)"
_TERM = re.compile(rf"\s*{_PLACE}\s*(?P<op>!=|>=|<=|=|>|<)\s*(?P<value>'[^']*'|[\d.]+)\s*$")
_SELECTED = re.compile(rf"\s*selected\(\s*{_PLACE}\s*,\s*(?P<value>'[^']*')\s*\)\s*$")
_OPS = {"=": "is", "!=": "is_not", ">=": "at_least", "<=": "at_most", ">": "more", "<": "less"}
_TYPES = {"int": "integer", "decimal": "decimal", "date": "date", "time": "time", "dateTime": "datetime", "geopoint": "geopoint"}
_CONTROLS = {"select1": "select_one", "select": "select_many", "rank": "rank", "range": "range", "trigger": "acknowledge"}


@dataclass(frozen=True)
class Term:
    """One comparison of a condition: another question's label, how, and the label of its choice."""

    question: str
    op: str
    value: str


@dataclass(frozen=True)
class Joined:
    """All (`and`), one (`or`) or none (`nor`) of the parts."""

    joint: str
    parts: "list[Condition]"


#: What is more than these stays as it is written.
Condition = Term | Joined | str


@dataclass(frozen=True)
class Line:
    """A question, or the beginning of a group. `kind`: a key of the catalogue."""

    depth: int
    kind: str
    name: str
    label: str
    save: str
    each: bool
    required: bool
    when: Condition | None
    choices: list[str]


def outline(xml: str, attachments: dict[str, str]) -> list[Line]:
    """Raises xform.nodes.Unreadable."""
    form = definition.read(xml, attachments)
    model = read_xml(xml, MAX_FORM_BYTES)
    binds = {node.attributes["nodeset"]: node.attributes for node in model.walk() if node.name == "bind"}
    looks = {node.attributes["ref"]: node.attributes.get("appearance", "") for node in model.walk() if "ref" in node.attributes}
    shown = [question for section in form.root.children if section.name != "meta" for question in section.walk()]
    return [_line(form, question, binds.get(question.path, {}), looks.get(question.path, "")) for question in shown]


def _line(form: Definition, question: Question, bind: dict, look: str) -> Line:
    source = bind.get("relevant", "").strip()
    return Line(
        question.path.count("/") - 2, _kind(question, bind, look), question.name, question.label, question.save or question.show,
        question.confirm == "each", question.required is not None, condition(form, source, question.path) if source else None,
        _labels(form, question),
    )  # fmt: skip


def _kind(question: Question, bind: dict, look: str) -> str:
    if question.children:
        return "repeat" if question.is_repeat else "group"
    if question.calculate is not None:
        return "calculate"
    if not question.kind:
        return "hidden"
    if question.readonly:
        return "shown" if question.show else "note"
    return _asked(question, bind, look)


def _asked(question: Question, bind: dict, look: str) -> str:
    if question.kind == "upload":
        return "signature" if "signature" in look else "image"
    if bind.get("type") == "barcode":
        return "barcode"
    return _CONTROLS.get(question.kind) or _TYPES.get(question.type, "text")


def _labels(form: Definition, question: Question) -> list[str]:
    found = question.choices.by_value if question.choices else {}
    return [form.choice_label(question, value) for value in found]


def condition(form: Definition, source: str, at: str) -> Condition:
    source = source.strip()
    for joint in ("or", "and"):
        parts = _split(source, joint)
        if len(parts) > 1:
            return Joined(joint, [condition(form, part, at) for part in parts])
    if whole := re.fullmatch(r"(not)?\s*\((.*)\)", source, re.DOTALL):
        inner = condition(form, whole[2], at)
        return Joined("nor", inner.parts if isinstance(inner, Joined) and inner.joint == "or" else [inner]) if whole[1] else inner
    return _term(form, source, at) or source


def _split(source: str, joint: str) -> list[str]:
    """At every `and` or `or` that stands in no bracket and no text."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf"'[^']*'|[()]|\s{joint}\s", source):
        if found[0] in "()":
            depth += 1 if found[0] == "(" else -1
        elif depth == 0 and not found[0].startswith("'"):
            parts.append(source[start : found.start()])
            start = found.end()
    return [*parts, source[start:]]


def _term(form: Definition, source: str, at: str) -> Term | None:
    compared, selected = _TERM.match(source), _SELECTED.match(source)
    found = compared or selected
    question = form.by_path.get(_resolved(found["path"], at)) if found else None
    if not found or question is None:
        return None
    value = found["value"].strip("'")
    op = _OPS[found["op"]] if compared else "selected"
    op = {"is": "blank", "is_not": "filled"}.get(op, op) if not value else op
    return Term(question.label or question.name, op, form.choice_label(question, value))


def _resolved(path: str, at: str) -> str:
    """../x, seen from the question it is written at."""
    parts = [] if path.startswith("/") else at.split("/")[1:]
    for step in path.strip("/").split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/" + "/".join(parts)
