"""What the links give away: where they lead, what they show instead, and what is only bait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phishlab import indicators
from phishlab.assess import brands, disguise, identity
from phishlab.assess.brands import Brand
from phishlab.indicators import wrappers
from phishlab.mail import running
from phishlab.records import Direction, Finding, Link, Message, Weight

_CARRIED = ("attachment-pdf", "attachment-office", "attachment-calendar", "attachment-text", "attachment-html-a",
            "attachment-html-area", "attachment-html-form", "attachment-html-meta", "attachment-html-text",
            "attachment-script", "attachment-unpacked", "qr-")  # fmt: skip
_CLICKED = ("text", "html-text", "html-a", "html-area", "html-form", "html-meta", "html-button", *_CARRIED)
_MAX_SHOWN = 500
MOST_HOSTS = 5
"""So many hosts of a mail are looked up; the table lists all of them."""


def worth_asking(links: Sequence[Link]) -> tuple[Link, ...]:
    """One link for each host that a reader could be led to, in the mail's order, at most ``MOST_HOSTS``.

    Pictures and style sheets are left out: they are seldom where the reader ends.
    """
    chosen: dict[str, Link] = {}
    for link in links:
        if link.host and link.where.startswith(_CLICKED):
            chosen.setdefault(link.host, link)
    return tuple(chosen.values())[:MOST_HOSTS]


def bait(link: Link, claimed: Sequence[Brand]) -> tuple[str, str] | None:
    """The brand's name where it stands in the link without being its domain: (``path`` or ``host``, name).

    ``http://sgogoj.com/kagoya/…`` has ``kagoya`` in its path: a folder that anyone can name so.
    """
    for brand in claimed:
        if brands.owns(brand, link.registrable or link.host):
            continue
        if named := brands.in_address(brand, link.path):
            return "path", named
        if named := brands.in_address(brand, link.host):
            return "host", named
    return None


def findings(message: Message, claimed: Sequence[Brand]) -> tuple[Finding, ...]:
    """What the links that a reader could follow give away; each finding once, for the first link that shows it.

    With them what hides among the words of the mail (``disguise``).
    """
    found: dict[str, Finding] = {}
    for link in worth_asking(message.links):
        for finding in _of(link, message, claimed):
            found.setdefault(finding.id, finding)
    return (*found.values(), *disguise.findings(message))


def _of(link: Link, message: Message, claimed: Sequence[Brand]) -> Iterator[Finding]:
    yield from _brand(link, claimed, _told_by(message))
    yield from _recipient(link, message)
    yield from _shown(link)
    yield from _wrapped(link)
    yield from _shape(link)


def _told_by(message: Message) -> Weight:
    """A display name claims to be the brand; a subject or a text that speaks as one says less."""
    return Weight.STRONG if identity.claim(message).field == "display-name" else Weight.MODERATE


def _brand(link: Link, claimed: Sequence[Brand], weight: Weight) -> Iterator[Finding]:
    if not claimed or any(brands.owns(brand, link.registrable or link.host) for brand in claimed):
        return
    brand = claimed[0]
    yield _finding(
        "link-not-the-brands",
        Direction.FOR,
        weight,
        link,
        caveat="brand-list",
        brand=brand.title,
        host=link.host,
    )
    if named := bait(link, claimed):
        where, word = named
        yield _finding(
            f"link-bait-{where}",
            Direction.FOR,
            Weight.MODERATE,
            link,
            word=word,
            domain=link.registrable or link.host,
            path=link.path,
        )


def _recipient(link: Link, message: Message) -> Iterator[Finding]:
    if indicators.redact(link.url, message.recipients) != link.url:
        yield _finding("link-carries-recipient", Direction.FOR, Weight.MODERATE, link, host=link.host)


def _shown(link: Link) -> Iterator[Finding]:
    shown = shown_host(link.shown)
    if shown and link.host and (indicators.registrable(shown) or shown) != (link.registrable or link.host):
        yield _finding(
            "link-shows-other",
            Direction.FOR,
            Weight.STRONG,
            link,
            caveat="click-counters",
            shown=shown,
            host=link.host,
        )


def shown_host(shown: str) -> str | None:
    """The host that a link's text names, or None: ``ログイン www.kagoya.jp/`` and ``kagoya.jp`` name one.

    A file (``invoice.zip``) and a mail address do not.
    """
    for found in running.find(shown[:_MAX_SHOWN]):
        parsed = indicators.url(found.live)
        if parsed is not None and parsed.host:
            return parsed.host
    word = shown.strip().lower()
    if "." not in word or " " in word or indicators.defang(word) != word.replace(".", "[.]"):
        return None
    parsed = indicators.url(f"http://{word}/")
    return parsed.host if parsed is not None and "@" not in word else None


def _wrapped(link: Link) -> Iterator[Finding]:
    """Through whose servers a link leads to its target: neither good nor bad by itself."""
    through = [wrapper for layer in link.unwrapped_from if (wrapper := wrappers.through(layer))]
    if through:
        yield _finding(
            "link-wrapped",
            Direction.NEUTRAL,
            Weight.WEAK,
            link,
            caveat="wrapped-domain-only" if through[-1].domain_only else "wrapped",
            through=", ".join(wrapper.title for wrapper in through),
            host=link.host,
        )


def _shape(link: Link) -> Iterator[Finding]:
    parsed = indicators.url(link.url)
    if indicators.address(link.host) is not None:
        yield _finding("link-to-address", Direction.FOR, Weight.MODERATE, link, host=link.host)
    if parsed is not None and parsed.username:
        yield _finding(
            "link-userinfo", Direction.FOR, Weight.MODERATE, link, user=parsed.username, host=link.host
        )
    if parsed is not None and parsed.scheme == "http":
        yield _finding("link-unencrypted", Direction.FOR, Weight.WEAK, link, host=link.host)
    if "xn--" in link.host:
        yield _finding("link-punycode", Direction.FOR, Weight.WEAK, link, host=link.host)


def _finding(
    finding: str, direction: Direction, weight: Weight, link: Link, caveat: str | None = None, **values: str
) -> Finding:
    return Finding(
        id=finding,
        direction=direction,
        weight=weight,
        values=tuple(values.items()),
        because=(link,),
        caveat=caveat,
    )
