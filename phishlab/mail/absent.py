"""What stands in the place of the mail where there is none: in the case of an address, a name or a URL."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from phishlab import indicators
from phishlab.mail import message
from phishlab.records import Link, Message, Subject


def stand_in(subject: Subject) -> Message:
    """An empty mail that holds the subject's link and its recipients; its digests are those of what was typed."""
    given = subject.given.encode("utf-8", "surrogatepass")
    parsed = indicators.url(subject.url)
    link = Link(
        url=subject.url,
        host=subject.host,
        registrable=subject.registrable,
        path=parsed.path if parsed else "/",
    )
    return replace(
        message.parse(b""),
        sha256=hashlib.sha256(given).hexdigest(),
        sha512=hashlib.sha512(given).hexdigest(),
        size=len(given),
        recipients=subject.recipients,
        links=(link,) if subject.url else (),
        limits=(),
    )
