"""XPath expressions compiled once into functions, and evaluated many times."""

from collections.abc import Callable
from functools import lru_cache

from webapp.domain.xform import dates, looking, places  # noqa: F401  they enter themselves into the table
from webapp.domain.xform.code import Code, Context
from webapp.domain.xform.functions import TABLE
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.operators import LEVELS
from webapp.domain.xform.paths import AXES, Step, root_of
from webapp.domain.xform.tokens import Syntax, Token, tokens
from webapp.domain.xform.values import Value, number

NODE_TESTS = ("node", "text")


@lru_cache(maxsize=4096)
def compiled(source: str) -> Code:
    """Raises Syntax."""
    parser = _Parser(tokens(source))
    try:
        code = parser.either()
    except RecursionError:
        raise Syntax("nested too deep") from None
    parser.expect("end", "")
    return code


class _Parser:
    def __init__(self, found: list[Token]):
        self.tokens, self.at = found, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def has(self, *signs: str) -> bool:
        return self.next.kind in ("sign", "operator") and self.next.text in signs

    def accept(self, *signs: str) -> bool:
        if self.has(*signs):
            self.at += 1
            return True
        return False

    def expect(self, kind: str, said: str) -> None:
        if (self.next.kind, self.next.text) != (kind, said):
            raise Syntax(f"{self.next.text!r} where {said or kind!r} should be")
        self.take()

    def either(self, level: int = 0) -> Code:
        if level == len(LEVELS):
            return self.unary()
        left = self.either(level + 1)
        while self.has(*LEVELS[level]):
            make = LEVELS[level][self.take().text]
            left = make(left, self.either(level + 1))
        return left

    def unary(self) -> Code:
        if self.accept("-"):
            inner = self.unary()
            return Code(lambda c: -number(inner.call(c)), inner)
        left = self.path()
        while self.accept("|"):
            left = _union(left, self.path())
        return left

    def path(self) -> Code:
        if self.has("/", "//"):
            return self.steps(root_of, free=True)
        if self.next.kind in ("number", "literal") or self.has("(") or self.is_call():
            start = self.primary()
            if not self.has("/", "//", "["):
                return start
            return self.steps(start.call, free=start.free, volatile=start.volatile)
        return self.steps(None, free=False)

    def is_call(self) -> bool:
        after = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else Token("end", "")
        return self.next.kind == "name" and after == Token("sign", "(") and self.next.text not in NODE_TESTS

    def primary(self) -> Code:
        token = self.take()
        if token.kind == "number":
            value = float(token.text)
            return Code(lambda _c: value, free=True)
        if token.kind == "literal":
            said = token.text[1:-1]
            return Code(lambda _c: said, free=True)
        if token.kind == "sign":  # the bracket
            inner = self.either()
            self.expect("sign", ")")
            return inner
        return self.call(token.text.rpartition(":")[2])

    def call(self, name: str) -> Code:
        self.expect("sign", "(")
        arguments: list[Code] = []
        while not self.has(")"):
            arguments.append(self.either())
            if not self.accept(","):
                break
        self.expect("sign", ")")
        found = TABLE.get(name)
        if found is None or not found.least <= len(arguments) <= found.most:
            raise Syntax(f"{name}() with {len(arguments)} arguments")
        if found.lazy:
            free = name in ("current", "instance", "today", "now")
            return Code(lambda c: found.call(c, *arguments), *arguments, free=free, volatile=found.volatile)
        return Code(lambda c: found.call(*[argument.call(c) for argument in arguments]), *arguments)

    def steps(self, start: Callable[[Context], Value] | None, *, free: bool, volatile: bool = False) -> Code:
        """A path from `start`, or from the context node."""
        found: list[Step] = []
        if start is None:
            found.append(self.step())
        elif self.has("["):
            found.append(Step("self", "*", self.predicates()))
        while self.has("/", "//"):
            if self.take().text == "//":
                found.append(Step("descendant-or-self", "*"))
            elif start is root_of and not found and self.is_end_of_path():
                break
            found.append(self.step())
        child = found[0].name if start is None and len(found) == 1 and found[0].is_plain_child else ""
        return Code(_walker(start, found), free=free, child=child, volatile=volatile)

    def is_end_of_path(self) -> bool:
        return not (self.next.kind == "name" or self.has(".", "..", "@", "*"))

    def step(self) -> Step:
        if self.accept("."):
            return Step("self", "*", self.predicates())
        if self.accept(".."):
            return Step("parent", "*", self.predicates())
        axis = "attribute" if self.accept("@") else "child"
        token = self.take()
        if self.accept("::"):
            axis, token = token.text, self.take()
        if axis not in AXES or not (token.kind == "name" or token.text == "*"):
            raise Syntax(f"{token.text!r} in a path")
        name = token.text.rpartition(":")[2]
        if self.has("("):
            self.take()
            self.expect("sign", ")")
            return Step("self" if name == "text" else axis, "*", self.predicates())
        return Step(axis, name, self.predicates())

    def predicates(self) -> list[Code]:
        found = []
        while self.accept("["):
            found.append(self.predicate())
            self.expect("sign", "]")
        return found

    def predicate(self) -> Code:
        start = self.at
        code = self.either()
        key = self._key(start)
        if key:
            code = Code(code.call, free=False, child="", volatile=code.volatile)
            code.call = _Keyed(code.call, *key)
        return code

    def _key(self, start: int) -> tuple[str, Code] | None:
        """(child, value) of a predicate that says child = value, the value being the same for all of the set."""
        end, self.at = self.at, start
        left = self.either(3)
        right = self.either(3) if self.accept("=") else None
        whole, self.at = self.at == end, end
        return (left.child, right) if whole and right and left.child and right.free else None


class _Keyed:
    """A predicate child = value: the set may look it up instead of asking every node."""

    __slots__ = ("call", "child", "value")

    def __init__(self, call: Callable[[Context], Value], child: str, value: Code):
        self.call, self.child, self.value = call, child, value

    def __call__(self, c: Context) -> Value:
        return self.call(c)


def _union(a: Code, b: Code) -> Code:
    def both(c: Context) -> Value:
        nodes: dict[int, Node] = {}
        for found in (a.call(c), b.call(c)):
            if isinstance(found, list):
                nodes.update((id(node), node) for node in found)
        return list(nodes.values())

    return Code(both, a, b)


def _walker(start: Callable[[Context], Value] | None, steps: list[Step]) -> Callable[[Context], Value]:
    if start is None and len(steps) == 1 and steps[0].is_plain_child:
        name = steps[0].name
        return lambda c: c.node.named(name)
    if start is None and len(steps) == 1 and steps[0].is_plain_self:
        return lambda c: [c.node]

    def walk(c: Context) -> Value:
        nodes = [c.node] if start is None else start(c)
        if not isinstance(nodes, list):
            return []
        for step in steps:
            nodes = step.take(nodes, c)
        return nodes

    return walk
