"""Which of many texts can spell an address at all: all of them looked through together, before one by one.

In a mail there are a hundred texts, most of them short, and tokens of forty letters in each link, which could be
base64. ``spellings.find_by`` would decode each of them eight times. Here the tokens of all texts are decoded in four
calls: what holds no address, and nothing that could be unpacked further, holds none in any of them.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Iterable
from functools import partial

from phishlab.indicators import spellings
from phishlab.indicators.spellings import Table

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_AS_A = bytes(ord("a") if code in _LETTERS else ord(" ") for code in range(256))
_DIGESTS = frozenset({32, 40, 64})
"""How many hexadecimal digits they have."""


def sift(texts: Iterable[str], known: Table) -> list[str]:
    """Those of *texts* in which ``spellings.find_by`` may find something; in all others it finds nothing."""
    if not known.rights:
        return []
    kept = [text for text in texts if len(text) >= known.shortest]
    layers = {text: _layers(text) for text in kept if "%" in text}
    every = "\n".join([*kept, *(layer for each in layers.values() for layer in each[1:])])
    packed = _are_packed(every, known)
    return [
        text
        for text in kept
        if packed or "@" in text or "＠" in text or text in layers
        if _may_name(layers.get(text, [text]), known, packed=packed)
    ]


def _may_name(layers: list[str], known: Table, *, packed: bool) -> bool:
    return any(map(partial(_names, known=known), layers)) or (
        packed and _are_packed("\n".join(layers), known)
    )


def _layers(text: str) -> list[str]:
    """*text*, and what is under each layer of percent-encoding."""
    found = [text]
    while len(found) <= spellings.MAX_PERCENT and _ESCAPES.search(found[-1]):
        found.append(_ESCAPES.sub(_unescaped, found[-1]))
    return found


def _unescaped(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "surrogateescape")


def _names(text: str, known: Table) -> bool:
    return ("@" in text or "＠" in text) and next(spellings.anchored(text, known), None) is not None


def _are_packed(text: str, known: Table, inside: int = 0) -> bool:
    """Whether an address, or an escape that could be of one, stands in hexadecimal or in base64 in *text*."""
    runs = known.letters.findall(text)
    if not runs:
        return False
    if known.anchors is None or _in_hexadecimal(runs, known):
        return True
    return inside < spellings.MAX_INSIDE and _in_base64(runs, known, inside)


def _in_hexadecimal(runs: list[str], known: Table) -> bool:
    for run in known.digits.findall(" ".join(runs)):
        if len(run) in _DIGESTS and run.lower() in known.digests:
            return True
        if "40" in run and any(_holds(_from_digits(run[skipped:]), known) for skipped in (0, 1)):
            return True
    return False


def _from_digits(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _in_base64(runs: list[str], known: Table, inside: int) -> bool:
    """All runs one after the other, each from where a group of four can begin: the first letter to the fourth."""
    letters = "".join([run + "A" * (-len(run) % 4) for run in runs]).translate(spellings.URL_SAFE) + "AAAA"
    data = b" ".join([a2b_base64(letters[skipped : len(letters) - (-skipped % 4)]) for skipped in range(4)])
    if _holds(data, known) or _ESCAPE.search(data):
        return True
    return known.word in data.translate(_AS_A) and _are_packed(data.decode("latin-1"), known, inside + 1)


def _holds(data: bytes, known: Table) -> bool:
    lower = data.lower()
    return any(anchor in lower for anchor in known.anchors or ())
