"""Who registered a domain, by WHOIS (RFC 3912) where its registry has no RDAP.

Hosts are dialled only from a fixed list: the registry's server that IANA names, IANA's own, and the registrars
that a registry may refer to. A question takes two of them at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

import dns.exception

from phishlab.records import Answer, DomainRegistration, Level, Lookup, Outcome, Question
from phishlab.sources import dns as names
from phishlab.sources.whois import answer, jprs, registries, silence
from phishlab.sources.whois.registries import Registry
from phishlab.wire import Wire

IANA = "whois.iana.org"

# "whois:        whois.dmdomains.dm", "refer:        whois.nic.dm", "Registrar WHOIS Server: whois.godaddy.com"
_REFERRAL = re.compile(
    r"^[ \t]*(?:registrar whois server|whois server|refer|whois):[ \t]*(?:whois://)?([a-z0-9.-]{1,253}?)[/. \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def domain(wire: Wire, name: str) -> Lookup[DomainRegistration]:
    """The registration of *name*: .jp by JPRS, others by the registry that is known for them, else by IANA.

    NO_SUCH_NAME only in the registry's own words. A registry that is not in the list of those that are read is
    asked all the same: its answer is kept, and FAILED says that it is not read.
    """
    try:
        queried = names.name(name).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError) as error:
        note = f"not a name that can be asked for: {error}"
        return Lookup(source="whois", subject=name, outcome=Outcome.FAILED, note=note)
    if queried.endswith(".jp"):
        return jprs.domain(wire, queried)
    registry = registries.of(queried)
    return _by_iana(wire, queried) if registry is None else _by_registry(wire, queried, registry)


def _by_registry(wire: Wire, name: str, registry: Registry) -> Lookup[DomainRegistration]:
    asked = _asked(wire, registry.server, registry.ask.replace("{name}", name))
    outcome, note, record = (
        (*silence.told(asked), None) if not asked.data else answer.read(_text(asked), name, registry)
    )
    found = _lookup(registry.server, name, outcome, note, (asked,), record=record)
    referral = referred(_text(asked)) if record else None
    if record is None or referral is None or referral == registry.server:
        return found
    if referral not in registries.registrars():
        return replace(found, note=f"refers to {referral}, which is not among the servers that are asked")
    return _joined(found, _asked(wire, referral, name), replace(registry, server=referral, free=()))


def _by_iana(wire: Wire, name: str) -> Lookup[DomainRegistration]:
    """IANA's word on which server answers for the top-level domain, and that server's answer, kept unread."""
    top = name.rpartition(".")[2]
    told = _asked(wire, IANA, top)
    if not told.data:
        return _lookup(IANA, name, *silence.told(told), (told,))
    server = referred(_text(told))
    if server is None:
        return _lookup(IANA, name, Outcome.NOT_ASKED, f"IANA names no WHOIS server for .{top}", (told,))
    asked = _asked(wire, server, name)
    if not asked.data:
        return _lookup(server, name, *silence.told(asked), (told, asked))
    note = "the layout of this registry's answers is not one that is read: the answer is kept"
    return _lookup(server, name, Outcome.FAILED, note, (told, asked))


def _joined(
    found: Lookup[DomainRegistration], asked: Answer, registrar: Registry
) -> Lookup[DomainRegistration]:
    """The registry's record with its registrar's own answer beside it; what only that one knows is taken over."""
    evidence = (*found.evidence, *((asked.exchange,) if asked.exchange else ()))
    ours, theirs = found.record, None
    outcome, note = silence.told(asked)
    if asked.data:
        outcome, note, theirs = answer.read(_text(asked), found.subject, registrar)
    if ours is None or theirs is None:
        return replace(
            found, evidence=evidence, note=f"the registrar's answer is missing: {note or outcome.value}"
        )
    silent = ours.registrant is None
    record = replace(
        ours,
        registrant=theirs.registrant if silent else ours.registrant,
        privacy=(theirs.privacy or ours.privacy) if silent else ours.privacy,
        abuse=tuple(dict.fromkeys((*ours.abuse, *theirs.abuse))),
        registrar_answer=theirs,
    )
    return replace(found, record=record, evidence=evidence)


def referred(text: str) -> str | None:
    """The server that an answer refers to, None where it refers to none."""
    match = _REFERRAL.search(text)
    return match[1].lower() if match and "." in match[1] else None


def _asked(wire: Wire, server: str, line: str) -> Answer:
    return wire.ask(Question(uri=f"whois://{server}/{quote(line, safe='-._~,')}", level=Level.PASSIVE))


def _text(asked: Answer) -> str:
    """UTF-8, or the ISO 8859-1 of older registries, in which every byte is a character."""
    try:
        return asked.data.decode("utf-8")
    except UnicodeDecodeError:
        return asked.data.decode("iso-8859-1")


def _lookup(
    server: str,
    name: str,
    outcome: Outcome,
    note: str,
    asked: Iterable[Answer],
    *,
    record: DomainRegistration | None = None,
) -> Lookup[DomainRegistration]:
    evidence = tuple(one.exchange for one in asked if one.exchange)
    return Lookup(source=server, subject=name, outcome=outcome, record=record, evidence=evidence, note=note)
