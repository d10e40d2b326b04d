"""Links and marks in a PDF, read from its objects as they stand; nothing of it is drawn or run (ISO 32000-1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from phishlab import patterns
from phishlab.mail import archives, charsets
from phishlab.mail.contents import Contents, link_of
from phishlab.mail.limits import MEBI, Allowance
from phishlab.records import Link

_STREAM = patterns.late(rb"stream\r?\n")
_MOST_STREAMS = 2_000
_MOST_UNPACKED = 32 * MEBI
_HEX_NAME = patterns.late(rb"#([0-9A-Fa-f]{2})")
_URI = patterns.late(rb"/URI\s{0,20}(?:\(((?:[^()\\]|\\.){1,4096})\)|<([0-9A-Fa-f\s]{2,8192})>)", re.DOTALL)
_FILE = patterns.late(rb"/F\s{0,20}\((https?:(?:[^()\\]|\\.){1,4096})\)", re.DOTALL)
_ESCAPE = patterns.late(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r?\n)")
_MARKS = (
    ("pdf-javascript", patterns.late(rb"/(?:JS|JavaScript)\b")),
    ("pdf-open-action", patterns.late(rb"/(?:OpenAction|AA)\b")),
    ("pdf-launch", patterns.late(rb"/Launch\b")),
    ("pdf-embedded-file", patterns.late(rb"/EmbeddedFiles?\b")),
    ("pdf-submit-form", patterns.late(rb"/SubmitForm\b")),
    ("pdf-remote", patterns.late(rb"/(?:GoToR|GoToE|ImportData)\b")),
)
_ENCRYPTED = patterns.late(rb"/Encrypt(?![A-Za-z])")
_PLAIN_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read(data: bytes, left: Allowance) -> Contents:
    """``/A << /S /URI /URI (https://evil.example/) >>``, also where objects are packed (ISO 32000-1 7.5.7)."""
    found: dict[bytes, None] = {}
    marks: dict[str, None] = {}
    for text in _texts(data, left):
        named = _HEX_NAME.sub(lambda pair: bytes([int(pair[1], 16)]), text) if b"#" in text else text
        for mark, pattern in _MARKS:
            if pattern.search(named):
                marks[mark] = None
        for match in _URI.finditer(named):
            found[_of_digits(match[2]) if match[2] else _string(match[1])] = None
        for match in _FILE.finditer(named):
            found[_string(match[1])] = None
    if _ENCRYPTED.search(data):
        return Contents(marks=tuple(marks), locked=True)
    return Contents(links=links(map(_text, found)), marks=tuple(marks))


def links(targets: Iterable[str]) -> tuple[Link, ...]:
    """What the links of a PDF lead to."""
    made = (link_of(each, "attachment-pdf") for each in targets)
    return tuple(link for link in made if link)


def _texts(data: bytes, left: Allowance) -> Iterator[bytes]:
    """The file without its streams, then each packed stream of objects, also where ``/ObjStm`` is spelled oddly."""
    at = 0
    outside: list[bytes] = []
    streams: list[tuple[int, int]] = []
    for start in _STREAM.finditer(data):
        if start.start() < at:
            continue
        outside.append(data[at : start.start()])
        end = data.find(b"endstream", start.end())
        at = end if end >= 0 else len(data)
        described = data[max(0, start.start() - 1000) : start.start()].rpartition(b" obj")[2]
        if (b"ObjStm" in described or b"#" in described) and len(streams) < _MOST_STREAMS:
            streams.append((start.end(), at))
    yield b"".join([*outside, data[at:]])
    room = _MOST_UNPACKED
    for begin, end in streams:
        text = (
            archives.inflate(data[begin:end], left, min(room, 4 * MEBI))
            if min(room, left.unpacked) > 0
            else b""
        )
        room -= len(text)
        yield text


def _string(raw: bytes) -> bytes:
    """A literal string without its escapes (7.3.4.2)."""
    return _ESCAPE.sub(lambda found: _unescaped(found[1]), raw)


def _unescaped(escape: bytes) -> bytes:
    if escape[:1].isdigit():
        return bytes([int(escape, 8) & 0xFF])
    return b"" if escape.endswith(b"\n") else _PLAIN_ESCAPES.get(escape, escape)


def _of_digits(raw: bytes) -> bytes:
    digits = b"".join(raw.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _text(raw: bytes) -> str:
    return raw[2:].decode("utf-16-be", errors="replace") if raw[:2] == b"\xfe\xff" else charsets.guess(raw)
