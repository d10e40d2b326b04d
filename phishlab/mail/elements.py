"""What an HTML element refers to: its attributes, its style, the pictures to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from phishlab import patterns

MOST_IN_CSS = 2_000
MOST_CANDIDATES = 50
"""How many URLs are taken from one style, and pictures from one ``srcset``."""

# Where a reference stands, by its element; what is not here is html-other.
_WHERE = {
    "a": "html-a",
    "area": "html-area",
    "form": "html-form",
    "base": "html-base",
    "link": "html-link",
    "html": "html-link",
    "iframe": "html-iframe",
    "frame": "html-iframe",
    "script": "html-script",
    "object": "html-object",
    "embed": "html-object",
    "applet": "html-object",
    "video": "html-media",
    "audio": "html-media",
    "source": "html-media",
    "track": "html-media",
    "bgsound": "html-media",
    "img": "html-img",
    "image": "html-img",
    "input": "html-img",
    "use": "html-svg",
    "feimage": "html-svg",
}
_BY_ATTRIBUTE = {
    "formaction": "html-formaction",
    "background": "html-background",
    "cite": "html-cite",
    "longdesc": "html-cite",
    "ping": "html-ping",
}
ATTRIBUTES = (
    "href",
    "xlink:href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "cite",
    "longdesc",
    "ping",
    "lowsrc",
    "dynsrc",
    "manifest",
    "codebase",
)
_REFERRING = frozenset(ATTRIBUTES)
_ONLY = {"data": "object", "action": "form"}
"""Attributes that refer elsewhere on one element only."""
LISTS = ("srcset", "imagesrcset")
_NAMES = _REFERRING | {"style", *LISTS}
_REFRESH = patterns.late(r"(?i)url\s{0,20}=\s{0,20}['\"]?([^'\"]{1,4096})")
_CSS_URL = patterns.late(
    r"(?i)(?:url\(\s{0,20}|@import\s{1,20})(?:\"([^\"]{1,4096})|'([^']{1,4096})|([^'\"()\s;]{1,4096}))"
)
_CSS_ESCAPE = patterns.late(r"\\(?:([0-9A-Fa-f]{1,6})\s?|([^\n]))")
_CANDIDATE = patterns.late(r"[\s,]*+(?:(\S*?),+(?=\s|\Z)|(\S+)(?:\s[^,]*)?)")


def references(tag: str, attributes: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Pairs of where and target of one element; the document inside an ``<iframe srcdoc>`` is not opened."""
    found: list[tuple[str, str]] = []
    for name, value in attributes.items():
        if not value or name not in _NAMES:
            continue
        if name in _REFERRING:
            if _ONLY.get(name, tag) == tag:
                found.append((_where(tag, name), value))
        elif name == "style":
            if "(" in value:
                found += [("html-css", target) for target in in_css(value)]
        else:
            found += [("html-img", target) for target in _candidates(value)]
    if tag == "meta" and (refresh := _refresh(attributes)):
        found.append(("html-meta-refresh", refresh[1]))
    return found


def _where(tag: str, attribute: str) -> str:
    if tag.startswith("v:"):
        return "html-img" if attribute == "src" else "html-vml"
    return _BY_ATTRIBUTE.get(attribute) or _WHERE.get(tag, "html-other")


def _candidates(srcset: str) -> Iterator[str]:
    """``https://e.example/a,b.png 1x, https://e.example/c.png 2x``: two, commas inside a URL stay."""
    for found in islice(_CANDIDATE.finditer(srcset), MOST_CANDIDATES):
        if target := found[1] or found[2]:
            yield target


def in_css(css: str) -> Iterator[str]:
    r"""``url(https://evil.example/x)`` and ``@import "…"``, also with letters written as ``\75``."""
    if "\\" in css:
        css = _CSS_ESCAPE.sub(_css_character, css)
    lower = css.lower()
    if "url(" not in lower and "@import" not in lower:
        return
    for found in islice(_CSS_URL.finditer(css), MOST_IN_CSS):
        yield found[1] or found[2] or found[3]


def _css_character(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _refresh(attributes: Mapping[str, str | None]) -> re.Match[str] | None:
    """``<meta http-equiv=refresh content="0; url=https://evil.example/">``."""
    if (attributes.get("http-equiv") or "").strip().lower() != "refresh":
        return None
    return _REFRESH.search(attributes.get("content") or "")
