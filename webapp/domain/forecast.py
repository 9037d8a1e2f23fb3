"""Will the phase be finished in time, at the pace of the last days?

A working day is Monday to Friday; once a team has worked on a weekend, its weekends count as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import count, islice
from math import ceil

PACE_DAYS = 3


@dataclass(frozen=True)
class Forecast:
    verdict: str  # done, not_begun, no_pace, on_time, late, past, past_no_pace
    remaining: int
    needed_per_day: int | None = None  # households a working day, today included; none once the deadline is over
    pace_per_day: float = 0
    finish: date | None = None
    days_late: int = 0  # calendar days after the deadline


@dataclass(frozen=True)
class _Calendar:
    handled_by_day: Mapping[date, int]

    def works(self, day: date) -> bool:
        return day.weekday() < 5 or any(n and worked.weekday() >= 5 for worked, n in self.handled_by_day.items())

    def working(self, first: date, step: int) -> Iterator[date]:
        """Working days from `first` on, forwards (1) or backwards (-1)."""
        return (day for n in count() if self.works(day := first + timedelta(days=n * step)))

    def left(self, first: date, last: date) -> int:
        """Working days of a span; a span of days off alone still has to do, so then each of them counts."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return sum(self.works(day) for day in days) or len(days)


def forecast(remaining: int, handled_by_day: Mapping[date, int], today: date, start: date, deadline: date) -> Forecast:
    """`remaining` households still to be handled, and how many were handled on which day (today's included)."""
    if not remaining:
        return Forecast("done", 0)
    calendar = _Calendar(handled_by_day)
    needed = _needed(calendar, remaining, max(today, start), deadline)
    pace = _pace(calendar, today, start)
    if not pace:
        return Forecast(_without_pace(today, start, deadline), remaining, needed)
    finish = _finish(calendar, remaining, pace, today)
    late = max(0, (finish - deadline).days)
    verdict = "past" if today > deadline else "late" if late else "on_time"
    return Forecast(verdict, remaining, needed, round(float(pace), 1), finish, late)


def _without_pace(today: date, start: date, deadline: date) -> str:
    if today > deadline:
        return "past_no_pace"
    return "not_begun" if today < start else "no_pace"


def _needed(calendar: _Calendar, remaining: int, first: date, deadline: date) -> int | None:
    if first > deadline:
        return None
    # what was done today belongs to today's share: the figure stays still while the day's work comes in
    return ceil((remaining + calendar.handled_by_day.get(first, 0)) / calendar.left(first, deadline))


def _pace(calendar: _Calendar, today: date, start: date) -> Fraction:
    """Households a working day over the last three that are over; on the first day, what today has brought so far."""
    first = min([start, *calendar.handled_by_day])
    days = [day for day in islice(calendar.working(today - timedelta(days=1), -1), PACE_DAYS) if day >= first]
    handled = sum(calendar.handled_by_day.get(day, 0) for day in days)
    return Fraction(handled, len(days)) if handled else Fraction(calendar.handled_by_day.get(today, 0))


def _finish(calendar: _Calendar, remaining: int, pace: Fraction, today: date) -> date:
    still_today = max(Fraction(0), pace - calendar.handled_by_day.get(today, 0)) if calendar.works(today) else Fraction(0)
    if remaining <= still_today:
        return today
    days = ceil((remaining - still_today) / pace)
    return next(islice(calendar.working(today + timedelta(days=1), 1), days - 1, None))
