"""Who holds an address, by its registry: ipwhois, with every one of its questions put on our wire.

ipwhois would else build a system resolver, follow redirects in silence, sleep for minutes on a rate limit
and turn any trouble into "lookup failed". The seams that it offers (a ``Net`` of one's own) avoid all four.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from operator import itemgetter
from types import SimpleNamespace

from ipwhois.asn import IPASN
from ipwhois.exceptions import ASNLookupError, BaseIpwhoisException, HTTPLookupError, HTTPRateLimitError
from ipwhois.net import IPV4_DNS_ZONE, IPV6_DNS_ZONE, Net
from ipwhois.rdap import RDAP

from phishlab import indicators
from phishlab.indicators import addresses
from phishlab.records import Exchange, Level, Lookup, NetworkRegistration, Outcome, Question
from phishlab.sources import address, jpnic, rdap, rdap_json
from phishlab.sources import dns as names
from phishlab.sources.rdap_json import Json
from phishlab.wire import Wire

_ACCEPT = (("Accept", "application/rdap+json"),)
_ORIGINS = 4
"""How many more ASes of one prefix are named; more than two are rare."""
_COUNTRY = re.compile(r", ?[A-Z]{2}$")
_SAID_NOTHING = frozenset({Outcome.NO_SUCH_NAME, Outcome.NO_DATA})


class WireNet(Net):  # type: ignore[misc] # ipwhois ships no types
    """What ipwhois asks through: Team Cymru's DNS for the AS, the registry's RDAP for the network.

    It remembers what became of each question, because ipwhois tells no more than "failed".
    """

    def __init__(self, wire: Wire, asked: addresses.Address) -> None:
        # Not super().__init__: it builds a resolver from the system's configuration.
        self.wire = wire
        self.address = asked
        self.address_str = str(asked)
        self.version = asked.version
        self.timeout = 0
        self.dns_resolver = SimpleNamespace(timeout=0, lifetime=0)
        self.opener = None
        self.evidence: list[Exchange] = []
        self.asn_outcome, self.asn_note = Outcome.NOT_ASKED, ""
        self.outcome, self.note = Outcome.NOT_ASKED, ""
        self.body: dict[str, Json] = {}

    @property
    def dns_zone(self) -> str:
        """``215.196.226.74.origin.asn.cymru.com``; of IPv6 only the /64, which is announced whole."""
        if self.version == 4:
            return str(IPV4_DNS_ZONE).format(".".join(reversed(self.address_str.split(".")))).rstrip(".")
        nibbles = self.address.exploded.replace(":", "")[:16]
        return str(IPV6_DNS_ZONE).format(".".join(reversed(nibbles))).rstrip(".")

    def get_asn_dns(self) -> list[str]:
        """``8075 | 74.224.0.0/14 | US | arin | 2011-06-06``, one line for each announced prefix."""
        found = names.addresses(self.wire, self.dns_zone, "TXT")
        self.evidence.extend(found.evidence)
        self.asn_outcome, self.asn_note = found.outcome, found.note
        if found.record is None:
            raise ASNLookupError(found.note)
        return list(found.record.values)

    def get_asn_verbose_dns(self, asn: str) -> str:
        """``8075 | US | arin | 1997-03-31 | MICROSOFT-CORP-MSN-AS-BLOCK - Microsoft Corporation, US``."""
        first = asn.removeprefix("AS").split(" ")[0]
        found = names.addresses(self.wire, f"AS{first}.asn.cymru.com", "TXT")
        self.evidence.extend(found.evidence)
        if found.record is None:
            raise ASNLookupError(found.note)
        return found.record.values[0]

    def get_http_json(
        self,
        url: str,
        retry_count: int = 0,  # noqa: ARG002 # ipwhois' signature: nothing is retried
        rate_limit_timeout: int = 0,  # noqa: ARG002 # ipwhois' signature: nothing sleeps
        headers: dict[str, str] | None = None,  # noqa: ARG002 # ipwhois' signature
    ) -> dict[str, Json]:
        """The registry's answer to ``https://rdap.arin.net/registry/ip/74.226.196.215``."""
        answer = self.wire.ask(Question(uri=url, level=Level.PASSIVE, headers=_ACCEPT))
        self.evidence.extend(filter(None, (answer.exchange,)))
        self.outcome, self.note = rdap.settled(answer)
        if self.outcome is not Outcome.ANSWERED:
            raise (HTTPRateLimitError if answer.status == 429 else HTTPLookupError)(self.note)
        body = rdap_json.read(answer.data)
        if not isinstance(body, dict):
            self.outcome, self.note = Outcome.FAILED, "the registry's answer is not JSON"
            raise HTTPLookupError(self.note)
        if any(
            rdap_json.text(notice.get("title")) == "Rate Limit Notice"
            for notice in rdap_json.objects(body.get("notices"))
        ):
            self.outcome, self.note = Outcome.REFUSED, "asked too often"
            raise HTTPRateLimitError(self.note)
        self.body = body
        return body


def registrations(wire: Wire, ip: str) -> tuple[Lookup[NetworkRegistration], ...]:
    """The same, and for an address that APNIC has from Japan what JPNIC says of it, in Japanese.

    Team Cymru's word for that is enough: where APNIC does not answer, JPNIC may.
    """
    found, asn = _registered(wire, ip)
    japanese = (asn.get("asn_registry"), asn.get("asn_country_code")) == ("apnic", "JP")
    return (found, jpnic.network(wire, ip)) if japanese or jpnic.knows(found.record) else (found,)


def registration(wire: Wire, ip: str) -> Lookup[NetworkRegistration]:
    """Who holds the network of *ip*, and which AS announces it, both as of now.

    NOT_ASKED for an address that nobody holds. Where Team Cymru does not tell the registry, ARIN's bootstrap
    is asked, which points to the right one. The country is the allocation's, never a place.
    """
    return _registered(wire, ip)[0]


def _registered(wire: Wire, ip: str) -> tuple[Lookup[NetworkRegistration], dict[str, str | None]]:
    asked = indicators.address(ip)
    why_not = address.refusal(ip)
    if asked is None or why_not:
        return Lookup(source="network", subject=ip, outcome=Outcome.NOT_ASKED, note=why_not or ""), {}
    net = WireNet(wire, asked)
    asn = _asn(net)
    record = _network(net, asn)
    found = Lookup(
        source="network",
        subject=str(asked),
        outcome=net.outcome,
        record=record,
        evidence=tuple(net.evidence),
        note="; ".join(filter(None, (net.note, _asn_note(net, asn)))),
    )
    return found, asn


def _asn(net: WireNet) -> dict[str, str | None]:
    """The fields ``asn``, ``asn_registry``, ``asn_description`` …; empty where the AS is not known."""
    try:
        return dict(IPASN(net).lookup(asn_methods=["dns"], retry_count=0))
    except BaseIpwhoisException as error:
        if net.asn_outcome is Outcome.ANSWERED:
            net.asn_outcome, net.asn_note = Outcome.FAILED, str(error)
        return {}


def _network(net: WireNet, asn: dict[str, str | None]) -> NetworkRegistration | None:
    try:
        found = RDAP(net).lookup(
            asn_data=asn, bootstrap=not asn, retry_count=0, rate_limit_timeout=0, root_ent_check=False
        )
    except (BaseIpwhoisException, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # ipwhois walks into whatever the JSON holds; a malformed answer is the registry's, not a fault here.
        if net.outcome is Outcome.ANSWERED:
            net.outcome, net.note = Outcome.FAILED, f"the registry's answer cannot be read: {error}"
        return None
    network = found["network"]
    if not _inside(net.address, network["cidr"]):
        net.outcome, net.note = Outcome.NO_DATA, "the registry's answer is about other or all addresses"
        return None
    people = tuple(rdap_json.entities(net.body))
    return NetworkRegistration(
        cidr=network["cidr"],
        name=network["name"],
        holder=_holder(people, net.body),
        country=network["country"],
        registry=asn.get("asn_registry"),
        asn=_number(asn.get("asn")),
        as_name=_as_name(asn.get("asn_description")),
        origins=tuple(_origins(net, asn)),
        abuse=tuple(
            dict.fromkeys(
                mail
                for entity in people
                if "abuse" in rdap_json.roles(entity)
                for mail in rdap_json.mails(entity)
            )
        ),
    )


def _inside(asked: addresses.Address, cidr: str | None) -> bool:
    """Whether *asked* is in *cidr* (``a/14, b/16``); 0.0.0.0/0 is how some registries say "not mine"."""
    networks = [ipaddress.ip_network(part.strip()) for part in (cidr or "").split(",") if part.strip()]
    return any(network.prefixlen and asked in network for network in networks)


def _holder(people: tuple[dict[str, Json], ...], body: dict[str, Json]) -> str | None:
    """The organisation that registered it; where none stands there, the first line of its description."""
    named = [
        ("org" in rdap_json.card(entity, "kind"), name)
        for entity in people
        if "registrant" in rdap_json.roles(entity)
        for name in rdap_json.named(entity)[:1]
    ]
    described = (
        rdap_json.text(line)
        for remark in rdap_json.objects(body.get("remarks"))
        if rdap_json.text(remark.get("title")).lower() == "description"
        for line in rdap_json.array(remark.get("description"))
    )
    return max(named, key=itemgetter(0))[1] if named else next(filter(None, described), None)


def _number(asn: str | None) -> int | None:
    """``8075``, also of ``45102 134963``: the first, the others stand in the note."""
    first = (asn or "").split(" ")[0]
    return int(first) if first.isascii() and first.isdigit() else None


def _origins(net: WireNet, asn: dict[str, str | None]) -> Iterator[tuple[int, str]]:
    """Each of ``45102 134963`` with its name, which Team Cymru is asked for."""
    first, *others = (asn.get("asn") or "").split(" ")
    if first.isascii() and first.isdigit():
        yield int(first), _as_name(asn.get("asn_description")) or ""
    for number in others[:_ORIGINS]:
        if number.isascii() and number.isdigit():
            found = names.addresses(net.wire, f"AS{number}.asn.cymru.com", "TXT")
            net.evidence.extend(found.evidence)
            told = found.record.values[0].split("|") if found.record else []
            yield int(number), _as_name(told[4].strip()) or "" if len(told) > 4 else ""


def _as_name(described: str | None) -> str | None:
    """``MICROSOFT-CORP-MSN-AS-BLOCK - Microsoft Corporation, US`` without the country it was allocated in.

    At the end of a name it would read as a place, and it is none.
    """
    return _COUNTRY.sub("", described) if described else None


def _asn_note(net: WireNet, asn: dict[str, str | None]) -> str:
    several = (asn.get("asn") or "").split(" ")
    if len(several) > 1:
        return f"announced by several: {', '.join(f'AS{number}' for number in several)}"
    if asn and net.outcome is not Outcome.ANSWERED:
        return f"announced by AS{several[0]} {_as_name(asn.get('asn_description')) or ''}".strip()
    if asn or net.asn_outcome is Outcome.NOT_ASKED:
        return ""
    return (
        "no AS announces it" if net.asn_outcome in _SAID_NOTHING else f"its AS is not known: {net.asn_note}"
    )
