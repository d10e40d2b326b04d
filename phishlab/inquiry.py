"""What is asked for a case, and of whom: each function takes a case and hands back look-ups, in a fixed order.

No judgement here: a step of the walkthrough says what the answers mean. A new source is one line in the
function of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable

from phishlab.case import Case
from phishlab.records import (
    Addresses,
    Authentication,
    AutonomousSystem,
    Cloud,
    DomainRegistration,
    Listing,
    Lookup,
    NetworkRegistration,
    Outcome,
    PageVisit,
    Place,
    Waypoint,
)
from phishlab.sources import cloud as clouds
from phishlab.sources import dns, geoip, mailauth, network, page
from phishlab.sources import registration as domains
from phishlab.sources import reputation as services

_SENDERS = 4
"""Addresses of the From domain that are looked up in the database of networks."""


def waypoints(case: Case) -> tuple[Waypoint, ...]:
    """Where a database puts the hops, those included that the sender could have written."""
    return geoip.waypoints(case.wire, case.route.hops, claimed=True)


def from_addresses(case: Case) -> list[Lookup[Addresses]]:
    """What the From domain resolves to (A, the first) and who takes its mail (MX); nothing without a domain."""
    domain = case.message.from_.domain
    return [dns.addresses(case.wire, domain, rdtype) for rdtype in ("A", "MX")] if domain else []


def from_registration(case: Case) -> list[Lookup[DomainRegistration]]:
    """Who registered the From domain."""
    domain = case.message.from_.domain
    return [domains.domain(case.wire, domain)] if domain else []


def authentication(case: Case) -> tuple[Lookup[Authentication], ...]:
    """SPF, DKIM and DMARC worked out by today's DNS."""
    mail, origin = case.message, case.route.origin
    sender = mail.return_path or _envelope_from(case) or mail.from_.address
    spf = mailauth.spf(case.wire, origin.ip, sender, origin.helo) if origin.ip and sender else None
    signed = mailauth.dkim(case.wire, case.original, mail.date_utc)
    computed = [*([spf] if spf else []), *signed]
    if mail.from_.domain:
        computed.append(mailauth.dmarc(case.wire, mail.from_.domain, computed, mail.date_utc))
    return tuple(computed)


def _envelope_from(case: Case) -> str | None:
    hop = case.route.origin.hop
    return case.route.hops[hop].envelope_from if hop is not None else None


def pointer(case: Case, ip: str) -> Lookup[Addresses]:
    """The reverse names of *ip*."""
    return dns.pointer(case.wire, ip)


def confirmed(case: Case, ip: str) -> Lookup[Addresses]:
    """Those of them that lead back to it."""
    return dns.confirmed(case.wire, ip, pointer(case, ip))


def cloud(case: Case, ip: str, recorded: str | None = None) -> list[Lookup[Cloud]]:
    """The cloud that a reverse name reads as: the name that the receiver *recorded*, else today's."""
    looked_up = pointer(case, ip)
    names = [*([recorded] if recorded else []), *(looked_up.record.values if looked_up.record else ())]
    for name in names:
        read = clouds.from_reverse_name(name)
        if read is not None:
            return [
                Lookup(
                    source="reverse-name",
                    subject=ip,
                    outcome=Outcome.ANSWERED,
                    record=read,
                    evidence=looked_up.evidence,
                )
            ]
    return []


def networks(case: Case, ips: Iterable[str]) -> list[Lookup[NetworkRegistration]]:
    """Who holds the network of each address, by its registry."""
    return [network.registration(case.wire, ip) for ip in ips]


def announced(case: Case, ips: Iterable[str]) -> list[Lookup[AutonomousSystem]]:
    """Who announces each address, by the database on this machine."""
    return [geoip.autonomous_system(case.wire, ip) for ip in ips]


def places(case: Case, ips: Iterable[str]) -> list[Lookup[Place]]:
    """Where the databases on this machine put each address."""
    return [lookup for ip in ips for lookup in geoip.places(case.wire, ip)]


def address_listings(case: Case, ips: Iterable[str]) -> list[Lookup[Listing]]:
    """What reputation services say of each address."""
    return [services.spamhaus.address(case.wire, ip) for ip in ips]


def link_listings(case: Case) -> list[Lookup[Listing]]:
    """What reputation services say of each link."""
    return [
        listing
        for link in case.asked_links
        for listing in services.of_link(case.wire, link, case.message.recipients, case.lists)
    ]


def link_registrations(case: Case) -> list[Lookup[DomainRegistration]]:
    """Who registered the links' domains, each once."""
    names = dict.fromkeys(link.registrable for link in case.asked_links if link.registrable)
    return [domains.domain(case.wire, name) for name in names]


def hosting(case: Case) -> list[Lookup[Addresses]]:
    """Where the links' hosts answer."""
    return [dns.addresses(case.wire, link.host) for link in case.asked_links]


def hosting_ips(case: Case) -> list[str]:
    """The addresses of the links' hosts, each once."""
    found = [value for lookup in hosting(case) if lookup.record for value in lookup.record.values]
    return list(dict.fromkeys(found))


def sender_ips(case: Case) -> list[str]:
    """Addresses of the From domain, a few."""
    found = from_addresses(case)[:1]
    return [value for lookup in found if lookup.record for value in lookup.record.values][:_SENDERS]


def visits(case: Case) -> list[Lookup[PageVisit]]:
    """What the sealed browser saw behind the first link."""
    return [page.visit(case.wire, link.url, case.message.recipients) for link in case.asked_links[:1]]
