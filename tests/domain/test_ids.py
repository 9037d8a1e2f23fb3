from datetime import UTC, datetime, timedelta
from itertools import pairwise

from webapp.domain import ids
from webapp.domain.ids import uuid7


def test_ids_made_in_one_millisecond_keep_their_order():
    made = [uuid7() for _ in range(5000)]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_a_clock_that_is_put_back_does_not_put_ids_back(monkeypatch):
    before = uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    assert uuid7() > before


def test_an_id_tells_its_time_and_version():
    made = uuid7()
    at = datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
    assert made.version == 7
    assert abs(datetime.now(UTC) - at) < timedelta(seconds=5)


def test_moments_a_microsecond_apart_keep_their_order():
    at = datetime(2018, 10, 9, 2, 11, 5, 120_000, UTC)
    assert uuid7(at) < uuid7(at + timedelta(microseconds=1)) < uuid7(at + timedelta(days=1))
