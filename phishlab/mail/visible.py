"""What a reader sees of HTML as text: block elements on lines of their own, white space collapsed.

Read twice: whole, and without the words of links. ``<a href="https://evil.example/">https://bank.example/</a>`` shows
a URL that nobody can open from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from phishlab import patterns
from phishlab.classes import dataclass

if TYPE_CHECKING:
    from phishlab.mail.tags import Tag

_HIDDEN = frozenset(["script", "style", "head", "title", "noscript", "template"])
_LINES = frozenset(["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table"])
_SELECTOR = ", ".join([*sorted(_HIDDEN | _LINES), "a", "textarea"])
_EMPTY_LINES = patterns.late(r"\n\s*\n")

Leads = Callable[[str], bool]
"""Whether a link's ``href`` leads anywhere at all; ``#top`` does not."""


@dataclass(frozen=True, slots=True)
class Text:
    """The *whole* text, tidied, and what of it is *unlinked*, as it is: in no link and in no ``<textarea>``."""

    whole: str
    unlinked: str


def in_tree(tree: LexborHTMLParser, leads: Leads) -> Text:
    """The text of a *tree*, which is used up by that."""
    linked: list[LexborNode] = []
    for node in tree.css(_SELECTOR):
        tag = node.tag
        if tag in _LINES:
            node.insert_before(b"\n")
        elif tag in _HIDDEN:
            node.decompose()
        elif tag == "textarea" or leads(_href(node.attributes)):
            linked.append(node)
    whole = tree.body.text(deep=True) if tree.body is not None else ""
    for node in linked:
        node.insert_before(b"\n")
        node.decompose()
    unlinked = tree.body.text(deep=True) if linked and tree.body is not None else whole
    return Text(tidied(whole), unlinked)


def in_tags(html: str, leads: Leads) -> Text:
    """The same tag by tag: a link ends where the next one begins, or at ``</a>``."""
    whole: list[str] = []
    unlinked: list[str] = []
    for words, is_linked in _by_tags(html, leads):
        whole.append(words)
        unlinked.append("\n" if is_linked else words)
    return Text(tidied("".join(whole)), "".join(unlinked))


def tidied(text: str) -> str:
    """*text* with its white space collapsed, at most one empty line in a row."""
    text = _EMPTY_LINES.sub("\n\n", text)
    return "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()


def _href(attributes: Mapping[str, str | None]) -> str:
    return attributes.get("href") or attributes.get("xlink:href") or ""


def _by_tags(html: str, leads: Leads) -> Iterator[tuple[str, bool]]:
    """Pairs of words and whether they stand in a link."""
    from html import unescape  # both are for large HTML alone, and take as long to load as small HTML to read

    from phishlab.mail import tags

    hidden, linked = "", False
    for token in tags.read(html):
        if isinstance(token, tags.Tag):
            hidden = _hidden_after(token, hidden)
            if token.name == "a":
                linked = not token.closing and leads(_href(token.attributes))
            if token.name in _LINES and not token.closing:
                yield "\n", False
        elif isinstance(token, str) and not hidden:
            yield unescape(token), linked
        elif isinstance(token, tags.Raw) and token.name == "textarea" and not hidden:
            yield unescape(token.text), True


def _hidden_after(tag: Tag, hidden: str) -> str:
    """The element that hides what follows *tag*, empty where none does."""
    if tag.name == "body" or (tag.name == hidden and tag.closing):
        hidden = ""
    elif tag.name in {"noscript", "template", "head"} and not tag.closing:
        hidden = hidden or tag.name
    return hidden
