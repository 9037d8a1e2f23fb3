"""Small workbooks for tests."""

from io import BytesIO
from pathlib import Path

import openpyxl

TITLES = ["编号", "户主", "社区", "小组", "属性", "脱贫属性", "地址", "电话"]
NUMBERS = iter(range(1, 10**6))


def row(number: str | None = None, **values) -> list:
    """A good row, with the given cells put in place."""
    cells = [number or f"990000T{next(NUMBERS):05d}", "张三", "河村社区", "一组", "01", "0", "演示路 1 号", "12990000001"]
    good = dict(zip(TITLES, cells, strict=True))
    return list((good | values).values())


def book(folder: Path, rows: list[list], titles: list = TITLES, *, above: int = 0, sheet: str = "贫困户", touch=None) -> Path:
    """A saved workbook; `touch(worksheet)` may spoil it first."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = sheet
    for _ in range(above):
        page.append(["河图街道贫困户名册"])
    page.append(titles)
    for cells in rows:
        page.append(cells)
    if touch:
        touch(page)
    made.save(folder / "register.xlsx")
    return folder / "register.xlsx"


def form_book(sheets: dict[str, list[dict]]) -> bytes:
    """A workbook of these sheets; the keys of their rows are the columns. A text that begins with = is a formula."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        for cells in [columns, *([row.get(column) for column in columns] for row in rows)]:
            page.append(cells)
    file = BytesIO()
    made.save(file)
    return file.getvalue()
