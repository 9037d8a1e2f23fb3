"""What a questionnaire consists of."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from webapp.domain.xform.expression import compiled
from webapp.domain.xform.grammar import Token
from webapp.domain.xform.nodes import Node


@dataclass
class Choices:
    """What a question lets choose: all of `nodes`, or those that `filter` gives where it stands."""

    value: str
    label: str
    label_by_id: bool
    nodes: list[Node]
    filter: Token | None
    by_value: dict[str, list[Node]] = field(default_factory=dict)


@dataclass
class Question:
    """A node of the model: a question, a group (`children`) or a repeat."""

    path: str
    name: str
    parent: "Question | None" = None
    type: str = "string"
    kind: str = ""  # of its control: input, select1, select, rank, upload, range, trigger; none: hidden
    label: str = ""
    save: str = ""
    confirm: str = ""
    show: str = ""
    relevant: Token | None = None
    required: Token | None = None
    constraint: Token | None = None
    calculate: Token | None = None
    readonly: bool = False
    constraint_message: str = ""
    required_message: str = ""
    choices: Choices | None = None
    is_repeat: bool = False
    default: str = ""
    children: list["Question"] = field(default_factory=list)

    @property
    def repeat(self) -> str:
        """Path of the innermost repeat it stands in, or nothing."""
        question: Question | None = self
        while question is not None and not question.is_repeat:
            question = question.parent
        return question.path if question else ""

    @property
    def is_compared(self) -> bool:
        """Does nobody but the form say its value?"""
        return self.calculate is not None and not self.calculate.volatile and (not self.kind or self.readonly)

    def walk(self) -> Iterator["Question"]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Definition:
    id: str
    version: str
    title: str
    root: Question
    lists: dict[str, Node]
    words: dict[str, str]
    by_path: dict[str, Question] = field(default_factory=dict)

    @property
    def questions(self) -> list[Question]:
        """Those that hold a value, in the order of the form."""
        return [question for question in self.by_path.values() if not question.children]

    @property
    def sections(self) -> list[Question]:
        """The top-level groups: one page each on the phone."""
        return [child for child in self.root.children if child.children and child.name != "meta"]

    def items(self, name: str) -> list[Node]:
        found = self.lists.get(name)
        root = found.first("root") if found else None
        return root.named("item") if root else []

    def compiled(self, source: str) -> Token:
        return compiled(source)

    def choice_label(self, question: Question, value: str) -> str:
        """In the form's own words; the value itself where it has none."""
        choices = question.choices
        nodes = choices.by_value.get(value, []) if choices else []
        label = nodes[0].first(choices.label) if choices and nodes else None
        if choices is None or label is None:
            return value
        said = label.string_value
        return self.words.get(said if choices.label_by_id else said.strip(), said)


def indexed(nodes: list[Node], child: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        for value in {part.string_value for part in node.named(child)}:
            found.setdefault(value, []).append(node)
    return found
