"""A list that is asked over DNS (RFC 5782), and what has to be true before its silence means anything.

A blocked resolver may answer plain NXDOMAIN, which would read as "clean": so a name that must be listed is
asked for first (RFC 5782, 5), and any code for an error, or any address outside 127/8, is an error.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from phishlab.records import Addresses, Answer, Level, Listing, Lookup, Outcome, Weight
from phishlab.sources import dns as names
from phishlab.sources.reputation.subject import Subject
from phishlab.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocklist:
    """*canary* stands in *zone* for ever; *reads* tells what an answer says, None for one that says nothing."""

    title: str
    zone: str
    canary: str
    link: str
    reads: Callable[[str], str | None]
    """From ``127.0.0.4`` to ``XBL (exploited host)``."""
    errors: Mapping[str, str]
    """Answers that say why there is no answer."""
    weighs: Callable[[str], Weight] = lambda _value: Weight.STRONG
    """From ``127.0.0.11`` to how much it carries."""


def looked_up(wire: Wire, listing: Blocklist, subject: str, label: str) -> Lookup[Listing]:
    """What the list says of *subject*, which stands in it under *label*. The canary is asked for first."""
    about = Subject(service=listing.title, name=subject, link=listing.link)
    alive = _ask(wire, f"{listing.canary}.{listing.zone}")
    if alive.outcome is Outcome.NOT_ASKED:
        return about.not_asked(alive.note)
    if not (alive.record and any(listing.reads(value) for value in alive.record.values)):
        return about.error(f"the list does not answer as it should: {_why(alive)}", _answer(alive))
    found = _ask(wire, f"{label}.{listing.zone}")
    answers = (_answer(alive), _answer(found))
    if found.outcome is Outcome.NO_SUCH_NAME:
        return about.not_listed(answers)
    if found.record is None:
        return about.error(_why(found), *answers)
    values = sorted(found.record.values)
    trouble = next(filter(None, (_trouble(value, listing) for value in values)), None)
    if trouble:
        return about.error(trouble, *answers)
    said = dict.fromkeys(listing.reads(value) or value for value in values)
    weight = min((listing.weighs(value) for value in values), key=list(Weight)[::-1].index)
    return about.listed(answers, ", ".join(said), " ".join(values), weight=weight)


def _ask(wire: Wire, name: str) -> Lookup[Addresses]:
    return names.addresses(wire, name, level=Level.THIRD_PARTY)


def _answer(found: Lookup[Addresses]) -> Answer:
    """The look-up as the answer that it was read from."""
    exchange = found.evidence[-1] if found.evidence else None
    return Answer(outcome=found.outcome, exchange=exchange, note=found.note)


def _trouble(value: str, listing: Blocklist) -> str | None:
    """Why *value* is no statement about the subject; None where it is one."""
    if listing.reads(value):
        return None
    if ipaddress.ip_address(value) not in ipaddress.ip_network("127.0.0.0/8"):
        return f"the list answers {value}: it is not the list that answers"
    if value.startswith("127.255.255.") or value in listing.errors:
        return f"the list answers with an error: {listing.errors.get(value, value)}"
    return f"the list answers with a code that is not known: {value}"


def _why(found: Lookup[Addresses]) -> str:
    return found.note or ", ".join(found.record.values if found.record else ()) or found.outcome.value
