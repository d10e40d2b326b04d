"""What a name resolves to, by DNS messages over the wire.

``dns.resolver`` is not used: it swallows a wire's refusal and reports a time-out instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import quote

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.reversename
from ada_url import idna

from phishlab import indicators
from phishlab.records import Addresses, Answer, Level, Lookup, Outcome, Question
from phishlab.sources import address
from phishlab.wire import Wire

TYPES = ("A", "AAAA", "MX", "NS", "SOA", "TXT", "CAA", "CNAME", "PTR")

# Zones whose holders are no attackers: only they learn of a question. Any other name may be the attacker's.
_RUN_BY = {
    "asn.cymru.com": Level.PASSIVE,
    "spamhaus.org": Level.THIRD_PARTY,
}
_POINTERS = 10
"""How many names of one address are confirmed: a PTR set can be endless (RFC 8601, 3)."""
_ALIASES = 8
"""How many aliases are followed by asking again; resolvers follow as many themselves."""
_URI_SAFE = "-._~!$&'()*+,=:@"


def level_of(text: str) -> Level:
    """Who learns of a question for *text*: a registry, a service, or whoever holds that name (active)."""
    zone = run_by(text)
    return _RUN_BY[zone] if zone else Level.ACTIVE


def run_by(text: str) -> str | None:
    """The zone of a registry or a service that *text* stands in: ``asn.cymru.com``; None for any other name."""
    labels = text.lower().rstrip(".").split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((suffix for suffix in suffixes if suffix in _RUN_BY), None)


def question(queried: dns.name.Name, rdtype: str, level: Level | None = None) -> Question:
    """The question for *queried*, for example ``dns:aica-interior.co.jp?type=A`` (RFC 4501)."""
    text = queried.to_text(omit_final_dot=True).lower()
    return Question(
        uri=f"dns:{quote(text, safe=_URI_SAFE)}?type={rdtype}",
        level=level_of(text) if level is None else level,
    )


def addresses(wire: Wire, subject: str, rdtype: str = "A", level: Level | None = None) -> Lookup[Addresses]:
    """The records of *rdtype* (one of TYPES) that *subject* has now, its aliases followed.

    Inside the answer, and by asking on where the server did not follow them itself: such an answer says nothing
    of the name at the end. A name that cannot stand in the DNS is FAILED, with the reason in the note.
    """
    found, chain = _records(wire, subject, rdtype, level)
    for _ in range(_ALIASES):
        if found.outcome is not Outcome.NO_DATA or chain is None or chain.followed:
            break
        onward, further = _records(wire, chain.aliases[-1], rdtype, level)
        chain = further and replace(further, aliases=(*chain.aliases, *further.aliases[1:]))
        found = _carried_on(found, onward, chain)
    return found


def hosts(wire: Wire, subject: str) -> tuple[Lookup[Addresses], ...]:
    """Where *subject* answers: its IPv4 addresses, and its IPv6 ones where it has no others."""
    found = addresses(wire, subject)
    return (found, addresses(wire, subject, "AAAA")) if found.outcome is Outcome.NO_DATA else (found,)


def records(
    wire: Wire, subject: str, rdtype: str, level: Level | None = None
) -> tuple[Lookup[Addresses], tuple[dns.rdata.Rdata, ...]]:
    """The same, and the records themselves for those who need their bytes (SPF, DKIM keys)."""
    found, chain = _records(wire, subject, rdtype, level)
    return found, chain.records if chain else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chain:
    """One answer: the names that its aliases lead through, and the records at their end."""

    aliases: tuple[str, ...]
    records: tuple[dns.rdata.Rdata, ...]
    followed: bool
    """Whether the server followed them; where it did and found nothing, it says so (RFC 2308, 2.2)."""


def _records(
    wire: Wire, subject: str, rdtype: str, level: Level | None
) -> tuple[Lookup[Addresses], _Chain | None]:
    try:
        queried = name(subject)
    except (dns.exception.DNSException, ValueError) as error:
        note = f"not a name that can be asked for: {_why(error)}"
        return Lookup(
            source="dns", subject=subject, outcome=Outcome.FAILED, note=note, asked_for=rdtype
        ), None
    answer = wire.ask(question(queried, rdtype, level))
    outcome, note, chain = _read(answer, queried, rdtype)
    shown = queried.to_text(omit_final_dot=True)
    lookup = Lookup(
        source="dns",
        subject=shown,
        outcome=outcome,
        record=_record(shown, rdtype, chain) if outcome is Outcome.ANSWERED and chain else None,
        evidence=(answer.exchange,) if answer.exchange else (),
        note=note,
        asked_for=rdtype,
    )
    return lookup, _chain(shown, answer, chain) if chain else None


def _chain(shown: str, answer: Answer, chain: dns.message.ChainingResult) -> _Chain:
    authority = dns.message.from_wire(answer.data).authority
    stated = any(rrset.rdtype == dns.rdatatype.SOA for rrset in authority)
    return _Chain(
        aliases=_aliases(shown, chain) or (shown,),
        records=tuple(chain.answer or ()),
        followed=not chain.cnames or stated,
    )


def _carried_on(
    found: Lookup[Addresses], onward: Lookup[Addresses], chain: _Chain | None
) -> Lookup[Addresses]:
    """What is at the end of the aliases, as the answer about the name that they began with."""
    record = onward.record
    if record is not None and chain is not None:
        record = replace(record, name=found.subject, chain=chain.aliases)
    return replace(onward, subject=found.subject, record=record, evidence=(*found.evidence, *onward.evidence))


def pointer(wire: Wire, ip: str) -> Lookup[Addresses]:
    """The names that the holder of *ip* gives it (PTR): their claim until it is confirmed."""
    asked = indicators.address(ip)
    why_not = address.refusal(ip)
    if asked is None or why_not:
        return Lookup(
            source="dns", subject=ip, outcome=Outcome.NOT_ASKED, note=why_not or "", asked_for="PTR"
        )
    return addresses(wire, dns.reversename.from_address(str(asked)).to_text(), "PTR")


def confirmed(wire: Wire, ip: str, names: Lookup[Addresses]) -> Lookup[Addresses]:
    """Those names of *ip* that resolve back to it (FCrDNS, RFC 8601 section 3), as of now.

    NO_DATA where none does; the outcome of *names* where there were none to try; FAILED where a name could
    not be asked for and no other one confirms. At most ten names are tried.
    """
    asked = indicators.address(ip)
    if names.record is None or asked is None:
        return replace(names, source="fcrdns", subject=ip)
    rdtype = "A" if asked.version == 4 else "AAAA"
    tried = [addresses(wire, text, rdtype) for text in names.record.values[:_POINTERS]]
    evidence = (*names.evidence, *(exchange for lookup in tried for exchange in lookup.evidence))
    good = tuple(lookup.record.name for lookup in tried if lookup.record and _holds(lookup.record, asked))
    if good:
        record = Addresses(name=ip, rdtype="PTR", values=good, canonical=names.record.canonical)
        return Lookup(
            source="fcrdns",
            subject=ip,
            outcome=Outcome.ANSWERED,
            record=record,
            evidence=evidence,
            asked_for="PTR",
        )
    worst = next((lookup for lookup in tried if lookup.outcome not in _SETTLED), None)
    return Lookup(
        source="fcrdns",
        subject=ip,
        outcome=worst.outcome if worst else Outcome.NO_DATA,
        evidence=evidence,
        note=worst.note if worst else "none of its names resolves back to it",
        asked_for="PTR",
    )


_SETTLED = frozenset({Outcome.ANSWERED, Outcome.NO_SUCH_NAME, Outcome.NO_DATA})


def _holds(record: Addresses, asked: object) -> bool:
    return any(indicators.address(value) == asked for value in record.values)


def name(text: str) -> dns.name.Name:
    """*text* as a name of A-labels, lower case; DNSException or ValueError where it cannot be one."""
    if indicators.address(text):
        raise ValueError("it is an address")
    if not text.isascii():
        text = idna.encode(text).decode("ascii")
    read = dns.name.from_text(text.lower()) if text else dns.name.root
    if read == dns.name.root:
        raise ValueError("it is empty")
    return read


_Read: TypeAlias = tuple[Outcome, str, dns.message.ChainingResult | None]


def _read(answer: Answer, queried: dns.name.Name, rdtype: str) -> _Read:
    if not answer.data:
        outcome = Outcome.FAILED if answer.outcome is Outcome.ANSWERED else answer.outcome
        return outcome, answer.note or "no bytes came back", None
    try:
        message = dns.message.from_wire(answer.data)
        trouble = _trouble(message, queried, rdtype)
        if trouble or not isinstance(message, dns.message.QueryMessage):
            return Outcome.FAILED, trouble, None
        return _chained(message, rdtype)
    except (dns.exception.DNSException, ValueError) as error:
        return Outcome.FAILED, f"the answer cannot be read: {_why(error)}", None


def _trouble(message: dns.message.Message, queried: dns.name.Name, rdtype: str) -> str:
    """Why *message* is no answer to the question at all; empty where it is one."""
    if not isinstance(message, dns.message.QueryMessage) or not message.flags & dns.flags.QR:
        return "the bytes are no answer"
    if [(asked.name, asked.rdtype) for asked in message.question] != [
        (queried, dns.rdatatype.from_text(rdtype))
    ]:
        return "the answer is to another question"
    return "the answer was cut off" if message.flags & dns.flags.TC else ""


def _chained(message: dns.message.QueryMessage, rdtype: str) -> _Read:
    rcode = message.rcode()
    if rcode != dns.rcode.NOERROR:
        note = f"the name server answered {dns.rcode.to_text(rcode)}"
        return _OF_RCODE.get(rcode, Outcome.FAILED), note, None
    chain = message.resolve_chaining()
    if chain.answer is None:
        return Outcome.NO_DATA, f"{_shown(chain.canonical_name)} has no {rdtype} record", chain
    return Outcome.ANSWERED, "", chain


def _record(name: str, rdtype: str, chain: dns.message.ChainingResult) -> Addresses:
    return Addresses(
        name=name,
        rdtype=rdtype,
        values=tuple(_text(rdata, rdtype) for rdata in chain.answer or ()),
        canonical=_shown(chain.canonical_name),
        ttl=chain.minimum_ttl,
        chain=_aliases(name, chain),
    )


def _aliases(name: str, chain: dns.message.ChainingResult) -> tuple[str, ...]:
    """``www.example.jp``, ``cdn.example.net``, ``edge.example.net``: empty where the name is its own."""
    targets = [_shown(rdata.target) for rrset in chain.cnames for rdata in rrset]
    return (name, *targets) if targets else ()


def _shown(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


_OF_RCODE = {
    dns.rcode.NXDOMAIN: Outcome.NO_SUCH_NAME,
    dns.rcode.REFUSED: Outcome.REFUSED,
}


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _text(rdata: dns.rdata.Rdata, rdtype: str) -> str:
    """One record as text: names without their final dot, TXT strings joined (RFC 7208, 3.3)."""
    return _AS_TEXT[rdtype](rdata) if rdtype in _AS_TEXT else rdata.to_text()


# dnspython builds the classes of its record types at run time: their attributes have no static type.
_AS_TEXT: dict[str, Callable[[Any], str]] = {
    "MX": lambda rdata: f"{rdata.preference} {rdata.exchange.to_text(omit_final_dot=True)}",
    "NS": lambda rdata: str(rdata.target.to_text(omit_final_dot=True)),
    "CNAME": lambda rdata: str(rdata.target.to_text(omit_final_dot=True)),
    "PTR": lambda rdata: str(rdata.target.to_text(omit_final_dot=True)),
    "TXT": lambda rdata: b"".join(rdata.strings).decode("utf-8", "backslashreplace"),
}
