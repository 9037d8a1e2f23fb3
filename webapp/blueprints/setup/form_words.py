"""What is said of a questionnaire: its faults with their places, its questions and when they are asked."""

from typing import NamedTuple

from flask_babel import gettext

from webapp.domain import codes, dictionary
from webapp.domain.form_outline import Condition, Joined, Line, Term

#: Kinds that are asked of nobody.
UNASKED = ("hidden",)
#: More choices than these are told by their number.
CHOICES_SHOWN = 8


class Section(NamedTuple):
    title: str
    lines: list[Line]


def fault_words(fault: dict) -> str:
    """What nobody has put into our words yet is shown as the converter said it."""
    if not fault["code"]:
        return fault["text"]
    return gettext(f"form.fault.{fault['code']}", **fault["values"])


def fault_place(fault: dict) -> str:
    """Sheet, row and column, as far as they are told."""
    parts = [gettext(f"form.place.{part}", value=fault[part]) for part in ("sheet", "row", "column") if fault[part]]
    return gettext("form.comma").join(parts)


def sections(lines: list[Line]) -> list[Section]:
    """The pages of the phone; what stands outside of them comes first, under no title."""
    found = [Section("", [])]
    for line in lines:
        if line.depth == 0 and line.kind == "group":
            found.append(Section(line.label or line.name, []))
        elif line.kind not in UNASKED:
            found[-1].lines.append(line)
    return [section for section in found if section.lines]


def when(condition: Condition) -> str:
    """A condition in words; what is too much for words is shown as it was written."""
    if isinstance(condition, str):
        return condition
    if isinstance(condition, Term):
        return gettext(f"form.term.{condition.op}", question=condition.question, value=condition.value)
    parts = [f"({when(part)})" if isinstance(part, Joined) and part.joint != "nor" else when(part) for part in condition.parts]
    if condition.joint == "nor":
        return gettext("form.joint.nor", parts=gettext("form.joint.or").join(parts))
    return gettext(f"form.joint.{condition.joint}").join(parts)


def choices(line: Line) -> str:
    if len(line.choices) > CHOICES_SHOWN:
        return gettext("form.choices_more", first=gettext("form.comma").join(line.choices[:3]), n=len(line.choices))
    return gettext("form.comma").join(line.choices)


def column(save: str) -> str:
    """The dictionary's own name of a column."""
    entity, _, name = save.partition(".")
    if entity == "area_year":
        return next((row["name_zh"] for row in codes.rows("village_fields") if name in row["field"]), name)
    kinds = {"member_year": ("member",), "household_year": dictionary.HOUSEHOLD_YEAR}
    known = dictionary.fields(*kinds.get(entity, (entity,)))
    return known[name].zh if name in known else name
