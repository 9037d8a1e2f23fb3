"""What templates of coverage need beside the board: links that keep the filters, words of codes, local times."""

from datetime import date, datetime
from uuid import UUID

from flask import g, request, url_for
from flask_babel import format_date, get_locale, gettext

from webapp.blueprints.coverage import asked, bp
from webapp.domain import codes
from webapp.domain.coverage import BEHIND
from webapp.domain.days import local
from webapp.queries.coverage import Filters

OPEN_STATES = ("missing", "returned", "excepted")


def say(key: str) -> str:
    """gettext, remembered for this request: an export asks for the same few words twenty thousand times."""
    words = g.setdefault("coverage_words", {})
    if key not in words:
        words[key] = gettext(key)
    return words[key]


def code_words(name: str, code: str | None) -> str:
    """The words of a code, remembered as in `say`."""
    words = g.setdefault("coverage_codes", {})
    if (name, code) not in words:
        words[name, code] = codes.label(name, code, str(get_locale()))
    return words[name, code]


def when(moment: datetime | None) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def day_words(day: date) -> str:
    return format_date(day, gettext("coverage.day_pattern"))


def percent_words(percent: float | None) -> str:
    return gettext("coverage.no_percent") if percent is None else f"{percent:g}%"


def column_words(name: str, narrowed: bool) -> str:
    """The title of a column of figures. A filter on what came in leaves no register to compare with."""
    return gettext(f"coverage.column.{_NARROWED.get(name, name) if narrowed else name}")


_NARROWED = {"registered": "matching", "percent": "share"}


def to(endpoint: str, area: str, filters: Filters, **more) -> str:
    """A page of another area, order or kind with the same filters."""
    return url_for(f"coverage.{endpoint}", **{"area": area} | asked.words_of(filters) | more)


def behind(figure: str, area: str, filters: Filters, **more) -> str:
    """The list of the households that one number counts; `more` narrows it to a person or a day."""
    states = [state for state in BEHIND[figure] if state in (filters.states or BEHIND[figure])]
    return to("households", area, filters, state=states or list(filters.states), **more)


def chips(filters: Filters, cadres: dict[UUID, str]) -> list[tuple[str, str]]:
    """(words, address without it) of every filter in force."""
    named = {
        "from": filters.since and gettext("coverage.filter.since", day=filters.since),
        "to": filters.until and gettext("coverage.filter.until", day=filters.until),
        "cadre": filters.cadre and gettext("coverage.filter.by", name=cadres.get(filters.cadre, "")),
        "attribute": filters.attribute and code_words("household_attribute", filters.attribute),
    }
    states = [(gettext(f"coverage.state.{state}"), without("state", state)) for state in filters.states]
    return states + [(words, without(name)) for name, words in named.items() if words]


def without(name: str, value: str | None = None) -> str:
    """This page's address with one filter, or one of its values, taken out."""
    args = request.args.to_dict(flat=False)
    args[name] = [kept for kept in args.get(name, []) if value and kept != value]
    return url_for(request.endpoint, **args | {"page": None})


@bp.context_processor
def _for_templates() -> dict:
    return {
        "code_words": code_words, "when": when, "day_words": day_words, "percent_words": percent_words, "to": to,
        "behind": behind, "chips": chips,
        "codes": codes.codes, "OPEN_STATES": OPEN_STATES,
        "column_words": column_words,
    }  # fmt: skip
