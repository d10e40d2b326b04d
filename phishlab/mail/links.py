"""The URLs in a mail: from its text by one linear scan, from its HTML by its elements; wrappers opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phishlab.classes import replace
from phishlab.indicators import registrable, url, wrappers
from phishlab.mail import running
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Limit, Link

_MAX_URL = running.MAX_URL
_MAX_INLINE = 4_096
"""How much of a ``data:`` or ``javascript:`` URL is kept."""
_NO_LINK = frozenset({"mailto", "tel", "cid", "sms", "about"})


def find(
    text: str,
    html: str | None,
    limits: list[Limit] | None = None,
    bounds: Limits = STANDARD,
    *,
    inside: str = "",
) -> tuple[Link, ...]:
    """All links, each once per place; HTML first, then what stands only in the text; at most ``bounds.links``.

    *text* is the mail's own plain text. The words of the HTML are read for URLs too, those in the words of a link
    left out: what a link shows is not where it leads. *inside* names the attached mail that all of it stands in.
    What is left out is said in *limits*.
    """
    left = limits if limits is not None else []
    kept: dict[tuple[str, str, str], Link] = {}
    for link in _all(text, html, left, bounds):
        if len(kept) >= bounds.links:
            left.append(Limit(what="links", detail=str(bounds.links)))
            break
        kept.setdefault((link.url, link.where, link.shown), link)
    return tuple(replace(link, inside=inside) for link in kept.values()) if inside else tuple(kept.values())


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


def _all(text: str, html: str | None, limits: list[Limit], bounds: Limits) -> Iterator[Link]:
    if html is None:
        yield from in_text(_searched(text, limits, bounds))
        return
    from phishlab.mail import markup  # the HTML parser takes longer to load than a plain mail to read

    page = markup.page(html, bounds)
    seen: set[str] = set()
    for where, target, shown in page.references:
        if link := _link(target, where, shown):
            seen.add(link.url)
            yield link
    plain: set[str] = set()
    for link in in_text(_searched(text, limits, bounds)):
        plain.add(link.url)
        if link.url not in seen:
            yield link
    # URLs written in the words of the HTML that no element and no plain part has.
    seen |= plain
    words = _searched(page.unlinked, limits, bounds)
    yield from (replace(link, where="html-text") for link in in_text(words) if link.url not in seen)


def _searched(text: str, limits: list[Limit], bounds: Limits) -> str:
    if len(text) <= bounds.searched:
        return text
    limits.append(Limit(what="text-links", detail=str(bounds.searched)))
    return text[: bounds.searched]


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
