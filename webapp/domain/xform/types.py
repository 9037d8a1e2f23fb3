"""Is a text what the form's type says? As strict as the phone's engine, which reads anything else as blank."""

import math
import re
from collections.abc import Callable
from datetime import date, time

from webapp.domain.xform.values import moment

MOST_INT = 2**31 - 1
_INT, _DECIMAL = re.compile(r"-?\d{1,10}$", re.ASCII), re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[-+]\d{2}:\d{2})?$", re.ASCII)


def _is_int(said: str) -> bool:
    return bool(_INT.match(said)) and abs(int(said)) <= MOST_INT


def _is_decimal(said: str) -> bool:
    return bool(_DECIMAL.match(said)) and math.isfinite(float(said))


def _is_date(said: str) -> bool:
    try:
        return bool(_DATE.match(said)) and (date.fromisoformat(said[:10]) is not None) and (len(said) == 10 or said[10] == "T")
    except ValueError:
        return False


def _is_time(said: str) -> bool:
    match = _TIME.match(said)
    try:
        return match is not None and time.fromisoformat(match[1]) is not None
    except ValueError:
        return False


def _is_date_time(said: str) -> bool:
    return "T" in said and moment(said) is not None


def is_place(said: str) -> bool:
    """lat lon altitude accuracy; the last two may be missing."""
    parts = said.split()
    if not 2 <= len(parts) <= 4 or not all(map(_is_decimal, parts)):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


def _is_line(said: str) -> bool:
    return all(is_place(part) for part in said.strip().rstrip(";").split(";"))


def _is_file(said: str) -> bool:
    return len(said) <= 120 and "/" not in said and "\\" not in said and said not in (".", "..")


CHECKS: dict[str, Callable[[str], bool]] = {
    "int": _is_int, "integer": _is_int, "long": _is_int, "decimal": _is_decimal, "double": _is_decimal, "date": _is_date,
    "time": _is_time, "dateTime": _is_date_time, "geopoint": is_place, "geotrace": _is_line, "geoshape": _is_line,
    "binary": _is_file, "boolean": lambda said: said in ("true", "false", "0", "1"),
}  # fmt: skip


def fits(kind: str, said: str) -> bool:
    check = CHECKS.get(kind)
    return check is None or check(said)
