"""Protocol Buffers as they are on the wire (protobuf.dev/programming-guides/encoding), read without a schema."""

from __future__ import annotations

from collections.abc import Iterator

Value = int | bytes
_WIDTHS = {1: 8, 5: 4}


class MalformedError(ValueError):
    """The bytes are no message. It never leaves the sources."""


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    r"""Number and value of each field: ``\x0a\x03abc`` is (1, b"abc"), ``\x10\x05`` is (2, 5).

    Raises MalformedError for anything else: groups, which nobody sends any more, and what is cut off.
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if not number:
            raise MalformedError("a field has the number 0")
        if kind == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        length, at = _varint(message, at) if kind == 2 else (_WIDTHS.get(kind, -1), at)
        if length < 0 or at + length > len(message):
            raise MalformedError("a field is cut off, or of a kind that is not known")
        yield number, message[at : at + length]
        at += length


def nested(value: Value) -> dict[int, list[Value]]:
    """The fields of the message that stands in *value*, by their number; MalformedError where none does."""
    if isinstance(value, int):
        raise MalformedError("a number stands where a message should")
    found: dict[int, list[Value]] = {}
    for number, inner in fields(value):
        found.setdefault(number, []).append(inner)
    return found


def numbers(values: list[Value]) -> Iterator[int]:
    """Repeated numbers, one a field or packed into one."""
    for value in values:
        if isinstance(value, int):
            yield value
            continue
        at = 0
        while at < len(value):
            number, at = _varint(value, at)
            yield number


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise MalformedError("a number is cut off or too long")
