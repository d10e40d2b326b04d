"""Domains on one line with the mail: when they were registered, when they run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from phishlab.records import DomainRegistration, Lifetime, Lookup

Registered = Iterable[Lookup[DomainRegistration]]


def of(mailed: datetime | None, *, sender: Registered, links: Registered = ()) -> list[Lifetime]:
    """The From domain, then the links' domains; None where no registry told a date. *mailed*: the mail's own date."""
    told = [*(("from", lookup) for lookup in sender), *(("link", lookup) for lookup in links)]
    return [
        Lifetime(
            domain=lookup.subject,
            role=role,
            outcome=lookup.outcome,
            created=lookup.record.created if lookup.record else None,
            expires=lookup.record.expires if lookup.record else None,
            mailed=mailed,
        )
        for role, lookup in told
    ]
