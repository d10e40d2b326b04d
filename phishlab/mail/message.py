"""Bytes to a Message. Never raises: what cannot be read whole is said in ``limits``."""

from __future__ import annotations

import hashlib

from phishlab.mail import address, authres, body, dates, headers, links, received
from phishlab.records import Claim, Header, Hop, Limit, Message, Sender

_MAX_LIMITS = 100
_RECIPIENT_FIELDS = (
    "to",
    "cc",
    "bcc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "resent-to",
)


def parse(data: bytes) -> Message:
    """The mail in *data*, an RFC 5322 message as it was stored; a truncated or odd one as far as it goes."""
    limits: list[Limit] = []
    block, rest = headers.split(data)
    fields = headers.parse(block, limits)
    content = body.read(fields, rest, limits)
    hops = received.chain(fields)
    found = links.find(content.text, content.html)
    _count(fields, len(found), limits)
    date_raw = headers.first(fields, "Date") or ""
    recipients = _recipients(fields, hops)
    return Message(
        sha256=hashlib.sha256(data).hexdigest(),
        sha512=hashlib.sha512(data).hexdigest(),
        size=len(data),
        headers=fields,
        from_=address.combine(tuple(map(address.parse, _raws(fields, "From")))),
        subject=Claim(text=headers.first(fields, "Subject") or "", field="Subject"),
        date_utc=dates.parse(date_raw),
        date_raw=date_raw,
        message_id=headers.first(fields, "Message-ID"),
        return_path=_return_path(fields),
        reply_to=_sender(fields, "Reply-To"),
        sender=_sender(fields, "Sender"),
        recipients=recipients,
        text=content.text,
        html=content.html,
        hops=hops,
        authentication=authres.parse(fields),
        links=found,
        attachments=tuple(content.attachments),
        limits=tuple(dict.fromkeys(limits))[:_MAX_LIMITS],
    )


def _raws(fields: tuple[Header, ...], name: str) -> list[str]:
    return [field.raw for field in fields if field.name.lower() == name.lower()]


def _sender(fields: tuple[Header, ...], name: str) -> Sender | None:
    raws = _raws(fields, name)
    return address.combine(tuple(map(address.parse, raws))) if raws else None


def _return_path(fields: tuple[Header, ...]) -> str | None:
    """The envelope sender that the delivering server noted; an empty string for ``<>``."""
    value = headers.first(fields, "Return-Path")
    return value.strip().strip("<>").strip() if value is not None else None


def _recipients(fields: tuple[Header, ...], hops: tuple[Hop, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for field in fields:
        if field.name.lower() in _RECIPIENT_FIELDS:
            found |= dict.fromkeys(address.addresses(field.value))
    for hop in hops:
        found |= dict.fromkeys(address.addresses(hop.for_ or ""))
    return tuple(found)


def _count(fields: tuple[Header, ...], found: int, limits: list[Limit]) -> None:
    hops = len(_raws(fields, "Received"))
    if hops > received.MAX_HOPS:
        limits.append(Limit(what="hops", detail=str(hops)))
    if found >= links.MAX_LINKS:
        limits.append(Limit(what="links", detail=str(links.MAX_LINKS)))
