"""What pyxform says of a workbook, as codes with places: the catalogue has the sentences, in both languages."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """`code` is empty where nobody has put it into our words yet: then `text` is shown as it is."""

    code: str
    text: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    values: dict = field(default_factory=dict)


#: code → what its text looks like; named groups fill the sentence's blanks.
PATTERNS = {
    "reference_unknown": r"Could not find the name '(?P<name>[^']*)'|no survey element named '(?P<name2>[^']*)'",
    "reference_twice": r"The name '(?P<name>[^']*)' appears more than once|multiple survey elements named '(?P<name2>[^']*)'",
    "reference_syntax": r"Reference variables must start with",
    "reference_list": r"Reference variable lists must have a comma",
    "type_unknown": r"Unknown question type '(?P<name>[^']*)'",
    "type_missing": r"Question with no type",
    "name_missing": r"Question or group with no name",
    "name_twice": r"'name' value '(?P<name>[^']*)' is invalid\. Questions, groups, and repeats must be unique",
    "name_almost_twice": r"'name' value '(?P<name>[^']*)' is problematic",
    "name_characters": r"Names must begin with a letter or underscore",
    "repeat_name_twice": r"'name' value '(?P<name>[^']*)' is invalid\. Repeat names must unique",
    "name_reserved": r"The name 'meta' is reserved|Repeat names must not be the same as the survey root",
    "choice_name_missing": r"Choices must have a name",
    "choice_name_twice": r"Choice names must be unique",
    "choice_name_space": r"Choice names with spaces cannot be added to multiple choice selects",
    "choice_label_missing": r"Choices should have a label",
    "choice_list_unknown": r"List name not in choices sheet: (?P<name>\S+)|There should be choices for this question",
    "choices_columns": r"choices sheet has the mandatory columns|On the 'choices' sheet, the '[^']*' value is invalid\. Column",
    "calculation_missing": r"Missing calculation",
    "label_missing": r"(?P<name>Group|Repeat) has no label",
    "end_without_begin": r"Unmatched 'end_(?P<name>\w+)'",
    "begin_without_end": r"Unmatched 'begin_(?P<name>\w+)'",
    "header_missing": r"required column headers were not found: (?P<name>[^.]*)\.",
    "header_row_missing": r"Invalid headers provided for sheet: '(?P<name>[^']*)'\. For XLSForms",
    "header_twice": r"different names for the same column were found: (?P<name>[^.]*)\.|Duplicate column header: (?P<name2>.*)",
    "sheet_missing": r"You must have a sheet named '?survey|sheet (?:is )?named '?(?P<name>\w+)'? is missing",
    "sheet_name_similar": r"When looking for a sheet named '(?P<name>[^']*)', the following sheets .* found: (?P<other>.*)\.",
    "parameters": r"the 'parameters' value is invalid|Parameters must be|parameter keys for this question type",
    "save_to": r"the 'save_to' value is invalid",
    "entity": r"On the 'entities' sheet",
    "row_skipped": r"Row without name, text, or label is being skipped",
    "translation_missing": r"is missing the following translations|missing translation",
    "language_code": r"do not contain valid machine-readable codes: (?P<name>[^.]*)\.",
    "image_size": r"Use the max-pixels parameter",
    "column_similar": r"similar column names|similar names were found",
    "disabled_column": r"The 'disabled' column header",
    "not_a_form": r"does not appear to be a valid XLSForm|was not recognized as a supported type",
}  # fmt: skip
_COMPILED = {code: re.compile(pattern, re.DOTALL) for code, pattern in PATTERNS.items()}
_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"On the '(\w+)' sheet, the '([^']*)'|for sheet: '(\w+)'|On the '(\w+)' sheet")


def read_fault(text: str) -> Fault:
    row, place = _ROW.search(text), _SHEET.search(text)
    sheet = next((part for part in (place[1], place[3], place[4]) if part), "") if place else ""
    for code, pattern in _COMPILED.items():
        if found := pattern.search(text):
            return Fault(code, text, _sheet(sheet, row), row and int(row[1]), (place and place[2]) or "", _values(found))
    return Fault("", text, _sheet(sheet, row), row and int(row[1]), (place and place[2]) or "")


def _sheet(sheet: str, row) -> str:
    """pyxform leaves the sheet out where it can only be the questions."""
    return sheet or ("survey" if row else "")


def _values(found: re.Match) -> dict:
    return {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
