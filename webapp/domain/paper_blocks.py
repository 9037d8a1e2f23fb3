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
    "measure_type", "name", "fund_source", "amount", "start_on", "end_on", "provider", "effect", "income_gain",
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
    label = f"{field.zh}({field.unit})" if field.unit else field.zh
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


def household(values: Values, section: Sequence[str], more: Sequence[Cell] = ()) -> list[tuple[Cell, bool]]:
    """The cells of one section of the household."""
    fields = dictionary.household_year()
    own = [(cell(fields[name], values), fields[name].kind == "text" and fields[name].longest > LONG) for name in section]
    return [*((one, False) for one in more), *own]


def section(entity: str) -> tuple[str, ...]:
    """The fields of a part of the household, in the order of the dictionary."""
    return tuple(name for name, field in dictionary.household_year().items() if field.entity == entity and name not in UNPRINTED)


def people(title: str, members: Sequence[Values], heads: tuple[str, str]) -> list[Block]:
    """Members as columns, four to a table, with value and box for each."""
    starts = range(0, len(members), MOST_PEOPLE)
    return [_people(title, members[start : start + MOST_PEOPLE], heads) for start in starts]


def _people(title: str, members: Sequence[Values], heads: tuple[str, str]) -> Block:
    fields = [field for field in dictionary.fields("member").values() if field.name not in {"member_id", "name", *UNPRINTED}]
    width = (WIDTH_MM - PEOPLE_LABEL_MM) / len(members)
    rows = []
    for field in fields:
        cells = tuple(cell(field, one) for one in members)
        deepest = max(lines(one.value, width * VALUE_SHARE if one.box else width) for one in cells)
        rows.append(Row(cells, row_mm(max(deepest, _label_lines(cells[0], PEOPLE_LABEL_MM)))))
    names = tuple(f"{one.get('no', '')} {one.get('name', '')}".strip() for one in members)
    return Block(title, "people", tuple(rows), TITLE_MM + HEADS_MM, (*heads, *names))


def links(title: str, rows: Sequence[Values], heads: tuple[str, ...]) -> list[Block]:
    """One grid for each person who helps."""
    fields = dictionary.helper_link()
    made = [[(cell(field, row), False) for field in fields.values()] for row in rows or [{}]]
    return [grid(title if len(made) == 1 else f"{title} {no}", cells, heads) for no, cells in enumerate(made, 1)]


def measures(title: str, rows: Sequence[Values], blank: int) -> Block:
    """A line for what is known with a line of boxes under it, and empty ones for what is new."""
    fields = dictionary.measure()
    width = WIDTH_MM / len(MEASURE_COLUMNS)
    made = []
    for values in rows:
        cells = tuple(cell(fields[name], values) for name in MEASURE_COLUMNS)
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
