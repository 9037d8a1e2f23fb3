"""An empty comparison sheet: every field that can be taken in, with lists to choose from where the dictionary has them."""

import io

import xlsxwriter

from webapp.domain import codes, comparison, dictionary
from webapp.domain.dictionary import Field
from webapp.domain.headers import plain

ROWS = 2000  # rows that get lists
#: Longer lists a spreadsheet cannot hold inside the rule itself.
LONGEST_LIST = 255


def template(sheet_name: str, locale: str) -> bytes:
    """Titles are the dictionary's own, for a state system speaks Chinese; the hints are in the language asked for."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(sheet_name)
        bold = book.add_format({"bold": True, "bg_color": "#E3EFEC", "border": 1, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, 0, 20, text)
        sheet.write_string(0, 0, dictionary.fields("household")["household_no"].zh, bold)
        for index, (target, field) in enumerate(_columns().items(), 1):
            sheet.set_column(index, index, 14, None if field.kind in ("decimal", "int") else text)
            sheet.write_string(0, index, field.zh, bold)
            sheet.write_comment(0, index, _hint(target, field, locale), {"x_scale": 2})
            _offer(sheet, index, field)
        sheet.freeze_panes(1, 2)
    return out.getvalue()


def _columns() -> dict[str, Field]:
    """Those whose title means them, the member's first: rows are members."""
    known = comparison.fields()
    order = sorted(known, key=lambda target: not target.startswith("member."))
    return {target: known[target] for target in order if comparison.defaults()[plain(known[target].zh)] == target}


def _hint(target: str, field: Field, locale: str) -> str:
    if locale.startswith("zh"):
        return " ".join(part for part in (field.section, field.unit, field.cpad_code) if part)
    return " ".join(part for part in (target, field.cpad_code) if part)


def _offer(sheet, index: int, field: Field) -> None:
    labels = [entry.zh for entry in codes.codes(field.codelist).values()] if field.kind in ("code", "bool") else []
    if labels and len(",".join(labels)) < LONGEST_LIST and not any("," in label for label in labels):
        sheet.data_validation(1, index, ROWS, index, {"validate": "list", "source": labels})
