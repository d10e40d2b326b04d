"""Bytes to a Message. Never raises: what cannot be read whole is said in ``limits``."""

from __future__ import annotations

import hashlib
from functools import partial
from itertools import chain

from phishlab.classes import later
from phishlab.mail import address, authres, body, dates, headers, links, parts, received
from phishlab.mail.headers import Fields
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Claim, Hop, Limit, Link, Message, Sender

_MAX_LIMITS = 100
_MOST_NAMED = 10
_CARRIES = (b"message/rfc822", b"message/global", b".eml", b".msg", b"ms-outlook")
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


def parse(data: bytes, bounds: Limits = STANDARD) -> Message:
    """The mail in *data*, an RFC 5322 message as it was stored; a truncated or odd one as far as it goes.

    What *bounds* leaves out is said in ``limits``. The receiver's results, the text of a page and SHA-512 are worked
    out when they are first read.
    """
    limits: list[Limit] = []
    fields, rest = headers.read(data, limits, bounds)
    content = body.read(fields, rest, limits, bounds)
    hops = received.chain(fields, bounds.hops)
    found = _links(content, limits, bounds)
    _said(fields, limits, bounds)
    if content.may_carry:
        limits += _carried(fields, rest, bounds)
    date_raw = headers.first(fields, "Date") or ""
    recipients = _recipients(fields, hops)
    return Message(
        sha256=hashlib.sha256(data).hexdigest(),
        sha512=later(partial(_sha512, data)),
        size=len(data),
        headers=fields,
        from_=address.combine(tuple(map(address.parse, fields.raws("from")))),
        subject=Claim(text=headers.first(fields, "Subject") or "", field="Subject"),
        date_utc=dates.parse(date_raw),
        date_raw=date_raw,
        message_id=headers.first(fields, "Message-ID"),
        return_path=_return_path(fields),
        reply_to=_sender(fields, "reply-to"),
        sender=_sender(fields, "sender"),
        recipients=recipients,
        text=later(partial(body.seen, content.text, content.html, bounds)),
        html=content.html,
        hops=hops,
        authentication=later(partial(authres.parse, fields)),
        links=found,
        attachments=tuple(content.attachments),
        limits=_cut(limits),
    )


def _sha512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


def _sender(fields: Fields, name: str) -> Sender | None:
    raws = fields.raws(name)
    return address.combine(tuple(map(address.parse, raws))) if raws else None


def _return_path(fields: Fields) -> str | None:
    """The envelope sender that the delivering server noted; an empty string for ``<>``."""
    value = headers.first(fields, "Return-Path")
    return value.strip().strip("<>").strip() if value is not None else None


def _recipients(fields: Fields, hops: tuple[Hop, ...]) -> tuple[str, ...]:
    places = sorted(chain.from_iterable(map(fields.places, _RECIPIENT_FIELDS)))
    written = [*map(fields.value, places), *(hop.for_ for hop in hops if hop.for_)]
    return tuple(dict.fromkeys(chain.from_iterable(map(address.addresses, written))))


def _links(content: body.Body, limits: list[Limit], bounds: Limits) -> tuple[Link, ...]:
    """The links of the mail itself, then those in mails that it carries, in its attachments and codes."""
    found: list[Link] = []
    for inside, words in content.words.items():
        found += links.find(words.plain, words.html, limits, bounds, inside=inside)
    once = {(link.url, link.where, link.shown, link.inside): link for link in (*found, *content.links)}
    if len(once) > bounds.links:
        limits.append(Limit(what="links", detail=str(bounds.links)))
    return tuple(once.values())[: bounds.links]


def inner(data: bytes, bounds: Limits = STANDARD) -> tuple[bytes, ...]:
    """The mails that the mail in *data* carries as attachments, each as its bytes, in order."""
    return tuple(parts.mails(*headers.read(data, [], bounds), bounds))


def _said(fields: Fields, limits: list[Limit], bounds: Limits) -> None:
    """Limits of the header as a whole: too many hops, bytes that are no text."""
    hops = len(fields.places("received"))
    if hops > bounds.hops:
        limits.append(Limit(what="hops", detail=str(hops)))
    odd = (name for name, raw in fields.bare() if not _is_utf8(raw))
    limits += [Limit(what="header-charset", detail=name) for name in odd]


def _carried(fields: Fields, rest: bytes, bounds: Limits) -> list[Limit]:
    """The mails inside, which may be the case proper."""
    lower = rest.lower()
    if not any(mark in lower for mark in _CARRIES):
        return []
    named = parts.mails(fields, rest, bounds)[:_MOST_NAMED]
    return [
        Limit(what="inner-mail", detail=f"{number}: {_subject(each, bounds)}")
        for number, each in enumerate(named, 1)
    ]


def _is_utf8(raw: str) -> bool:
    """Whether bare 8-bit bytes in a field are what RFC 6532 allows."""
    try:
        raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _subject(data: bytes, bounds: Limits) -> str:
    fields, _ = headers.read(data, [], bounds)
    return (headers.first(fields, "Subject") or "")[:200]


def _cut(limits: list[Limit]) -> tuple[Limit, ...]:
    once = tuple(dict.fromkeys(limits))
    if len(once) <= _MAX_LIMITS:
        return once
    return (*once[: _MAX_LIMITS - 1], Limit(what="more-limits", detail=str(len(once) - _MAX_LIMITS + 1)))
