"""SPF, DKIM and DMARC: what the receiver recorded then, what today's DNS says now, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

from phishlab import indicators
from phishlab.records import Authentication, Direction, Exchange, Finding, Ground, Lookup, Message, Weight

_INDIRECT = ("list-id", "x-forwarded-to", "x-forwarded-for", "resent-from")


def findings(
    recorded: Sequence[Authentication], computed: Sequence[Lookup[Authentication]], message: Message
) -> tuple[Finding, ...]:
    """One finding for each kind of knowledge: trusted results, untrusted claims, results of today, none."""
    trusted = [result for result in recorded if result.trusted]
    claims = [result for result in recorded if not result.trusted]
    found = [_trusted(result, message) for result in trusted if result.method == "dmarc"]
    if not trusted:
        found.append(
            Finding(
                id="authentication-not-recorded",
                direction=Direction.NEUTRAL,
                weight=Weight.WEAK,
                because=(_from(message),),
            )
        )
    if claims:
        found.append(
            Finding(
                id="authentication-claims",
                direction=Direction.NEUTRAL,
                weight=Weight.WEAK,
                values=(("results", ", ".join(f"{claim.method}={claim.result}" for claim in claims[:6])),),
                because=tuple(claims[:6]),
                caveat="authentication-claims",
            )
        )
    found.extend(_now(lookup) for lookup in computed if lookup.record is not None)
    return tuple(found)


def aligned(result: Authentication, message: Message) -> bool:
    """Whether the result's domain and the From domain share an organisational domain (RFC 7489, relaxed)."""
    own = message.from_.domain
    if not own or not result.domain:
        return False
    theirs = result.domain.rpartition("@")[2].lower()
    return (indicators.registrable(own) or own) == (indicators.registrable(theirs) or theirs)


def indirect(message: Message) -> bool:
    """Whether the mail shows signs of a mailing list or a forwarder, which break SPF for honest mail (RFC 7960)."""
    names = {header.name.lower() for header in message.headers}
    return any(name in names for name in _INDIRECT)


def _trusted(result: Authentication, message: Message) -> Finding:
    """``pass`` and ``fail`` speak; ``none``, ``temperror`` and the like only say that nothing was decided."""
    kind = _KINDS.get(result.result, "undecided")
    return Finding(
        id=f"authentication-{kind}",
        direction=Direction.FOR if kind == "failed" else Direction.NEUTRAL,
        weight=Weight.WEAK if kind == "undecided" else Weight.MODERATE,
        values=(("result", result.result), ("domain", result.domain or message.from_.domain or "—")),
        because=(result,),
        caveat=f"authentication-{kind}",
    )


_KINDS = {"pass": "passed", "bestguesspass": "passed", "fail": "failed"}


def _now(lookup: Lookup[Authentication]) -> Finding:
    result = lookup.record
    assert result is not None  # noqa: S101 - the caller has looked
    because: tuple[Ground, ...] = tuple(_answers(lookup)) or (result,)
    unsigned = result.method == "dkim" and result.result == "none"
    return Finding(
        id="authentication-now-unsigned" if unsigned else "authentication-now",
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(
            ("method", result.method.upper()),
            ("result", result.result),
            ("domain", result.domain or "—"),
        ),
        because=because,
        caveat=None
        if unsigned
        else "authentication-now-chain"
        if result.method == "arc"
        else "authentication-now",
    )


def _answers(lookup: Lookup[Authentication]) -> tuple[Exchange, ...]:
    return lookup.evidence


def _from(message: Message) -> Ground:
    from phishlab.assess import identity

    return identity.header(message, "From") or identity.from_claim(message)
