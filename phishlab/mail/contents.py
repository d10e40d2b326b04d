"""What a document that is attached to a mail holds, whatever its kind."""

from __future__ import annotations

import ada_url

from phishlab.classes import dataclass
from phishlab.indicators import registrable, url
from phishlab.records import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a document holds: its *links*, and *marks*, ids into wording (``mark.<id>``)."""

    links: tuple[Link, ...] = ()
    marks: tuple[str, ...] = ()
    locked: bool = False
    """Whether its strings are ciphertext, so that no link in it could be read."""


def link_of(target: str, where: str, shown: str = "") -> Link | None:
    """The link that a browser would open; None for anchors, mail addresses and what is no URL."""
    target = target.strip()
    if not ada_url.check_url(target):
        target = f"http://{target}" if target.lower().startswith("www.") else target
    found = url(target[:4096])
    if found is None or found.scheme in {"mailto", "tel", "cid", "sms", "about", "data", "javascript"}:
        return None
    return Link(
        url=found.href,
        host=found.host,
        registrable=registrable(found.host),
        path=found.path,
        shown=shown,
        where=where,
        written=target[:4096],
    )
