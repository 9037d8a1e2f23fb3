"""CSV that Excel opens as it is: UTF-8 with a mark, CRLF, and no cell that could be a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

#: What Excel, WPS and LibreOffice may take for the start of a formula; they read full-width signs as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(titles: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """None becomes an empty cell; text that a spreadsheet would run gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value):
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
