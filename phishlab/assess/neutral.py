"""A finding that speaks for neither side: it is said because a reader would ask."""

from __future__ import annotations

from phishlab.records import Direction, Finding, Ground, Weight


def finding(
    name: str, values: tuple[tuple[str, str], ...], because: tuple[Ground, ...], caveat: str
) -> Finding:
    """The sentence ``finding.<name>`` with its *values*, what it rests on, and what it does not prove."""
    return Finding(
        id=name,
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=values,
        because=because,
        caveat=caveat,
    )
