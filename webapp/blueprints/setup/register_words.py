"""What an import has to say, in the reader's language. The command line speaks with it too."""

from flask_babel import get_locale, gettext

from webapp.blueprints.setup.comparison_words import target_words
from webapp.domain import codes
from webapp.domain.register import columns
from webapp.domain.register_plan import Plan

#: Changed fields whose values are codes, and the list that holds their words.
CODED = {"attribute": "household_attribute", "exit_status": "exit_status"}


def _locale() -> str:
    return str(get_locale())


def problem_words(problem: dict) -> str:
    """A problem that stopped the whole file."""
    lacking = [title for name in problem.get("fields", []) if (title := _title(name))]
    values = {"columns": gettext("register.separator").join(lacking)} | problem.get("values", {})
    return gettext(f"problem.{problem['code']}", **values)


def error_words(error: dict, communities: list[str]) -> str:
    """One fault of one row: what is wrong and what to do."""
    offered = _labels(error["values"]["list"]) if "list" in error["values"] else communities
    place = {"cell": f"{error['column']}{error['row']}", "offered": gettext("register.separator").join(offered)}
    return gettext(f"register.error.{error['code']}", **error["values"], **place)


def _labels(name: str) -> list[str]:
    return [codes.label(name, code, _locale()) for code in codes.codes(name)]


def field_words(name: str) -> str:
    """The title of a changed field."""
    column = columns().get(name)
    return column.title(_locale()) if column else gettext(f"register.field.{name}")


def _title(name: str) -> str:
    """Of a column of the register, or of a field of the dictionary (`entity.field`)."""
    if name in columns():
        return columns()[name].title(_locale())
    return target_words(name) if "." in name else ""


def value_words(name: str, value: str) -> str:
    if name in CODED:
        return codes.label(CODED[name], value, _locale())
    return value or gettext("register.nothing")


def comparison_lines(preview: dict) -> list[str]:
    """The preview of a comparison sheet for a terminal."""
    counts = preview["counts"]
    lines = [gettext("comparison.as_year", year=preview["year"])]
    lines += [gettext(f"comparison.count.{name}") + f": {counts[name]}" for name in ("new", "changed", "unchanged", "people")]
    if preview["unknown"]:
        lines.append(gettext("comparison.unknown", count=len(preview["unknown"])))
        lines += [f"  {title}" for title in preview["unknown"]]
    if preview["errors"]:
        lines.append(gettext("register.rows_faulty", count=counts["error_rows"]))
    return lines + [f"  {error_words(error, [])}" for error in preview["errors"]]


def plan_lines(plan: Plan, preview: dict) -> list[str]:
    """The preview for a terminal."""
    lines = [gettext(f"register.count.{name}") + f": {preview['counts'][name]}" for name in ("new", "changed", "unchanged")]
    if plan.new_groups:
        lines.append(gettext("register.groups_made", count=len(plan.new_groups)))
    if plan.missing:
        lines.append(gettext("register.missing_stay", count=len(plan.missing)))
    if plan.errors:
        lines.append(gettext("register.rows_faulty", count=plan.error_rows))
    return lines + [f"  {error_words(error, preview['communities'])}" for error in preview["errors"]]
