"""The services: what each is asked, how it is reached, and what it learns. docs/services.md says it to people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from phishlab import indicators
from phishlab.errors import InputError
from phishlab.records import Credential, Level, Link, Listing, Lookup
from phishlab.sources import address as addresses
from phishlab.sources.reputation import (
    abusech,
    abuseipdb,
    jpcert,
    observed,
    openphish,
    otx,
    phishing_database,
    phishtank,
    safebrowsing,
    spamhaus,
    surbl,
    urlscan,
    virustotal,
)
from phishlab.sources.reputation.subject import Subject
from phishlab.wire import Wire

Found: TypeAlias = tuple[Lookup[Listing], ...]
Ask: TypeAlias = Callable[[], Found]
"""Asks one service when it is called."""

LEFT_OUT = "left out by the analyst"

_OWN = frozenset(
    [
        "alt",
        "corp",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "private",
    ]
)
"""Endings that are never delegated (RFC 6761, 6762, 9476, ICANN's decisions of 2018 and 2024), or used as if."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. *of_link* gets a link whose URL no longer names the recipient, and the user's folder of lists."""

    id: str
    title: str
    access: str
    """``keyless``, ``key``, ``own-copy`` (a file that the user has) or ``by-hand`` (a page for people)."""
    learns: tuple[str, ...] = ()
    """``url``, ``host``, ``domain``, ``address``, ``hash-prefixes``; empty where it learns nothing of the case."""
    level: Level = Level.THIRD_PARTY
    credential: Credential | None = None
    of_link: Callable[[Wire, Link, Path | None], Found] | None = None
    of_address: Callable[[Wire, str], Found] | None = None
    when_named: bool = False
    """Whether it is asked only where the analyst names it."""


def _observed(id_: str) -> Service:
    def link(wire: Wire, link: Link, _lists: Path | None) -> Found:
        return (observed.listing(wire, id_, link.url),)

    def address(wire: Wire, ip: str) -> Found:
        why_not = addresses.refusal(ip)
        if why_not:
            return (Subject(service=page.title, name=ip).not_asked(why_not),)
        return (observed.listing(wire, id_, ip),)

    page = observed.SERVICES[id_]
    return Service(
        id=id_,
        title=page.title,
        access="by-hand",
        level=Level.OFFLINE,
        of_link=link,
        of_address=address if page.takes_host else None,
    )


def _spamhaus(wire: Wire, link: Link, _lists: Path | None) -> Found:
    if indicators.address(link.host):
        return (spamhaus.address(wire, link.host),)
    return (spamhaus.domain(wire, link.registrable or link.host),)


def _urlhaus(wire: Wire, link: Link, _lists: Path | None) -> Found:
    return abusech.urlhaus_url(wire, link.url), abusech.urlhaus_host(wire, link.host)


def _virustotal(wire: Wire, link: Link, _lists: Path | None) -> Found:
    if indicators.address(link.host):
        return virustotal.url(wire, link.url), virustotal.address(wire, link.host)
    return virustotal.url(wire, link.url), virustotal.domain(wire, link.registrable or link.host)


def _otx(wire: Wire, link: Link, _lists: Path | None) -> Found:
    if indicators.address(link.host):
        return (otx.address(wire, link.host),)
    return (otx.domain(wire, link.registrable or link.host),)


def _abuseipdb(wire: Wire, link: Link, _lists: Path | None) -> Found:
    return (abuseipdb.address(wire, link.host),) if indicators.address(link.host) else ()


SERVICES: tuple[Service, ...] = (
    _observed("google-transparency-report"),
    _observed("norton-safe-web"),
    _observed("cisco-talos"),
    Service(
        id="spamhaus",
        title="Spamhaus ZEN and DBL",
        access="keyless",
        learns=("domain", "address"),
        of_link=_spamhaus,
        of_address=lambda wire, ip: (spamhaus.address(wire, ip),),
    ),
    Service(
        id="surbl",
        title="SURBL",
        access="keyless",
        learns=("domain", "address"),
        of_link=lambda wire, link, _lists: (surbl.link(wire, link),),
    ),
    Service(
        id="jpcert",
        title="JPCERT/CC phishurl-list",
        access="own-copy",
        level=Level.OFFLINE,
        of_link=lambda wire, link, lists: (jpcert.url(wire, link.url, lists),),
    ),
    Service(
        id="phishing-database",
        title=phishing_database.SERVICE,
        access="own-copy",
        level=Level.OFFLINE,
        of_link=lambda wire, link, lists: (phishing_database.link(wire, link, lists),),
    ),
    Service(
        id="openphish",
        title=openphish.SERVICE,
        access="keyless",
        of_link=lambda wire, link, _lists: (openphish.url(wire, link.url),),
    ),
    Service(
        id="phishtank",
        title=phishtank.SERVICE,
        access="keyless",
        learns=("url",),
        of_link=lambda wire, link, _lists: (phishtank.url(wire, link.url),),
    ),
    Service(
        id="google-safe-browsing",
        title=safebrowsing.SERVICE,
        access="key",
        learns=("hash-prefixes",),
        credential=safebrowsing.CREDENTIAL,
        of_link=lambda wire, link, _lists: (safebrowsing.url(wire, link.url),),
    ),
    Service(
        id="google-safe-browsing-v4",
        title=safebrowsing.SERVICE_V4,
        access="key",
        learns=("url",),
        credential=safebrowsing.CREDENTIAL,
        of_link=lambda wire, link, _lists: (safebrowsing.url_v4(wire, link.url),),
        when_named=True,
    ),
    Service(
        id="urlhaus",
        title=abusech.URLHAUS,
        access="key",
        learns=("url", "host", "address"),
        credential=abusech.CREDENTIAL,
        of_link=_urlhaus,
        of_address=lambda wire, ip: (abusech.urlhaus_host(wire, ip),),
    ),
    Service(
        id="threatfox",
        title=abusech.THREATFOX,
        access="key",
        learns=("host", "address"),
        credential=abusech.CREDENTIAL,
        of_link=lambda wire, link, _lists: (abusech.threatfox_link(wire, link),),
        of_address=lambda wire, ip: (abusech.threatfox_address(wire, ip),),
    ),
    Service(
        id="virustotal",
        title=virustotal.SERVICE,
        access="key",
        learns=("url", "domain", "address"),
        credential=virustotal.CREDENTIAL,
        of_link=_virustotal,
        of_address=lambda wire, ip: (virustotal.address(wire, ip),),
    ),
    Service(
        id="abuseipdb",
        title=abuseipdb.SERVICE,
        access="key",
        learns=("address",),
        credential=abuseipdb.CREDENTIAL,
        of_link=_abuseipdb,
        of_address=lambda wire, ip: (abuseipdb.address(wire, ip),),
    ),
    Service(
        id="urlscan",
        title=urlscan.SERVICE,
        access="keyless",
        learns=("host", "address"),
        credential=urlscan.CREDENTIAL,
        of_link=lambda wire, link, _lists: (urlscan.host(wire, link.host),),
        of_address=lambda wire, ip: (urlscan.address(wire, ip),),
    ),
    Service(
        id="otx",
        title=otx.SERVICE,
        access="key",
        learns=("domain", "address"),
        credential=otx.CREDENTIAL,
        of_link=_otx,
        of_address=lambda wire, ip: (otx.address(wire, ip),),
    ),
)
"""In the order in which they are shown. A new service is a module and an entry here."""

IDS: tuple[str, ...] = tuple(service.id for service in SERVICES)


def named(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of services, each once; InputError for one that there is not."""
    chosen = tuple(dict.fromkeys(id_.strip() for id_ in ids if id_.strip()))
    unknown = [id_ for id_ in chosen if id_ not in IDS]
    if unknown:
        raise InputError(f"no service {unknown[0]!r}: choose from {', '.join(IDS)}")
    return chosen


def asked_of_link(
    wire: Wire,
    link: Link,
    recipients: tuple[str, ...] = (),
    lists: Path | None = None,
    chosen: Collection[str] | None = None,
) -> Iterator[Ask]:
    """What is asked about *link*, one for each service, still to be called: they may be asked side by side.

    The recipient's address is taken out of the URL before. *chosen* are ids of SERVICES; None means all that
    are not asked only where they are named. One that is left out says so; pages for people and the user's own
    copies of lists ask nobody, and are never left out. Nobody outside is asked about a host inside a network.
    """
    shown = replace(link, url=indicators.token_free(link.url, recipients))
    inside = _inside(link.host)
    for service in SERVICES:
        if service.of_link is None:
            continue
        if not _is_wanted(service, chosen):
            if not service.when_named and _fits(service, link):
                yield partial(_not_asked, service, shown.url, LEFT_OUT)
        elif inside and service.level is not Level.OFFLINE:
            yield partial(_not_asked, service, shown.url, inside)
        else:
            yield partial(service.of_link, wire, shown, lists)


def asked_of_address(wire: Wire, ip: str, chosen: Collection[str] | None = None) -> Iterator[Ask]:
    """What is asked about the address *ip*, one for each service, still to be called."""
    for service in SERVICES:
        if service.of_address is not None and _is_wanted(service, chosen):
            yield partial(service.of_address, wire, ip)
        elif service.of_address is not None and not service.when_named:
            yield partial(_not_asked, service, ip, LEFT_OUT)


def of_link(
    wire: Wire,
    link: Link,
    recipients: tuple[str, ...] = (),
    lists: Path | None = None,
    chosen: Collection[str] | None = None,
) -> Iterator[Lookup[Listing]]:
    """What each service says of *link*, in turn: see ``asked_of_link``."""
    return (found for ask in asked_of_link(wire, link, recipients, lists, chosen) for found in ask())


def of_address(wire: Wire, ip: str, chosen: Collection[str] | None = None) -> Iterator[Lookup[Listing]]:
    """What each service that knows addresses says of *ip*, in turn: see ``asked_of_address``."""
    return (found for ask in asked_of_address(wire, ip, chosen) for found in ask())


def _is_wanted(service: Service, chosen: Collection[str] | None) -> bool:
    if chosen is None or service.level is Level.OFFLINE:
        return not service.when_named
    return service.id in chosen


def _fits(service: Service, link: Link) -> bool:
    """Whether the service would have been asked: one that knows addresses alone is not asked about a name."""
    return service.learns != ("address",) or indicators.address(link.host) is not None


def _inside(host: str) -> str | None:
    """Why nobody outside may hear of *host*: an address that nobody holds, or a name of some network's own."""
    if indicators.address(host):
        return addresses.refusal(host)
    name = host.rstrip(".").lower()
    own = "." not in name or name.endswith(".home.arpa") or name.rpartition(".")[2] in _OWN
    return f"{host} is a name inside a network: nobody outside knows it" if own else None


def _not_asked(service: Service, subject: str, why: str) -> Found:
    return (Subject(service=service.title, name=subject).not_asked(why),)
