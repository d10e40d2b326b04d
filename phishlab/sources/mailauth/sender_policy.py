"""SPF (RFC 7208) through pyspf, whose own DNS is replaced by the wire."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import spf as pyspf

from phishlab import indicators
from phishlab.errors import PhishlabError
from phishlab.records import Authentication, Exchange, Lookup, Outcome
from phishlab.sources import dns as names
from phishlab.wire import Wire

TODAY = "by today's DNS, not that of the day of receipt"

_Found: TypeAlias = list[tuple[tuple[str, str], Any]]


@dataclass(slots=True)
class _Resolver:
    """One evaluation's questions: what they rest on, and what could not be answered."""

    wire: Wire
    evidence: list[Exchange] = field(default_factory=list)
    trouble: tuple[Outcome, str] | None = None
    policies: list[str] = field(default_factory=list)

    def look_up(self, name: str, rdtype: str) -> _Found:
        """The records as pyspf takes them; TempError where the answer is not known (RFC 7208, 5)."""
        if rdtype == "SPF":
            return []  # type 99 is history: RFC 7208, 3.1
        lookup, found = names.records(self.wire, name, rdtype)
        self.evidence.extend(lookup.evidence)
        if lookup.outcome in _VOID or (
            lookup.outcome is Outcome.FAILED and not lookup.evidence and not _name(name)
        ):
            return []
        if lookup.outcome is not Outcome.ANSWERED:
            self.trouble = self.trouble or (lookup.outcome, lookup.note)
            raise pyspf.TempError(f"DNS {lookup.note}")
        if rdtype == "TXT" and lookup.record:
            self.policies.extend(
                value for value in lookup.record.values if value.lower().startswith("v=spf1")
            )
        return [((name, rdtype), _AS_DATA[rdtype](rdata)) for rdata in found]


_VOID = frozenset({Outcome.NO_SUCH_NAME, Outcome.NO_DATA})
_AS_DATA: dict[str, Callable[[Any], Any]] = {
    "A": lambda rdata: str(rdata.address),
    "AAAA": lambda rdata: str(rdata.address),
    "MX": lambda rdata: (rdata.preference, rdata.exchange.to_text(omit_final_dot=True)),
    "PTR": lambda rdata: rdata.target.to_text(omit_final_dot=True),
    "TXT": lambda rdata: tuple(rdata.strings),
}
_resolver: ContextVar[_Resolver] = ContextVar("_resolver")


def _on_the_wire(name: str, rdtype: str, *_: object) -> _Found:
    return _resolver.get().look_up(name, rdtype)


# pyspf finds its DNS in this module global; which wire it means is told by the context of each evaluation.
pyspf.DNSLookup = _on_the_wire


def _name(text: str) -> bool:
    """Whether *text* can stand in the DNS at all; RFC 7208, 4.3 treats what cannot as absent."""
    try:
        names.name(text)
    except Exception:  # noqa: BLE001 # dnspython's own exceptions and ValueError, all of them "no"
        return False
    return True


def spf(wire: Wire, ip: str, mail_from: str | None, helo: str | None) -> Lookup[Authentication]:
    """Whether the domain of *mail_from*, or for a bounce that of *helo*, lets *ip* send, by today's DNS.

    NOT_ASKED where there is nobody to ask about or the level does not allow it. Where an answer could not be
    had the result is ``temperror`` and the outcome tells why. An exception of pyspf on a hostile record is
    FAILED.
    """
    sender = (mail_from or "").strip().strip("<>")
    name = (helo or "").strip()
    asked = indicators.address(ip)
    domain = sender.rpartition("@")[2] or name
    if asked is None or not domain:
        note = f"{ip} is not an IP address" if asked is None else "neither MAIL FROM nor HELO names a domain"
        return Lookup(source="spf", subject=domain or ip, outcome=Outcome.NOT_ASKED, note=note)
    resolver = _Resolver(wire)
    token = _resolver.set(resolver)
    try:
        query = pyspf.query(i=str(asked), s=sender, h=name, strict=True)
        result, _, explanation = query.check()
    except PhishlabError:
        raise
    except Exception as error:  # noqa: BLE001 # pyspf raises what a hostile record makes it raise
        evidence = tuple(resolver.evidence)
        note = f"the policy cannot be evaluated: {type(error).__name__}"
        return Lookup(source="spf", subject=domain, outcome=Outcome.FAILED, evidence=evidence, note=note)
    finally:
        _resolver.reset(token)
    said = {
        "result": str(result),
        "reason": str(explanation or ""),
        "policy.mechanism": str(query.mechanism or ""),
    }
    return _lookup(
        resolver, domain.lower(), said, {"mailfrom": sender, "helo": name, "remote-ip": str(asked)}
    )


def _lookup(
    resolver: _Resolver, domain: str, said: dict[str, str], smtp: dict[str, str]
) -> Lookup[Authentication]:
    outcome, trouble = resolver.trouble or (Outcome.ANSWERED, "")
    shown = {f"smtp.{name}": value for name, value in smtp.items() if value}
    properties = {
        **shown,
        "policy.record": resolver.policies[0] if resolver.policies else "",
        **{name: value for name, value in said.items() if name != "result"},
        "dns": "today",
    }
    record = Authentication(
        method="spf",
        result=said["result"],
        domain=domain,
        authserv_id=None,
        field="",
        position=-1,
        raw=" ".join((f"spf={said['result']}", *(f"{name}={value}" for name, value in shown.items()))),
        properties=tuple((name, value) for name, value in properties.items() if value),
    )
    return Lookup(
        source="spf",
        subject=domain,
        outcome=outcome,
        record=None if outcome is Outcome.NOT_ASKED else record,
        evidence=tuple(dict.fromkeys(resolver.evidence)),
        note=trouble or TODAY,
    )
