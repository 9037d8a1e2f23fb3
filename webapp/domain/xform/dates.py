"""Functions of days and times."""

import math
import re
from datetime import UTC, datetime, timedelta

from webapp.domain.xform.context import Context
from webapp.domain.xform.grammar import Token, function
from webapp.domain.xform.values import DAY_S, NAN, ZONE, Moment, Value, moment, number, text

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
#: The phone's engine has no name for a Sunday.
_DAYS = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", ""]
_DATE = {
    "%Y": lambda when: f"{when.year:04d}", "%y": lambda when: f"{when.year:04d}"[2:], "%m": lambda when: f"{when.month:02d}",
    "%n": lambda when: str(when.month), "%b": lambda when: _MONTHS[when.month - 1], "%d": lambda when: f"{when.day:02d}",
    "%e": lambda when: str(when.day), "%a": lambda when: _DAYS[when.isoweekday()],
}  # fmt: skip
_TIME = {
    "%H": lambda when: f"{when.hour:02d}", "%h": lambda when: str(when.hour), "%M": lambda when: f"{when.minute:02d}",
    "%S": lambda when: f"{when.second:02d}", "%3": lambda when: f"{when.microsecond // 1000:03d}",
}  # fmt: skip
_UNPADDED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?$")


@function("today", 0, lazy=True, varies=True)
def today(c: Context) -> Moment:
    return Moment.of(c.run.at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0))


@function("now", 0, lazy=True, varies=True)
def now(c: Context) -> Moment:
    return Moment.of(c.run.at)


def _instant(value: Value) -> datetime | None:
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=value)
    return moment(text(value))


@function("date", 1)
@function("date-time", 1)
def date(value: Value) -> Value:
    if isinstance(value, float):
        return Moment.of(_instant(value))
    said = text(value)
    if isinstance(value, bool) or said == "":
        return ""
    match = _UNPADDED.match(said)
    return Moment.of(moment(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}{match[4] or ''}") if match else None)


@function("decimal-date-time", 1)
def decimal_date_time(value: Value) -> float:
    when = _instant(value)
    return NAN if when is None else float(Moment.of(when))


@function("decimal-time", 1)
def decimal_time(value: Value) -> float:
    when = moment(f"1970-01-01T{text(value)}")
    if when is None:
        return NAN
    local = when.astimezone(ZONE)
    return (local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6) / DAY_S


@function("format-date", 2)
def format_date(value: Value, pattern: Value) -> str:
    return _formatted(value, pattern, _DATE)


@function("format-date-time", 2)
def format_date_time(value: Value, pattern: Value) -> str:
    return _formatted(value, pattern, _DATE | _TIME)


def _formatted(value: Value, pattern: Value, signs: dict) -> str:
    when = moment(text(value))
    if when is None:
        return ""
    local = when.astimezone(ZONE)
    return re.sub(r"%[A-Za-z3]", lambda sign: signs[sign[0]](local) if sign[0] in signs else sign[0], text(pattern))


@function("number", 0, 1, lazy=True)
def as_number(c: Context, value: Token | None = None) -> float:
    """Of a date the day; as a text that day's whole number."""
    said: Value = [c.item] if value is None else value.call(c)
    found, when = number(said), None if isinstance(said, float | bool) else moment(text(said))
    if when is None:
        return found
    day = Moment(found)
    day.text = str(math.floor(found))
    return day
