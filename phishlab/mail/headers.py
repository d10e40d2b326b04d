"""The header block: split, unfolded, decoded (RFC 5322 2.2, RFC 2047)."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterable, Iterator, Sequence
from io import IncrementalNewlineDecoder
from typing import overload

from phishlab import patterns
from phishlab.mail import charsets
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Header, Limit

_EMPTY_LINE = ((b"\n\r\n", 3), (b"\n\n", 2), (b"\r\r", 2))
"""Plain searches: a pattern takes ten times as long."""
_BOM = b"\xef\xbb\xbf"
"""Stands before what an editor saved as UTF-8."""
_USUAL_END = b"\r\n\r\n"
_NAME = patterns.late(rb"[ \t]*([!-9;-~]{1,100})[ \t]*:")
_FOLD = patterns.late(r"[\r\n]+[ \t]*")
_BEGIN = patterns.late(r"\n(?:([!-9;-~]{1,100}+)[ \t]*+:|[^ \t])")
"""Where a line begins that is no fold, and the name of the field that it is; no name where it is none."""
_WORD = patterns.late(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?\r\n]*)\?=")
_HEAD = patterns.late(r"=\?([^?\s]{1,60})\?[Bb]\?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*+={0,2}")
_JUNK = patterns.late(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")


def begins(data: bytes) -> bool:
    """Whether *data* begins as a mail does: with a field, after an mbox mark at most."""
    first_line = data[:2000].removeprefix(_BOM).lstrip(b"\r\n").split(b"\n", 1)[0]
    return bool(_NAME.match(first_line)) or first_line.startswith(b"From ")


def split(data: bytes, bounds: Limits = STANDARD) -> tuple[bytes, bytes]:
    """Header block and body; a block without an empty line after it has no body."""
    data = data.removeprefix(_BOM)
    begin, end = _end(data, bounds.header_block + 4)
    return (data[:begin], data[end:]) if end else _headers_alone(data)


def _end(data: bytes, limit: int) -> tuple[int, int]:
    """Where the empty line begins and ends that closes the header block; 0, 0 where there is none."""
    if start := re.match(rb"(?:\r?\n){1,2}", data):
        return 0, start.end()
    at, length = limit, 0
    for mark, size in _EMPTY_LINE if b"\r\n" in data[:1000] else _EMPTY_LINE[::-1]:
        if (earlier := data.find(mark, 0, at + 1)) >= 0:
            at, length = earlier, size
    if not length:
        return 0, 0
    begin = at - 1 if data[at : at + 1] == b"\n" and data[at - 1 : at] == b"\r" else at
    return begin, at + length


class Fields(Sequence[Header]):
    """The fields of a header block, top first; each is decoded when it is first looked at.

    Nobody looks at most of them: what a receiver's filters noted, thousands of characters in encoded words.
    """

    __slots__ = ("_made", "_names", "_places", "_plain", "_raws")

    def __init__(self, names: Sequence[str], raws: Sequence[str], *, plain: bool = False) -> None:
        """*names* and *raws*: of each its name and its raw value; *plain*: no 8-bit byte stands in any."""
        self._names, self._raws, self._plain = names, raws, plain
        self._made: dict[int, Header] = {}
        self._places: dict[str, list[int]] = {}
        places = self._places
        for place, name in enumerate(map(str.lower, names)):
            if name in places:
                places[name].append(place)
            else:
                places[name] = [place]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._names)

    @overload
    def __getitem__(self, at: int) -> Header: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Header, ...]: ...
    def __getitem__(self, at: int | slice) -> Header | tuple[Header, ...]:
        """One field, or some, as of a tuple."""
        if isinstance(at, slice):
            return tuple(map(self._field, range(len(self._names))[at]))
        return self._field(range(len(self._names))[at])

    def __eq__(self, other: object) -> bool:
        """Whether *other* has the same fields, of whatever kind of sequence it is."""
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        """As of the tuple."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """As of the tuple."""
        return repr(tuple(self))

    def places(self, name: str) -> Sequence[int]:
        """Where the fields called *name*, in lower case, stand; top first."""
        return self._places.get(name, ())

    def raw(self, place: int) -> str:
        """The raw value of the field at *place*."""
        return self._raws[place].strip()

    def raws(self, name: str) -> list[str]:
        """The raw values of the fields called *name*, in lower case; top first."""
        return [self._raws[place].strip() for place in self._places.get(name, ())]

    def value(self, place: int) -> str:
        """The decoded value of the field at *place*."""
        made = self._made.get(place)
        return _value(self._raws[place].strip()) if made is None else made.value

    def bare(self) -> list[tuple[str, str]]:
        """Name and raw value of the fields in which 8-bit bytes stand as they are."""
        if self._plain:
            return []
        places = [place for place, raw in enumerate(self._raws) if not raw.isascii()]
        return [(self._names[place], raw) for place in places if not (raw := self.raw(place)).isascii()]

    def _field(self, place: int) -> Header:
        made = self._made.get(place)
        if made is None:
            raw = self.raw(place)
            made = self._made[place] = Header(name=self._names[place], value=_value(raw), raw=raw)
        return made


def read(data: bytes, limits: list[Limit], bounds: Limits = STANDARD) -> tuple[Fields, bytes]:
    """What ``parse`` and ``split`` make of a mail: its fields and its body."""
    data = data.removeprefix(_BOM)
    at = data.find(_USUAL_END, 0, bounds.header_block + len(_USUAL_END))
    block = data[: max(at, 0)]
    if b"\r" in block and block[:1] not in {b"\r", b"\n"} and (fields := _plain_fields(block, bounds)):
        return fields, data[
            at + len(_USUAL_END) :
        ]  # where all lines are whole no other empty line stands before
    block, rest = split(data, bounds)
    return parse(block, limits, bounds), rest


def parse(block: bytes, limits: list[Limit], bounds: Limits = STANDARD) -> Fields:
    """The fields of a header block, in order. Lines that are no field are left out and counted in *limits*."""
    if len(block) > bounds.header_block:
        limits.append(Limit(what="header-block", detail=str(len(block))))
        block = block[: bounds.header_block]
    return _plain_fields(block, bounds) or _fields(block, limits, bounds)


def by_name(fields: Iterable[Header]) -> Fields:
    """*fields* with their places by name, if they do not come so."""
    if isinstance(fields, Fields):
        return fields
    return _of_pairs([(field.name, field.raw) for field in fields])


def _of_pairs(pairs: Sequence[tuple[str, str]]) -> Fields:
    return Fields([name for name, _ in pairs], [raw for _, raw in pairs])


def _plain_fields(block: bytes, bounds: Limits) -> Fields | None:
    """The same of a block in which all is as it should be, in one go; None where a line or a size is odd."""
    text = block.decode("latin-1")
    if "\r" not in text:
        text = text.replace("\n", "\r\n")
    elif _line_ends(text) != "\r\n":
        return None
    before, *found = _BEGIN.split("\n" + text)
    names, raws = found[::2], found[1::2]
    if before or None in names or not 0 < len(names) <= bounds.header_count:
        return None
    if len(text) > bounds.header_field and any(len(raw.rstrip("\r\n")) > bounds.header_field for raw in raws):
        return None
    return Fields(names, raws, plain=text.isascii())


def _line_ends(text: str) -> str | tuple[str, ...] | None:
    """The kind of line end that *text* has, several as a tuple."""
    reader = IncrementalNewlineDecoder(None, translate=False)
    reader.decode(text, final=True)
    return reader.newlines


def _value(raw: str) -> str:
    """What a raw value says: in one line, decoded, without control characters."""
    line = unfold(raw)
    if line.isascii() and line.isprintable() and "=?" not in line:
        return line
    return _JUNK.sub("", encoded_words(_guessed(line)))


def _fields(block: bytes, limits: list[Limit], bounds: Limits) -> Fields:
    """Line by line, whatever the line ends are."""
    fields: list[tuple[str, str]] = []
    odd = 0
    for line in _unfolded(block):
        found = _NAME.match(line)
        if found is None:
            odd += 1
            continue
        if len(fields) == bounds.header_count:
            limits.append(Limit(what="header-count", detail=str(bounds.header_count)))
            break
        fields.append(_field(found[1], line[found.end() :], limits, bounds))
    if odd:
        limits.append(Limit(what="header-lines", detail=str(odd)))
    return _of_pairs(fields)


def first(fields: Sequence[Header], name: str) -> str | None:
    """The decoded value of the topmost field called *name*, or None."""
    named = by_name(fields)
    places = named.places(name.lower())
    return named.value(places[0]) if places else None


def unfold(raw: str) -> str:
    """One line out of a folded value."""
    return (_FOLD.sub(" ", raw) if "\n" in raw or "\r" in raw else raw).strip()


def decode(raw: str) -> str:
    """A raw value (latin-1 text of its bytes) as a reader sees it: encoded words and bare 8-bit bytes decoded."""
    return encoded_words(plain(raw))


def plain(raw: str) -> str:
    """A raw value in one line, its bare 8-bit bytes read as the charset that they fit."""
    return _guessed(unfold(raw))


def _guessed(line: str) -> str:
    if line.isascii() and "\x1b" not in line:
        return line
    return charsets.guess(line.encode("latin-1", errors="replace"))


def encoded_words(line: str) -> str:
    """*line* with its RFC 2047 encoded words decoded.

    Words side by side in one charset are joined as bytes first: mailers cut characters in two.
    """
    if "=?" not in line:
        return line
    out: list[str] = []
    run, label, at = _base64_run(line)
    for word in _WORD.finditer(line, at):
        between = line[at : word.start()]
        charset = word[1].partition("*")[0].lower()
        if run and (between.strip() or charset != label):
            out.append(charsets.decode(bytes(run), label)[0])
            run.clear()
        if between.strip() or not at:
            out.append(between)
        run += _payload(word[2], word[3])
        label = charset
        at = word.end()
    if run:
        out.append(charsets.decode(bytes(run), label)[0])
    return "".join([*out, line[at:]])


def _base64_run(line: str) -> tuple[bytearray, str, int]:
    """The bytes of the base64 words in one charset that *line* begins with, the charset, and where they end.

    Exchange writes fields of a hundred such words.
    """
    head = _HEAD.match(line)
    if head is None:
        return bytearray(), "", 0
    words = line[head.end() :].split(f"?= {head[0]}")
    words[-1], end, rest = words[-1].partition("?=")
    data = "".join(words)
    if not end or not _BASE64.fullmatch(data) or any(len(word) % 4 for word in words):
        return bytearray(), "", 0
    return bytearray(a2b_base64(data)), head[1].partition("*")[0].lower(), len(line) - len(rest)


def _headers_alone(data: bytes) -> tuple[bytes, bytes]:
    """A headers-only paste; where the first line is no field, all of it is body."""
    return (data, b"") if begins(data) else (b"", data)


def _unfolded(block: bytes) -> Iterator[bytes]:
    """Logical lines, folds still inside."""
    current: list[bytes] = []
    for line in re.split(rb"\r\n|\n|\r", block):
        if line[:1] in {b" ", b"\t"} and current:
            current.append(line)
            continue
        if current:
            yield b"\r\n".join(current)
        current = [line] if line.strip() and not _is_mbox_mark(line) else []
    if current:
        yield b"\r\n".join(current)


def _is_mbox_mark(line: bytes) -> bool:
    """``From a@example.com Tue Jan 16 10:00:00 2024`` before the mail; ``From : a@example.com`` is a field."""
    return line.startswith(b"From ") and not _NAME.match(line)


def _field(label: bytes, value: bytes, limits: list[Limit], bounds: Limits) -> tuple[str, str]:
    name = label.decode("ascii")
    raw = value.decode("latin-1")
    if len(raw) > bounds.header_field:
        limits.append(Limit(what="header-size", detail=name))
        raw = raw[: bounds.header_field]
    return name, raw


def _payload(encoding: str, text: str) -> bytes:
    try:
        data = text.encode("ascii", errors="replace")
        if encoding in "Qq":
            return a2b_qp(data, header=True)
        return a2b_base64(data + b"=" * (-len(data) % 4))
    except (Error, ValueError):
        return text.encode("utf-8", errors="replace")
