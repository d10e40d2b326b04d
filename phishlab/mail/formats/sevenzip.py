"""7-Zip's directory, which stands at the archive's end and is packed itself (7zFormat.txt of the LZMA SDK)."""

from __future__ import annotations

import lzma
import struct
from collections.abc import Iterator

from phishlab.classes import dataclass, field
from phishlab.mail.formats import HIDDEN, MOST_ENTRIES, Member

_START = struct.Struct("<QQI")
"""Behind twelve bytes: where the directory begins (counted from byte 32), its length, its checksum."""
_BEGIN = 32
_MOST = 8 * 1024 * 1024
"""Bytes of an unpacked directory: 20,000 files with names of 200 characters fill it."""
_MOST_NUMBERS = 10 * MOST_ENTRIES
_MOST_LAYERS = 4
(
    _END, _HEADER, _ARCHIVE, _MORE_STREAMS, _STREAMS, _FILES, _PACKED, _UNPACKED, _SUBSTREAMS, _SIZE, _CHECKSUM,
    _FOLDER, _UNPACKED_SIZE, _COUNT, _WITHOUT_DATA, _EMPTY_FILES, _ANTI, _NAMES,
) = range(0x12)  # fmt: skip
_PACKED_HEADER = 0x17
_COPY, _LZMA, _LZMA2, _AES = b"\x00", b"\x03\x01\x01", b"\x21", b"\x06\xf1\x07\x01"


class _Reader:
    """Numbers and stretches of the directory; IndexError where it ends too soon."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = _MOST_NUMBERS

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """The ones at the top of the first byte say how many bytes follow, lowest first."""
        self.left -= 1
        if self.left < 0:
            raise ValueError("more numbers than are read")
        first, found, mask = self.byte(), 0, 0x80
        for place in range(8):
            if not first & mask:
                return found | (first & (mask - 1)) << 8 * place
            found |= self.byte() << 8 * place
            mask >>= 1
        return found

    def count(self) -> int:
        """A number of things that each take at least a bit."""
        found = self.number()
        if found > MOST_ENTRIES:
            raise ValueError("more than are read")
        return found

    def take(self, length: int) -> bytes:
        if length > len(self.data) - self.at:
            raise IndexError("the directory ends too soon")
        self.at += length
        return self.data[self.at - length : self.at]

    def bits(self, count: int) -> list[bool]:
        packed = self.take((count + 7) // 8)
        return [bool(packed[number // 8] & 0x80 >> number % 8) for number in range(count)]

    def defined(self, count: int) -> list[bool]:
        """Which of so many have what follows; a one before it says that all do."""
        return [True] * count if self.byte() else self.bits(count)


@dataclass(slots=True)
class _Coders:
    """How one stretch is packed: the coders' ids and settings, and how many bytes come out of each."""

    ids: list[bytes]
    settings: list[bytes]
    outputs: int
    last: int
    """Which output is the whole's."""
    sizes: list[int] = field(default_factory=list)
    checked: bool = False

    @property
    def size(self) -> int:
        return self.sizes[self.last] if self.last < len(self.sizes) else 0

    @property
    def locked(self) -> bool:
        return _AES in self.ids


@dataclass(slots=True)
class _Streams:
    """Where packed bytes stand, how they were packed, and the size and lock of each file in them."""

    begin: int = 0
    packed: list[int] = field(default_factory=list)
    folders: list[_Coders] = field(default_factory=list)
    files: list[tuple[int, bool]] = field(default_factory=list)


def entries(data: bytes) -> Iterator[Member]:
    """The files in their order, folders left out."""
    begin, length, _ = _START.unpack_from(data, 12)
    if not length:
        return
    if length > _MOST:
        raise ValueError("a directory larger than is read")
    reader = _Reader(data[_BEGIN + begin :][:length])
    kind = reader.byte()
    for _ in range(_MOST_LAYERS):
        if kind != _PACKED_HEADER:
            break
        streams = _streams(reader)
        if any(folder.locked for folder in streams.folders):
            yield HIDDEN
            return
        reader = _Reader(_unpacked(data, streams))
        kind = reader.byte()
    if kind != _HEADER:
        raise ValueError("no directory")
    yield from _header(reader)


def _unpacked(data: bytes, streams: _Streams) -> bytes:
    """The directory itself, out of the one coder that 7-Zip uses for it."""
    (folder,), packed = streams.folders, streams.packed[0]
    (coder,), (settings,) = folder.ids, folder.settings
    source = data[_BEGIN + streams.begin :][:packed]
    if folder.size > _MOST:
        raise ValueError("a directory larger than is read")
    if coder == _COPY:
        return source
    # A window larger than what comes out is of no use, and its memory is the archive's to name.
    window = max(4096, folder.size)
    if coder == _LZMA:
        rest, least = divmod(settings[0], 9)
        high, low = divmod(rest, 5)
        filters = {"id": lzma.FILTER_LZMA1, "dict_size": window, "lc": least, "lp": low, "pb": high}
    elif coder == _LZMA2:
        filters = {"id": lzma.FILTER_LZMA2, "dict_size": window}
    else:
        raise ValueError("packed in a way that is not read here")
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters]).decompress(source, folder.size)


def _header(reader: _Reader) -> Iterator[Member]:
    streams = _Streams()
    while (kind := reader.byte()) != _END:
        if kind == _ARCHIVE:
            while reader.byte() != _END:
                reader.take(reader.number())
        elif kind in {_MORE_STREAMS, _STREAMS}:
            streams = _streams(reader)
        elif kind == _FILES:
            yield from _files(reader, streams)
            return
        else:
            raise ValueError("an unknown part")


def _streams(reader: _Reader) -> _Streams:
    found = _Streams()
    while (kind := reader.byte()) != _END:
        if kind == _PACKED:
            _read_packed(reader, found)
        elif kind == _UNPACKED:
            found.folders = _read_folders(reader)
            found.files = [(folder.size, folder.locked) for folder in found.folders]
        elif kind == _SUBSTREAMS:
            found.files = _read_substreams(reader, found.folders)
        else:
            raise ValueError("an unknown part")
    return found


def _read_packed(reader: _Reader, found: _Streams) -> None:
    found.begin = reader.number()
    count = reader.count()
    while (kind := reader.byte()) != _END:
        if kind == _SIZE:
            found.packed = [reader.number() for _ in range(count)]
        else:
            _skip_checksums(reader, count)


def _skip_checksums(reader: _Reader, count: int) -> list[bool]:
    defined = reader.defined(count)
    reader.take(4 * sum(defined))
    return defined


def _read_folders(reader: _Reader) -> list[_Coders]:
    if reader.byte() != _FOLDER:
        raise ValueError("no folders")
    count = reader.count()
    if reader.byte():
        raise ValueError("folders that stand elsewhere")
    folders = [_read_coders(reader) for _ in range(count)]
    while (kind := reader.byte()) != _END:
        if kind == _UNPACKED_SIZE:
            for folder in folders:
                folder.sizes = [reader.number() for _ in range(folder.outputs)]
        else:
            for folder, checked in zip(folders, _skip_checksums(reader, count), strict=True):
                folder.checked = checked
    return folders


def _read_coders(reader: _Reader) -> _Coders:
    ids, settings, inputs, outputs = [], [], 0, 0
    for _ in range(reader.count()):
        head = reader.byte()
        ids.append(reader.take(head & 0x0F))
        several = bool(head & 0x10)
        inputs += reader.count() if several else 1
        outputs += reader.count() if several else 1
        settings.append(reader.take(reader.number()) if head & 0x20 else b"")
    bound = {(reader.number(), reader.number())[1] for _ in range(outputs - 1)}
    packed = inputs - (outputs - 1)
    if packed > 1:
        for _ in range(packed):
            reader.number()
    last = next((number for number in range(outputs) if number not in bound), 0)
    return _Coders(ids, settings, outputs, last)


def _read_substreams(reader: _Reader, folders: list[_Coders]) -> list[tuple[int, bool]]:
    """The files of each folder; the last one's size is what the others leave of it."""
    counts = [1] * len(folders)
    kind = reader.byte()
    if kind == _COUNT:
        counts = [reader.count() for _ in folders]
        if sum(counts) > MOST_ENTRIES:
            raise ValueError("more than are read")
        kind = reader.byte()
    found: list[tuple[int, bool]] = []
    for folder, count in zip(folders, counts, strict=True):
        sizes = [reader.number() for _ in range(count - 1)] if kind == _SIZE else [0] * (count - 1)
        if count:
            sizes.append(max(0, folder.size - sum(sizes)))
        found += [(size, folder.locked) for size in sizes]
    if kind == _SIZE:
        kind = reader.byte()
    pairs = zip(folders, counts, strict=True)
    unchecked = sum(count for folder, count in pairs if count != 1 or not folder.checked)
    while kind != _END:
        _skip_checksums(reader, unchecked)
        kind = reader.byte()
    return found


def _files(reader: _Reader, streams: _Streams) -> Iterator[Member]:
    count = reader.count()
    names: list[str] = []
    without, empty = [False] * count, list[bool]()
    while (kind := reader.byte()) != _END:
        part = _Reader(reader.take(reader.number()))
        if kind == _WITHOUT_DATA:
            without = part.bits(count)
        elif kind == _EMPTY_FILES:
            empty = part.bits(sum(without))
        elif kind == _NAMES and not part.byte():
            names = part.data[1:].decode("utf-16-le", errors="replace").split("\0")
    sizes, are_files = iter(streams.files), iter(empty)
    for name, bare in zip(names, without, strict=False):
        if not bare:
            size, locked = next(sizes, (0, False))
            yield Member(name=name, size=size, locked=locked)
        elif next(are_files, False):
            yield Member(name=name, size=0)
