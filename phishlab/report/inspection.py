"""``inspect --json``: what a mail says by itself, for other programs. Its schema is docs/inspect.schema.json.

Raw data, not defanged: a program that shows it has to do that itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from phishlab import indicators
from phishlab.assess import boundary, receivers
from phishlab.records import (
    Attachment,
    Authentication,
    Hop,
    Limit,
    Link,
    Message,
    Origin,
    ReceiverProfile,
    Route,
)


def document(
    message: Message,
    route: Route | None = None,
    *,
    redact: bool = True,
    profile: ReceiverProfile | None = None,
) -> dict[str, object]:
    """The document, JSON types only; *redact* hides the recipients in every text.

    Without a *route* nobody has judged the way: every hop is unverified, and ``origin`` and ``authentication`` are
    left out. *profile* is needed for ``authentication[].trusted`` where the route was traced with a profile of the
    analyst's own; a shipped or an inferred one is found again by its name.
    """
    found: dict[str, object] = {
        "sha256": message.sha256,
        "from": {
            "candidates": list(message.from_.candidates),
            "ambiguous": message.from_.ambiguous,
            "display_name": message.from_.display_name,
        },
        "subject": message.subject.text,
        "date_utc": _time(message.date_utc),
        "hops": [_hop(hop) for hop in (route or message).hops],
        **({} if route is None else _judged(message, route, profile or _profile(message, route))),
        "links": [_link(link) for link in message.links],
        "attachments": [_attachment(attachment) for attachment in message.attachments],
        "limits": [_limit(limit) for limit in message.limits],
    }
    return _redacted(found, message.recipients) if redact else found


def _judged(message: Message, route: Route, profile: ReceiverProfile | None) -> dict[str, object]:
    results = boundary.trusted_authentication(message, route, profile)
    return {
        "origin": _origin(route.origin),
        "authentication": [_authentication(result) for result in results],
    }


def _profile(message: Message, route: Route) -> ReceiverProfile | None:
    if route.origin.profile in receivers.names():
        return receivers.load(route.origin.profile)
    guess = receivers.infer(message)
    return guess if guess is not None and guess.name == route.origin.profile else None


def _hop(hop: Hop) -> dict[str, object]:
    return {
        "index": hop.index,
        "helo": hop.helo,
        "rdns": hop.rdns,
        "ip": hop.ip,
        "by": hop.by,
        "with": hop.with_,
        "id": hop.id,
        "for": hop.for_,
        "date_utc": _time(hop.date_utc),
        "delay_s": hop.delay_s,
        "trust": hop.trust.value,
        "flags": list(hop.flags),
    }


def _origin(origin: Origin) -> dict[str, object]:
    return {
        "ip": origin.ip,
        "hop": origin.hop,
        "helo": origin.helo,
        "rdns": origin.rdns,
        "profile": origin.profile or None,
        "confidence": origin.confidence.value,
        "reasons": list(origin.reasons),
    }


def _authentication(result: Authentication) -> dict[str, object]:
    return {
        "method": result.method,
        "result": result.result,
        "domain": result.domain,
        "authserv_id": result.authserv_id,
        "field": result.field,
        "position": result.position,
        "trusted": result.trusted,
    }


def _link(link: Link) -> dict[str, object]:
    return {
        "url": link.url,
        "host": link.host,
        "registrable": link.registrable,
        "shown": link.shown,
        "where": link.where,
        "unwrapped_from": list(link.unwrapped_from),
        "inside": link.inside,
    }


def _attachment(attachment: Attachment) -> dict[str, object]:
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "sniffed_type": attachment.sniffed_type,
        "safe_name": attachment.safe_name,
        "inside": attachment.inside,
        "marks": list(attachment.marks),
        "codes": list(attachment.codes),
    }


def _limit(limit: Limit) -> dict[str, object]:
    return {"what": limit.what, "detail": limit.detail}


def _time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z: ``2024-01-16T01:00:00Z``."""
    if moment is None:
        return None
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat().removesuffix("+00:00") + "Z"


def _redacted(document: dict[str, Any], recipients: tuple[str, ...]) -> dict[str, object]:
    """*document* without the recipients: changed itself, where a text of it names one."""
    texts: set[str] = set()
    _gather(document.values(), texts.add)
    texts.discard(document["sha256"])  # of the whole mail: it names nobody
    if changed := indicators.redact_all(texts, recipients):
        _rename(document, changed)
        _change(document, changed)
    return document


def _rename(document: dict[str, Any], changed: Mapping[str, str]) -> None:
    """A file's safe name is made of its name, with other letters where that names a recipient."""
    for attachment in document.get("attachments", ()):
        if attachment["name"] in changed:
            from phishlab.mail import filenames  # already there where a mail has attachments

            attachment["safe_name"] = filenames.safe(changed[attachment["name"]])


# Documents have JSON's own types alone, and two hundred values: to ask for the type is quicker than isinstance.
def _gather(values: Iterable[Any], add: Callable[[str], None]) -> None:
    for each in values:
        if type(each) is str:
            add(each)
        elif type(each) is dict:
            _gather(each.values(), add)
        elif type(each) is list and each:
            _gather(each, add)


def _change(value: Any, changed: Mapping[str, str]) -> None:  # noqa: ANN401 - any JSON value
    for key, each in value.items() if type(value) is dict else enumerate(value):
        if type(each) is str:
            if each in changed:
                value[key] = changed[each]
        elif type(each) is dict or (type(each) is list and each):
            _change(each, changed)
