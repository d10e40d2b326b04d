"""What reputation services say. Five states, never folded: "could not ask" is not "clean"."""

from __future__ import annotations

from collections.abc import Sequence

from phishlab.records import Direction, Finding, Listing, ListingState, Lookup, Weight


def findings(listings: Sequence[Lookup[Listing]]) -> tuple[Finding, ...]:
    """One finding for each listing, and one sentence over all that did not answer."""
    found = [
        _listed(lookup, lookup.record)
        for lookup in listings
        if lookup.record and _is(lookup, ListingState.LISTED)
    ]
    clear = [
        lookup for lookup in listings if _is(lookup, ListingState.NOT_LISTED, ListingState.UNKNOWN_TO_SERVICE)
    ]
    silent = [lookup for lookup in listings if not _is(lookup, *_SPOKEN)]
    if clear:
        found.append(_together("not-listed", clear, caveat="not-listed"))
    if silent:
        found.append(_together("reputation-silent", silent, caveat="not-asked"))
    return tuple(found)


_SPOKEN = (ListingState.LISTED, ListingState.NOT_LISTED, ListingState.UNKNOWN_TO_SERVICE)


def _is(lookup: Lookup[Listing], *states: ListingState) -> bool:
    return lookup.record is not None and lookup.record.state in states


def _listed(lookup: Lookup[Listing], listing: Listing) -> Finding:
    return Finding(
        id="listed",
        direction=Direction.FOR,
        weight=Weight.STRONG,
        values=(
            ("service", listing.service),
            ("subject", listing.subject),
            ("category", listing.category or "—"),
        ),
        because=lookup.evidence,
        caveat="listed",
    )


def _together(finding: str, lookups: Sequence[Lookup[Listing]], caveat: str) -> Finding:
    services = dict.fromkeys(lookup.record.service if lookup.record else lookup.source for lookup in lookups)
    return Finding(
        id=finding,
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(("services", ", ".join(services)),),
        because=tuple(exchange for lookup in lookups for exchange in lookup.evidence),
        caveat=caveat,
    )
