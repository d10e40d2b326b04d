"""Reputation services, one function each. Their five states never fold: "could not ask" is not "clean"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from phishlab import indicators
from phishlab.records import Link, Listing, Lookup
from phishlab.sources.reputation import jpcert, observed, spamhaus
from phishlab.wire import Wire

Service: TypeAlias = Callable[[Wire, Link, Path | None], Lookup[Listing]]
"""Takes a link whose URL no longer names the recipient, and the user's folder of lists."""


def _spamhaus(wire: Wire, link: Link, _lists: Path | None) -> Lookup[Listing]:
    if indicators.address(link.host):
        return spamhaus.address(wire, link.host)
    return spamhaus.domain(wire, link.registrable or link.host)


def _jpcert(wire: Wire, link: Link, lists: Path | None) -> Lookup[Listing]:
    return jpcert.url(wire, link.url, lists)


def _google(wire: Wire, link: Link, _lists: Path | None) -> Lookup[Listing]:
    return observed.listing(wire, "google-transparency-report", link.url)


def _norton(wire: Wire, link: Link, _lists: Path | None) -> Lookup[Listing]:
    return observed.listing(wire, "norton-safe-web", link.url)


def _talos(wire: Wire, link: Link, _lists: Path | None) -> Lookup[Listing]:
    return observed.listing(wire, "cisco-talos", link.url)


REPUTATION: tuple[tuple[str, Service], ...] = (
    ("google-transparency-report", _google),
    ("norton-safe-web", _norton),
    ("cisco-talos", _talos),
    ("spamhaus", _spamhaus),
    ("jpcert", _jpcert),
)
"""In the order in which they are shown. A new service is a function and a line here."""


def of_link(
    wire: Wire, link: Link, recipients: tuple[str, ...] = (), lists: Path | None = None
) -> Iterator[Lookup[Listing]]:
    """What each service says of *link*, the recipient's address taken out of it before anything is asked."""
    shown = replace(link, url=indicators.token_free(link.url, recipients))
    return (service(wire, shown, lists) for _, service in REPUTATION)
