"""Answers judged once more by the form they belong to. What the phone let pass passes here, and nothing else: a test drives both
with the same answers (tests/browser/test_form_engines.py)."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from webapp.domain.clock import now
from webapp.domain.xform.context import Context, Run
from webapp.domain.xform.instance import Instance, fill, place
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.questions import Definition, Question
from webapp.domain.xform.types import fits
from webapp.domain.xform.values import number, text, truth

LONGEST = 200


class Fault(NamedTuple):
    path: str
    code: str  # unknown_node, type, choice, required, constraint, calculate, irrelevant
    message: str
    value: str
    save: str = ""


def check(form: Definition, xml: str, at: datetime | None = None) -> list[Fault]:
    """Everything wrong with these answers, in the order of the form; `at` is what counts as now. Raises Unreadable."""
    return faults(form, fill(form, xml), at)


def faults(form: Definition, instance: Instance, at: datetime | None = None) -> list[Fault]:
    run = Run(form, at or now())
    strange = [Fault(place(node), "unknown_node", "", node.string_value[:LONGEST]) for node in instance.strangers]
    return strange + list(_judged(instance.root, run))


def relevant(form: Definition, instance: Instance, at: datetime | None = None) -> set[str]:
    """Paths of the nodes that are to be answered."""
    run = Run(form, at or now())

    def below(node: Node) -> Iterator[str]:
        if is_relevant(node, run):
            yield place(node)
            for child in node.children:
                yield from below(child)

    return set(below(instance.root))


def is_relevant(node: Node, run: Run) -> bool:
    """By its own condition alone."""
    code = node.question.relevant
    return code is None or truth(code.call(Context(node, run)))


def _judged(node: Node, run: Run) -> Iterator[Fault]:
    question: Question = node.question
    if not is_relevant(node, run):
        yield from (_fault(leaf, "irrelevant") for leaf in node.walk() if not leaf.children and leaf.text != "")
    elif question.children:
        for child in node.children:
            yield from _judged(child, run)
    elif node.text == "":
        yield from _blank(node, question, run)
    else:
        yield from _answered(node, question, run)


def _fault(node: Node, code: str, message: str = "") -> Fault:
    return Fault(place(node), code, message, node.text[:LONGEST], node.question.save)


def _blank(node: Node, question: Question, run: Run) -> Iterator[Fault]:
    if question.required is not None and truth(question.required.call(Context(node, run))):
        yield _fault(node, "required", question.required_message)
    if question.is_compared and calculated(node, run) != "":
        yield _fault(node, "calculate")


def _answered(node: Node, question: Question, run: Run) -> Iterator[Fault]:
    if question.choices is not None:
        if not _is_chosen_from(node, question, run):
            yield _fault(node, "choice")
    elif not fits(question.type, node.text):
        yield _fault(node, "type")
    if question.constraint is not None and not truth(question.constraint.call(Context(node, run))):
        yield _fault(node, "constraint", question.constraint_message)
    if question.is_compared and not _same(calculated(node, run), node.text):
        yield _fault(node, "calculate")


def _is_chosen_from(node: Node, question: Question, run: Run) -> bool:
    chosen = [node.text] if question.kind == "select1" else node.text.split()
    choices = question.choices
    assert choices is not None
    if choices.filter is None:
        return all(one in choices.by_value for one in chosen)
    if choices.nodes and not all(one in choices.by_value for one in chosen):
        return False
    open_ones = choices.filter.call(Context(node, run))
    items = open_ones if isinstance(open_ones, list) else []
    values = {value.string_value for item in items for value in item.named(choices.value)}
    return all(one in values for one in chosen)


def calculated(node: Node, run: Run) -> str:
    """What the form makes of it, written as its type is."""
    said = text(node.question.calculate.call(Context(node, run)))
    kind = node.question.type
    if kind == "int":
        value = number(said)
        return "" if not math.isfinite(value) else str(int(value))
    if kind == "decimal":
        return said if math.isfinite(number(said)) else ""
    if kind == "date":
        return said[:10] if fits("date", said) else ""
    return said if fits(kind, said) else ""


def _same(a: str, b: str) -> bool:
    if a == b:
        return True
    x, y = number(a), number(b)
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-9)
