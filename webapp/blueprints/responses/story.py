"""One filled-in questionnaire told question by question, section by section."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from webapp.blueprints.responses.words import answer
from webapp.domain.xform.check import relevant
from webapp.domain.xform.instance import Instance, place
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.questions import Definition, Question
from webapp.models import Response
from webapp.queries.response_sheet import FileRow

HIDDEN = ("meta", "household", "area", "base_rev", "year", "member_id", "row_id")


class Line(NamedTuple):
    path: str
    label: str
    answer: str
    before: str | None  # None: nothing to compare with
    kind: str  # changed, new, same, confirmed, or nothing
    problems: list[dict]
    conflict: dict | None
    file: FileRow | None
    is_file: bool
    asked: bool  # does the question apply at all?


class Block(NamedTuple):
    """Lines under one heading: a section, or one row of a repeat in it."""

    title: str
    lines: list[Line]
    is_row: bool

    @property
    def changed(self) -> int:
        return sum(line.kind in ("changed", "new") for line in self.lines)

    @property
    def problems(self) -> int:
        return sum(len(line.problems) for line in self.lines)


class Story:
    """Reads the answers of one response; `other` is an earlier version it is compared with instead of last year."""

    def __init__(
        self, form: Definition, instance: Instance, response: Response, changes: list[dict], files: Mapping[str, FileRow],
        names: Mapping[str, str], other: Instance | None = None,
    ):  # fmt: skip
        self.form, self.files, self.names = form, files, names
        self.changes = {row["path"]: row for row in changes}
        self.problems: dict[str, list[dict]] = defaultdict(list)
        for problem in response.problems or []:
            self.problems[problem["path"]].append(problem)
        self.relevant = relevant(form, instance, response.taken_at)
        self.other = {place(node): node.text for node in other.root.walk() if not node.children} if other else None
        self.root = instance.root

    def sections(self) -> list[tuple[str, list[Block]]]:
        """(title, blocks) of each section that has anything to show."""
        found = []
        for node in self.root.children:
            if node.children and node.name not in HIDDEN:
                blocks = [block for block in self._blocks(node, node.question.label or node.name) if block.lines]
                found += [(node.question.label or node.name, blocks)] if blocks else []
        return found

    def strays(self) -> list[dict]:
        """Problems that belong to no line."""
        shown = {line.path for _title, blocks in self.sections() for block in blocks for line in block.lines}
        return [problem for path, problems in self.problems.items() if path not in shown for problem in problems]

    def _blocks(self, node: Node, title: str) -> Iterator[Block]:
        own: list[Node] = []
        rows: list[Block] = []
        self._sort(node, own, rows)
        yield Block(title, [line for leaf in own if (line := self._line(leaf))], is_row=False)
        yield from rows

    def _sort(self, node: Node, own: list[Node], rows: list[Block]) -> None:
        for child in node.children:
            if child.question.is_repeat:
                rows.extend(Block(block.title, block.lines, True) for block in self._blocks(child, self._row_title(child)))
            elif child.children:
                self._sort(child, own, rows)
            else:
                own.append(child)

    def _row_title(self, row: Node) -> str:
        member = row.first("member_id")
        number = place(row).rpartition("[")[2].rstrip("]")
        name = self.names.get(member.text, "") if member else ""
        return name or f"{row.question.label} {number}"

    def _line(self, node: Node) -> Line | None:
        question, path = node.question, place(node)
        change, problems = self.changes.get(path), self.problems.get(path, [])
        if question.name in HIDDEN or not (self._is_shown(node, question, path) or problems):
            return None
        before, kind = self._compared(question, path, node, change)
        said = change["after"] if change else node.text
        is_file = question.kind == "upload"
        return Line(
            path, question.label or question.name, answer(self.form, question, said), before, kind, problems,
            self._conflict(question, change), self.files.get(node.text) if is_file else None, is_file,
            path in self.relevant,
        )  # fmt: skip

    def _is_shown(self, node: Node, question: Question, path: str) -> bool:
        if question.readonly and node.text == "":
            return False  # a note
        if not (question.label and (question.kind or question.save)):
            return False
        return path in self.relevant or node.text != "" or path in self.changes

    def _compared(self, question: Question, path: str, node: Node, change: dict | None) -> tuple[str | None, str]:
        if self.other is not None:
            earlier = self.other.get(path, "")
            return answer(self.form, question, earlier), "same" if earlier == node.text else "changed"
        if change is None:
            return None, ""
        return answer(self.form, question, change["before"]), change["kind"]

    def _conflict(self, question: Question, change: dict | None) -> dict[str, Any] | None:
        if self.other is not None or not (change and change["conflict"]):
            return None
        return {name: answer(self.form, question, change[key]) for name, key in
                (("base", "base"), ("ours", "before"), ("theirs", "after"))} | {"choice": change.get("choice")}  # fmt: skip
