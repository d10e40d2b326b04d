"""Spamhaus ZEN (addresses) and DBL (domains) over DNS, keyless under the service's fair use.

A blocked resolver may answer plain NXDOMAIN, which would read as "clean": so a name that must be listed is
asked for first (RFC 5782, 5), and any code for an error, or any address outside 127/8, is an error.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

import dns.reversename

from phishlab import indicators
from phishlab.records import Addresses, Listing, ListingState, Lookup, Outcome
from phishlab.sources import address as addresses
from phishlab.sources import dns as names
from phishlab.wire import Wire

ZEN, DBL = "zen.spamhaus.org", "dbl.spamhaus.org"
LINK = "https://check.spamhaus.org/"

_ZEN_CODES = {
    "127.0.0.2": "SBL (spam source)",
    "127.0.0.3": "SBL CSS (snowshoe or low reputation)",
    "127.0.0.4": "XBL (exploited host)",
    "127.0.0.9": "DROP (hijacked or rogue network)",
    "127.0.0.10": "PBL (policy: no mail is expected from here; not abuse)",
    "127.0.0.11": "PBL (policy: no mail is expected from here; not abuse)",
    "127.0.0.30": "BCL (botnet controller)",
}
_DBL_CODES = {
    "127.0.1.2": "low reputation",
    "127.0.1.4": "phishing",
    "127.0.1.5": "malware",
    "127.0.1.6": "botnet command and control",
    "127.0.1.102": "abused legitimate: spam",
    "127.0.1.103": "abused legitimate: redirector",
    "127.0.1.104": "abused legitimate: phishing",
    "127.0.1.105": "abused legitimate: malware",
    "127.0.1.106": "abused legitimate: botnet command and control",
}
_ERRORS = {
    "127.0.1.255": "an address was asked of a list of domains",
    "127.255.255.252": "typing error in the name of the list",
    "127.255.255.254": "the resolver is a public one, which the service does not answer",
    "127.255.255.255": "the resolver asks too often",
}
_ZEN_CANARY = "2.0.0.127"
_DBL_CANARY = "dbltest.com"


def address(wire: Wire, ip: str) -> Lookup[Listing]:
    """Whether *ip* is in ZEN now. PBL alone is a policy about mail servers, not a report of abuse."""
    asked = indicators.address(ip)
    why_not = addresses.refusal(ip)
    if asked is None or why_not:
        return _not_asked("Spamhaus ZEN", ip, why_not or "")
    reverse = dns.reversename.from_address(str(asked)).to_text(omit_final_dot=True)
    label = reverse.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
    return _looked_up(wire, "Spamhaus ZEN", str(asked), (ZEN, _ZEN_CANARY, label), _ZEN_CODES)


def domain(wire: Wire, name: str) -> Lookup[Listing]:
    """Whether the domain *name* is in DBL now; the list is of domains, so an address is not asked about."""
    if indicators.address(name) or not name.strip("."):
        return _not_asked("Spamhaus DBL", name, "the list is of domains")
    return _looked_up(wire, "Spamhaus DBL", name, (DBL, _DBL_CANARY, name.strip(".")), _DBL_CODES)


def _looked_up(
    wire: Wire, service: str, subject: str, asked: tuple[str, str, str], codes: Mapping[str, str]
) -> Lookup[Listing]:
    zone, canary, label = asked
    alive = names.addresses(wire, f"{canary}.{zone}")
    if not (alive.record and set(alive.record.values) & set(codes)):
        return _failed(service, subject, alive, f"the list does not answer as it should: {_why(alive)}")
    found = names.addresses(wire, f"{label}.{zone}")
    if found.outcome is Outcome.NO_SUCH_NAME:
        return _listing(service, subject, (alive, found), ListingState.NOT_LISTED)
    if found.record is None:
        return _failed(service, subject, found, _why(found))
    values = found.record.values
    trouble = next(filter(None, (_trouble(value, codes) for value in values)), None)
    if trouble:
        return _failed(service, subject, found, trouble)
    return _listing(service, subject, (alive, found), ListingState.LISTED, codes)


def _trouble(value: str, codes: Mapping[str, str]) -> str | None:
    """Why *value* is no statement about the subject; None where it is one."""
    if value in codes:
        return None
    if ipaddress.ip_address(value) not in ipaddress.ip_network("127.0.0.0/8"):
        return f"the list answers {value}: it is not the list that answers"
    if value.startswith("127.255.255.") or value in _ERRORS:
        return f"the list answers with an error: {_ERRORS.get(value, value)}"
    return f"the list answers with a code that is not known: {value}"


def _listing(
    service: str,
    subject: str,
    lookups: tuple[Lookup[Addresses], Lookup[Addresses]],
    state: ListingState,
    codes: Mapping[str, str] | None = None,
) -> Lookup[Listing]:
    found = lookups[1]
    values = found.record.values if found.record else ()
    categories = dict.fromkeys((codes or {}).get(value, value) for value in sorted(values))
    record = Listing(
        service=service,
        subject=subject,
        state=state,
        category=", ".join(categories),
        detail=" ".join(sorted(values)),
        as_of=found.evidence[-1].asked_at if found.evidence else None,
        link=LINK,
    )
    evidence = tuple(exchange for lookup in lookups for exchange in lookup.evidence)
    return Lookup(source=service, subject=subject, outcome=Outcome.ANSWERED, record=record, evidence=evidence)


def _failed(service: str, subject: str, asked: Lookup[Addresses], why: str) -> Lookup[Listing]:
    """ERROR, or NOT_ASKED where the level does not allow the question: never "not listed"."""
    if asked.outcome is Outcome.NOT_ASKED:
        return _not_asked(service, subject, asked.note)
    record = Listing(service=service, subject=subject, state=ListingState.ERROR, detail=why, link=LINK)
    outcome = asked.outcome if asked.outcome is Outcome.REFUSED else Outcome.FAILED
    return Lookup(
        source=service, subject=subject, outcome=outcome, record=record, evidence=asked.evidence, note=why
    )


def _not_asked(service: str, subject: str, why: str) -> Lookup[Listing]:
    record = Listing(service=service, subject=subject, state=ListingState.NOT_ASKED, detail=why, link=LINK)
    return Lookup(source=service, subject=subject, outcome=Outcome.NOT_ASKED, record=record, note=why)


def _why(lookup: Lookup[Addresses]) -> str:
    return lookup.note or ", ".join(lookup.record.values if lookup.record else ()) or lookup.outcome.value
