"""HTML as a mail carries it: what it refers to, and what a reader sees of it.

Small HTML is read into the tree that browsers build; large HTML tag by tag (``tags``), which takes no longer for
being nested: a tree parser's time grows with the square of the depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import ada_url
from selectolax.lexbor import LexborHTMLParser, LexborNode

from phishlab import patterns
from phishlab.classes import dataclass
from phishlab.indicators import url
from phishlab.mail import elements, visible
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Limit

if TYPE_CHECKING:
    from phishlab.mail.tags import Tag

ALWAYS_IN_TREE = 700
MOST_IN_TREE = 10_000
MOST_COPIES = 400_000
"""HTML with more ``<`` than the second goes tag by tag. Between the two it does so where its elements of the kind
that a parser opens anew in each block (``<b>``, ``<a>``) could be copied more often than the third says. So the
tree takes 0.3 s at worst, and all of 941 real mails go through it."""
_MAX_SHOWN = 500
_LONG_COMMENT = 4_096
_MAX_INNER = 3
"""How many documents inside documents (``<iframe srcdoc>``) are opened."""

# Elements whose end tag is usually left out do not nest when they follow each other.
_VOID = "area base br col embed hr img input link meta param source track wbr"
_UNCLOSED = "p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body"
_FLAT = frozenset(f"{mark}{name}" for name in f"{_VOID} {_UNCLOSED}".split() for mark in ("", "/"))
# With ``http-equiv``, which a meta element refers by.
_REFER = frozenset((*elements.ATTRIBUTES, *elements.LISTS, "srcdoc", "http-equiv"))
_COPIED = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_TAG = patterns.late(r"<(/?[A-Za-z][A-Za-z0-9:-]{0,40})")
_META_CHARSET = patterns.late(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})")
# A comment without one of these, in lower case, refers nowhere. References of HTML spell values, never names.
_REFERRING = (
    "href",
    "src",
    "action",
    "data",
    "poster",
    "cite",
    "longdesc",
    "ping",
    "manifest",
    "codebase",
    "equiv",
    "url(",
    "@import",
)

_BACKGROUND = patterns.late(r"background\s*=")
"""Apart, for every style has the word."""

Reference = tuple[str, str, str]
"""Where, target, and the text that is shown for it."""


@dataclass(frozen=True, slots=True)
class Page:
    """HTML as it was read: what it *references*, and its words without those of links.

    References are triples of where, target and shown text for all that refers elsewhere, relative targets resolved.
    A target relative to nothing (no ``<base>``) leads nowhere in a mail and is left out.

    *unlinked* is ``visible_text`` without the words of links, as it stands: a URL that a link shows is not where it
    leads. It is empty where no URL can stand in it.
    """

    references: tuple[Reference, ...]
    unlinked: str


def page(html: str, bounds: Limits = STANDARD) -> Page:
    """What it refers to and the rest of its words, in one reading."""
    html = html[: bounds.html]
    if _is_small(html):
        tree = LexborHTMLParser(html)
        written, hidden = _in_tree(tree)
        written += _conditional(html)
        base = _base(written)
        unlinked = visible.unlinked_in_tree(tree, hidden, partial(_leads, base))
    else:
        written = list(by_tags(html))
        base = _base(written)
        unlinked = visible.unlinked_in_tags(html, partial(_leads, base))
    if len(unlinked) > bounds.searched:
        unlinked = visible.tidied(unlinked)
    return Page(_resolved_all(written, base), unlinked)


def visible_text(html: str, most: int = STANDARD.html) -> str:
    """What a reader sees, block elements on lines of their own, white space collapsed."""
    html = html[:most]
    return visible.in_tree(LexborHTMLParser(html)) if _is_small(html) else visible.in_tags(html)


def declared_charset(data: bytes) -> str | None:
    """The charset that a ``<meta>`` among the first 4 kB names."""
    found = _META_CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else None


def limits(html: str, bounds: Limits) -> list[Limit]:
    """What is to be said of it: longer than what is read, nested deeper than any mail program writes."""
    found = []
    if len(html) > bounds.html:
        found.append(Limit(what="html-size", detail=str(bounds.html)))
    if is_deep(html[: bounds.html], bounds.html_depth):
        found.append(Limit(what="html-depth", detail=str(bounds.html_depth)))
    return found


def is_deep(html: str, most: int = STANDARD.html_depth) -> bool:
    """Whether its elements nest deeper than *most*."""
    count = html.count("<")
    if count <= most or count - html.count("</") <= most:  # so many are open at most
        return False
    names = _nesting(html)
    if len(names) <= most:
        return False
    depth, opened = 0, dict[str, int]()
    for name in names:
        if name[0] != "/":
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            if depth > most:
                return True
        elif opened.get(name[1:]):
            opened[name[1:]] -= 1
            depth -= 1
    return False


@lru_cache(maxsize=2)
def _nesting(html: str) -> tuple[str, ...]:
    """The names of its tags in lower case, ``/`` before those that close, without those that do not nest.

    Two ask that of the one page in twenty that has so many tags.
    """
    names = [name for name in _TAG.findall(html) if name not in _FLAT]
    return tuple(lower for name in names if (lower := name.lower()) not in _FLAT)


def by_tags(html: str, inner: int = 0) -> Iterator[Reference]:
    """Where, target and shown text, tag by tag; a link's text is what stands before the next link or ``</a>``."""
    from html import unescape  # for large HTML and what Outlook alone shows: the names of all entities

    from phishlab.mail import tags

    link = _Anchor()
    for token in tags.read(html):
        if isinstance(token, tags.Tag):
            if token.name in {"a", "area"}:
                yield from link.told()
            if not token.closing:
                yield from _of_tag(token, link, inner)
        elif isinstance(token, tags.Comment):
            yield from _in_comment(token.text, inner)
        elif isinstance(token, tags.Raw):
            if token.name == "style":
                yield from (("html-css", target, "") for target in elements.in_css(token.text))
        else:
            link.add(unescape(token[: 20 * _MAX_SHOWN]))
            if "url(" in token:  # the style of an SVG picture is text like any other
                yield from (("html-css", target, "") for target in elements.in_css(unescape(token)))
    yield from link.told()


class _Anchor:
    """The link that is open, and the words in it so far."""

    def __init__(self) -> None:
        self._targets: list[str] = []
        self._words: list[str] = []

    def open(self, target: str) -> None:
        self._targets.append(target)

    def add(self, words: str) -> None:
        if self._targets and len(self._words) < _MAX_SHOWN:
            self._words.append(words)

    def told(self) -> Iterator[Reference]:
        """The links as triples; none is open then."""
        shown = " ".join("".join(self._words).split())[:_MAX_SHOWN]
        targets, self._targets, self._words = self._targets, [], []
        return (("html-a", target, shown) for target in targets)


def _of_tag(tag: Tag, link: _Anchor, inner: int) -> Iterator[Reference]:
    attributes = tag.attributes
    shown = _alt(attributes)
    link.add(shown)
    for where, target in elements.references(tag.name, attributes):
        if where == "html-a":
            link.open(target)
        else:
            yield where, target, shown
    yield from _inner_document(attributes, inner)


def _inner_document(attributes: Mapping[str, str | None], inner: int) -> Iterator[Reference]:
    """The links of ``<iframe srcdoc="&lt;a href=…">``."""
    srcdoc = attributes.get("srcdoc")
    if srcdoc and inner < _MAX_INNER:
        yield from by_tags(srcdoc, inner + 1)


def _is_small(html: str) -> bool:
    """Whether the tree parser cannot be made to work long; whatever the HTML really is, no bound is too low."""
    count = html.count("<")
    if count <= ALWAYS_IN_TREE:
        return True
    if count > MOST_IN_TREE:
        return False
    opened = count - html.count("</")
    return (
        count * opened <= MOST_COPIES or count * sum(map(_COPIED.__contains__, _nesting(html))) <= MOST_COPIES
    )


def _conditional(html: str) -> Iterator[Reference]:
    """The links that only Outlook shows; 2 % of phishing mails have some that stand nowhere else."""
    at = html.find("<!--[if") if "[" in html else -1  # a look for one character costs next to nothing
    while at >= 0:
        end = html.find("-->", at + 4)
        comment = html[at + 4 : end if end >= 0 else len(html)]
        yield from _of_comment(comment) if len(comment) > _LONG_COMMENT else _of_short_comment(comment)
        at = html.find("<!--[if", end) if end >= 0 else -1


def _of_comment(comment: str) -> tuple[Reference, ...]:
    return tuple(_in_comment(comment)) if _may_refer(comment.lower()) else ()


_of_short_comment = lru_cache(maxsize=256)(_of_comment)
"""The same tables for Outlook stand around each picture of a mail, and in each mail of a campaign."""


def _may_refer(comment: str) -> bool:
    if any(mark in comment for mark in _REFERRING) or _BACKGROUND.search(comment):
        return True
    return "style" in comment and ("&" in comment or "\\" in comment)  # ``u&#114;l(`` and ``u\\72l(``


def _in_comment(comment: str, inner: int = 0) -> Iterator[Reference]:
    """``<!--[if mso]> … <![endif]-->``: a comment to all but Outlook."""
    if comment[:3].lower() == "[if" and inner < _MAX_INNER:
        yield from by_tags(comment.partition(">")[2], inner + 1)


def _in_tree(tree: LexborHTMLParser) -> tuple[list[Reference], list[LexborNode]]:
    """What the elements refer to, and the elements whose words nobody sees; in order."""
    found: list[Reference] = []
    hidden: list[LexborNode] = []
    for node in tree.root.traverse() if tree.root is not None else ():  # a hundred nodes: no call for each
        tag, attributes = node.tag, node.attributes
        if tag in visible.HIDDEN:
            hidden.append(node)
        # A style without a bracket refers to nothing, and there are many of them.
        refers = attributes and (not _REFER.isdisjoint(attributes) or "(" in (attributes.get("style") or ""))
        if refers or tag == "style":
            found += _of_node(node, (tag or "").lower(), attributes)
    return found, hidden


def _of_node(node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> list[Reference]:
    found = [
        (where, target, _words(node) if where == "html-a" else _alt(attributes))
        for where, target in elements.references(tag, attributes)
    ]
    if "srcdoc" in attributes:
        found += _inner_document(attributes, 0)
    if tag == "style":
        found += [("html-css", target, "") for target in elements.in_css(node.text(deep=True))]
    return found


def _alt(attributes: Mapping[str, str | None]) -> str:
    return (attributes.get("alt") or "")[:_MAX_SHOWN]


def _words(link: LexborNode) -> str:
    """What a reader sees of a link: its words, or else what its picture has instead of words."""
    text = " ".join(link.text(deep=True)[: 20 * _MAX_SHOWN].split())
    if text:
        return text[:_MAX_SHOWN]
    image = link.css_first("img[alt]")
    return _alt(image.attributes) if image is not None else ""


def _base(written: list[Reference]) -> str:
    """Where ``<base href>`` says that relative targets begin, empty where it is not said."""
    said = next((target for where, target, _ in written if where == "html-base"), "")
    return _resolved(said, "") or "" if said else ""


def _leads(base: str, target: str) -> bool:
    """Whether *target* leads anywhere."""
    return _resolved(target, base) is not None


def _resolved_all(written: list[Reference], base: str) -> tuple[Reference, ...]:
    """Each once, with their targets whole."""
    found = (
        (where, _resolved(target, "" if where == "html-base" else base), shown)
        for where, target, shown in dict.fromkeys(written)
    )
    return tuple((where, target, shown) for where, target, shown in found if target)


def _resolved(target: str, base: str) -> str | None:
    """An absolute target; ``//evil.example/`` is taken as https, as web mail does."""
    target = target.strip()
    if target.startswith("#"):
        return None
    if base:
        try:
            return ada_url.join_url(base, target)
        except (ValueError, UnicodeError):
            return None
    if ":" in target and url(target) is not None:
        return target
    whole = "https:" + target
    return whole if target[:2] in {"//", "\\\\"} and url(whole) is not None else None
