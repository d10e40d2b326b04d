"""HTML as a mail carries it: what it refers to, and what a reader sees of it.

Small HTML is read into the tree that browsers build; large HTML tag by tag (``tags``), which takes no longer for
being nested: a tree parser's time grows with the square of the depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

import ada_url
from selectolax.lexbor import LexborHTMLParser, LexborNode

from phishlab.mail import elements, tags

MAX_CHARS = 5_000_000
MAX_DEPTH = 500
"""Deeper HTML is said to be so in the report; mail programs do not write it."""
ALWAYS_IN_TREE = 700
MOST_IN_TREE = 5_000
MOST_COPIES = 400_000
"""HTML with more ``<`` than the second goes tag by tag. Between the two it does so where its elements of the kind
that a parser opens anew in each block (``<b>``, ``<a>``) could be copied more often than the third says. So the
tree takes 0.7 s and 150 MB at worst, and of 941 real mails 939 go through it."""
_MAX_SHOWN = 500
_MAX_INNER = 3
"""How many documents inside documents (``<iframe srcdoc>``) are opened."""

# Elements whose end tag is usually left out do not nest when they follow each other.
_VOID = "area base br col embed hr img input link meta param source track wbr"
_UNCLOSED = "p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body"
_FLAT = frozenset(f"{_VOID} {_UNCLOSED}".split())
_TREE_ATTRIBUTES = (
    *(name for name in elements.ATTRIBUTES if ":" not in name),
    *elements.LISTS,
    "style",
    "srcdoc",
)
_SELECTOR = ", ".join([*(f"[{name}]" for name in _TREE_ATTRIBUTES), "meta", "style", "svg *", "math *"])
_COPIED = re.compile(r"(?i)<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})")
_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})")
_HIDDEN = "script, style, head, title, noscript, template"
_LINES = "br p div tr li h1 h2 h3 h4 table"
_LINE_TAGS = frozenset(_LINES.split())
_LINE_SELECTOR = ", ".join(_LINES.split())


def references(html: str) -> Iterator[tuple[str, str, str]]:
    """Triples of where, target and shown text for all that refers elsewhere, relative targets resolved.

    A target relative to nothing (no ``<base>``) leads nowhere in a mail and is left out.
    """
    found = as_written(html)
    base = next((target for where, target, _ in found if where == "html-base"), "")
    base = _resolved(base, "") or ""
    for where, target, shown in found:
        if resolved := _resolved(target, "" if where == "html-base" else base):
            yield where, resolved, shown


def as_written(html: str) -> list[tuple[str, str, str]]:
    """The same as it stands in the HTML, not resolved."""
    html = html[:MAX_CHARS]
    if _is_small(html):
        return [*_by_tree(html), *_conditional(html)]
    return list(by_tags(html))


def visible_text(html: str) -> str:
    """What a reader sees, block elements on lines of their own, white space collapsed."""
    html = html[:MAX_CHARS]
    text = _text_by_tree(html) if _is_small(html) else "".join(_text_by_tags(html))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def declared_charset(data: bytes) -> str | None:
    """The charset that a ``<meta>`` among the first 4 kB names."""
    found = _META_CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else None


def is_deep(html: str) -> bool:
    """Whether its elements nest deeper than MAX_DEPTH, or it was too long to be read whole."""
    if len(html) > MAX_CHARS:
        return True
    if html.count("<") <= MAX_DEPTH:
        return False
    depth, opened = 0, dict[str, int]()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        if not tag[1]:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif opened.get(name):
            opened[name] -= 1
            depth -= 1
    return False


def by_tags(html: str, inner: int = 0) -> Iterator[tuple[str, str, str]]:
    """Where, target and shown text, tag by tag; a link's text is what stands before the next link or ``</a>``."""
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

    def told(self) -> Iterator[tuple[str, str, str]]:
        """The links as triples; none is open then."""
        shown = " ".join("".join(self._words).split())[:_MAX_SHOWN]
        targets, self._targets, self._words = self._targets, [], []
        return (("html-a", target, shown) for target in targets)


def _of_tag(tag: tags.Tag, link: _Anchor, inner: int) -> Iterator[tuple[str, str, str]]:
    attributes = tag.attributes
    shown = (attributes.get("alt") or "")[:_MAX_SHOWN]
    link.add(shown)
    for where, target in elements.references(tag.name, attributes):
        if where == "html-a":
            link.open(target)
        else:
            yield where, target, shown
    yield from _inner_document(attributes, inner)


def _inner_document(attributes: Mapping[str, str | None], inner: int) -> Iterator[tuple[str, str, str]]:
    """The links of ``<iframe srcdoc="&lt;a href=…">``."""
    srcdoc = attributes.get("srcdoc")
    if srcdoc and inner < _MAX_INNER:
        yield from by_tags(srcdoc, inner + 1)


def _is_small(html: str) -> bool:
    """Whether the tree parser cannot be made to work long; whatever the HTML really is, no bound is too low."""
    count = html.count("<")
    if count <= ALWAYS_IN_TREE:
        return True
    return count <= MOST_IN_TREE and count * len(_COPIED.findall(html)) <= MOST_COPIES


def _conditional(html: str) -> Iterator[tuple[str, str, str]]:
    """The links that only Outlook shows; 2 % of phishing mails have some that stand nowhere else."""
    at = html.find("<!--[if")
    while at >= 0:
        end = html.find("-->", at + 4)
        yield from _in_comment(html[at + 4 : end if end >= 0 else len(html)])
        at = html.find("<!--[if", end) if end >= 0 else -1


def _in_comment(comment: str, inner: int = 0) -> Iterator[tuple[str, str, str]]:
    """``<!--[if mso]> … <![endif]-->``: a comment to all but Outlook."""
    if comment[:3].lower() == "[if" and inner < _MAX_INNER:
        yield from by_tags(comment.partition(">")[2], inner + 1)


def _by_tree(html: str) -> Iterator[tuple[str, str, str]]:
    for node in LexborHTMLParser(html).css(_SELECTOR):
        tag = (node.tag or "").lower()
        attributes = node.attributes
        for where, target in elements.references(tag, attributes):
            yield where, target, _shown(node, where)
        yield from _inner_document(attributes, 0)
        if tag == "style":
            yield from (("html-css", target, "") for target in elements.in_css(node.text(deep=True)))


def _shown(node: LexborNode, where: str) -> str:
    if where == "html-a":
        text = " ".join(node.text(deep=True)[: 20 * _MAX_SHOWN].split())
        image = node.css_first("img[alt]") if not text else None
        text = text or (image.attributes.get("alt") or "" if image is not None else "")
    else:
        text = node.attributes.get("alt") or ""
    return text[:_MAX_SHOWN]


def _text_by_tree(html: str) -> str:
    tree = LexborHTMLParser(html)
    for node in tree.css(_HIDDEN):
        node.decompose()
    for node in tree.css(_LINE_SELECTOR):
        node.insert_before("\n")
    return tree.body.text(deep=True) if tree.body is not None else ""


def _text_by_tags(html: str) -> Iterator[str]:
    hidden = ""
    for token in tags.read(html):
        if isinstance(token, tags.Tag):
            if token.name == hidden and token.closing:
                hidden = ""
            elif token.name in {"noscript", "template", "head"} and not token.closing:
                hidden = hidden or token.name
            elif token.name == "body":
                hidden = ""
            if token.name in _LINE_TAGS and not token.closing:
                yield "\n"
        elif isinstance(token, str) and not hidden:
            yield unescape(token)
        elif isinstance(token, tags.Raw) and token.name == "textarea" and not hidden:
            yield unescape(token.text)


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
    if ":" in target and _is_url(target):
        return target
    whole = "https:" + target
    return whole if target[:2] in {"//", "\\\\"} and _is_url(whole) else None


def _is_url(text: str) -> bool:
    try:
        return bool(ada_url.check_url(text))
    except UnicodeError:  # a lone surrogate
        return False
