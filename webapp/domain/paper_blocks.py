"""The sections of a household's printed sheet: what is known, and an empty box beside everything that may be corrected."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from webapp.domain import codes, dictionary
from webapp.domain.dictionary import Field
from webapp.domain.paper_leaves import LABEL_MM, Block, Cell, Row, lines, row_mm

Values = Mapping[str, Any]

WIDTH_MM = 186.0
#: Label, value and box of one of two cells side by side; and of one that has the line for itself.
PAIR_MM, WIDE_MM = (27.0, 30.0, 36.0), (27.0, 93.0, 66.0)
LONG = 60  # a text that may have more letters gets a line for itself
PEOPLE_LABEL_MM, MOST_PEOPLE = 30.0, 4
VALUE_SHARE = 0.54  # of a person's column; the rest is the box
TITLE_MM, HEADS_MM, MUST_MM = 8.2, 6.6, 7.0

#: What the notice singles out: money that came in, and who goes to school. It is looked at item by item.
MUST = frozenset({
    "wage_income", "business_income", "business_expense", "asset_dividend", "other_property", "family_planning_grant",
    "dibao_income", "wubao_income", "pension_income", "eco_compensation", "other_transfer", "student_status",
})  # fmt: skip
#: Follows from the others, or changes by a case of its own: printed, and not corrected here.
FIXED = frozenset({"derived", "workflow"})
SUMS = frozenset({"property_income"})
#: What people do not read on paper: said above the sheet, or kept by the register for itself.
UNPRINTED = frozenset({"person_no", "add_reason", "reduce_reason", "collected_on"})
MEASURE_COLUMNS = (
    "measure_type", "member_id", "name", "fund_source", "amount", "start_on", "end_on", "provider", "effect", "income_gain",
)  # fmt: skip


def words(field: Field, value: Any) -> str:
    """A value as a sheet says it, in Chinese: the head of the household signs it."""
    if value in (None, ""):
        return ""
    if field.kind == "bool":
        return codes.label("yes_no", "1" if value else "0", "zh")
    if field.kind in ("code", "codes"):
        return "、".join(codes.label(field.codelist, code, "zh") for code in str(value).split())
    if field.kind == "date":
        return value.isoformat() if isinstance(value, date) else str(value)
    return f"{value:.2f}".rstrip("0").rstrip(".") if field.kind == "decimal" else str(value)


def cell(field: Field, values: Values) -> Cell:
    label = f"{field.zh}({field.unit})" if field.unit and field.unit not in field.zh else field.zh
    name = f"{field.name}_masked" if field.is_sealed else field.name
    box = field.recollect not in FIXED and field.name not in SUMS
    return Cell(label, words(field, values.get(name)), box, box and field.name in MUST)


def grid(title: str, cells: Sequence[tuple[Cell, bool]], heads: tuple[str, ...]) -> Block:
    """Two cells a line; those marked as long have one for themselves."""
    return Block(title, "grid", tuple(_lines(cells)), TITLE_MM + HEADS_MM, heads)


def _lines(cells: Sequence[tuple[Cell, bool]]) -> Iterator[Row]:
    waiting: list[Cell] = []
    for one, long in cells:
        if long:
            yield _row((one,), WIDE_MM, is_wide=True)
            continue
        waiting.append(one)
        if len(waiting) == 2:
            yield _row(tuple(waiting), PAIR_MM)
            waiting = []
    if waiting:
        yield _row(tuple(waiting), PAIR_MM)


def _row(cells: tuple[Cell, ...], widths: tuple[float, float, float], *, is_wide: bool = False) -> Row:
    deepest = max(max(_label_lines(one, widths[0]), lines(one.value, widths[1])) for one in cells)
    return Row(cells, row_mm(deepest), is_wide)


def _label_lines(one: Cell, width_mm: float) -> int:
    return lines(one.label, width_mm - (MUST_MM if one.must else 0), LABEL_MM)


def household(values: Values, entity: str) -> list[tuple[Cell, bool]]:
    """The cells of one part of the household, in the order of the dictionary; those with long texts are marked."""
    fields = [field for field in dictionary.household_year().values() if field.entity == entity and field.name not in UNPRINTED]
    return [(cell(field, values), field.kind == "text" and field.longest > LONG) for field in fields]


def people(title: str, members: Sequence[Values], heads: tuple[str, str, str]) -> list[Block]:
    """Members as columns, four to a table, with value and box for each. Who lives alone needs no columns."""
    if len(members) == 1:
        return [grid(f"{title} {_named(members[0])}", [(cell(field, members[0]), False) for field in _of_people()], heads)]
    starts = range(0, len(members), MOST_PEOPLE)
    return [_people(title, members[start : start + MOST_PEOPLE], heads[2]) for start in starts]


def _of_people() -> list[Field]:
    return [field for field in dictionary.fields("member").values() if field.name not in {"member_id", "name", *UNPRINTED}]


def _named(member: Values) -> str:
    return f"{member.get('no', '')} {member.get('name', '')}".strip()


def _people(title: str, members: Sequence[Values], correct: str) -> Block:
    width = (WIDTH_MM - PEOPLE_LABEL_MM) / len(members)
    rows = []
    for field in _of_people():
        cells = tuple(cell(field, one) for one in members)
        deepest = max(lines(one.value, width * VALUE_SHARE if one.box else width) for one in cells)
        rows.append(Row(cells, row_mm(max(deepest, _label_lines(cells[0], PEOPLE_LABEL_MM)))))
    return Block(title, "people", tuple(rows), TITLE_MM + HEADS_MM, (correct, *map(_named, members)))


def links(title: str, rows: Sequence[Values], heads: tuple[str, ...]) -> list[Block]:
    """One grid for each person who helps."""
    fields = dictionary.helper_link()
    made = [[(cell(field, row), False) for field in fields.values()] for row in rows or [{}]]
    return [grid(title if len(made) == 1 else f"{title} {no}", cells, heads) for no, cells in enumerate(made, 1)]


def measures(title: str, rows: Sequence[Values], names: Mapping[str, str], blank: int) -> Block:
    """A line for what is known with a line of boxes under it, and empty ones for what is new. `names`: of the members."""
    fields = dictionary.fields("measure")
    width = WIDTH_MM / len(MEASURE_COLUMNS)
    made = []
    for values in rows:
        said = dict(values) | {"member_id": names.get(values.get("member_id", ""))}
        cells = tuple(cell(fields[name], said) for name in MEASURE_COLUMNS)
        made.append(Row(cells, row_mm(max(lines(one.value, width) for one in cells)) + row_mm(1)))
    made += [Row(tuple(Cell("") for _ in MEASURE_COLUMNS), row_mm(1))] * blank
    heads = tuple(cell(fields[name], {}).label for name in MEASURE_COLUMNS)
    return Block(title, "measures", tuple(made), TITLE_MM + row_mm(2), heads)


def asks(title: str, questions: Sequence[str]) -> Block:
    """Yes or no, to be ticked."""
    return Block(title, "asks", tuple(Row((Cell(text),), row_mm(1)) for text in questions), TITLE_MM)


def changes(title: str, heads: tuple[str, ...], blank: int) -> Block:
    """Empty lines for who came and who left."""
    empty = Row(tuple(Cell("") for _ in heads), row_mm(1))
    return Block(title, "changes", (empty,) * blank, TITLE_MM + HEADS_MM, heads)


def said(title: str, text: str) -> Block:
    return Block(title, "said", (Row((Cell(text),), row_mm(lines(text, WIDTH_MM))),), TITLE_MM)


def signatures(texts: Sequence[str]) -> Block:
    return Block("", "signatures", (Row(tuple(Cell(text) for text in texts), 26.0),), 0)
