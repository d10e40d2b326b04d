"""What a reader sees of HTML as text: block elements on lines of their own, white space collapsed.

Read twice: whole, and without the words of links. ``<a href="https://evil.example/">https://bank.example/</a>`` shows
a URL that nobody can open from there. Each is read when it is asked for, as not every mail needs both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from phishlab import patterns
from phishlab.mail import running

if TYPE_CHECKING:
    from phishlab.mail.tags import Tag

HIDDEN = frozenset(["script", "style", "head", "title", "noscript", "template"])
LINES = frozenset(["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table"])
_LINES = ", ".join(sorted(LINES))
_HIDDEN = ", ".join(sorted(HIDDEN))
_EMPTY_LINES = patterns.late(r"\n\s*\n")

Leads = Callable[[str], bool]
"""Whether a link's ``href`` leads anywhere at all; ``#top`` does not."""


def in_tree(tree: LexborHTMLParser) -> str:
    """All of it, tidied. The tree is used up by it."""
    _hide(tree.css(_HIDDEN) if tree.root is not None else [])
    return tidied(_spread(tree))


def unlinked_in_tree(tree: LexborHTMLParser, hidden: list[LexborNode], leads: Leads) -> str:
    """What of it stands in no link and in no ``<textarea>``, as it is; nothing where no URL can stand in it.

    *hidden* are all elements of HIDDEN in their order; the tree is used up. A look at the words in one piece, which
    is cheap, spares seven mails of eight the reading of lines.
    """
    _hide(hidden)
    if not running.may_hold(_words(tree)):
        return ""
    whole = _spread(tree)
    body = tree.body
    found = body.css("a, textarea") if body is not None else []
    linked = [node for node in found if node.tag == "textarea" or leads(_href(node.attributes))]
    for node in reversed(linked):
        node.insert_before(b"\n")
        node.decompose()
    return _words(tree) if linked else whole


def _hide(hidden: list[LexborNode]) -> None:
    """An element that is taken out is gone with all that is in it, and must not be touched again."""
    for node in reversed(hidden):  # what is inside another one first
        node.decompose()


def _spread(tree: LexborHTMLParser) -> str:
    """The words, block elements on lines of their own."""
    for node in tree.css(_LINES) if tree.root is not None else []:
        node.insert_before(b"\n")
    return _words(tree)


def _words(tree: LexborHTMLParser) -> str:
    """The words; run together, if the lines have not been spread."""
    return tree.body.text(deep=True) if tree.body is not None else ""


def in_tags(html: str) -> str:
    """All of it, tidied, of HTML that is too large for a tree."""
    return tidied("".join([words for words, _ in _by_tags(html, lambda _: False)]))


def unlinked_in_tags(html: str, leads: Leads) -> str:
    """What of such HTML stands in no link: a link ends where the next one begins, or at ``</a>``."""
    text = "".join(["\n" if is_linked else words for words, is_linked in _by_tags(html, leads)])
    return text if running.may_hold(text) else ""


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
            if token.name in LINES and not token.closing:
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
