"""What reputation services say. Five states, never folded: "could not ask" is not "clean"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from phishlab.records import Direction, Finding, Listing, ListingState, Lookup, Weight
from phishlab.wire.gate import WANTS_KEY

_Found: TypeAlias = Lookup[Listing]


def findings(listings: Sequence[_Found]) -> tuple[Finding, ...]:
    """One finding for each listing, and one sentence for each way in which the others say nothing."""
    found = [
        _listed(lookup, lookup.record)
        for lookup in listings
        if lookup.record and _state(lookup) is ListingState.LISTED
    ]
    for id_, belongs, caveat in _GATHERED:
        together = [lookup for lookup in listings if belongs(lookup)]
        if together:
            found.append(_together(id_, together, caveat))
    return tuple(found)


def _state(lookup: _Found) -> ListingState:
    """The service's state; without a record an error."""
    return lookup.record.state if lookup.record else ListingState.ERROR


def _mentions(lookup: _Found) -> bool:
    return bool(lookup.record and lookup.record.mentions) and _state(lookup) is not ListingState.LISTED


def _is_clear(lookup: _Found) -> bool:
    clear = {ListingState.NOT_LISTED, ListingState.UNKNOWN_TO_SERVICE}
    return _state(lookup) in clear and not _mentions(lookup)


def _wants_key(lookup: _Found) -> bool:
    return _state(lookup) is ListingState.NOT_ASKED and lookup.note.startswith(WANTS_KEY)


def _is_not_asked(lookup: _Found) -> bool:
    return _state(lookup) is ListingState.NOT_ASKED and not _wants_key(lookup)


_GATHERED: tuple[tuple[str, Callable[[_Found], bool], str], ...] = (
    ("reputation-mentioned", _mentions, "mentioned"),
    ("not-listed", _is_clear, "not-listed"),
    ("reputation-failed", lambda lookup: _state(lookup) is ListingState.ERROR, "not-asked"),
    ("reputation-no-key", _wants_key, "not-asked"),
    ("reputation-not-asked", _is_not_asked, "not-asked"),
)
"""What is said in one sentence for all: its id, which look-ups it is about, and its caveat."""


def _listed(lookup: _Found, listing: Listing) -> Finding:
    return Finding(
        id="listed",
        direction=Direction.FOR,
        weight=listing.weight,
        values=(
            ("service", listing.service),
            ("subject", listing.subject),
            ("category", listing.category or listing.detail or "—"),
        ),
        because=lookup.evidence,
        caveat="listed-google" if listing.attribution else "listed",
    )


def _together(finding: str, lookups: Sequence[_Found], caveat: str) -> Finding:
    services = dict.fromkeys(lookup.record.service if lookup.record else lookup.source for lookup in lookups)
    return Finding(
        id=finding,
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(("services", ", ".join(services)),),
        because=tuple(exchange for lookup in lookups for exchange in lookup.evidence),
        caveat=caveat,
    )
