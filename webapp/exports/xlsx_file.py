"""Workbooks that Excel and WPS open as they are: one sheet, titles that stay in sight, and no cell that is a formula."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

_NARROWEST, _WIDEST = 10, 36
#: One row at a time is kept in memory; text stays text, whatever it looks like.
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def to_xlsx(titles: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """None becomes an empty cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet()
        for column, title in enumerate(titles):
            sheet.set_column(column, column, max(_NARROWEST, min(_WIDEST, 2 * len(title) + 4)))
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, titles, workbook.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
    return file.getvalue()
