"""Where the texts of one mail spell an address: all of them looked through together, before one by one.

In a mail there are a hundred texts, most of them short, and tokens of forty letters in each link, which could be
base64. ``spellings.find_by`` would decode each of them eight times. Here the tokens of all texts are decoded
together: what holds no address, and nothing that could be unpacked further, holds none in any of them.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Collection, Iterator

from phishlab.indicators import spellings
from phishlab.indicators.spellings import Spelling, Table

_WIDE_AT = "＠"
_KELVIN = "\u212a"
"""The one character outside ASCII that is a letter of it in lower case: a k."""
_FEW = 60
"""So many domains are looked for one by one; with more, each ``@`` is held against the table at once."""


def _shape(codes: bytes) -> bytes:
    """A table for ``translate`` that leaves an a of each of *codes* and a blank of any other."""
    return bytes(ord("a") if code in codes else ord(" ") for code in range(256))


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_AS_LETTERS = _shape(_LETTERS)
_AS_DIGITS = _shape(b"0123456789ABCDEFabcdef")
_AS_VISIBLE = _shape(bytes(range(ord("!"), ord("~") + 1)))
_STANDARD = bytes.maketrans(b"-_", b"+/")
_NEITHER = bytes(set(range(256)) - {*_LETTERS, *b"+/-_"})


def find(texts: Collection[str], known: Table) -> dict[str, list[Spelling]]:
    """What ``spellings.find_by`` finds in those of *texts* in which it finds anything."""
    if not known.rights:
        return {}
    every = "\n".join(texts)
    layers = {text: _layers(text) for text in texts if "%" in text} if "%" in every else {}
    if layers:
        every = "\n".join([every, *[layer for each in layers.values() for layer in each[1:]]])
    codes = _ascii(every)
    naming = _naming(texts, layers, known, _marks(every, codes, known))
    packed = _packed(texts, layers, known) if _are_packed(codes, known) else set()
    found = {}
    for text in {*naming, *packed}:
        if places := spellings.find_by(text, known, packed=text in packed):
            found[text] = places
    return found


def _naming(
    texts: Collection[str], layers: dict[str, list[str]], known: Table, marks: list[str]
) -> Iterator[str]:
    """Those that name an address under percent-encoding, and those that can name one in clear."""
    for text, each in layers.items() if marks else ():
        if any(_names(layer, known) for layer in each):
            yield text
    for mark in marks:
        yield from [text for text in texts if mark in text]


def _packed(texts: Collection[str], layers: dict[str, list[str]], known: Table) -> set[str]:
    return {text for text in texts if _are_packed(_ascii("\n".join(layers.get(text, [text]))), known)}


def _ascii(text: str) -> bytes:
    """A ? for every other character."""
    return text.replace(_KELVIN, "k").encode("ascii", "replace")


def _layers(text: str) -> list[str]:
    """*text*, and what is under each layer of percent-encoding."""
    found = [text]
    while "%" in found[-1] and len(found) <= spellings.MAX_PERCENT:
        inner = spellings.ESCAPES.sub(_unescaped, found[-1])
        if inner == found[-1]:
            break
        found.append(inner)
    return found


def _unescaped(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "surrogateescape")


def _marks(text: str, codes: bytes, known: Table) -> list[str]:
    """The marks behind which a domain of *known* may stand in *text*, of which *codes* is the ASCII."""
    if known.domains is None or len(known.domains) > _FEW:
        return ["@", _WIDE_AT, "="]
    found = [mark for mark in ("@", "=") if _stands_behind(mark.encode(), codes, known)]
    return [*found, _WIDE_AT] if _WIDE_AT in text else found


def _stands_behind(mark: bytes, codes: bytes, known: Table) -> bool:
    at = codes.find(mark) + 1
    while at:
        if codes[at : at + known.longest_domain].lower().startswith(known.domains or ()):
            return True
        at = codes.find(mark, at) + 1
    return False


def _names(text: str, known: Table) -> bool:
    return next(spellings.anchored(text, known), None) is not None


def _are_packed(codes: bytes, known: Table, inside: int = 0) -> bool:
    """Whether an address stands in hexadecimal or in base64 in *codes*."""
    runs = b"/".join(_long(codes, _AS_LETTERS, known.run, behind=1))
    if not runs:
        return False
    if known.domains is None or _in_hexadecimal(runs, known, inside):
        return True
    return inside < spellings.MAX_INSIDE and _in_base64(runs, known, inside)


def _long(codes: bytes, shapes: bytes, least: bytes, behind: int = 0) -> list[bytes]:
    """Where at least as many of one shape stand together as are in *least*; with so many letters *behind* them."""
    shape = codes.translate(shapes) + b" "
    found = []
    start = shape.find(least)
    while start >= 0:
        end = shape.find(b" ", start)
        found.append(codes[start : end + behind])
        start = shape.find(least, end)
    return found


def _in_hexadecimal(runs: bytes, known: Table, inside: int) -> bool:
    for digits in _long(runs, _AS_DIGITS, known.digits_run):
        run = digits.decode()
        if _is_digest(run, known, inside):
            return True
        if "40" in run and any(_names(_from_digits(run[skipped:]), known) for skipped in (0, 1)):
            return True
    return False


def _is_digest(run: str, known: Table, inside: int) -> bool:
    """Inside base64 there may be two digits too many before it and one behind: parts of what it stands among."""
    if not inside:
        return known.digest(run) is not None
    return any(
        known.digest(run[start : start + length]) for start in range(3) for length in spellings.DIGESTS
    )


def _from_digits(digits: str) -> str:
    return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("latin-1")


def _in_base64(runs: bytes, known: Table, inside: int) -> bool:
    data = _unpacked(runs)
    visible = _long(data, _AS_VISIBLE, known.visible_run)
    if not visible:
        return False
    layers = _layers(b"\n".join(visible).decode())
    if any(_names(layer, known) for layer in layers):
        return True
    return _are_packed(_ascii("\n".join(layers)), known, inside + 1)


def _unpacked(runs: bytes) -> bytes:
    """All runs one after the other, from each of the four letters on where a group can begin: six bits apart.

    The / between them, six bits that are set, is in no byte that is a hexadecimal digit: a digest ends where it ends.
    """
    letters = runs.translate(_STANDARD, _NEITHER)
    data = a2b_base64(letters + b"/" * (4 - len(letters) % 4))
    bits = int.from_bytes(data, "big")
    return b" ".join([data, *[(bits << shift).to_bytes(len(data) + 1, "big") for shift in (2, 4, 6)]])
