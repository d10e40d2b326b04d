"""A small writer of MaxMind DB files (https://maxmind.github.io/MaxMind-DB/, format 2.0).

Why not PyPI's mmdb_writer (MIT): it inserts one network at a time into a tree of Python objects. Sorted,
disjoint ranges, which is what the sources are, allow a tree to be built bottom-up with equal subtrees kept
once: the files are smaller and a million ranges take seconds.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

_EMPTY = -1  # no record under this branch
_MARKER = b"\xab\xcd\xefMaxMind.com"


class Uint(NamedTuple):
    """An unsigned integer whose type the format prescribes: *size* 2, 4 or 8 bytes."""

    value: int
    size: int


class Single(NamedTuple):
    """A number kept in four bytes (``float``); a Python float takes eight (``double``)."""

    value: float


Value: TypeAlias = "str | int | float | Uint | Single | Mapping[str, Value] | Sequence[Value]"


class Range(NamedTuple):
    """Addresses *first* to *last*, both included, as integers of the tree's width; *record* is an index."""

    first: int
    last: int
    record: int


def write(
    path: Path,
    ranges: Iterable[Range],
    records: Iterable[Value],
    *,
    ip_version: int,
    database_type: str,
    build_epoch: int,
    description: str,
) -> int:
    """Write *path*; the number of tree nodes comes back. IPv4 in a version 6 tree stands at ``::/96``.

    *ranges* must be sorted and disjoint; *records* are asked for when all ranges are through.
    """
    nodes = _Tree(ranges, 32 if ip_version == 4 else 128).nodes
    data, offsets = _data(records)
    tree, record_size = _tree(nodes, offsets)
    metadata: Value = {
        "binary_format_major_version": Uint(2, 2),
        "binary_format_minor_version": Uint(0, 2),
        "build_epoch": Uint(build_epoch, 8),
        "database_type": database_type,
        "description": {"en": description},
        "ip_version": Uint(ip_version, 2),
        "languages": ["en"],
        "node_count": Uint(len(nodes), 4),
        "record_size": Uint(record_size, 2),
    }
    path.write_bytes(tree + bytes(16) + data + _MARKER + _Section(pool=False).add(metadata))
    return len(nodes)


class _Tree:
    """The search tree; a branch is a node number, ``_EMPTY``, or ``-2 - record``. The root comes last."""

    def __init__(self, ranges: Iterable[Range], bits: int) -> None:
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.leaves: list[int] = []
        for item in ranges:
            if item.first > item.last or (self.lasts and item.first <= self.lasts[-1]):
                raise ValueError(f"ranges must be sorted and disjoint: {item} is not")
            self.firsts.append(item.first)
            self.lasts.append(item.last)
            self.leaves.append(-2 - item.record)
        self.known: dict[tuple[int, int], int] = {}
        if self._branch(0, bits, 0, len(self.leaves)) != len(self.known) - 1:
            raise ValueError("a tree needs networks smaller than the whole address space")

    @property
    def nodes(self) -> list[tuple[int, int]]:
        """Both branches of each node, in the order of their numbers."""
        return list(self.known)

    def _branch(self, prefix: int, bits: int, start: int, stop: int) -> int:
        """The branch of the 2**bits addresses from *prefix* on; ranges *start* to *stop* reach into them."""
        if start == stop:
            return _EMPTY
        if self.firsts[start] <= prefix and self.lasts[start] >= prefix + (1 << bits) - 1:
            return self.leaves[start]
        middle = prefix + (1 << (bits - 1))
        left = self._branch(prefix, bits - 1, start, bisect_left(self.firsts, middle, start, stop))
        right = self._branch(middle, bits - 1, bisect_left(self.lasts, middle, start, stop), stop)
        if left == right and left < 0:
            return left
        return self.known.setdefault((left, right), len(self.known))


def _tree(nodes: list[tuple[int, int]], offsets: list[int]) -> tuple[bytes, int]:
    """The packed search tree, root first, and its record size in bits (24, 28 or 32)."""
    count = len(nodes)
    branches = np.array(nodes[::-1], dtype=np.int64)
    places = np.array([*offsets, 0], dtype=np.int64) + count + 16
    leaf = places[np.where(branches < _EMPTY, -2 - branches, 0)]
    values = np.where(branches >= 0, count - 1 - branches, np.where(branches == _EMPTY, count, leaf))
    size = next(bits for bits in (24, 28, 32) if int(values.max()) < 1 << bits)
    left, right = values[:, 0], values[:, 1]
    if size == 28:  # the middle byte holds the highest four bits of both
        shared = ((left >> 24) << 4) | (right >> 24)
        columns = [left >> 16, left >> 8, left, shared, right >> 16, right >> 8, right]
    else:
        shifts = range(size - 8, -1, -8)
        columns = [side >> shift for side in (left, right) for shift in shifts]
    return (np.stack(columns, axis=1) & 0xFF).astype(np.uint8).tobytes(), size


def _data(records: Iterable[Value]) -> tuple[bytes, list[int]]:
    """The data section, and where each record starts in it."""
    section = _Section()
    offsets = []
    for record in records:
        offsets.append(len(section.packed))
        section.add(record)
    return bytes(section.packed), offsets


class _Section:
    """Values one after the other; a text that came before is pointed at."""

    def __init__(self, *, pool: bool = True) -> None:
        self.packed = bytearray()
        self.texts: dict[str, int] | None = {} if pool else None

    def add(self, value: Value) -> bytes:
        """Append *value*; all that is packed so far comes back."""
        if isinstance(value, str):
            self._text(value)
        elif isinstance(value, Uint | int):
            self._number(value if isinstance(value, Uint) else Uint(value, 4))
        elif isinstance(value, Single):
            self.packed += _control(15, 4) + struct.pack(">f", value.value)
        elif isinstance(value, float):
            self.packed += b"\x68" + struct.pack(">d", value)  # type 3, double
        elif isinstance(value, Mapping):
            self.packed += _control(7, len(value))
            for each in (part for pair in value.items() for part in pair):
                self.add(each)
        else:
            self.packed += _control(11, len(value))
            for each in value:
                self.add(each)
        return bytes(self.packed) if self.texts is None else b""

    def _text(self, text: str) -> None:
        at = self.texts.get(text) if self.texts is not None else None
        if at is not None:
            self.packed += _pointer(at)
            return
        if self.texts is not None and len(text) > 2:  # a pointer would not be shorter
            self.texts[text] = len(self.packed)
        self.packed += _control(2, len(text.encode())) + text.encode()

    def _number(self, number: Uint) -> None:
        digits = number.value.to_bytes(number.size, "big").lstrip(b"\0")
        self.packed += _control({2: 5, 4: 6, 8: 9}[number.size], len(digits)) + digits


def _control(kind: int, size: int) -> bytes:
    """The control byte of a field with its extensions: types above 7 and sizes above 28 need more bytes."""
    extended = bytes([kind - 7]) if kind > 7 else b""
    kind = 0 if kind > 7 else kind
    if size < 29:
        return bytes([kind << 5 | size]) + extended
    if size < 285:
        return bytes([kind << 5 | 29]) + extended + bytes([size - 29])
    return bytes([kind << 5 | 30]) + extended + (size - 285).to_bytes(2, "big")


def _pointer(at: int) -> bytes:
    """A pointer to *at* in the data section, in 2 to 5 bytes."""
    for size, (bits, base) in enumerate(((11, 0), (19, 2048), (27, 526336))):
        if at - base < 1 << bits:
            number = (at - base) | (0b001_00_000 | size << 3) << 8 * (size + 1)
            return number.to_bytes(size + 2, "big")
    return b"\x38" + at.to_bytes(4, "big")
