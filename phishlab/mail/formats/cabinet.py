"""Microsoft's cabinets: a table of files behind the header ([MS-CAB] 2). They know no password."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from phishlab.mail import charsets
from phishlab.mail.formats import MOST_ENTRIES, Member

_FILE = struct.Struct("<IIHHHH")
"""Size, place in the folder, folder, date, time, attributes; the name follows, with a zero at its end."""
_IN_UTF8 = 0x80
_LONGEST = 1024


def entries(data: bytes) -> Iterator[Member]:
    """The files in their order."""
    at = struct.unpack_from("<I", data, 16)[0]
    count = struct.unpack_from("<H", data, 28)[0]
    for _ in range(min(count, MOST_ENTRIES)):
        size, _, _, _, _, attributes = _FILE.unpack_from(data, at)
        at += _FILE.size
        end = data.index(b"\0", at, at + _LONGEST)
        raw = data[at:end]
        name = raw.decode("utf-8", errors="replace") if attributes & _IN_UTF8 else charsets.guess(raw)
        yield Member(name=name.replace("\\", "/"), size=size)
        at = end + 1
    if count > MOST_ENTRIES:
        raise ValueError("more files than are read")
