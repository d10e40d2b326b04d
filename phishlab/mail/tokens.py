"""Words, comments and quotes of a structured header field (RFC 5322 3.2), read in one pass without recursion."""

from __future__ import annotations

import re
from functools import cache

from phishlab import patterns
from phishlab.classes import NamedTuple, dataclass

MAX_CHARS = 16 * 1024
"""How much of one field is looked at."""

_REPAIRS = 8
_SIMPLE = patterns.late(r'\s*+([^\s()\[";,]++)(?=\s|$)')
"""A word without anything odd in or around it: most of them."""
_SPACE = patterns.late(r"\s+")
_PLAIN = patterns.late(r'[^\s()\[";,]+')
_PAREN = patterns.late(r"\\.|[()]", re.DOTALL)
_QUOTE = patterns.late(r'\\.|"', re.DOTALL)


class Token(NamedTuple):
    """A *kind* (``word``, ``comment``, ``quoted``, ``mark``), its text without its brackets, where it starts."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a field; *unterminated* where a comment or a quote has no end."""

    items: tuple[Token, ...]
    unterminated: bool


def split(raw: str, marks: str = ";") -> Tokens:
    """Take ``from a (b [192.0.2.1]) by c; date`` apart; each character of *marks* is a token of its own."""
    raw = raw[:MAX_CHARS]
    usual = _usual(raw, marks)
    return _any(raw, marks) if usual is None else Tokens(usual, unterminated=False)


@cache
def _piece(marks: str) -> re.Pattern[str]:
    """White space; then a word that ends where words end, a mark, a comment with none inside, or anything else."""
    word = rf"([^\s()\[\"{marks}]++)(?=[\s({marks}]|\Z)"
    return re.compile(rf"(\s*+)(?:{word}|([{marks}])|(\([^()\\]*+\))|.)")


def _usual(raw: str, marks: str) -> tuple[Token, ...] | None:
    """All tokens where each is as most are; None where one is not."""
    if '"' in raw:
        return None
    items: list[Token] = []
    at = 0
    for space, word, mark, comment in _piece(marks).findall(raw.rstrip()):
        at += len(space)
        if word:
            items.append(Token("word", word, at))
        elif mark:
            items.append(Token("mark", mark, at))
        elif comment:
            items.append(Token("comment", comment[1:-1], at))
        else:
            return None
        at += len(word or mark or comment)
    return tuple(items)


def _any(raw: str, marks: str) -> Tokens:
    """Any line, token by token."""
    items: list[Token] = []
    unterminated = False
    at = 0
    while at < len(raw):
        if simple := _SIMPLE.match(raw, at):
            items.append(Token("word", simple[1], simple.start(1)))
            at = simple.end()
            continue
        char = raw[at]
        if space := _SPACE.match(raw, at):
            at = space.end()
            continue
        if char in marks:
            items.append(Token("mark", char, at))
            at += 1
            continue
        if char == "(":
            end = _comment_end(raw, at)
            items.append(Token("comment", raw[at + 1 : len(raw) if end is None else end], at))
        elif char == '"' and not unterminated and (end := _quote_end(raw, at)) is not None:
            items.append(Token("quoted", _unescape(raw[at + 1 : end]), at))
        else:
            unterminated = unterminated or char == '"'  # no other is looked for: time stays linear
            end = _word_end(raw, at, marks)
            items.append(Token("word", raw[at : end + 1], at))
        unterminated = unterminated or end is None
        at = len(raw) if end is None else end + 1
    return Tokens(tuple(items), unterminated)


def mended(raw: str, marks: str = ";") -> Tokens:
    """The same, but a bracket that nothing closes counts as a letter: it does not hide what stands behind it."""
    read = split(raw, marks)
    for _ in range(_REPAIRS):
        last = read.items[-1] if read.unterminated and read.items else None
        if last is None or last.kind != "comment":
            break
        raw = raw[: last.start] + "\x1a" + raw[last.start + 1 :]
        read = split(raw, marks)
    return read


def _comment_end(raw: str, at: int) -> int | None:
    depth = 0
    for found in _PAREN.finditer(raw, at):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return None


def _quote_end(raw: str, at: int) -> int | None:
    return next((found.start() for found in _QUOTE.finditer(raw, at + 1) if found[0] == '"'), None)


def _word_end(raw: str, at: int, marks: str) -> int:
    """Index of the word's last character; ``[(192.0.2.1)]`` is one word, brackets and all."""
    start = at
    while at < len(raw):
        if plain := _PLAIN.match(raw, at):
            at = plain.end()
            continue
        char = raw[at]
        if char == "[" and (close := raw.find("]", at, at + 64)) > 0 and " " not in raw[at:close]:
            at = close
        elif (
            char == '"' and at > start and (close := raw.find('"', at + 1)) > 0
        ):  # smtp.mailfrom="a;b"@c.example
            at = close
        elif at > start and (char.isspace() or char in marks or char == "("):
            return at - 1
        at += 1
    return len(raw) - 1


def _unescape(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")
