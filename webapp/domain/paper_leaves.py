"""Dividing a household's sheet into leaves of A4. How tall a line is stands in static/css/comparison.css as well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

#: Millimetres of the paper: what a leaf holds below its head, of the first leaf (with the square) and of the others.
FIRST_MM, NEXT_MM = 249.0, 262.0
LINE_MM, AROUND_MM = 4.2, 3.0  # of one line of text, and what a row has around its lines
TEXT_MM, LABEL_MM = 3.2, 3.0  # a full-width letter of a value (9 pt) and of a label (8.5 pt)
PADDING_MM = 2.0
NARROW, FULL_WIDTH_FROM = 0.58, 0x2E80


@dataclass(frozen=True)
class Cell:
    label: str
    value: str = ""
    box: bool = True  # somebody may write another value
    must: bool = False  # and has to look at it, by itself


@dataclass(frozen=True)
class Row:
    """What stays together: one line across the leaf, however many lines of text it takes."""

    cells: tuple[Cell, ...]
    mm: float
    is_wide: bool = False  # one cell that has the whole line


@dataclass(frozen=True)
class Block:
    """One section of the sheet. `look` is the macro that draws it, `heads` what stands above its columns."""

    title: str
    look: str
    rows: tuple[Row, ...]
    head_mm: float
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """The rows of a block that stand on one leaf."""

    block: Block
    rows: tuple[Row, ...]
    is_continued: bool


@dataclass
class Leaf:
    room_mm: float
    parts: list[Part] = field(default_factory=list)


def row_mm(lines: int) -> float:
    return AROUND_MM + LINE_MM * lines


def lines(text: str, width_mm: float, letter_mm: float = TEXT_MM) -> int:
    """How many lines a text takes in a column; letters of half the width count as such."""
    ems = sum(1 if ord(letter) >= FULL_WIDTH_FROM else NARROW for letter in text)
    return max(1, ceil(ems / max(1, int((width_mm - PADDING_MM) / letter_mm))))


def leaves(blocks: Sequence[Block]) -> list[Leaf]:
    """In the order of the blocks. A block goes on overleaf under its title; a title never stands alone at the foot."""
    found = [Leaf(FIRST_MM)]
    for block in blocks:
        rest = list(block.rows)
        while rest:
            fitting = list(_fitting(rest, found[-1].room_mm - block.head_mm))
            if not fitting:
                if not found[-1].parts:
                    fitting = rest[:1]  # taller than any leaf: better cut off at the foot than lost
                else:
                    found.append(Leaf(NEXT_MM))
                    continue
            found[-1].parts.append(Part(block, tuple(fitting), len(rest) < len(block.rows)))
            found[-1].room_mm -= block.head_mm + sum(row.mm for row in fitting)
            rest = rest[len(fitting) :]
    return found


def _fitting(rows: Sequence[Row], room_mm: float) -> Iterator[Row]:
    for row in rows:
        room_mm -= row.mm
        if room_mm < 0:
            return
        yield row
