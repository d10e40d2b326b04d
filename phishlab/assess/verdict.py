"""The graded assessment: three questions, each answered with a confidence and the findings on both sides.

No answer rests on one test. The order of the rules for the From domain is that of the evidence's strength:
what the receiver recorded then, before what can be computed now, before a comparison of addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from phishlab.assess import authentication
from phishlab.records import (
    Assessment,
    Authentication,
    Comparison,
    Confidence,
    Direction,
    Exchange,
    Finding,
    Lookup,
    Message,
    PageVisit,
    Provenance,
    Weight,
)

_RISING = (Confidence.NONE, Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)
_STALE = timedelta(days=30)
_FROM_FINDINGS = ("address-check-", "authentication-", "from-", "no-from")


def from_domain(
    message: Message,
    recorded: Sequence[Authentication],
    computed: Sequence[Lookup[Authentication]],
    comparison: Comparison,
    findings: Sequence[Finding],
    *,
    boundary: Confidence = Confidence.HIGH,
) -> Assessment:
    """Did the mail come from its From domain?

    ``authenticated``, ``authenticated-by-path``, ``leaning-authentic``, ``undetermined``, ``leaning-spoofed``,
    ``probably-spoofed``, ``spoofed`` or ``not-attributable``. *boundary* is the origin's confidence.
    """
    answer, confidence, caveats = _from_rules(message, recorded, computed, comparison)
    if any(result.trusted for result in recorded) and _RISING.index(boundary) < _RISING.index(confidence):
        # What was recorded is worth no more than the knowledge of whose servers recorded it.
        confidence, caveats = boundary, (*caveats, "receiver-assumed")
    about = [finding for finding in findings if finding.id.startswith(_FROM_FINDINGS)]
    return Assessment(
        question="from-domain",
        answer=answer,
        confidence=confidence,
        supporting=_directed(about, Direction.FOR),
        opposing=_directed(about, Direction.AGAINST),
        caveats=caveats,
    )


def deceptive(findings: Sequence[Finding]) -> Assessment:
    """Is the mail meant to deceive? Graded by how many findings of different kinds agree; never by one alone."""
    speaking_for = _directed(findings, Direction.FOR)
    against = _directed(findings, Direction.AGAINST)
    strong = len({_kind(finding) for finding in speaking_for if finding.weight is Weight.STRONG})
    telling = len({_kind(finding) for finding in speaking_for if finding.weight is not Weight.WEAK})
    if strong >= 2 and telling >= 3:
        answer, confidence = "very-likely", Confidence.HIGH
    elif strong and telling >= 2:
        answer, confidence = "likely", Confidence.MODERATE
    elif telling >= 2:
        answer, confidence = "suspicious", Confidence.LOW
    elif speaking_for:
        answer, confidence = "undetermined", Confidence.LOW
    else:
        answer, confidence = "no-sign", Confidence.LOW
    rebuilt = any(_rebuilt(finding) for finding in speaking_for)
    return Assessment(
        question="deceptive",
        answer=answer,
        confidence=confidence,
        supporting=speaking_for,
        opposing=against,
        caveats=("rebuilt",) if rebuilt else (),
    )


def purpose(visits: Sequence[Lookup[PageVisit]], findings: Sequence[Finding]) -> Assessment:
    """What is it after? Only what a page or a form was seen to ask for is named with confidence."""
    seen = [finding for finding in findings if finding.id == "page-asks-password"]
    if seen:
        return _purpose("credentials", Confidence.HIGH, seen)
    hinted = [finding for finding in findings if finding.id in {"link-carries-recipient", "listed"}]
    if len(hinted) >= 2:
        return _purpose("credentials", Confidence.LOW, hinted)
    visited = any(visit.record is not None for visit in visits)
    return _purpose("unknown-visited" if visited else "unknown", Confidence.NONE, hinted)


def advice(deceived: Assessment, aim: Assessment) -> tuple[str, ...]:
    """What to do, as ids in wording/, the urgent first."""
    if deceived.answer in {"very-likely", "likely", "suspicious"}:
        steps = ["do-not-open", "real-site"]
        if aim.answer == "credentials":
            steps.append("password-given")
        return (*steps, "report-jp", "report-hosts", "keep")
    return ("ask-sender", "keep")


def _from_rules(
    message: Message,
    recorded: Sequence[Authentication],
    computed: Sequence[Lookup[Authentication]],
    comparison: Comparison,
) -> tuple[str, Confidence, tuple[str, ...]]:
    if message.from_.domain is None or message.from_.ambiguous:
        return "not-attributable", Confidence.HIGH, ()
    trusted = [result for result in recorded if result.trusted]
    then = _by_results(trusted, message)
    if then is not None:
        return then
    now = [lookup.record for lookup in computed if lookup.record is not None]
    today = _by_results(now, message)
    if today is not None:
        answer, confidence, caveats = today
        stale = _stale(message.date_utc, computed)
        return answer, Confidence.LOW if stale else confidence, (*caveats, "authentication-now")
    by_address = {"match": "leaning-authentic", "mismatch": "leaning-spoofed"}.get(comparison.result)
    if by_address:
        return by_address, Confidence.LOW, ("address-check", "nothing-recorded")
    return "undetermined", Confidence.NONE, ("nothing-recorded",)


def _by_results(
    results: Sequence[Authentication], message: Message
) -> tuple[str, Confidence, tuple[str, ...]] | None:
    """The answer that these results allow, or None where they allow none."""
    of = {
        method: [result for result in results if result.method == method]
        for method in ("dmarc", "dkim", "spf")
    }
    if any(result.result == "pass" for result in of["dmarc"]) or _passes_aligned(of["dkim"], message):
        return "authenticated", Confidence.HIGH, ("authentication-passed",)
    if _passes_aligned(of["spf"], message):
        return "authenticated-by-path", Confidence.MODERATE, ("shared-cloud",)
    failed = [result for result in of["dmarc"] if result.result == "fail"]
    spf_failed = [
        result for result in of["spf"] if result.result == "fail" and authentication.aligned(result, message)
    ]
    if not failed and not spf_failed:
        return None
    if authentication.indirect(message):
        return "undetermined", Confidence.LOW, ("indirect",)
    if any(_strict(result) for result in failed):
        return "spoofed", Confidence.HIGH, ()
    return "probably-spoofed", Confidence.MODERATE, ()


def _passes_aligned(results: Iterable[Authentication], message: Message) -> bool:
    return any(result.result == "pass" and authentication.aligned(result, message) for result in results)


def _strict(result: Authentication) -> bool:
    """Whether a failed DMARC result names the policy reject or quarantine.

    Exchange writes ``dmarc=fail action=oreject``, others ``dmarc=fail (p=REJECT sp=REJECT dis=NONE)``.
    """
    stated = " ".join(value.lower() for name, value in result.properties if name in _POLICY)
    return bool(_STRICT.search(stated))


_POLICY = frozenset({"policy", "p", "action", "policy.published", "comment"})
# "oreject" is Exchange's word for a rejection that it overrode; "p=NONE sp=REJECT" leaves the domain itself open.
_STRICT = re.compile(r"(?<![a-z=.])(?:p=|o)?(?:reject|quarantine)\b")


def _stale(mailed: datetime | None, computed: Sequence[Lookup[Authentication]]) -> bool:
    asked = [exchange.asked_at for lookup in computed for exchange in lookup.evidence]
    return mailed is None or not asked or max(asked) - mailed > _STALE


def _purpose(answer: str, confidence: Confidence, supporting: Sequence[Finding]) -> Assessment:
    return Assessment(
        question="purpose", answer=answer, confidence=confidence, supporting=tuple(supporting), caveats=()
    )


def _directed(findings: Iterable[Finding], direction: Direction) -> tuple[Finding, ...]:
    order = {Weight.STRONG: 0, Weight.MODERATE: 1, Weight.WEAK: 2}
    chosen = [finding for finding in findings if finding.direction is direction]
    return tuple(sorted(chosen, key=lambda finding: order[finding.weight]))


def _kind(finding: Finding) -> str:
    """Findings of one kind rest on one another (link-…, page-…), so they count once."""
    return finding.id.split("-")[0]


def _rebuilt(finding: Finding) -> bool:
    return any(
        isinstance(ground, Exchange) and ground.origin is Provenance.RECONSTRUCTED
        for ground in finding.because
    )
