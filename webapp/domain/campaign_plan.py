"""What a year's plan has to keep: dates in order, limits that make sense together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

#: Of each pair the first must not be above the second.
RISING = (
    ("accuracy_good_m", "accuracy_fair_m"),
    ("accuracy_fair_m", "accuracy_poor_m"),
    ("spread_good_m", "spread_fair_m"),
    ("min_fixes", "good_fixes"),
    ("last_capture_near_m", "last_capture_far_m"),
    ("group_centre_near_m", "group_centre_far_m"),
    ("altitude_min_m", "altitude_max_m"),
)
LARGEST = 100_000
COUNTS = ("min_fixes", "good_fixes")


def date_faults(phases: Sequence[tuple[date, date]]) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) for phases in their order: none ends before it starts, none starts before the last one ended."""
    for no, (start, end) in enumerate(phases, 1):
        if end < start:
            yield f"end_{no}", "end_before_start"
        if no > 1 and start <= phases[no - 2][1]:
            yield f"start_{no}", "starts_too_early"


def limit_faults(limits: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    for name, value in limits.items():
        if not 0 < value <= LARGEST:
            yield name, "out_of_range"
        elif name in COUNTS and value != int(value):
            yield name, "not_whole"
    for smaller, larger in RISING:
        if limits[smaller] > limits[larger]:
            yield larger, "below_the_limit_before"
