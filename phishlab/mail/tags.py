"""HTML as a row of tags and texts, by the tokenizer of the WHATWG standard: no tree, so no depth and no bomb.

A tree parser pays for depth: 100,000 nested ``div`` take it seconds, and some hundred unclosed ``<b id=…>`` before
some thousand ``<p>`` make it copy each into each. What an element refers to stands in its own tag, though.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.entities import html5

from phishlab import patterns
from phishlab.classes import dataclass

_SPACE = r"\t\n\f\r "
_MARK = patterns.late(
    rf"<(?:(?P<comment>!--)|(?P<close>/?)(?P<name>[A-Za-z][^{_SPACE}/>]*)|(?P<bogus>[!?/]))"
)
# Possessive, so that it never goes back: a quote that does not close takes the rest, as in a browser.
_NAME = rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
_VALUE = rf"\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>\"'][^{_SPACE}>]*+"
_ATTRIBUTES = patterns.late(rf"(?:[{_SPACE}/]++|{_NAME}(?:[{_SPACE}]*+=[{_SPACE}]*+(?:{_VALUE})?+)?+)*+")
_ATTRIBUTE = patterns.late(rf"({_NAME})(?:[{_SPACE}]*+=[{_SPACE}]*+({_VALUE})?+)?+")
_COMMENT_END = patterns.late(r"--!?>")
_EMPTY_COMMENT = patterns.late(r"-?>")
_REFERENCE = patterns.late(r"&(?:#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?|([A-Za-z][A-Za-z0-9]{1,31};?)(=?))")
_RAW = frozenset(["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"])
# HTML elements that end an SVG or MathML picture around them (WHATWG 13.2.6.5).
_BREAKOUT_NAMES = (
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu "
    "meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
_BREAKOUT = frozenset(_BREAKOUT_NAMES.split())


@dataclass(frozen=True, slots=True)
class Tag:
    """``<a href=x>``: *name* in lower case, *raw* its attributes as they stand; *closing* for ``</a>``."""

    name: str
    raw: str
    closing: bool = False

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by their name in lower case, references resolved; the first of a name counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.raw):
            found.setdefault(match[1].lower(), _value(match[2] or ""))
        return found


@dataclass(frozen=True, slots=True)
class Raw:
    """What stands in an element whose content holds no tags: ``script``, ``style``, ``textarea`` and more."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Comment:
    """``<!--`` *text* ``-->``."""

    text: str


def read(html: str) -> Iterator[Tag | Raw | Comment | str]:
    """The tags, comments and texts of *html* in their order; texts as they stand, references and all."""
    at = pictures = 0
    while mark := _MARK.search(html, at):
        if mark.start() > at:
            yield html[at : mark.start()]
        if mark["name"] is None:
            end, text = _comment(html, mark, picture=pictures > 0)
            if text is not None:
                yield text
            at = end
            continue
        end = _tag_end(html, mark.end())
        if end < 0:
            return  # the file ends inside a tag: it is none, for a browser too
        tag = Tag(mark["name"].lower(), html[mark.end() : end], bool(mark["close"]))
        yield tag
        at = end + 1
        pictures = _pictures(tag, pictures)
        if tag.name in _RAW and not tag.closing and not pictures:
            end = _raw_end(html, tag.name, at)
            yield Raw(tag.name, html[at:end])
            at = end
    if at < len(html):
        yield html[at:]


def _comment(html: str, mark: re.Match[str], *, picture: bool) -> tuple[int, Comment | str | None]:
    """Where a comment, a ``<!DOCTYPE …>`` or the like ends, and what is in it."""
    start = mark.end()
    if mark["comment"]:
        empty = _EMPTY_COMMENT.match(html, start)
        found = empty or _COMMENT_END.search(html, start)
        return (
            (found.end(), Comment(html[start : found.start()]))
            if found
            else (len(html), Comment(html[start:]))
        )
    if picture and html.startswith("[CDATA[", start):
        end = html.find("]]>", start)
        return (len(html), html[start + 7 :]) if end < 0 else (end + 3, html[start + 7 : end])
    end = html.find(">", start)
    return (len(html) if end < 0 else end + 1), None


def _tag_end(html: str, at: int) -> int:
    """The index of the ``>`` that ends the tag, or -1."""
    attributes = _ATTRIBUTES.match(html, at)
    end = attributes.end() if attributes else at
    return end if end < len(html) else -1


def _pictures(tag: Tag, depth: int) -> int:
    """How many ``svg`` and ``math`` elements are open after *tag*."""
    if tag.name in {"svg", "math"}:
        if tag.closing:
            return max(0, depth - 1)
        return depth if tag.raw.endswith("/") else depth + 1
    return 0 if tag.name in _BREAKOUT and not tag.closing else depth


def _raw_end(html: str, name: str, at: int) -> int:
    found = _closing(name).search(html, at)
    return found.start() if found else len(html)


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)</{name}(?=[{_SPACE}/>])")


def _value(raw: str) -> str:
    if raw[:1] in {'"', "'"}:
        raw = raw[1:-1] if len(raw) > 1 and raw[-1] == raw[0] else raw[1:]
    return _REFERENCE.sub(_resolved, raw) if "&" in raw else raw


def _resolved(found: re.Match[str]) -> str:
    """``&amp;`` is ``&``, but ``&copy=1`` in an attribute stays what it is (WHATWG 13.2.5.73)."""
    name = found[3]
    if name is None:
        digits = (found[1] or found[2]).lstrip("0")[:9]
        return _character(int(digits or "0", 16 if found[1] else 10))
    if name not in html5 or (found[4] and not name.endswith(";")):
        return found[0]
    return html5[name] + found[4]


def _character(code: int) -> str:
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return unescape(f"&#{code};") if 0x80 <= code <= 0x9F else chr(code)
