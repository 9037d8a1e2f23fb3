"""Rows → bytes, one file per format. TABLES is the register of those that take titles and rows."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from webapp.exports.csv_file import to_csv
from webapp.exports.xlsx_file import to_xlsx


class TableFormat(NamedTuple):
    media_type: str
    write: Callable[[Sequence[str], Iterable[Sequence]], bytes]


TABLES = {
    "csv": TableFormat("text/csv; charset=utf-8", to_csv),
    "xlsx": TableFormat("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}
