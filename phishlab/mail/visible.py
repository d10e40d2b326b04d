"""What a reader sees of HTML as text: block elements on lines of their own, white space collapsed.

Read twice: whole, and without the words of links. ``<a href="https://evil.example/">https://bank.example/</a>`` shows
a URL that nobody can open from there. Each is read when it is asked for, as not every mail needs both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from selectolax.lexbor import LexborHTMLParser, LexborNode

from phishlab import patterns
from phishlab.mail import running

if TYPE_CHECKING:
    from phishlab.mail.tags import Tag

HIDDEN = frozenset(["script", "style", "head", "title", "noscript", "template"])
LINES = frozenset(["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table"])
_LINES = ", ".join(sorted(LINES))
OTHERS = HIDDEN | {"body"}
"""What else the text depends on."""
_EMPTY_LINES = patterns.late(r"\n\s*\n")

Leads = Callable[[str], bool]
"""Whether a link's ``href`` leads anywhere at all; ``#top`` does not."""


class Text(Protocol):
    """The text of a page, in its two readings."""

    def whole(self) -> str:
        """All of it, tidied."""

    def unlinked(self) -> str:
        """What of it stands in no link and in no ``<textarea>``, as it is; nothing where no URL can stand in it."""


class InTree:
    """The text of a tree, which is used up by reading it.

    An element that is taken out is gone with all that is in it, and must not be touched again.
    """

    def __init__(self, tree: LexborHTMLParser, leads: Leads) -> None:
        """Before it is read, all elements of LINES are put into *lines*, and those of OTHERS are taken; in order."""
        self.lines: list[LexborNode] = []
        self._hidden: list[LexborNode] = []
        self._in_body = self._is_cut = False
        self._tree, self._leads = tree, leads
        self._whole: str | None = None
        self._unlinked: str | None = None

    def take(self, node: LexborNode, tag: str) -> None:
        """One more of OTHERS, by the name *tag*."""
        if tag == "body":
            self._in_body = True
        elif self._in_body:
            self._hidden.append(node)

    def whole(self) -> str:
        """All of it, tidied."""
        return tidied(self._spread())

    def unlinked(self) -> str:
        """A look at the words in one piece, which is cheap, spares seven mails of eight the reading of lines."""
        if self._unlinked is None:
            found = self._read() if self._whole is None else self._whole
            self._unlinked = self._outside_links() if running.may_hold(found) else ""
        return self._unlinked

    def _spread(self) -> str:
        """The words, block elements on lines of their own."""
        if self._whole is None:
            for node in self._tree.css(_LINES) if self._is_cut else self.lines:
                node.insert_before(b"\n")
            self._whole = self._read()
        return self._whole

    def _read(self) -> str:
        """The words; run together, if the lines have not been spread."""
        if self._tree.body is None:
            return ""
        for node in reversed(self._hidden):  # what is inside another one first
            node.decompose()
        self._is_cut = self._is_cut or bool(self._hidden)
        self._hidden.clear()
        return self._tree.body.text(deep=True)

    def _outside_links(self) -> str:
        whole = self._spread()
        body = self._tree.body
        found = body.css("a, textarea") if body is not None else []
        linked = [node for node in found if node.tag == "textarea" or self._leads(_href(node.attributes))]
        for node in reversed(linked):
            node.insert_before(b"\n")
            node.decompose()
        return self._read() if linked else whole


class InTags:
    """The same tag by tag: a link ends where the next one begins, or at ``</a>``."""

    def __init__(self, html: str, leads: Leads) -> None:
        """Of HTML that is too large for a tree."""
        self._html, self._leads = html, leads
        self._words: list[tuple[str, bool]] | None = None

    def whole(self) -> str:
        """All of it, tidied."""
        return tidied("".join([words for words, _ in self._read()]))

    def unlinked(self) -> str:
        """As they stand."""
        text = "".join(["\n" if is_linked else words for words, is_linked in self._read()])
        return text if running.may_hold(text) else ""

    def _read(self) -> list[tuple[str, bool]]:
        if self._words is None:
            self._words = list(_by_tags(self._html, self._leads))
        return self._words


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
