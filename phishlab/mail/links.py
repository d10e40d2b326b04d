"""The URLs in a mail: from its text by one linear scan, from its HTML by its elements; wrappers opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phishlab.indicators import registrable, url, wrappers
from phishlab.mail import running
from phishlab.records import Link

MAX_LINKS = 5_000
MAX_TEXT = running.MAX_TEXT
_MAX_URL = running.MAX_URL
_MAX_INLINE = 4_096
"""How much of a ``data:`` or ``javascript:`` URL is kept."""
_NO_LINK = frozenset({"mailto", "tel", "cid", "sms", "about"})


def find(text: str, html: str | None) -> tuple[Link, ...]:
    """All links, each once per place; HTML first, then what stands only in the text; at most MAX_LINKS.

    *text* is the mail's own plain text. Where it has none, the HTML is read for URLs in its words too, those in the
    words of a link left out: what a link shows is not where it leads.
    """
    kept: dict[tuple[str, str, str], Link] = {}
    for link in _all(text, html):
        kept.setdefault((link.url, link.where, link.shown), link)
        if len(kept) >= MAX_LINKS:
            break
    return tuple(kept.values())


def in_text(text: str) -> Iterator[Link]:
    """Links in running text, each spelling once, those with a scheme first."""
    seen: set[str] = set()
    for found in running.find(text):
        if found.written in seen:
            continue
        seen.add(found.written)
        where = "text-bare" if found.bare else "text"
        if link := _link(found.live, where, written=found.written):
            yield link


def hosts(links: Iterable[Link]) -> tuple[str, ...]:
    """Each host that is linked, once, in order."""
    return tuple(dict.fromkeys(link.host for link in links if link.host))


def _all(text: str, html: str | None) -> Iterator[Link]:
    seen: set[str] = set()
    if html is not None:
        from phishlab.mail import markup  # the HTML parser takes longer to load than a plain mail to read

        for where, target, shown in markup.references(html):
            link = _link(target, where, shown)
            if link:
                seen.add(link.url)
                yield link
        text = text if text.strip() else markup.unlinked_text(html)
    for link in in_text(text):
        if link.url not in seen:
            yield link


def _link(target: str, where: str, shown: str = "", *, written: str = "") -> Link | None:
    """The link that *target* makes, as a browser reads it; None for mailto:, tel:, fragments and nonsense.

    A link through a wrapper of known form (Safe Links, translate.goog …) is the link to what is wrapped.
    """
    found = url(target[:_MAX_URL])
    if found is None or found.scheme in _NO_LINK:
        return None
    around: tuple[str, ...] = ()
    if wrappers.is_wrapped(found):
        *layers, last = wrappers.unwrap(found.href)
        found, around = url(last) or found, tuple(layers)
    cut = _MAX_URL if found.host else _MAX_INLINE
    return Link(
        url=found.href[:cut],
        host=found.host,
        registrable=registrable(found.host),
        path=found.path[:cut],
        shown=shown,
        where=where,
        unwrapped_from=around,
        written=(written or target)[:cut],
    )
