"""Whose addresses share a point, as the values of a sentence."""

from __future__ import annotations

from phishlab.records import Holders

LONGEST = 60
"""Characters of one holder's name; beyond that it is cut."""


def values(holders: Holders) -> tuple[tuple[str, str], ...]:
    """``systems``, ``others`` and ``unknown`` (per cent), ``database`` and ``built``, for a sentence.

    ``systems`` is ``AS8075 Microsoft Corporation (41.2 %), AS2516 KDDI CORPORATION (12.0 %)``; *others* are those
    that the database knows and that are not among them.
    """
    others = max(0.0, 1 - holders.unknown - sum(one.share for one in holders.largest))
    return (
        ("systems", ", ".join(_named(one.asn, one.name, one.share) for one in holders.largest) or "—"),
        ("others", percent(others)),
        ("unknown", percent(holders.unknown)),
        ("database", holders.database),
        ("built", holders.built.date().isoformat()),
    )


def sentence(holders: Holders) -> str:
    """Which of two sentences tells of *holders*: ``announced``, or ``announced-unknown`` where there are none."""
    return "announced" if holders.largest else "announced-unknown"


def percent(share: float) -> str:
    """A share of 0 to 1 in per cent, with one decimal; what is too little for it is no zero: ``<0.1``."""
    return "<0.1" if 0.00002 <= share < 0.0005 else f"{share * 100:.1f}"


def _named(asn: int, name: str, share: float) -> str:
    cut = name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
    return f"AS{asn} {cut}".rstrip() + f" ({percent(share)} %)"
