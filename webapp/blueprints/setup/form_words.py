"""What is said of a questionnaire's workbook: each fault as a sentence with its place."""

from flask_babel import gettext


def fault_words(fault: dict) -> str:
    """What nobody has put into our words yet is shown as the converter said it."""
    if not fault["code"]:
        return fault["text"]
    return gettext(f"form.fault.{fault['code']}", **fault["values"])


def fault_place(fault: dict) -> str:
    """Sheet, row and column, as far as they are told."""
    parts = [gettext(f"form.place.{part}", value=fault[part]) for part in ("sheet", "row", "column") if fault[part]]
    return gettext("form.place.between").join(parts)
