"""What the case names and how one leads to the other: field, name, address, network, who holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from phishlab import indicators
from phishlab.records import (
    Addresses,
    AutonomousSystem,
    Cloud,
    CloudRange,
    DomainRegistration,
    Link,
    Lookup,
    Message,
    NetworkRegistration,
    Route,
    Tie,
)

Network = AutonomousSystem | Cloud | CloudRange | NetworkRegistration


def of(
    message: Message,
    route: Route,
    links: Sequence[Link],
    *,
    addresses: Iterable[Lookup[Addresses]],
    networks: Iterable[Lookup[Network]],
    domains: Iterable[Lookup[DomainRegistration]],
) -> tuple[Tie, ...]:
    """Every tie that the mail and the kept answers show, each once; what was not answered ties nothing."""
    found = [*_fields(message), *_origin(route), *_links(links)]
    names = [tie.to for tie in found if tie.to_kind == "name"]
    found += _addresses(addresses, names)
    reached = {tie.to for tie in found if tie.to_kind == "address"}
    found += _networks([lookup for lookup in networks if lookup.subject in reached])
    found += [tie for lookup in domains for tie in _registration(lookup, names)]
    return tuple(dict.fromkeys(found))


def _fields(message: Message) -> Iterator[Tie]:
    """The domains in From, Return-Path, Reply-To and Sender: what the sender wrote."""
    path = (message.return_path or "").rpartition("@")[2].strip("<> ").lower()
    told = (
        ("from", message.from_.domain),
        ("return-path", path),
        ("reply-to", message.reply_to.domain if message.reply_to else None),
        ("sender", message.sender.domain if message.sender else None),
    )
    for field, domain in told:
        if domain:
            yield Tie(kind="field", name=field, to_kind="name", to=domain)


def _origin(route: Route) -> Iterator[Tie]:
    """The address that handed the mail over, by way of its reverse name where the receiver noted one."""
    ip, name = route.origin.ip, (route.origin.rdns or "").lower().rstrip(".")
    if ip and name:
        yield Tie(kind="field", name="origin", to_kind="name", to=name)
        yield Tie(kind="name", name=name, to_kind="address", to=ip)
    elif ip:
        yield Tie(kind="field", name="origin", to_kind="address", to=ip)


def _links(links: Iterable[Link]) -> Iterator[Tie]:
    for link in links:
        kind = "name" if indicators.address(link.host) is None else "address"
        yield Tie(kind="field", name="link", to_kind=kind, to=link.host)


def _addresses(addresses: Iterable[Lookup[Addresses]], names: Sequence[str]) -> Iterator[Tie]:
    """What the names resolve to."""
    for lookup in addresses:
        record = lookup.record
        if record is not None and record.name in names and record.rdtype in ("A", "AAAA"):
            for value in record.values:
                if indicators.address(value) is not None:
                    yield Tie(kind="name", name=record.name, to_kind="address", to=value)


def _networks(networks: Sequence[Lookup[Network]]) -> Iterator[Tie]:
    """Who announces an address and who holds it. The number of the network decides, not its spelling."""
    titles = _titles(networks)
    for lookup in networks:
        record = lookup.record
        asn = record.asn if isinstance(record, AutonomousSystem | NetworkRegistration) else None
        if asn is not None:
            yield Tie(kind="address", name=lookup.subject, to_kind="network", to=titles[asn])
        if isinstance(record, NetworkRegistration) and (record.holder or record.name):
            holder = record.holder or record.name or ""
            yield Tie(kind="address", name=lookup.subject, to_kind="holder", to=holder)


def _titles(networks: Iterable[Lookup[Network]]) -> dict[int, str]:
    """The title of each autonomous system, its first name told: ``AS8075 Microsoft Corporation``."""
    titles: dict[int, str] = {}
    for lookup in networks:
        match lookup.record:
            case AutonomousSystem(asn=asn, name=name) | NetworkRegistration(asn=int(asn), as_name=name):
                if " " not in titles.get(asn, ""):
                    titles[asn] = f"AS{asn} {name}" if name else f"AS{asn}"
    return titles


def _registration(lookup: Lookup[DomainRegistration], names: Sequence[str]) -> Iterator[Tie]:
    """Who registered a domain and through whom, for each name that is that domain or stands below it."""
    record = lookup.record
    if record is None:
        return
    below = [name for name in names if name == lookup.subject or name.endswith(f".{lookup.subject}")]
    for name in dict.fromkeys(below):
        registrant = record.privacy or record.registrant
        if registrant:
            yield Tie(kind="name", name=name, to_kind="registrant", to=registrant)
        if record.registrar:
            yield Tie(kind="name", name=name, to_kind="registrar", to=record.registrar)
