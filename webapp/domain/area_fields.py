"""What is known of a group and of a community in a year, as data (`data/village_fields.csv`)."""

from functools import cache

from webapp.domain import codes
from webapp.domain.dictionary import Field, field_of

#: Kept elsewhere: in the area itself, or in the capture of its point.
ELSEWHERE = frozenset({"group_no", "group_name", "community_code", "lon", "lat", "elevation"})
#: The dictionary's own words for the two levels, by ours.
_LEVELS = {"group": "group", "community": "village"}


@cache
def fields() -> dict[str, Field]:
    """Every column, in the order of the dictionary."""
    return {row["field"]: _field(row) for row in _rows()}


@cache
def of_level(level: str) -> tuple[str, ...]:
    """The fields a group or a community has."""
    return tuple(row["field"] for row in _rows() if row["level"] in ("both", _LEVELS[level]))


@cache
def summed() -> tuple[str, ...]:
    """Stated by groups; a community's is their sum."""
    return tuple(row["field"] for row in _rows() if row["level"] == "both")


@cache
def generated() -> tuple[str, ...]:
    """What nobody states of a community: it follows from its groups and from the register."""
    counted = (row["field"] for row in _rows() if row["level"] == "village" and row["aggregation"].startswith(("COUNT", "SUM")))
    return (*summed(), *counted)


def stated(level: str) -> tuple[str, ...]:
    """The fields people answer."""
    return tuple(name for name in of_level(level) if level == "group" or name not in generated())


def _rows() -> list[dict[str, str]]:
    return [row for row in codes.rows("village_fields") if row["field"] not in ELSEWHERE]


def _field(row: dict[str, str]) -> Field:
    return field_of({**row, "entity": "area_year", "codelist": "", "required": "N", "condition": "", "recollect": "annual"})
