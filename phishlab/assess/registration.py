"""What the registrations of domains and networks say, and how old a domain was when the mail was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from phishlab.assess import neutral
from phishlab.records import (
    Addresses,
    AutonomousSystem,
    Cloud,
    CloudRange,
    Direction,
    DomainRegistration,
    Finding,
    Lookup,
    NetworkRegistration,
    Outcome,
    PassiveDns,
    Weight,
)

YOUNG_DAYS = 30
"""A domain younger than this when the mail was sent is noted; most honest senders' domains are years old."""


def domain_findings(
    looked_up: Lookup[DomainRegistration], mailed: datetime | None, role: str
) -> tuple[Finding, ...]:
    """Holder, privacy service and age of one domain; *role* is ``from`` or ``link``."""
    if looked_up.outcome is Outcome.NO_SUCH_NAME:
        return (_note(f"{role}-domain-unregistered", Direction.FOR, Weight.MODERATE, looked_up),)
    if looked_up.record is None:
        return (_note("registration-unknown", Direction.NEUTRAL, Weight.WEAK, looked_up),)
    return tuple(_domain(looked_up, looked_up.record, mailed, role))


def network_findings(networks: Sequence[Lookup[NetworkRegistration]], role: str) -> tuple[Finding, ...]:
    """Who holds each network; *role* is ``sender`` or ``hosting``."""
    return tuple(
        Finding(
            id=f"{role}-network",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            values=(("ip", lookup.subject), ("holder", _holder(record))),
            because=lookup.evidence,
            caveat="network-holder",
        )
        for lookup in networks
        if (record := lookup.record) is not None
    )


def _holder(record: NetworkRegistration) -> str:
    """Who holds the network, in Japanese first where the registry has both: ``例題株式会社 / Example KK``."""
    names = dict.fromkeys(filter(None, (record.holder_ja, record.holder or record.name)))
    return " / ".join(names) or "—"


def announced_findings(systems: Sequence[Lookup[AutonomousSystem]]) -> tuple[Finding, ...]:
    """Who announces each address, by a dated database."""
    return tuple(
        Finding(
            id="announced-by",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            values=(
                ("ip", lookup.subject),
                ("asn", str(record.asn)),
                ("name", record.name),
                ("database", record.database),
                ("built", record.built.date().isoformat()),
            ),
            because=lookup.evidence,
        )
        for lookup in systems
        if (record := lookup.record) is not None
    )


def cloud_findings(
    ranges: Sequence[Lookup[CloudRange]], named: Sequence[Lookup[Cloud]] = ()
) -> tuple[Finding, ...]:
    """Which cloud publishes the range of each address, and whether its reverse name says the same."""
    return tuple(finding for lookup in ranges for finding in _range(lookup, named))


def passive_findings(
    seen: Sequence[Lookup[PassiveDns]], now: Sequence[Lookup[Addresses]], mailed: datetime | None
) -> tuple[Finding, ...]:
    """Where sensors saw each name when the mail was sent, and whether today's address is one of those."""
    if mailed is None:
        return ()
    today = {lookup.subject: lookup for lookup in now if lookup.record}
    return tuple(finding for lookup in seen for finding in _seen(lookup, today.get(lookup.subject), mailed))


def seen_at(seen: PassiveDns, when: datetime) -> tuple[str, ...]:
    """The addresses that the name was seen at on both sides of *when*, or on that very day."""
    day = when.date()
    return tuple(
        dict.fromkeys(
            sighting.value
            for sighting in seen.sightings
            if sighting.rdtype in {"A", "AAAA"} and sighting.first.date() <= day <= sighting.last.date()
        )
    )


def _range(lookup: Lookup[CloudRange], named: Sequence[Lookup[Cloud]]) -> Iterator[Finding]:
    record = lookup.record
    if record is None:
        return
    values = (
        ("ip", record.ip),
        ("network", record.network),
        ("service", record.service),
        ("region", record.region or "—"),
        ("place", record.region_place or "—"),
        ("database", record.database),
        ("built", record.built.date().isoformat()),
    )
    yield neutral.finding(
        "cloud-range-region" if record.region else "cloud-range", values, lookup.evidence, "cloud-range"
    )
    for other in named:
        if other.subject == lookup.subject and other.record is not None:
            grounds = (*lookup.evidence, *other.evidence)
            by_name = (("named", _service(other.record)), ("name", other.record.name))
            agrees = _same_cloud(record, other.record)
            sides = (*values, *by_name, ("ranged", _service(record)))
            yield neutral.finding(
                "cloud-agrees" if agrees else "cloud-disagrees", sides, grounds, "cloud-range"
            )


def _same_cloud(ranged: CloudRange, named: Cloud) -> bool:
    """The provider, and the region where both tell one."""
    provider = ranged.service.partition(" (")[0] == named.service.partition(" (")[0]
    return provider and (not (ranged.region and named.region) or ranged.region == named.region)


def _service(cloud: CloudRange | Cloud) -> str:
    return ", ".join(filter(None, (cloud.service, cloud.region)))


def _seen(lookup: Lookup[PassiveDns], today: Lookup[Addresses] | None, mailed: datetime) -> Iterator[Finding]:
    record = lookup.record
    if record is None:
        return
    then = seen_at(record, mailed)
    values = (("name", record.name), ("origin", record.origin), ("then", ", ".join(then)))
    if not then:
        yield neutral.finding("pdns-unseen", values, lookup.evidence, "passive-dns")
        return
    yield neutral.finding("pdns-then", values, lookup.evidence, "passive-dns")
    found = today.record.values if today and today.record else ()
    if today and found:
        known = set(found) & set(then)
        grounds = (*lookup.evidence, *today.evidence)
        shown = (*values, ("address", ", ".join(sorted(known) or found)))
        yield neutral.finding("pdns-same" if known else "pdns-moved", shown, grounds, "passive-dns")


def _domain(
    looked_up: Lookup[DomainRegistration], record: DomainRegistration, mailed: datetime | None, role: str
) -> Iterator[Finding]:
    if record.privacy:
        yield _note(
            "domain-privacy",
            Direction.NEUTRAL,
            Weight.WEAK,
            looked_up,
            service=record.privacy,
            caveat="privacy",
        )
    elif record.registrant:
        yield _note(
            f"{role}-domain-holder",
            Direction.NEUTRAL,
            Weight.WEAK,
            looked_up,
            holder=record.registrant,
            caveat="holder",
        )
    if record.created is None:
        yield _note("domain-age-unknown", Direction.NEUTRAL, Weight.WEAK, looked_up)
    elif mailed is not None:
        yield _age(looked_up, record.created, mailed)


def _age(looked_up: Lookup[DomainRegistration], created: datetime, mailed: datetime) -> Finding:
    days = (mailed - created).days
    created_on = created.date().isoformat()
    if days < 0:
        return _note("domain-after-mail", Direction.NEUTRAL, Weight.WEAK, looked_up, created=created_on)
    if days < YOUNG_DAYS:
        return _note(
            "domain-young", Direction.FOR, Weight.MODERATE, looked_up, created=created_on, days=str(days)
        )
    return _note("domain-age", Direction.NEUTRAL, Weight.WEAK, looked_up, created=created_on, days=str(days))


def _note(
    finding: str,
    direction: Direction,
    weight: Weight,
    looked_up: Lookup[DomainRegistration],
    caveat: str | None = None,
    **values: str,
) -> Finding:
    return Finding(
        id=finding,
        direction=direction,
        weight=weight,
        values=(("domain", looked_up.subject), *values.items()),
        because=looked_up.evidence,
        caveat=caveat,
    )
