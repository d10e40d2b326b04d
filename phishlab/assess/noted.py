"""What servers noted beside the route: whom a provider says that it took the mail from, and the reverse name."""

from __future__ import annotations

from phishlab import indicators
from phishlab.records import Addresses, Claim, Fact, Lookup, Message, Outcome, Route, Trust

_PROVIDER_FIELDS = frozenset({
    "x-originating-ip", "x-originating-client-ip", "x-yahoo-post-ip", "x-senderip", "x-sender-ip", "x-aol-ip",
    "x-client-ip", "x-remote-ip", "x-mdremoteip", "x-source-ip", "x-apparently-from-ip",
    "x-ms-exchange-crosstenant-originalattributedtenantconnectingip",
})  # fmt: skip
"""Where webmail and relays note whom they took the mail from; most are those that SpamAssassin reads as last hops."""
MAX_CLAIMS = 10


def provider_claims(message: Message) -> tuple[Claim, ...]:
    """The addresses that webmail and relays say they took the mail from: ``X-Originating-IP: [192.0.2.1]``.

    A provider's claim, or whoever typed the field: shown, and never taken for the origin.
    """
    found: dict[Claim, None] = {}
    for header in message.headers:
        if header.name.lower() in _PROVIDER_FIELDS and (said := _address_in(header.value)):
            found[Claim(text=said, by="provider", field=header.name)] = None
    return tuple(found)[:MAX_CLAIMS]


def provider_facts(message: Message) -> tuple[Fact, ...]:
    """The same as rows of a table."""
    return tuple(
        Fact(
            label="provider-claim",
            value=f"{claim.field}: {claim.text}",
            claimed=True,
            remark="provider-claim",
        )
        for claim in provider_claims(message)
    )


def reverse_fact(route: Route) -> tuple[Fact, ...]:
    """What the receiver's edge server noted of the origin's reverse name, and when; nothing without a boundary.

    Mail programs write a name there only after they looked it up, and most after it led back (RFC 8601, section 3);
    Exchange looks up none. What DNS says today is another fact.
    """
    hop = next((hop for hop in route.hops if hop.trust is Trust.BOUNDARY), None)
    if hop is None or hop.ip is None:
        return ()
    if hop.rdns:
        state = "unconfirmed" if "fcrdns_failed" in hop.flags else "noted"
    else:
        state = "none" if "no_ptr_or_fcrdns_failed" in hop.flags else "not-noted"
    when = f"{hop.date_utc:%Y-%m-%dT%H:%M:%SZ}" if hop.date_utc else "—"
    return (Fact(label="reverse-at-receipt", value=f"{hop.rdns or '—'} · {when}", remark=f"reverse-{state}"),)


def reverse_now(pointer: Lookup[Addresses], confirmed: Lookup[Addresses]) -> Fact:
    """Whether the origin's reverse name leads back to it today, and as of when: pass, fail, none or not asked."""
    asked = pointer.outcome in {Outcome.ANSWERED, Outcome.NO_SUCH_NAME, Outcome.NO_DATA}
    if not asked or (pointer.record and confirmed.outcome not in {Outcome.ANSWERED, Outcome.NO_DATA}):
        state = "not-asked"
    elif pointer.record is None:
        state = "none"
    else:
        state = "pass" if confirmed.record else "fail"
    names = (confirmed.record or pointer.record) if asked else None
    last = max((exchange.asked_at for exchange in confirmed.evidence), default=None)
    when = f"{last:%Y-%m-%dT%H:%M:%SZ}" if last else "—"
    value = ", ".join(names.values[:MAX_CLAIMS]) if names else "—"
    return Fact(label="reverse-now", value=f"{value} · {when}", remark=f"reverse-now-{state}")


def _address_in(value: str) -> str | None:
    """``192.0.2.1`` of ``[192.0.2.1]`` and of ``TenantId=…;Ip=[192.0.2.1];Helo=[mx.example]``."""
    for piece in value[:1000].replace(";", " ").replace(",", " ").split():
        found = indicators.address(piece.rpartition("=")[2].strip("[]()<>"))
        if found is not None:
            return str(found)
    return None
