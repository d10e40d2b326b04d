"""RAR's row of headers, in its fourth and its fifth form (rarlab.com/technote.htm)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from phishlab.classes import dataclass
from phishlab.mail import charsets
from phishlab.mail.formats import HIDDEN, MOST_ENTRIES, Member

_FOURTH = b"Rar!\x1a\x07\x00"
_FIFTH = b"Rar!\x1a\x07\x01\x00"
_BLOCK = struct.Struct("<HBHH")
"""Checksum, type, flags, length: how each header of the fourth form begins."""
_FILE = struct.Struct("<IIBIIBBHI")
"""Packed and unpacked size, system, checksum, time, version, method, length of the name, attributes."""


def entries(data: bytes) -> Iterator[Member]:
    """The files in their order; folders and comments are left out."""
    return _fifth(data) if data.startswith(_FIFTH) else _fourth(data)


# --- the fourth form ------------------------------------------------------------------------------------

_MAIN, _FILE_HEADER, _END = 0x73, 0x74, 0x7B
_HIDES_NAMES = 0x80
_LOCKED, _LARGE, _UNICODE, _MORE, _FOLDER = 0x04, 0x100, 0x200, 0x8000, 0xE0


def _fourth(data: bytes) -> Iterator[Member]:
    at = len(_FOURTH)
    for _ in range(MOST_ENTRIES):
        if at >= len(data):
            return
        _, kind, flags, length = _BLOCK.unpack_from(data, at)
        if length < _BLOCK.size:
            raise ValueError("a header shorter than its beginning")
        if kind == _END:
            return
        if kind == _MAIN and flags & _HIDES_NAMES:
            yield HIDDEN
            return
        more = struct.unpack_from("<I", data, at + 7)[0] if flags & _MORE or kind == _FILE_HEADER else 0
        if kind == _FILE_HEADER:
            high, member = _file(data, at + _BLOCK.size, flags)
            more += high << 32
            if flags & _FOLDER != _FOLDER:
                yield member
        at += length + more
    raise ValueError("more headers than are read")


def _file(data: bytes, at: int, flags: int) -> tuple[int, Member]:
    """The high part of the packed size, and the file."""
    _, size, _, _, _, _, _, length, _ = _FILE.unpack_from(data, at)
    at += _FILE.size
    high = 0
    if flags & _LARGE:
        high, above = struct.unpack_from("<II", data, at)
        size += above << 32
        at += 8
    raw = data[at : at + length]
    return high, Member(name=_name(raw, flags), size=size, locked=bool(flags & _LOCKED))


def _name(raw: bytes, flags: int) -> str:
    """``plain``, UTF-8, or both: the plain name, a zero, and what Unicode adds to it."""
    plain, both, coded = raw.partition(b"\0")
    if not flags & _UNICODE:
        return charsets.guess(plain).replace("\\", "/")
    name = _unicode(plain, coded) if both else raw.decode("utf-8", errors="replace")
    return name.replace("\\", "/")


def _unicode(plain: bytes, coded: bytes) -> str:
    """Two bits say how each is written: one byte, one under the common high byte, two, or a run of the plain name."""
    out: list[int] = []
    high, source = coded[0] << 8, iter(coded[1:])
    for flags in source:
        for shift in (6, 4, 2, 0):
            first = next(source, None)
            if first is None:
                break
            way = flags >> shift & 3
            if way == 3:
                out += _run(plain, len(out), first, source, high)
            elif way == 2:
                out.append(first | next(source, 0) << 8)
            else:
                out.append(first | high if way else first)
    return b"".join(unit.to_bytes(2, "little") for unit in out).decode("utf-16-le", errors="replace")


def _run(plain: bytes, start: int, first: int, source: Iterator[int], high: int) -> list[int]:
    """A run of the plain name's own characters, shifted by one number where the top bit says so."""
    shifted = first & 0x80
    shift = next(source, 0) if shifted else 0
    run = plain[start : start + (first & 0x7F) + 2]
    return [(each + shift & 0xFF) | high if shifted else each for each in run]


# --- the fifth form -------------------------------------------------------------------------------------

_FILES, _LOCK, _LAST = 2, 4, 5
_HAS_EXTRA, _HAS_DATA = 1, 2
_IS_FOLDER, _HAS_TIME, _HAS_CHECKSUM = 1, 2, 4
_LOCK_RECORD = 1
_LONGEST_NUMBER = 10


@dataclass(slots=True)
class _Reader:
    """Numbers of seven bits a byte, lowest first; the top bit says that more follow."""

    data: bytes
    at: int

    def number(self) -> int:
        found = 0
        for place in range(_LONGEST_NUMBER):
            byte = self.data[self.at]
            self.at += 1
            found |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                return found
        raise ValueError("a number without an end")


def _fifth(data: bytes) -> Iterator[Member]:
    at = len(_FIFTH)
    for _ in range(MOST_ENTRIES):
        if at >= len(data):
            return
        reader = _Reader(data, at + 4)  # behind the checksum
        end = reader.number() + reader.at
        kind, flags = reader.number(), reader.number()
        extra = reader.number() if flags & _HAS_EXTRA else 0
        more = reader.number() if flags & _HAS_DATA else 0
        if kind == _LAST:
            return
        if kind == _LOCK:
            yield HIDDEN
            return
        if kind == _FILES and (member := _file_of_fifth(reader, end, extra)):
            yield member
        at = end + more
    raise ValueError("more headers than are read")


def _file_of_fifth(reader: _Reader, end: int, extra: int) -> Member | None:
    flags, size, _ = reader.number(), reader.number(), reader.number()
    reader.at += 4 * bool(flags & _HAS_TIME) + 4 * bool(flags & _HAS_CHECKSUM)
    _, _, length = reader.number(), reader.number(), reader.number()
    if flags & _IS_FOLDER:
        return None
    raw = reader.data[reader.at : min(reader.at + length, end)]
    locked = _is_locked(reader.data[max(reader.at, end - extra) : end])
    return Member(name=raw.decode("utf-8", errors="replace"), size=size, locked=locked)


def _is_locked(extra: bytes) -> bool:
    reader = _Reader(extra, 0)
    while reader.at < len(extra):
        length = reader.number()
        behind = reader.at + length
        if reader.number() == _LOCK_RECORD:
            return True
        reader.at = max(behind, reader.at)
    return False
