"""Functions that look at nodes, choices and lists. They get the context and their arguments unevaluated."""

import math
import random as chance
from uuid import uuid4

from webapp.domain.xform.context import Context
from webapp.domain.xform.grammar import Token, function
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.values import NAN, Value, number, text, truth


@function("if", 3, lazy=True)
def either(c: Context, condition: Token, then: Token, otherwise: Token) -> Value:
    return (then if truth(condition.call(c)) else otherwise).call(c)


@function("current", 0, lazy=True)
def current(c: Context) -> list[Node]:
    return [c.current]


@function("position", 0, 1, lazy=True)
def position(c: Context, of: Token | None = None) -> float:
    """Among the neighbours of its name, from 1."""
    if of is None:
        return float(c.position)
    nodes = of.call(c)
    if not isinstance(nodes, list) or not nodes or nodes[0].parent is None:
        return NAN
    found, place = nodes[0], 0
    for sibling in nodes[0].parent.children:
        place = place + 1 if sibling.name == found.name else 0
        if sibling is found:
            break
    return float(place)


@function("string", 0, 1, lazy=True)
def as_text(c: Context, value: Token | None = None) -> str:
    return c.item.string_value if value is None else text(value.call(c))


@function("string-length", 0, 1, lazy=True)
def length(c: Context, value: Token | None = None) -> float:
    """In UTF-16, as the phone counts."""
    return float(len(as_text(c, value).encode("utf-16-le")) // 2)


@function("once", 1, lazy=True, varies=True)
def once(c: Context, value: Token) -> str:
    return c.item.string_value or text(value.call(c))


@function("uuid", 0, 1, lazy=True, varies=True)
def uuid(_c: Context, _length: Token | None = None) -> str:
    return str(uuid4())


@function("random", 0, lazy=True, varies=True)
def random(_c: Context) -> float:
    return chance.random()


@function("randomize", 1, 2, lazy=True, varies=True)
def randomize(c: Context, nodes: Token, _seed: Token | None = None) -> Value:
    """Another order of the same: who asks what belongs to it gets the same answer."""
    return nodes.call(c)


@function("instance", 1, lazy=True)
def instance(c: Context, name: Token) -> list[Node]:
    found = c.run.form.lists.get(text(name.call(c)))
    return [found] if found else []


@function("pulldata", 4, lazy=True)
def pulldata(c: Context, *said: Token) -> str:
    name, wanted, key, value = (text(code.call(c)) for code in said)
    items = c.run.form.items(name)
    found = next((item for item in items if (node := item.first(key)) and node.string_value == value), None)
    answer = found.first(wanted) if found else None
    return answer.string_value if answer else ""


@function("itext", 1, lazy=True, varies=True)
def itext(c: Context, name: Token) -> str:
    return c.run.form.words.get(text(name.call(c)), "")


@function("choice-name", 2, lazy=True, varies=True)
def choice_name(c: Context, value: Token, path: Token) -> str:
    """In the language of the person who fills in, which the answers do not say: not compared."""
    nodes = c.run.form.compiled(text(path.call(c))).call(c)
    question = nodes[0].question if isinstance(nodes, list) and nodes else None
    return c.run.form.choice_label(question, text(value.call(c))) if question else ""


@function("indexed-repeat", 3, None, lazy=True)
def indexed_repeat(c: Context, target: Token, *pairs: Token) -> list[Node]:
    """The targets within the n-th of each repeat, outer repeats first."""
    within: Node | None = None
    for repeat, index in zip(pairs[::2], pairs[1::2], strict=False):
        place, found = number(index.call(c)), repeat.call(c)
        rows = [node for node in found if within is None or _inside(node, within)] if isinstance(found, list) else []
        if math.isnan(place) or not 1 <= place <= len(rows):
            return []
        within = rows[int(place) - 1]
    nodes = target.call(c)
    return [node for node in nodes if within is None or _inside(node, within)] if isinstance(nodes, list) else []


def _inside(node: Node | None, ancestor: Node) -> bool:
    while node is not None and node is not ancestor:
        node = node.parent
    return node is ancestor
