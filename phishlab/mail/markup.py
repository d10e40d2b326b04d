"""HTML as a mail carries it: what it refers to, and what a reader sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ada_url
from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_CHARS = 5_000_000
MAX_DEPTH = 500
"""The parser's time grows with the square of the depth: 100,000 nested div took 15.6 s. Deeper HTML is cut in
pieces of this depth, each read by itself, so that no link is lost."""
_MAX_SHOWN = 500

# Elements whose end tag is usually left out do not nest when they follow each other.
_VOID = "area base br col embed hr img input link meta param source track wbr"
_UNCLOSED = "p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body"
_FLAT = frozenset(f"{_VOID} {_UNCLOSED}".split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})")
_REFERENCES = (
    ("a", "href", "html-a"),
    ("area", "href", "html-area"),
    ("form", "action", "html-form"),
    ("button", "formaction", "html-formaction"),
    ("input", "formaction", "html-formaction"),
    ("input", "src", "html-img"),
    ("img", "src", "html-img"),
    ("image", "src", "html-img"),
    ("link", "href", "html-link"),
    ("iframe", "src", "html-iframe"),
    ("frame", "src", "html-iframe"),
    ("script", "src", "html-script"),
    ("object", "data", "html-object"),
    ("embed", "src", "html-object"),
    ("video", "src", "html-media"),
    ("video", "poster", "html-media"),
    ("audio", "src", "html-media"),
    ("source", "src", "html-media"),
    ("body", "background", "html-background"),
    ("table", "background", "html-background"),
    ("td", "background", "html-background"),
    ("a", "xlink:href", "html-a"),
    ("base", "href", "html-base"),
)
_BY_TAG: dict[str, list[tuple[str, str]]] = {}
for _tag, _attribute, _where in _REFERENCES:
    _BY_TAG.setdefault(_tag, []).append((_attribute, _where))
_SELECTOR = ", ".join([*_BY_TAG, 'meta[http-equiv="refresh" i]', "[srcset]", "[style]", "style"])
_REFRESH = re.compile(r"(?i)url\s*=\s*['\"]?([^'\"]{1,4096})")
_CSS_URL = re.compile(r"(?i)url\(\s*['\"]?([^'\")]{1,4096})")
_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})")
_HIDDEN = "script, style, head, title, noscript, template"


def references(html: str) -> Iterator[tuple[str, str, str]]:
    """Triples of where, target and shown text for all that refers elsewhere, relative targets resolved.

    A target relative to nothing (no ``<base>``) leads nowhere in a mail and is left out.
    """
    base = ""
    for piece in [*pieces(html[:MAX_CHARS]), *_conditional_comments(html[:MAX_CHARS])]:
        tree = LexborHTMLParser(piece)
        base = base or _base(tree)
        for where, target, shown in _in_tree(tree):
            if resolved := _resolved(target, base):
                yield where, resolved, shown


def visible_text(html: str) -> str:
    """What a reader sees, block elements on lines of their own, white space collapsed."""
    out: list[str] = []
    for piece in pieces(html[:MAX_CHARS]):
        tree = LexborHTMLParser(piece)
        for node in tree.css(_HIDDEN):
            node.decompose()
        for node in tree.css("br, p, div, tr, li, h1, h2, h3, h4, table"):
            node.insert_before("\n")
        body = tree.body
        out.append(body.text(deep=True) if body is not None else "")
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def declared_charset(data: bytes) -> str | None:
    """The charset that a ``<meta>`` among the first 4 kB names."""
    found = _META_CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else None


def pieces(html: str) -> list[str]:
    """*html* cut wherever its elements would nest deeper than MAX_DEPTH."""
    depth, begin, out = 0, 0, []
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            out.append(html[begin : tag.start()])
            begin, depth = tag.start(), 1
    return [*out, html[begin:]]


def is_deep(html: str) -> bool:
    """Whether it had to be cut to be read."""
    return len(html) > MAX_CHARS or len(pieces(html[:MAX_CHARS])) > 1


def _conditional_comments(html: str) -> Iterator[str]:
    """The HTML inside ``<!--[if mso]> … <![endif]-->``: Outlook shows it, and 2 % of phishing mails link there."""
    at = html.find("<!--[if")
    while at >= 0:
        begin = html.find(">", at)
        end = html.find("<![endif]", begin)
        if begin < 0 or end < 0:
            return
        yield from pieces(html[begin + 1 : end])
        at = html.find("<!--[if", end)


def _in_tree(tree: LexborHTMLParser) -> Iterator[tuple[str, str, str]]:
    for node in tree.css(_SELECTOR):
        tag = node.tag or ""
        attributes = node.attributes
        for attribute, where in _BY_TAG.get(tag, ()):
            if target := attributes.get(attribute):
                yield where, target, _shown(node, where)
        yield from _others(tag, attributes, node)


def _others(tag: str, attributes: dict[str, str | None], node: LexborNode) -> Iterator[tuple[str, str, str]]:
    if tag == "meta" and (found := _REFRESH.search(attributes.get("content") or "")):
        yield "html-meta-refresh", found[1], ""
    for candidate in (attributes.get("srcset") or "").split(",")[:50]:
        if candidate.strip():
            yield "html-img", candidate.split()[0], ""
    css = node.text(deep=True) if tag == "style" else attributes.get("style") or ""
    for found in _CSS_URL.finditer(css):
        yield "html-style", found[1], ""


def _shown(node: LexborNode, where: str) -> str:
    if where == "html-a":
        text = " ".join(node.text(deep=True)[: 20 * _MAX_SHOWN].split())
        image = node.css_first("img[alt]") if not text else None
        text = text or (image.attributes.get("alt") or "" if image is not None else "")
    else:
        text = node.attributes.get("alt") or ""
    return text[:_MAX_SHOWN]


def _base(tree: LexborHTMLParser) -> str:
    node = tree.css_first("base[href]")
    return (node.attributes.get("href") or "") if node is not None else ""


def _resolved(target: str, base: str) -> str | None:
    """An absolute target; ``//evil.example/`` is taken as https, as web mail does."""
    target = target.strip()
    if target.startswith("#"):
        return None
    if ada_url.check_url(target):
        return target
    try:
        return ada_url.join_url(base or "https:", target) if base or target[:2] in {"//", "\\\\"} else None
    except (ValueError, UnicodeError):
        return _protocol_relative(target)


def _protocol_relative(target: str) -> str | None:
    whole = "https:" + target
    return whole if target[:2] in {"//", "\\\\"} and ada_url.check_url(whole) else None
