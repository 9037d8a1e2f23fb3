"""An empty register to fill in: the columns with hints, lists to choose from, one example row."""

import io
from collections.abc import Sequence

import xlsxwriter

from webapp.domain import codes
from webapp.domain.register import columns

ROWS = 2000  # rows that get lists and text format
WIDTHS = {"number": 20, "community": 18, "group": 14, "attribute": 16, "exit_status": 24, "address": 32, "phone": 16}


def template(communities: Sequence[str], locale: str, sheet_name: str, lists_name: str) -> bytes:
    """The workbook; titles and hints in the language asked for, lists in the words the import understands."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, lists = book.add_worksheet(sheet_name), book.add_worksheet(lists_name)
        choices = {
            "community": list(communities),
            "attribute": _labels("household_attribute"),
            "exit_status": _labels("exit_status"),
        }
        _put_columns(book, sheet, locale, communities)
        for index, (name, labels) in enumerate(choices.items()):
            lists.write_column(0, index, labels)
            _offer(sheet, lists_name, list(columns()).index(name), index, len(labels))
        lists.hide()
    return out.getvalue()


def _labels(name: str) -> list[str]:
    return [entry.zh for entry in codes.codes(name).values()]


def _put_columns(book, sheet, locale: str, communities: Sequence[str]) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#E3EFEC", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    example = book.add_format({"num_format": "@", "italic": True, "font_color": "#6B7280"})
    for index, column in enumerate(columns().values()):
        as_number = column.name in ("lon", "lat")
        sheet.set_column(index, index, WIDTHS.get(column.name, 12), None if as_number else text)
        sheet.write_string(0, index, column.title(locale) + ("*" if column.required else ""), bold)
        sheet.write_comment(0, index, column.hint_zh if locale.startswith("zh") else column.hint_en, {"x_scale": 2})
        shown = communities[0] if column.name == "community" and communities else column.example
        sheet.write_string(1, index, shown, example)
    sheet.freeze_panes(1, 2)


def _offer(sheet, lists_name: str, column: int, list_column: int, length: int) -> None:
    letter = "ABC"[list_column]
    source = f"='{lists_name}'!${letter}$1:${letter}${length}"
    sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": source})
