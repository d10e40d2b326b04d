"""Text of an HTML mail that a filter reads and a reader does not see, by the styles in its own tags.

``display:none``, a font of no size, white on white. Rules of a style sheet are not applied: what they alone hide
is not found, and what stands under a class is not called white on white.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

from phishlab.classes import dataclass, replace
from phishlab.mail import tags

_MOST = 4_000
"""How many characters of hidden text are collected."""
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_FOLLOWING = frozenset(["p", "li", "dt", "dd", "tr", "td", "th", "option"])
"""Elements that end where the next of their kind begins."""
_BLOCKED = (
    ("display:none", re.compile(r"(?:^|;)display:none")),
    ("opacity:0", re.compile(r"(?:^|;)opacity:0(?:\.0+)?(?=[;!]|$)")),
    ("height:0", re.compile(r"\A(?=.*overflow:hidden)(?:|.*;)(?:max-)?height:[01](?:px)?(?=[;!]|$)")),
    ("width:0", re.compile(r"\A(?=.*overflow:hidden)(?:|.*;)(?:max-)?width:[01](?:px)?(?=[;!]|$)")),
    ("text-indent:-999", re.compile(r"(?:^|;)(?:text-indent|left|top|margin-left):-[0-9]{3,}")),
)
_FONT_SIZE = re.compile(r"(?:^|;)font-size:([0-9]{0,4}\.?[0-9]{0,4})(px|pt|r?em|%)?(?=[;!]|$)")
_VISIBILITY = re.compile(r"(?:^|;)visibility:([a-z]{1,10})")
_COLOUR = re.compile(r"(?:^|;)color:([^;!]{1,40})")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]{1,200})")
_PAINT = re.compile(
    r"#[0-9a-f]{6}|#[0-9a-f]{3}(?![0-9a-f])|rgb\([0-9]{1,3},[0-9]{1,3},[0-9]{1,3}\)|\b(?:white|black)\b"
)
_NAMED = {"white": "#ffffff", "black": "#000000"}
_MAX_STYLE = 2_000


@dataclass(frozen=True, slots=True)
class Concealed:
    """*text* that does not show, and *how*: ``display:none``, ``font-size:0``, ``color = background``."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class _Look:
    """How text inside an element looks; None for a colour that is not known."""

    name: str = ""
    blocked: str = ""
    tiny: bool = False
    unseen: bool = False
    colour: str | None = "#000000"
    background: str | None = "#ffffff"

    @property
    def how(self) -> str:
        if self.blocked:
            return self.blocked
        if self.tiny:
            return "font-size:0"
        if self.unseen:
            return "visibility:hidden"
        same = self.colour is not None and self.colour == self.background
        return "color = background" if same else ""


def find(html: str) -> tuple[Concealed, ...]:
    """The hidden texts by the way they are hidden, each joined; empty where nothing that can be read is hidden."""
    found: dict[str, list[str]] = {}
    room = _MOST
    for how, text in _texts(html):
        if room > 0:
            found.setdefault(how, []).append(text[:room])
            room -= len(text)
    return tuple(Concealed(how, " ".join(texts)) for how, texts in found.items())


def _texts(html: str) -> Iterator[tuple[str, str]]:
    stack = _Stack(classed="<style" in html or "<STYLE" in html)
    for token in tags.read(html):
        if isinstance(token, tags.Tag):
            stack.tag(token)
        elif isinstance(token, str) and (how := stack.look.how):
            text = " ".join(unescape(token).split())
            if any(char.isalnum() for char in text):
                yield how, text


class _Stack:
    """The open elements. Each is put on and taken off once, so the time does not grow with the depth."""

    def __init__(self, *, classed: bool) -> None:
        self._open: list[_Look] = [_Look()]
        self._count: dict[str, int] = {}
        self._classed = classed

    @property
    def look(self) -> _Look:
        return self._open[-1]

    def tag(self, tag: tags.Tag) -> None:
        if tag.name in _VOID:
            return
        if tag.closing:
            self._close(tag.name)
            return
        if tag.name in _FOLLOWING and self.look.name == tag.name:
            self._close(tag.name)
        self._open.append(_inside(self.look, tag, classed=self._classed))
        self._count[tag.name] = self._count.get(tag.name, 0) + 1

    def _close(self, name: str) -> None:
        if not self._count.get(name):
            return
        while True:
            closed = self._open.pop()
            self._count[closed.name] -= 1
            if closed.name == name:
                return


def _inside(around: _Look, tag: tags.Tag, *, classed: bool) -> _Look:
    if not tag.raw:
        return replace(around, name=tag.name, colour=None if tag.name == "a" else around.colour)
    attributes = tag.attributes
    style = re.sub(r"\s+", "", attributes.get("style", "")[:_MAX_STYLE].lower())
    blocked = around.blocked or ("display:none" if "hidden" in attributes else "")
    if style and not blocked:
        blocked = next((how for how, pattern in _BLOCKED if pattern.search(style)), "")
    visibility = _VISIBILITY.search(style)
    return _Look(
        name=tag.name,
        blocked=blocked,
        tiny=_tiny(style, around=around.tiny),
        unseen=visibility[1] in {"hidden", "collapse"} if visibility else around.unseen,
        colour=_colour(around, tag.name, attributes, style),
        background=_background(around, attributes, style, classed=classed),
    )


def _tiny(style: str, *, around: bool) -> bool:
    """Whether text is a pixel high at most; a size relative to nothing stays nothing."""
    found = _FONT_SIZE.search(style)
    if found is None or found[1] in {"", "."}:
        return around
    size, unit = float(found[1]), found[2] or "px"
    if unit in {"px", "pt"}:
        return size <= 1
    return around or size <= (10 if unit == "%" else 0.1)


def _colour(around: _Look, name: str, attributes: Mapping[str, str], style: str) -> str | None:
    found = _COLOUR.search(style)
    if found:
        return _paint(found[1])
    if name == "font" and attributes.get("color"):
        return _paint(attributes["color"].lower())
    return None if name == "a" else around.colour


def _background(around: _Look, attributes: Mapping[str, str], style: str, *, classed: bool) -> str | None:
    found = _BACKGROUND.search(style)
    if found and found[1] not in {"transparent", "none", "inherit"}:
        return None if "(" in found[1].replace("rgb(", "") else _paint(found[1])
    if attributes.get("background"):
        return None
    if attributes.get("bgcolor"):
        return _paint(attributes["bgcolor"].lower())
    return None if classed and ("class" in attributes or "id" in attributes) else around.background


def _paint(text: str) -> str | None:
    """A colour as ``#rrggbb``; None where it is not one of the common forms."""
    found = _PAINT.search(text)
    if found is None:
        return None
    paint = found[0]
    if paint.startswith("rgb"):
        return "#" + "".join(f"{min(255, int(part)):02x}" for part in paint[4:-1].split(","))
    if len(paint) == 4 and paint[0] == "#":
        return "#" + "".join(2 * digit for digit in paint[1:])
    return _NAMED.get(paint, paint)
