"""What archives hold: listed and read in memory, within bounds; nothing is written anywhere."""

from __future__ import annotations

import bz2
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import IO, Protocol

from phishlab.classes import replace
from phishlab.mail import charsets
from phishlab.mail.formats import HIDDEN, Member, cabinet, iso, rar, sevenzip
from phishlab.mail.limits import MEBI, Allowance

_CHUNK = 64 * 1024
_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 20_000
"""Entries of a zip file's directory; each costs memory before the first is seen."""
PASSWORD = b"infected"
"""The one that samples of malware are passed on with."""

CLOSED = frozenset(
    {
        "application/x-udf-image",
        "application/x-fat-image",
        "application/x-virtualbox-vhd",
        "application/x-virtualbox-vhdx",
    }
)
"""Archives and disk images that are told by their bytes, and not opened."""

# What the standard library's readers raise on damaged and hostile archives: the bytes decide how far one comes
# before it stumbles, and over what.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError, LookupError,
    TypeError, AttributeError, RuntimeError, ArithmeticError, MemoryError,
)  # fmt: skip


def known(media_type: str) -> bool:
    """Whether archives of this type are opened here."""
    return media_type in _READERS or "openxmlformats" in media_type or "opendocument" in media_type


def members(data: bytes, media_type: str, name: str, left: Allowance) -> Iterator[Member]:
    """The files in *data*, an archive called *name*; what is damaged or too large is said in *left*."""
    reader = _READERS.get(media_type, _zip)
    try:
        for member in reader(data, name, left):
            if left.members < 1:
                left.say("archive-members", str(left.bounds.archive_members))
                return
            left.members -= 1
            yield member
    except DAMAGE:
        left.say("archive-damaged", name)


class _Inflater(Protocol):
    """zlib, bz2 and lzma decompress alike, a bounded piece at a time."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def inflate(data: bytes, left: Allowance, most: int = 32 * MEBI) -> bytes:
    """A zlib stream as far as it goes, at most *most* bytes; damage ends it early."""
    reader = zlib.decompressobj()
    try:
        out = reader.decompress(data, max(1, min(most, left.unpacked)))
    except zlib.error:
        return b""
    left.unpacked -= len(out)
    return out


def _zip(data: bytes, _name: str, left: Allowance) -> Iterator[Member]:
    if data.count(_ENTRY) > _MOST_ENTRIES:
        left.say("archive-members", str(_MOST_ENTRIES))
        return
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            yield _zip_member(archive, entry, left)


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: Allowance) -> Member:
    name = _zip_name(entry)
    locked = bool(entry.flag_bits & 1)
    try:
        with archive.open(entry, pwd=PASSWORD if locked else None) as source:
            content = _bounded(source, entry.compress_size, name, left)
    except DAMAGE:
        if not locked:
            left.say("archive-damaged", name)
        content = None
    return Member(
        name=name, size=entry.file_size if content is None else len(content), data=content, locked=locked
    )


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Japanese archives write Shift_JIS without saying so; the standard library reads it as code page 437."""
    if entry.flag_bits & 0x800:
        return entry.orig_filename
    try:
        return charsets.guess(entry.orig_filename.encode("cp437"))
    except UnicodeError:
        return entry.orig_filename


def _bounded(source: IO[bytes], packed: int, name: str, left: Allowance) -> bytes | None:
    """All of *source*; None, with a limit, once it grows past the ratio or the mail's allowance."""
    most = max(MEBI, packed * left.bounds.archive_ratio)
    out = BytesIO()  # hands its bytes over without a copy
    while piece := source.read(_CHUNK):
        out.write(piece)
        left.unpacked -= len(piece)
        if _over(out.tell(), most, name, left):
            return None
    return out.getvalue()


def _over(size: int, most: int, name: str, left: Allowance) -> bool:
    if size > min(most, left.each):
        left.say("archive-ratio", name)
        return True
    if left.unpacked < 0:
        left.say("archive-bytes", str(left.bounds.archive_bytes))
        return True
    return False


def _tar(data: bytes, _name: str, left: Allowance) -> Iterator[Member]:
    import tarfile  # rare in mails

    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
            for entry in archive:
                if not entry.isfile():
                    continue
                source = archive.extractfile(entry)
                content = _bounded(source, len(data), entry.name, left) if source else None
                yield Member(name=entry.name, size=entry.size, data=content)
    except tarfile.TarError as trouble:
        raise ValueError(str(trouble)) from None  # as any other damage


def _packed(
    start: Callable[[], _Inflater],
) -> Callable[[bytes, str, Allowance], Iterator[Member]]:
    """A reader for formats that hold one file: gzip, bzip2, xz."""

    def read(data: bytes, name: str, left: Allowance) -> Iterator[Member]:
        inner = name.rpartition(".")[0] or name
        inner = f"{name[:-4]}.tar" if name.lower().endswith(".tgz") else inner
        most = max(MEBI, len(data) * left.bounds.archive_ratio)
        out, reader, rest = BytesIO(), start(), data
        while not reader.eof and (piece := reader.decompress(rest, _CHUNK)):
            rest = getattr(reader, "unconsumed_tail", b"")
            out.write(piece)
            left.unpacked -= len(piece)
            if _over(out.tell(), most, inner, left):
                yield Member(name=inner, size=out.tell())
                return
        yield Member(name=inner, size=out.tell(), data=out.getvalue())

    return read


def _listed(
    entries: Callable[[bytes], Iterator[Member]],
) -> Callable[[bytes, str, Allowance], Iterator[Member]]:
    """A reader for formats of which the directory alone is read."""

    def read(data: bytes, name: str, left: Allowance) -> Iterator[Member]:
        said = False
        for member in entries(data):
            if not said:
                left.say("archive-locked" if member is HIDDEN else "archive-listed", name)
            said = True
            yield member

    return read


def _iso(data: bytes, name: str, left: Allowance) -> Iterator[Member]:
    if iso.has_second_directory(data):
        left.say("archive-second-directory", name)
    for member in iso.entries(data):
        size = len(member.data or b"")
        left.unpacked -= size
        yield replace(member, data=None) if _over(size, left.each, member.name, left) else member


_READERS: dict[str, Callable[[bytes, str, Allowance], Iterator[Member]]] = {
    "application/zip": _zip,
    "application/java-archive": _zip,
    "application/vnd.android.package-archive": _zip,
    "application/x-tar": _tar,
    "application/vnd.rar": _listed(rar.entries),
    "application/x-7z-compressed": _listed(sevenzip.entries),
    "application/vnd.ms-cab-compressed": _listed(cabinet.entries),
    "application/x-iso9660-image": _iso,
    "application/gzip": _packed(lambda: zlib.decompressobj(wbits=31)),
    "application/x-bzip2": _packed(bz2.BZ2Decompressor),
    "application/x-xz": _packed(lambda: lzma.LZMADecompressor(memlimit=64 * MEBI)),
}
