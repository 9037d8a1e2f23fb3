"""Will collection be finished in time? Mondays to Fridays, October 2018; the phase runs from Monday 8 to Monday 15."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.forecast import forecast

START, DEADLINE = date(2018, 10, 8), date(2018, 10, 15)
MON, TUE, WED, THU, FRI, SAT = (START + timedelta(days=n) for n in range(6))


def handled(*per_day: int) -> dict[date, int]:
    return {START + timedelta(days=n): count for n, count in enumerate(per_day) if count}


@pytest.mark.parametrize(
    ("name", "remaining", "by_day", "today", "expected"),
    [
        ("everybody is done", 0, handled(10), THU, ("done", None, 0, None, 0)),
        ("done after the deadline is done too", 0, {}, date(2018, 11, 1), ("done", None, 0, None, 0)),
        ("before the phase begins", 60, {}, date(2018, 10, 3), ("not_begun", 10, 0, None, 0)),
        ("nothing came in", 60, {}, WED, ("no_pace", 15, 0, None, 0)),
        ("nothing came in for three days", 60, {date(2018, 9, 28): 9}, FRI, ("no_pace", 30, 0, None, 0)),
        ("first day: its own morning is the pace", 30, handled(10), MON, ("on_time", 7, 10, THU, 0)),
        ("in time", 20, handled(10, 10, 10), THU, ("on_time", 7, 10, FRI, 0)),
        ("in time on the last day", 30, handled(10, 10, 10), THU, ("on_time", 10, 10, DEADLINE, 0)),
        ("two days late", 50, handled(10, 10, 10), THU, ("late", 17, 10, date(2018, 10, 17), 2)),
        ("a weekend off is no pace", 10, handled(10, 10, 10, 10, 10), DEADLINE, ("on_time", 10, 10, DEADLINE, 0)),
        ("once worked, weekends count", 20, handled(0, 10, 10, 10, 10, 10), date(2018, 10, 14), ("on_time", 10, 10, DEADLINE, 0)),
        ("only the last three days make the pace", 12, handled(90, 4, 4, 4), FRI, ("late", 6, 4, date(2018, 10, 16), 1)),
        ("today's work does not raise today's share", 10, handled(10, 10, 10, 10), THU, ("on_time", 7, 10, FRI, 0)),
        (
            "the deadline is over", 20, {date(2018, 10, 16): 10, date(2018, 10, 17): 8}, date(2018, 10, 18),
            ("past", None, 6, date(2018, 10, 23), 8),
        ),
        ("over, and nobody works", 20, handled(10), date(2018, 11, 1), ("past_no_pace", None, 0, None, 0)),
    ],
)  # fmt: skip
def test_the_forecast_says(name, remaining, by_day, today, expected):
    seen = forecast(remaining, by_day, today, START, DEADLINE)
    assert (seen.verdict, seen.needed_per_day, seen.pace_per_day, seen.finish, seen.days_late) == expected


def test_a_weekend_is_needed_when_nothing_else_is_left():
    seen = forecast(20, handled(0, 0, 0, 0, 10), SAT, START, deadline=date(2018, 10, 14))
    assert (seen.verdict, seen.needed_per_day) == ("late", 10)


DAYS = st.dictionaries(st.integers(-10, 30).map(lambda n: START + timedelta(days=n)), st.integers(1, 200), max_size=20)


@given(st.integers(0, 20_000), DAYS, st.integers(-10, 60).map(lambda n: START + timedelta(days=n)))
def test_a_forecast_never_lies_about_the_deadline(remaining, by_day, today):
    past = {day: n for day, n in by_day.items() if day <= today}
    seen = forecast(remaining, past, today, START, DEADLINE)
    assert seen.remaining == remaining
    assert (seen.verdict == "done") == (remaining == 0)
    assert (seen.finish is None) == (seen.pace_per_day == 0)
    if seen.finish:
        assert seen.finish >= today
        assert seen.days_late == max(0, (seen.finish - DEADLINE).days)
        assert (seen.verdict == "on_time") == (seen.finish <= DEADLINE)
    if seen.needed_per_day:
        assert today <= DEADLINE


@given(st.integers(1, 2000), DAYS)
def test_more_left_to_do_never_ends_sooner(remaining, by_day):
    today = START + timedelta(days=4)
    past = {day: n for day, n in by_day.items() if day <= today}
    less, more = (forecast(n, past, today, START, DEADLINE) for n in (remaining, remaining + 50))
    assert less.finish is None or less.finish <= more.finish
