"""The one clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def utc() -> datetime:
    """The time in UTC, to the second: as exact as the evidence keeps it."""
    return datetime.now(UTC).replace(microsecond=0)


class Deadline:
    """So many seconds for a whole exchange, however it is cut up. It does not follow changes of the clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, 0 when it has passed."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.left() <= 0

    @property
    def words(self) -> str:
        """``timed out after 5 s``."""
        return f"timed out after {self.seconds:g} s"
