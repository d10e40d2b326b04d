"""Two runs of one case held against each other: "alive on the 17th, gone on the 20th"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phishlab.records import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One question that was answered differently, or in one run only (the other is empty)."""

    question: str
    before: str
    after: str


def compare(exchanges: Iterable[Exchange], first: str, last: str) -> tuple[Difference, ...]:
    """The questions whose kept bytes or outcome differ between the runs, in the order they were asked."""
    told: dict[str, dict[str, Exchange]] = {}
    for exchange in exchanges:
        told.setdefault(exchange.question, {}).setdefault(exchange.run, exchange)
    return tuple(
        Difference(question=question, before=_line(by_run.get(first)), after=_line(by_run.get(last)))
        for question, by_run in told.items()
        if _content(by_run.get(first)) != _content(by_run.get(last))
    )


def _content(exchange: Exchange | None) -> tuple[str, str] | None:
    return None if exchange is None else (exchange.outcome, exchange.sha256)


def _line(exchange: Exchange | None) -> str:
    """``2024-01-17T01:00:00Z answered, 62 bytes, sha256 3f2a…``; empty where nothing was kept."""
    if exchange is None:
        return ""
    time = exchange.asked_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{time} {exchange.outcome}, {exchange.size} bytes, sha256 {exchange.sha256[:12]}…"
