"""Who the mail says it is from: all of it is claims, held against each other and against known brands."""

from __future__ import annotations

from collections.abc import Iterator

from phishlab import indicators
from phishlab.assess import brands, lookalikes, voices
from phishlab.assess.brands import Brand
from phishlab.classes import dataclass
from phishlab.records import (
    Addresses,
    Claim,
    Comparison,
    Direction,
    Fact,
    Finding,
    Ground,
    Header,
    Lookup,
    Message,
    Route,
    Sender,
    Weight,
)

_MOST_DOMAINS = 12
"""So many domains stand in one row."""
_CLAIM_WEIGHTS = {"display-name": Weight.STRONG, "subject": Weight.MODERATE, "body": Weight.WEAK}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandClaim:
    """The brands that a mail speaks as, and by which field: ``display-name``, ``subject``, ``body`` or none."""

    brands: tuple[Brand, ...]
    field: str
    in_lookalikes: bool = False
    """Whether no name stands there as it is written, only in letters that look like it."""


def names(message: Message) -> tuple[Fact, ...]:
    """The table of who claims to be whom, one row a field, each marked as claimed."""
    sender = message.from_
    rows = [
        Fact(label="display-name", value=sender.display_name, claimed=True, remark="self-declared"),
        Fact(label="from-address", value=", ".join(sender.candidates), claimed=True, remark="self-declared"),
        Fact(label="from-domain", value=sender.domain or "", claimed=True),
        Fact(label="sender-field", value=_address(message.sender), claimed=True),
        Fact(label="reply-to", value=_address(message.reply_to), claimed=True),
        Fact(label="return-path", value=message.return_path or "", claimed=True, remark="return-path"),
        Fact(label="message-id-domain", value=_message_id_domain(message) or "", claimed=True),
        *_brand_rows(message),
        Fact(label="link-domains", value=_link_domains(message), claimed=True),
    ]
    return tuple(row for row in rows if row.value)


def claim(message: Message) -> BrandClaim:
    """Whom the mail says it comes from: by its display name, else by its subject, else by its body.

    A display name names its bearer. Subjects and bodies also speak *about* brands, so they count only where they
    speak as one (``voices``). A name in look-alike letters is a claim as well: readers see the brand.
    """
    named = brands.named_in(message.from_.display_name)
    if named:
        return BrandClaim(brands=named, field="display-name")
    drawn = lookalikes.in_text(message.from_.display_name)
    if drawn:
        return BrandClaim(
            brands=tuple(alike.brands[0] for alike in drawn), field="display-name", in_lookalikes=True
        )
    if spoken := voices.of_subject(message.subject.text):
        return BrandClaim(brands=spoken, field="subject")
    if spoken := voices.of_body(message.text):
        return BrandClaim(brands=spoken, field="body")
    return BrandClaim(brands=(), field="")


def claimed(message: Message) -> tuple[Brand, ...]:
    """The brands that the mail says it comes from, the one that it names first before the others."""
    return claim(message).brands


def findings(message: Message) -> tuple[Finding, ...]:
    """What the identity fields give away, strongest first."""
    found = [
        *_ambiguity(message),
        *_brand(message),
        *lookalikes.sender_findings(message),
        *_address_in_name(message),
        *_other_fields(message),
    ]
    return tuple(found)


def self_declared(message: Message) -> Finding:
    """The reminder that stands before all else: subject and sender are what the sender typed."""
    return Finding(
        id="self-declared",
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(("subject", message.subject.text), ("from", message.from_.raw)),
        because=(message.subject, from_claim(message)),
    )


def address_check(message: Message, route: Route, looked_up: Lookup[Addresses] | None) -> Comparison:
    """The walkthrough's own check: is the sending address one of the From domain's addresses?"""
    origin, domain = route.origin.ip, message.from_.domain
    if origin is None or looked_up is None or looked_up.record is None:
        why = "no-origin" if origin is None else "no-addresses"
        return Comparison(
            domain=domain,
            addresses=(),
            origin_ip=origin,
            result="not-evaluable",
            asked_at=None,
            note=why,
        )
    addresses = looked_up.record.values
    return Comparison(
        domain=domain,
        addresses=addresses,
        origin_ip=origin,
        result="match" if origin in addresses else "mismatch",
        asked_at=looked_up.evidence[-1].asked_at if looked_up.evidence else None,
    )


def address_check_findings(
    comparison: Comparison, looked_up: Lookup[Addresses] | None, route: Route
) -> tuple[Finding, ...]:
    """The check's result, always with the sentence that it proves nothing by itself."""
    because: list[Ground] = list(looked_up.evidence) if looked_up else []
    if route.origin.hop is not None:
        because.append(route.hops[route.origin.hop])
    direction = {"mismatch": Direction.FOR, "match": Direction.AGAINST}.get(
        comparison.result, Direction.NEUTRAL
    )
    return (
        Finding(
            id=f"address-check-{comparison.result}",
            direction=direction,
            weight=Weight.WEAK,
            values=(
                ("domain", comparison.domain or "—"),
                ("addresses", ", ".join(comparison.addresses) or "—"),
                ("origin", comparison.origin_ip or "—"),
            ),
            because=tuple(because),
            caveat="address-check",
        ),
    )


def _brand_rows(message: Message) -> Iterator[Fact]:
    said = claim(message)
    yield Fact(
        label="claimed-brand",
        value=" / ".join(brand.title for brand in said.brands),
        claimed=True,
        remark=f"named-in-{said.field}",
    )
    own = dict.fromkeys(domain for brand in said.brands for domain in brand.domains)
    yield Fact(label="brand-domains", value=", ".join(list(own)[:_MOST_DOMAINS]), remark="brand-list")


def _link_domains(message: Message) -> str:
    found = dict.fromkeys(link.registrable or link.host for link in message.links if link.host)
    return ", ".join(list(found)[:_MOST_DOMAINS])


def _brand(message: Message) -> Iterator[Finding]:
    domain = message.from_.domain
    said = claim(message)
    if not said.brands or not domain or said.in_lookalikes:
        return
    if any(brands.owns(brand, domain) for brand in said.brands):
        yield Finding(
            id="brand-domain-fits",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            values=(("brand", said.brands[0].title), ("domain", domain)),
            because=(from_claim(message),),
            caveat="from-can-be-forged",
        )
        return
    yield Finding(
        id="brand-in-body-differs" if said.field == "body" else "brand-domain-differs",
        direction=Direction.FOR,
        weight=_CLAIM_WEIGHTS[said.field],
        values=(
            ("brand", " / ".join(brand.title for brand in said.brands)),
            ("own", ", ".join(said.brands[0].domains)),
            ("domain", domain),
        ),
        because=(from_claim(message), message.subject),
        caveat="brand-list",
    )


def _ambiguity(message: Message) -> Iterator[Finding]:
    if not message.from_.candidates:
        yield _plain("no-from-address", Direction.FOR, Weight.MODERATE, message)
    elif message.from_.ambiguous:
        yield _plain(
            "from-ambiguous",
            Direction.FOR,
            Weight.MODERATE,
            message,
            candidates=", ".join(message.from_.candidates),
        )


def _address_in_name(message: Message) -> Iterator[Finding]:
    name, address = message.from_.display_name, message.from_.address
    if "@" in name and address and address.lower() not in name.lower():
        yield _plain("address-in-display-name", Direction.FOR, Weight.MODERATE, message, name=name)


def _other_fields(message: Message) -> Iterator[Finding]:
    own = _registrable(message.from_.domain)
    if not own:
        return
    reply = message.reply_to.domain if message.reply_to else None
    if reply and _registrable(reply) != own:
        yield _plain(
            "reply-to-differs", Direction.FOR, Weight.WEAK, message, field="Reply-To", domain=own, other=reply
        )
    returned = (message.return_path or "").rpartition("@")[2]
    if returned and _registrable(returned) != own:
        yield _plain(
            "return-path-differs",
            Direction.NEUTRAL,
            Weight.WEAK,
            message,
            field="Return-Path",
            domain=own,
            other=returned,
        )


def _plain(
    finding: str,
    direction: Direction,
    weight: Weight,
    message: Message,
    field: str = "From",
    **values: str,
) -> Finding:
    ground: Ground = header(message, field) or from_claim(message)
    return Finding(
        id=finding, direction=direction, weight=weight, values=tuple(values.items()), because=(ground,)
    )


def from_claim(message: Message) -> Claim:
    """The From field as the claim that it is."""
    return Claim(text=message.from_.raw, by="sender", field="From")


def header(message: Message, name: str) -> Header | None:
    """The first header field of that name, or None."""
    wanted = name.lower()
    return next((field for field in message.headers if field.name.lower() == wanted), None)


def _address(sender: Sender | None) -> str:
    return ", ".join(sender.candidates) if sender else ""


def _message_id_domain(message: Message) -> str | None:
    identifier = (message.message_id or "").strip().strip("<>")
    return identifier.rpartition("@")[2].lower() or None if "@" in identifier else None


def _registrable(domain: str | None) -> str | None:
    return (indicators.registrable(domain) or domain) if domain else None
