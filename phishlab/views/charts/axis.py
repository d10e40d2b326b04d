"""Round times for an axis: seconds to days for a sitting or a route, years for the life of a domain."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds between two ticks; whole days beyond."""
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def ticks(start: datetime, span: float, most: int = 5) -> list[tuple[float, str]]:
    """Seconds since *start* and the time in UTC, about *most* of them in *span* seconds; the first with its date."""
    days = max(math.ceil(span / most / 86400), 1)
    step = next((step for step in _STEPS if span / step <= most), days * 86400)
    midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = math.ceil((start - midnight).total_seconds() / step)
    offsets = (
        (number, (midnight - start).total_seconds() + number * step)
        for number in range(first, first + most + 2)
    )
    return [
        (offset, _time(midnight, number * step, step, first=number == first))
        for number, offset in offsets
        if offset <= span * 1.02
    ]


def years(start: datetime, end: datetime, most: int = 6) -> list[tuple[datetime, str]]:
    """The first days of round years between two times, at most *most* of them."""
    first, last = start.year + 1, end.year
    step = next(step for step in _YEARS if (last - first) / step < most)
    rounded = range(-(-first // step) * step, last + 1, step)
    return [(datetime(year, 1, 1, tzinfo=UTC), str(year)) for year in rounded if 1 <= year <= 9999]


def _time(midnight: datetime, seconds: float, step: float, *, first: bool) -> str:
    """``13:05:10``, ``13:05`` or a date; the first has its date below. Empty beyond the calendar."""
    try:
        time = midnight + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    date = f"{time.year:04}-{time.month:02}-{time.day:02}"
    if step >= 86400:
        return date
    return time.strftime("%H:%M" if step >= 60 else "%H:%M:%S") + (f"\n{date}" if first else "")
