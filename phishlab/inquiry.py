"""What is asked for a case, and of whom: each function takes a case and hands back look-ups, in a fixed order.

No judgement here: a step of the walkthrough says what the answers mean. A new source is one line in the
function of its kind: that line yields a question that is still to be asked, so that those that do not wait for
one another are asked side by side (``gather``), or are shown before anything is asked (``plan``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from phishlab import indicators
from phishlab.branches import Asked, asks
from phishlab.case import Case
from phishlab.records import (
    Addresses,
    Authentication,
    AutonomousSystem,
    Cloud,
    CloudRange,
    DomainRegistration,
    Listing,
    Lookup,
    NetworkRegistration,
    Outcome,
    PageVisit,
    PassiveDns,
    Place,
    Waypoint,
)
from phishlab.sources import cloud as clouds
from phishlab.sources import cloud_ranges, dns, geoip, mailauth, network, page, passive_dns
from phishlab.sources import registration as domains
from phishlab.sources import reputation as services

_ADDRESSES = 8
"""Addresses of a looked-up name that are looked up in their turn."""
_SENDERS = 4
"""Addresses of the From domain that are looked up in the database of networks."""


def waypoints(case: Case) -> tuple[Waypoint, ...]:
    """Where a database puts the hops, those included that the sender could have written."""
    return geoip.waypoints(case.wire, case.route.hops, claimed=True)


@asks
def from_addresses(case: Case) -> Iterator[Asked[Addresses]]:
    """What the From domain resolves to (A, the first) and who takes its mail (MX); nothing without a domain."""
    domain = case.message.from_.domain
    if domain:
        for rdtype in ("A", "MX"):
            yield partial(dns.addresses, case.wire, domain, rdtype)


@asks
def from_registration(case: Case) -> Iterator[Asked[DomainRegistration]]:
    """Who registered the From domain."""
    domain = case.message.from_.domain
    if domain:
        yield partial(domains.domain, case.wire, domain)


def authentication(case: Case) -> tuple[Lookup[Authentication], ...]:
    """SPF, DKIM, DMARC and a chain of ARC sets worked out by today's DNS."""
    mail, origin = case.message, case.route.origin
    sender = mail.return_path or _envelope_from(case) or mail.from_.address
    spf = mailauth.spf(case.wire, origin.ip, sender, origin.helo) if origin.ip and sender else None
    signed = mailauth.dkim(case.wire, case.original, mail.date_utc)
    computed = [*([spf] if spf else []), *signed]
    if mail.from_.domain:
        computed.append(mailauth.dmarc(case.wire, mail.from_.domain, computed, mail.date_utc))
    # Last: only SPF and DKIM count for DMARC (RFC 8617, 5.4.1).
    chain = mailauth.arc(case.wire, case.original)
    return (*computed, chain) if chain else tuple(computed)


def authentication_questions(case: Case) -> Iterator[Asked[Authentication]]:
    """The parts of ``authentication``: what one of them asks does not wait for the others, but for the last."""
    mail, origin = case.message, case.route.origin
    sender = mail.return_path or _envelope_from(case) or mail.from_.address
    if origin.ip and sender:
        yield partial(mailauth.spf, case.wire, origin.ip, sender, origin.helo)
    if mail.from_.domain:
        yield partial(mailauth.dmarc, case.wire, mail.from_.domain, (), mail.date_utc)
    # Whose alignment is asked about depends on what passed.
    yield partial(authentication, case)


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


@asks
def networks(case: Case, ips: Iterable[str]) -> Iterator[Asked[NetworkRegistration]]:
    """Who holds the network of each address, by its registry."""
    for ip in ips:
        yield partial(network.registrations, case.wire, ip)


@asks
def announced(case: Case, ips: Iterable[str]) -> Iterator[Asked[AutonomousSystem]]:
    """Who announces each address, by the database on this machine."""
    for ip in ips:
        yield partial(geoip.autonomous_system, case.wire, ip)


@asks
def published(case: Case, ips: Iterable[str]) -> Iterator[Asked[CloudRange]]:
    """Whose published range each address is in, by the list on this machine."""
    for ip in ips:
        yield partial(cloud_ranges.published, case.wire, ip)


@asks
def places(case: Case, ips: Iterable[str]) -> Iterator[Asked[Place]]:
    """Where the databases on this machine put each address."""
    for ip in ips:
        yield partial(geoip.places, case.wire, ip)


@asks
def address_listings(case: Case, ips: Iterable[str]) -> Iterator[Asked[Listing]]:
    """What reputation services say of each address."""
    for ip in ips:
        yield from services.asked_of_address(case.wire, ip, case.services)


@asks
def link_listings(case: Case) -> Iterator[Asked[Listing]]:
    """What reputation services say of each link; the recipient's address is taken out of it before."""
    recipients = case.message.recipients
    for link in case.asked_links:
        yield from services.asked_of_link(case.wire, link, recipients, case.lists, case.services)


@asks
def link_registrations(case: Case) -> Iterator[Asked[DomainRegistration]]:
    """Who registered the links' domains, each once."""
    for name in dict.fromkeys(link.registrable for link in case.asked_links if link.registrable):
        yield partial(domains.domain, case.wire, name)


@asks
def hosting(case: Case) -> Iterator[Asked[Addresses]]:
    """Where the links' hosts answer."""
    for link in case.asked_links:
        yield partial(dns.hosts, case.wire, link.host)


@asks
def seen(case: Case) -> Iterator[Asked[PassiveDns]]:
    """Where passive DNS saw the links' hosts, or the name that is looked up."""
    looked_up = [case.subject.host] if case.subject and case.subject.registrable else []
    for host in dict.fromkeys([link.host for link in case.asked_links] or looked_up):
        if indicators.address(host) is None:
            yield partial(passive_dns.seen, case.wire, host)


def hosting_ips(case: Case) -> list[str]:
    """The addresses of the links' hosts, each once."""
    found = [value for lookup in hosting(case) if lookup.record for value in lookup.record.values]
    return list(dict.fromkeys(found))


def sender_ips(case: Case) -> list[str]:
    """Addresses of the From domain, a few."""
    found = from_addresses(case)[:1]
    return [value for lookup in found if lookup.record for value in lookup.record.values][:_SENDERS]


@asks
def subject_addresses(case: Case) -> Iterator[Asked[Addresses]]:
    """What the looked-up name resolves to; nothing for an address."""
    if case.subject and case.subject.registrable:
        for rdtype in ("A", "AAAA"):
            yield partial(dns.addresses, case.wire, case.subject.host, rdtype)


@asks
def subject_records(case: Case) -> Iterator[Asked[Addresses]]:
    """Who serves the looked-up domain and takes its mail; of an address, what it is called."""
    if case.subject and case.subject.registrable:
        for rdtype in ("MX", "NS", "SOA", "TXT", "CAA"):
            yield partial(dns.addresses, case.wire, case.subject.registrable, rdtype)
    elif case.subject:
        yield partial(dns.pointer, case.wire, case.subject.host)
        yield partial(confirmed, case, case.subject.host)


@asks
def subject_registrations(case: Case) -> Iterator[Asked[DomainRegistration]]:
    """Who registered the domain of the subject."""
    if case.subject and case.subject.registrable:
        yield partial(domains.domain, case.wire, case.subject.registrable)


def subject_ips(case: Case) -> list[str]:
    """The address that is looked up, or those of the name, a few."""
    if case.subject is None:
        return []
    if case.subject.registrable is None:
        return [case.subject.host]
    found = [lookup.record for lookup in subject_addresses(case) if lookup.record]
    return list(dict.fromkeys(value for record in found for value in record.values))[:_ADDRESSES]


@asks
def visits(case: Case) -> Iterator[Asked[PageVisit]]:
    """What the sealed browser saw behind the first link."""
    for link in case.asked_links[:1]:
        yield partial(page.visit, case.wire, link.url, case.message.recipients)
