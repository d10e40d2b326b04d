"""Images of optical disks (ECMA-119, that is ISO 9660) with the long names of Joliet and Rock Ridge.

Windows opens them with a double click, and what lies inside is not marked as coming from the internet. Files lie in
one piece and unpacked, so they are handed over as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from phishlab.classes import dataclass
from phishlab.mail import charsets
from phishlab.mail.formats import MOST_ENTRIES, Member

_SECTOR = 2048
_FIRST = 16
_MOST_DESCRIPTORS = 64
_PRIMARY, _JOLIET, _LAST = 1, 2, 255
_ROOT = 156
_ESCAPES = (b"%/@", b"%/C", b"%/E")
_FOLDER, _GOES_ON = 2, 0x80
_LEAST = 34
_MOST_IN_FOLDERS = 16 * 1024 * 1024
"""Bytes of all folders together; they may name each other's places."""
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class _Volume:
    """A directory tree: the *root*'s record, the size of a *block*, whether names are *wide* (UTF-16)."""

    root: bytes
    block: int
    wide: bool


def entries(data: bytes) -> Iterator[Member]:
    """The files, folder by folder, each with its bytes; None where it does not lie in one piece inside the image."""
    volume = _volume(data)
    waiting, seen, count, room = [(volume.root, "")], set[int](), 0, _MOST_IN_FOLDERS
    while waiting:
        folder, place = waiting.pop()
        begin, size = _extent(folder, volume)
        if begin in seen:
            continue
        seen.add(begin)
        held = data[begin : begin + min(size, room)]
        room -= len(held)
        for record in _records(held):
            count += 1
            if count > MOST_ENTRIES:
                raise ValueError("more files than are read")
            name = f"{place}{_name(record, volume)}"[:_LONGEST]
            if record[25] & _FOLDER:
                waiting.append((record, f"{name}/"))
            else:
                yield _member(data, record, name, volume)


def has_second_directory(data: bytes) -> bool:
    """Whether the image has a directory in UDF too, which may list other files."""
    return any(found[1:4] == b"NSR" for found in _descriptors(data))


def _member(data: bytes, record: bytes, name: str, volume: _Volume) -> Member:
    begin, size = _extent(record, volume)
    whole = begin + size <= len(data) and not record[25] & _GOES_ON
    return Member(name=name, size=size, data=data[begin : begin + size] if whole else None)


def _descriptors(data: bytes) -> Iterator[bytes]:
    for number in range(_FIRST, _FIRST + _MOST_DESCRIPTORS):
        found = data[number * _SECTOR : (number + 1) * _SECTOR]
        if len(found) < _SECTOR or found[1:6] not in {b"CD001", b"BEA01", b"NSR02", b"NSR03", b"TEA01"}:
            return
        yield found


def _volume(data: bytes) -> _Volume:
    """The tree of long names where there is one, as Windows takes it."""
    chosen = None
    for found in _descriptors(data):
        joliet = found[0] == _JOLIET and found[88:91] in _ESCAPES
        if found[1:6] == b"CD001" and (joliet or (found[0] == _PRIMARY and chosen is None)):
            block = struct.unpack_from("<H", found, 128)[0]
            chosen = _Volume(found[_ROOT : _ROOT + _LEAST], block or _SECTOR, joliet)
    if chosen is None:
        raise ValueError("no volume")
    return chosen


def _extent(record: bytes, volume: _Volume) -> tuple[int, int]:
    """Where it begins, in bytes, and how long it is."""
    block = struct.unpack_from("<I", record, 2)[0]
    size: int = struct.unpack_from("<I", record, 10)[0]
    return block * volume.block + record[1] * volume.block, size


def _records(folder: bytes) -> Iterator[bytes]:
    """The records of a folder, itself and the one above left out; none crosses a sector's end."""
    at = 0
    while at + _LEAST <= len(folder):
        length = folder[at]
        if length < _LEAST:
            at = (at // _SECTOR + 1) * _SECTOR
            continue
        record = folder[at : at + length]
        at += length
        if len(record) == length and (record[32] != 1 or record[33] > 1):
            yield record


def _name(record: bytes, volume: _Volume) -> str:
    length = record[32]
    raw = record[33 : 33 + length]
    if volume.wide:
        name = raw.decode("utf-16-be", errors="replace")
    else:
        name = _long(record[33 + length + (length + 1) % 2 :]) or charsets.guess(raw)
    return name.rpartition(";")[0] if name[-2:] == ";1" else name


def _long(system: bytes) -> str:
    """Rock Ridge's name, ``NM`` entries in what stands behind the record (IEEE P1282 4.1.4)."""
    found, at = b"", 0
    while at + 4 <= len(system) and system[at + 2] >= 4:
        length = system[at + 2]
        if system[at : at + 2] == b"NM":
            found += system[at + 5 : at + length]
        at += length
    return charsets.guess(found)
