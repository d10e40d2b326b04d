"""Two runs of one case held against each other: "alive on the 17th, gone on the 20th"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import dns.exception
import dns.message

from phishlab.evidence.archive import Archive
from phishlab.records import Exchange, Outcome, Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One question that was answered differently, or in one run only (the other is empty)."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run: its number, when its first and last answers came (UTC), and how many there are."""

    run: str
    first: datetime
    last: datetime
    answers: int


def spans(exchanges: Iterable[Exchange]) -> tuple[Span, ...]:
    """The runs that kept answers, in the order in which they began. What was brought in is of no run."""
    of: dict[str, list[datetime]] = {}
    for exchange in exchanges:
        if exchange.origin is not Provenance.IMPORTED:
            of.setdefault(exchange.run, []).append(exchange.asked_at)
    return tuple(
        Span(run=run, first=min(times), last=max(times), answers=len(times)) for run, times in of.items()
    )


def compare(archive: Archive, first: str, last: str) -> tuple[Difference, ...]:
    """The questions whose answer or outcome differs between the runs, in the order they were asked.

    Answers are held against each other without what differs each time and says nothing: the id and times to live
    of a DNS message, the headers of an HTTP response.
    """
    told: dict[str, dict[str, Exchange]] = {}
    for exchange in archive.exchanges():
        if exchange.origin is not Provenance.IMPORTED:
            told.setdefault(exchange.question, {}).setdefault(exchange.run, exchange)
    pairs = [(question, by_run.get(first), by_run.get(last)) for question, by_run in told.items()]
    return tuple(
        Difference(question=question, before=_line(before), after=_line(after))
        for question, before, after in pairs
        if _content(archive, before) != _content(archive, after)
    )


def _content(archive: Archive, exchange: Exchange | None) -> Sequence[object]:
    if exchange is None:
        return ()
    if exchange.outcome is not Outcome.ANSWERED and exchange.outcome is not Outcome.NO_SUCH_NAME:
        return (exchange.outcome,)
    answer = archive.answer(exchange)
    if exchange.question.startswith("dns:"):
        return (exchange.outcome, *_records(answer.data))
    return (exchange.outcome, answer.status, answer.data)


def _records(message: bytes) -> Sequence[object]:
    """What a DNS message says: its code and its records, in no order; the bytes where it is no message."""
    try:
        read = dns.message.from_wire(message)
    except (dns.exception.DNSException, ValueError):
        return (message,)
    found = {(str(rrset.name), rrset.rdtype, record.to_text()) for rrset in read.answer for record in rrset}
    return (read.rcode(), *sorted(found))


def _line(exchange: Exchange | None) -> str:
    """``2024-01-17T01:00:00Z answered, 62 bytes, sha256 3f2a…``; empty where nothing was kept."""
    if exchange is None:
        return ""
    time = exchange.asked_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{time} {exchange.outcome}, {exchange.size} bytes, sha256 {exchange.sha256[:12]}…"
