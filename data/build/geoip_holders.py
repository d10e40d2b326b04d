"""Whose addresses share a point: the city ranges joined with who announces them.

Both sources are sorted and disjoint, so that one pass over each is enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mmdb import Range

TOP = 3
COLUMNS = (
    *(f"as{place}{part}" for place in range(1, TOP + 1) for part in ("", "_name", "_share")),
    "as_unknown_share",
    "as_database",
    "as_built",
)


class Announced:
    """Who announces a network: *ranges* (sorted, disjoint) of *systems*; networks are asked in order."""

    def __init__(self, ranges: Sequence[Range], systems: Sequence[Any]) -> None:
        self.ranges = ranges
        self.systems = [tuple(system.values()) for system in systems]
        self._at = 0

    def count(self, first: int, last: int, holders: Counter[int]) -> None:
        """Add to *holders* how many addresses from *first* to *last* each system announces."""
        while self._at < len(self.ranges) and self.ranges[self._at].last < first:
            self._at += 1
        at = self._at
        while at < len(self.ranges) and self.ranges[at].first <= last:
            found = self.ranges[at]
            holders[found.record] += min(found.last, last) - max(found.first, first) + 1
            at += 1

    def cells(self, holders: Counter[int], addresses: int) -> tuple[object, ...]:
        """The cells of COLUMNS but the last two: number, name and share of the TOP holders; the unknown share.

        One system under two names counts once, by the name that more addresses have.
        """
        numbers: Counter[int] = Counter()
        names: dict[int, str] = {}
        for record, count in sorted(holders.items(), key=lambda item: (-item[1], item[0])):
            number, name = self.systems[record]
            numbers[number] += count
            names.setdefault(number, name)
        largest = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:TOP]
        cells = [
            cell for number, count in largest for cell in (number, names[number], round(count / addresses, 5))
        ]
        unknown = round(1 - sum(numbers.values()) / addresses, 5) + 0.0 if addresses else ""
        return *cells, *[""] * (3 * (TOP - len(largest))), unknown
