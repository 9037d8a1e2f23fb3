"""XPath's four kinds of value (text, number, truth, nodes) and how they turn into each other and compare, as the phone's form
engine does it; where that differs from XPath 1.0, the engine is followed (ADR 0015)."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from webapp.domain.xform.nodes import Node

Value = str | float | bool | list[Node]
NAN = math.nan
#: Clocks of phones and of the server's forms: China has one zone.
ZONE = timezone(timedelta(hours=8))
DAY_S = 86_400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[-+]\d{2}:\d{2})?)?$")


class Moment(float):
    """Days since 1970, which as a text is a date or a time of a day."""

    text: str

    @classmethod
    def of(cls, when: datetime | None) -> "Moment":
        made = cls(NAN if when is None else (when - _EPOCH).total_seconds() / DAY_S)
        made.text = "Invalid Date" if when is None else _moment_text(when.astimezone(ZONE))
        return made


def _moment_text(when: datetime) -> str:
    text = when.isoformat(timespec="milliseconds")
    return text[:10] if text[11:23] == "00:00:00.000" else text


def moment(text: str) -> datetime | None:
    """A date or time of a day as ISO 8601 writes it; without a zone it is ours."""
    if len(text) < 10 or text[4] != "-" or not _MOMENT.match(text):
        return None
    try:
        when = datetime.fromisoformat(f"{text}:00" if re.search(r"T\d{2}$", text) else text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=ZONE)


def number(value: Value) -> float:
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, list):
        return _number_of_text(value[0].string_value) if value else NAN
    return float(value)


def _number_of_text(text: str) -> float:
    stripped = text.strip()
    if _NUMBER.match(stripped):
        return float(stripped)
    when = moment(stripped)
    return (when - _EPOCH).total_seconds() / DAY_S if when else NAN


def text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].string_value if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, Moment) else number_text(value)


def number_text(value: float) -> str:
    """As JavaScript writes it; not a number is nothing."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f")
    return re.sub(r"e([+-])0", r"e\1", repr(value))


def truth(value: Value) -> bool:
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def equal(a: Value, b: Value) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) is truth(b)
    if isinstance(a, list):
        return any(equal(node.string_value, b) for node in a)
    if isinstance(b, list):
        return any(equal(a, node.string_value) for node in b)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return number(a) == number(b)


def unequal(a: Value, b: Value) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) is not truth(b)
    if isinstance(a, list):
        return any(unequal(node.string_value, b) for node in a)
    if isinstance(b, list):
        return any(unequal(a, node.string_value) for node in b)
    return not equal(a, b)


def ordered(compare: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    """<, <=, > or >=: by number, for nodes whether it holds of any."""

    def holds(a: Value, b: Value) -> bool:
        left = [_number_of_text(node.string_value) for node in a] if isinstance(a, list) else [number(a)]
        right = [_number_of_text(node.string_value) for node in b] if isinstance(b, list) else [number(b)]
        return any(compare(x, y) for x in left for y in right)

    return holds
