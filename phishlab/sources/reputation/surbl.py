"""SURBL's combined list over DNS, of domains and addresses that stand in links (surbl.org/guidelines).

The last octet is a mask: ``127.0.0.80`` is MW and ABUSE. ``127.0.0.1`` says that the resolver is refused.
"""

from __future__ import annotations

from phishlab import indicators
from phishlab.records import Link, Listing, Lookup
from phishlab.sources import address as addresses
from phishlab.sources.reputation import blocklist
from phishlab.sources.reputation.blocklist import Blocklist
from phishlab.sources.reputation.spamhaus import reversed_label
from phishlab.sources.reputation.subject import Subject
from phishlab.wire import Wire

LINK = "https://surbl.org/surbl-analysis"
_BITS = {8: "PH (phishing)", 16: "MW (malware)", 64: "ABUSE (spam and abuse)", 128: "CR (cracked sites)"}
_UNUSED = {2, 4, 32}
"""Bits that once stood for lists that are no more; the list's own test point still has them."""


def _read(value: str) -> str | None:
    """The lists that ``127.0.0.80`` names; None where it is no such mask."""
    start, _, last = value.rpartition(".")
    if start != "127.0.0" or not last.isdecimal() or int(last) % 2 or not 0 < int(last) < 256:
        return None
    named = [word for bit, word in _BITS.items() if int(last) & bit]
    unknown = [f"list {bit}" for bit in sorted(_UNUSED) if int(last) & bit]
    return ", ".join(named or unknown)


MULTI = Blocklist(
    title="SURBL",
    zone="multi.surbl.org",
    canary="surbl-org-permanent-test-point.com",
    link=LINK,
    reads=_read,
    errors={"127.0.0.1": "the resolver is refused"},
)


def link(wire: Wire, found: Link) -> Lookup[Listing]:
    """Whether the link's registered domain, or its host where that is an address, is in the list now."""
    ip = indicators.address(found.host)
    if ip is None:
        name = (found.registrable or found.host).strip(".")
        about = Subject(service=MULTI.title, name=name, link=LINK)
        return blocklist.looked_up(wire, MULTI, name, name) if name else about.not_asked("it is empty")
    why_not = addresses.refusal(str(ip)) or ("the list has no IPv6" if ip.version == 6 else None)
    if why_not:
        return Subject(service=MULTI.title, name=str(ip), link=LINK).not_asked(why_not)
    return blocklist.looked_up(wire, MULTI, str(ip), reversed_label(str(ip)))
