"""DMARC: the policy of the From domain, and whether SPF or DKIM passed for it.

Mail received before May 2026 was judged under RFC 7489, which finds the organisational domain by the public
suffix list; since then RFC 9989 finds it by a walk up the DNS tree of at most eight names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from phishlab import indicators
from phishlab.records import Authentication, Exchange, Lookup, Outcome
from phishlab.sources import dns as names
from phishlab.sources.mailauth.sender_policy import TODAY
from phishlab.wire import Wire

TREE_WALK_SINCE = datetime(2026, 5, 1, tzinfo=UTC)
_WALK = 8  # RFC 9989: at most eight names
_POLICIES = frozenset({"none", "quarantine", "reject"})
_METHODS = frozenset({"spf", "dkim"})  # RFC 8617, 5.4.1: a chain of ARC sets does not count
_UNSETTLED = frozenset({"temperror", "permerror", "neutral"})
"""DKIM and SPF results that leave open what the receiver saw: a key may be gone, a name may not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A record, where it stood, and the organisational domain that it belongs to."""

    tags: dict[str, str]
    at: str
    organisation: str
    text: str

    def asks(self, domain: str, *, exists: bool = True) -> tuple[str, str]:
        """What it asks for mail from *domain*, and by which tag: ``p``, for a subdomain ``sp`` where that is given.

        RFC 9989 adds ``np`` for a subdomain that does not exist.
        """
        below = domain != self.at
        tags = ("np", "sp", "p") if below and not exists else ("sp", "p") if below else ("p",)
        tag = next(name for name in tags if self.tags.get(name, "").lower() in _POLICIES)
        return self.tags[tag].lower(), tag


@dataclass(slots=True)
class _Asked:
    """The questions of one evaluation."""

    wire: Wire
    evidence: list[Exchange] = field(default_factory=list)
    trouble: tuple[Outcome, str] | None = None

    def exists(self, domain: str) -> bool:
        """Whether there is such a name (RFC 8020); one that could not be asked for counts as there."""
        lookup = names.addresses(self.wire, domain)
        self.evidence.extend(lookup.evidence)
        return lookup.outcome is not Outcome.NO_SUCH_NAME

    def record(self, domain: str) -> tuple[dict[str, str], str] | None:
        """The one DMARC record at ``_dmarc.domain``; None where there is none or more than one (RFC 7489, 6.6.3)."""
        lookup = names.addresses(self.wire, f"_dmarc.{domain}", "TXT")
        self.evidence.extend(lookup.evidence)
        if lookup.outcome not in {Outcome.ANSWERED, Outcome.NO_SUCH_NAME, Outcome.NO_DATA}:
            self.trouble = self.trouble or (lookup.outcome, lookup.note)
        found = [
            (tags, text) for text in (lookup.record.values if lookup.record else ()) if (tags := parse(text))
        ]
        return found[0] if len(found) == 1 else None


def dmarc(
    wire: Wire, from_domain: str, computed: Sequence[Lookup[Authentication]], at: datetime | None = None
) -> Lookup[Authentication]:
    """Whether *from_domain* is authenticated by one of *computed* (SPF and DKIM), by today's DNS.

    ``pass``, ``fail``, ``none`` (no policy), or ``temperror`` where a policy or a result that could have
    passed is not known: a key that is no longer published does not make a mail fail. *at* is the time of
    receipt and decides which RFC is followed; without it the newer one.
    """
    domain = from_domain.strip().rstrip(".").lower()
    rule = "RFC 9989" if at is None or at >= TREE_WALK_SINCE else "RFC 7489"
    asked = _Asked(wire)
    policy = _walked(asked, domain) if rule == "RFC 9989" else _listed(asked, domain)
    if policy is None:
        return _lookup(asked, domain, "temperror" if asked.trouble else "none", {"policy.rule": rule})
    passing = next(
        (by for lookup in computed if (by := lookup.record) and _aligned(asked, by, domain, policy, rule)),
        None,
    )
    result = "pass" if passing else "temperror" if _open(computed) else "fail"
    # Only RFC 9989 has np=, and only a subdomain can be meant: nothing else is worth a question.
    exists = rule == "RFC 7489" or "np" not in policy.tags or domain == policy.at or asked.exists(domain)
    published, tag = policy.asks(domain, exists=exists)
    return _lookup(
        asked,
        domain,
        result,
        {
            "policy.published": published,
            "policy.tag": tag if tag != "p" else "",
            "policy.testing": _testing(policy.tags, rule),
            "policy.record": policy.text,
            "policy.at": policy.at,
            "policy.organisation": policy.organisation,
            "policy.rule": rule,
            "aligned": f"{passing.method} {passing.domain}" if passing else "",
            "reason": "an SPF or DKIM result is not known today" if result == "temperror" else "",
        },
    )


def _testing(tags: dict[str, str], rule: str) -> str:
    """How the record asks to be spared: ``t=y`` (RFC 9989), ``pct=20`` (RFC 7489); empty where not."""
    if rule == "RFC 9989":
        return "t=y" if tags.get("t", "").lower() == "y" else ""
    share = tags.get("pct", "100")
    return f"pct={share}" if re.fullmatch(r"\d{1,3}", share) and int(share) < 100 else ""


def _open(computed: Sequence[Lookup[Authentication]]) -> bool:
    """Whether a result is missing, or not known today, that might have passed then."""
    counted = [lookup for lookup in computed if lookup.source in _METHODS]
    known = [lookup.record for lookup in counted if lookup.record and lookup.record.result not in _UNSETTLED]
    return len(known) < len(counted) or {record.method for record in known} < {"spf", "dkim"}


def parse(text: str) -> dict[str, str]:
    """The tags of ``v=DMARC1; p=none; sp=reject; aspf=s``; empty for what is no usable record."""
    parts = [part.partition("=") for part in text.split(";")]
    tags = {name.strip().lower(): value.strip() for name, equals, value in parts if equals}
    first = parts[0][0].strip().lower(), parts[0][2].strip()
    tags["p"] = tags.get("p", "none" if "rua" in tags else "").lower()  # RFC 7489, 6.6.3 (6)
    return tags if first == ("v", "DMARC1") and tags["p"] in _POLICIES else {}


def _listed(asked: _Asked, domain: str) -> Policy | None:
    """RFC 7489, 6.6.3: the domain itself, else its organisational domain by the public suffix list."""
    organisation = indicators.registrable(domain) or domain
    for name in dict.fromkeys((domain, organisation)):
        if found := asked.record(name):
            return Policy(tags=found[0], at=name, organisation=organisation, text=found[1])
    return None


def _walked(asked: _Asked, domain: str) -> Policy | None:
    """RFC 9989: the domain's own record, else that of the organisational domain that the walk finds."""
    found = [(name, record) for name in walk(domain) if (record := asked.record(name))]
    if not found:
        return None
    organisation = _organisation(domain, [(name, tags.get("psd", "u").lower()) for name, (tags, _) in found])
    at, (tags, text) = next(
        ((name, record) for name, record in found if name in {domain, organisation}), found[-1]
    )
    return Policy(tags=tags, at=at, organisation=organisation, text=text)


def walk(domain: str) -> list[str]:
    """The names of a tree walk, longest first, at most eight: after the first it goes on at seven labels."""
    labels = domain.split(".")
    starts = range(len(labels)) if len(labels) <= _WALK else (0, *range(len(labels) - _WALK + 1, len(labels)))
    return [".".join(labels[start:]) for start in starts]


def _organisation(domain: str, found: list[tuple[str, str]]) -> str:
    """``psd=n`` names it; ``psd=y`` puts it one label below; else the record with the fewest labels."""
    for name, psd in found:
        if psd == "n":
            return name
        if psd == "y" and name != domain:
            return ".".join(domain.split(".")[-len(name.split(".")) - 1 :])
    return found[-1][0]


def _aligned(asked: _Asked, by: Authentication, domain: str, policy: Policy, rule: str) -> bool:
    """Whether *by* passed for a domain that is the From domain's, or of one organisation (RFC 7489, 3.1)."""
    theirs = (by.domain or "").lower()
    if by.method not in _METHODS or by.result != "pass" or not theirs:
        return False
    strict = policy.tags.get("aspf" if by.method == "spf" else "adkim", "r").lower() == "s"
    if theirs == domain or strict:
        return theirs == domain
    if rule == "RFC 7489":
        return (indicators.registrable(theirs) or theirs) == policy.organisation
    other = _walked(asked, theirs)
    return other is not None and other.organisation == policy.organisation


def _lookup(asked: _Asked, domain: str, result: str, properties: dict[str, str]) -> Lookup[Authentication]:
    outcome, note = asked.trouble if asked.trouble and result == "temperror" else (Outcome.ANSWERED, "")
    record = Authentication(
        method="dmarc",
        result=result,
        domain=domain,
        authserv_id=None,
        field="",
        position=-1,
        raw=f"dmarc={result} header.from={domain}",
        properties=tuple(
            (name, value)
            for name, value in {"header.from": domain, **properties, "dns": "today"}.items()
            if value
        ),
    )
    return Lookup(
        source="dmarc",
        subject=domain,
        outcome=outcome,
        record=None if outcome is Outcome.NOT_ASKED else record,
        evidence=tuple(dict.fromkeys(asked.evidence)),
        note=note or TODAY,
    )
