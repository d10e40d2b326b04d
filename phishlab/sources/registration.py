"""Who registered a domain, from whichever registry answers for it."""

from __future__ import annotations

from dataclasses import replace

import dns.exception

from phishlab.indicators import suffixes
from phishlab.records import DomainRegistration, Lookup, Outcome
from phishlab.sources import dns as names
from phishlab.sources import rdap, rdap_servers, whois
from phishlab.sources.whois import registries
from phishlab.wire import Wire
from phishlab.wire.brought import BroughtWire


def domain(wire: Wire, name: str) -> Lookup[DomainRegistration]:
    """The registration that *name* rests on: by RDAP where its registry has it, else by WHOIS.

    Asked for is the name that the registry has on its books: ``example.co.jp`` for ``mail.example.co.jp``,
    ``github.io`` for ``a.github.io``, whose age and holder say nothing of the one who was handed it. .jp is
    asked of JPRS by WHOIS. Where neither is known here, IANA is asked who answers.
    """
    asked = on_the_books(name)
    suffix = rdap_servers.suffix_of(asked)
    known = registries.of(asked)
    if asked.endswith(".jp") or (known and len(known.suffix) > len(suffix or "")):
        return _noted(whois.domain(wire, asked), name)
    found = _or_brought(wire, rdap.domain(wire, asked))
    if suffix or found.outcome is not Outcome.NOT_ASKED or not found.evidence:
        return _noted(found, name)
    told = whois.domain(wire, asked)
    return _noted(replace(told, evidence=(*found.evidence, *told.evidence)), name)


def _or_brought(wire: Wire, found: Lookup[DomainRegistration]) -> Lookup[DomainRegistration]:
    """A WHOIS answer that the analyst brought in, where RDAP told nothing; nobody is asked for it."""
    if found.record is not None or found.outcome is Outcome.NO_SUCH_NAME:
        return found
    told = whois.domain(BroughtWire(wire), found.subject)
    return told if told.evidence else found


def on_the_books(name: str) -> str:
    """The registered name above *name*, or *name* itself where it cannot stand in the DNS."""
    try:
        asked = names.name(name).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError):
        return name
    known = registries.of(asked)
    if known and "." in known.suffix:
        return ".".join(asked.split(".")[-known.suffix.count(".") - 2 :])
    return suffixes.registered(asked)


def _noted(found: Lookup[DomainRegistration], name: str) -> Lookup[DomainRegistration]:
    """With a word on it where another name is registered than was asked for: one that its holder hands out."""
    try:
        asked = names.name(name).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError):
        return found
    if suffixes.private(asked, unknown=True) in {found.subject, None}:
        return found
    note = f"{found.subject} is registered: names below it are handed out by its holder"
    return replace(found, note="; ".join(filter(None, (found.note, note))))
