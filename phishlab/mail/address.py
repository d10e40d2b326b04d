"""Who a From field names, in every way that mail programs read it.

One in five real phishing mails breaks the standard reader: ``Kundenservice, jehd <service@stayfriends.de>``.
"""

from __future__ import annotations

import re

from phishlab import patterns
from phishlab.classes import dataclass, field
from phishlab.mail import headers
from phishlab.records import Sender

_MAX = 16 * 1024
_WRITTEN = r"[^\s<>()\[\],;:\"\\@\x00]{1,64}@[^\s<>()\[\],;:\"\\@\x00]{1,255}"
_ALONE = patterns.late(rf"(?:[^@<]*+<)?({_WRITTEN})>?")
"""One address, bare or after a name, and no other ``@``."""
_NAMED = patterns.late(rf'((?:[^"(<@\\]++|"[^"<\\]*+")*+)<({_WRITTEN})>')
"""A name, in quotes or without, and an address: all readers take it for that."""
_BARE = patterns.late(_WRITTEN)
_ANGLE = patterns.late(r"<([^<>]{0,998})>")
_QUOTED = patterns.late(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_PLAIN = patterns.late(r'[^"(<]+')
_ROUTE = patterns.late(r"^(?:@[^:,]{1,255},?){1,20}:")


@dataclass(slots=True)
class _Reading:
    angled: list[str] = field(default_factory=list)
    comments: str = ""
    outside: str = ""
    odd: bool = False


def parse(raw: str) -> Sender:
    """Read ``"Kagoya Active! Mail" <postmaster@example.jp>`` as it stands in the mail, not yet decoded.

    *candidates*: first the address that most clients show (the first in angle brackets, else the first
    bare one), then every other that some reader would take. *ambiguous* where readers differ.
    """
    line = headers.plain(raw[:_MAX])
    return _usual(line) or _any(line)


def _usual(line: str) -> Sender | None:
    """What nearly all write, ``Name <a@example.jp>`` or ``a@example.jp``; None for all else."""
    named, decoded = _NAMED.fullmatch(line), headers.encoded_words(line)
    if named is None:
        bare = decoded is line and _BARE.fullmatch(line)
        return Sender(raw=line, candidates=(line.strip(".'"),)) if bare else None
    if decoded is not line and ((again := _NAMED.fullmatch(decoded)) is None or again[2] != named[2]):
        return None
    return Sender(raw=decoded, candidates=(named[2],), display_name=_shown(named[1]))


def _any(line: str) -> Sender:
    """Whatever it is, character by character."""
    reading = _read(line)
    decoded = headers.encoded_words(line)
    chosen = reading.angled + _addresses(reading.outside)
    hidden = _addresses(reading.comments)
    if decoded != line:  # readers that decode first find addresses inside an encoded word
        shown = _read(decoded)
        hidden += _addresses(" ".join([shown.outside, *shown.angled]))
    candidates = _unique(chosen + hidden)
    return Sender(
        raw=decoded,
        candidates=tuple(candidates),
        display_name=_display_name(line, reading),
        ambiguous=len(candidates) > 1 or reading.odd,
    )


def combine(senders: tuple[Sender, ...]) -> Sender:
    """One sender out of several fields of the same name: readers differ in which of them they take."""
    if len(senders) == 1:
        return senders[0]
    if not senders:
        return Sender(raw="")
    candidates = _unique([address for sender in senders for address in sender.candidates])
    return Sender(
        raw="\n".join(sender.raw for sender in senders),
        candidates=tuple(candidates),
        display_name=senders[0].display_name,
        ambiguous=True,
    )


def addresses(raw: str) -> tuple[str, ...]:
    """All mail addresses in a list of recipients, lower case, in order, each once."""
    if "@" not in raw:
        return ()
    if alone := _ALONE.fullmatch(raw):
        return (alone[1].lower(),)
    return tuple(_unique([found.lower() for found in _BARE.findall(raw)]))


def _read(line: str) -> _Reading:
    """Sort the characters into angle brackets, quotes, comments and the rest, in one pass."""
    reading = _Reading()
    at = 0
    outside: list[str] = []
    quotes_close = True
    while at < len(line):
        if plain := _PLAIN.match(line, at):
            outside.append(plain[0])
            at = plain.end()
            continue
        char = line[at]
        if char == '"' and quotes_close:
            quoted = _QUOTED.match(line, at)
            # after one that stays open no other is looked for: time stays linear
            quotes_close = quoted is not None
            at = quoted.end() if quoted else at + 1
        elif char == "(" and (end := line.find(")", at)) > 0:
            reading.comments += " " + line[at + 1 : end]
            at = end + 1
        elif char == "<" and (found := _ANGLE.match(line, at)):
            _take_angle(found[1], reading)
            outside.append(" ")
            at = found.end()
        else:
            outside.append(char)
            at += 1
    reading.outside = "".join(outside)
    return reading


def _take_angle(inside: str, reading: _Reading) -> None:
    route = _ROUTE.match(inside)
    if route:  # RFC 5322 4.4: some readers take the route for the address
        reading.odd = True
        inside = inside[route.end() :]
    if "\x00" in inside or "\\" in inside or inside.count("@") > 1:
        reading.odd = True
        reading.angled += _split_odd(inside)
    elif "@" in inside:
        reading.angled.append(inside.strip())


def _split_odd(inside: str) -> list[str]:
    r"""The readings of ``a@first.com@second.com``, ``a@first.com\0@second.com``, ``a@first.com\``."""
    whole = inside.replace("\x00", "").replace("\\", "").strip()
    return [whole, *_BARE.findall(re.sub(r"[\x00\\]", " ", inside))]


def _addresses(text: str) -> list[str]:
    return [found.strip(".'") for found in _BARE.findall(text)]


def _unique(found: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for address in found:
        if "@" in address:
            kept.setdefault(address.lower(), address)
    return list(kept.values())


def _display_name(line: str, reading: _Reading) -> str:
    """What stands before the address, or after it in brackets: ``a@example.jp (Name)``."""
    mark = _ANGLE.search(line)
    name = line[: mark.start()] if mark else reading.comments
    return _shown(name)


def _shown(name: str) -> str:
    return headers.encoded_words(name.strip()).strip().strip('"').replace('\\"', '"').strip()
