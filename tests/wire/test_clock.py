"""The clock is in UTC, and a deadline passes once."""

from __future__ import annotations

import time
from datetime import UTC, timedelta

from phishlab.wire import clock


def test_the_time_is_utc_to_the_second() -> None:
    now = clock.utc()
    assert now.tzinfo is UTC
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond == 0


def test_a_deadline_counts_down_and_stays_passed() -> None:
    deadline = clock.Deadline(0.05)
    assert 0 < deadline.left() <= 0.05
    assert not deadline.passed
    time.sleep(0.06)
    assert (deadline.left(), deadline.passed, deadline.words) == (0.0, True, "timed out after 0.05 s")
