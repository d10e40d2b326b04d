"""What the registrations of domains and networks say, and how old a domain was when the mail was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from phishlab.records import (
    AutonomousSystem,
    Direction,
    DomainRegistration,
    Finding,
    Lookup,
    NetworkRegistration,
    Outcome,
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
            values=(("ip", lookup.subject), ("holder", record.holder or record.name or "—")),
            because=lookup.evidence,
            caveat="network-holder",
        )
        for lookup in networks
        if (record := lookup.record) is not None
    )


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
