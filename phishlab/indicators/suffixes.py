"""The public suffix list (publicsuffix.org), looked into without being taken apart first.

The list comes with ``publicsuffixlist``. That package's own reader encodes all ten thousand rules before it answers
for one name, which takes longer than reading a mail; here a rule is looked up as it stands in the file:
``co.jp``, ``*.kawasaki.jp``, ``!city.kawasaki.jp``. Its answers are the same, and a test holds them to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import publicsuffixlist

_MOST_LABELS = 12
"""The longest rules have six; a name of a million labels costs no more than one of twelve."""


def private(name: str, *, unknown: bool) -> str | None:
    """The suffix of *name* and the label before it, lower case; None where *name* is a suffix itself or is malformed.

    The private section of the list counts. *unknown* takes the last label for a suffix where no rule fits;
    without it such a name has none.
    """
    labels = name.removesuffix(".").lower().split(".")
    if "" in labels:
        return None
    length = _public(labels) or int(unknown)
    return ".".join(labels[-length - 1 :]) if 0 < length < len(labels) else None


def registered(name: str) -> str:
    """The name that a registry has on its books for *name*: ``github.io`` for ``a.github.io``.

    The private section of the list does not count: no registry knows of what a holder hands out below a name of
    its own. *name* itself where it has no label before its suffix.
    """
    labels = name.removesuffix(".").lower().split(".")
    if "" in labels:
        return name
    length = _public(labels, _official()) or 1
    return ".".join(labels[-length - 1 :])


def _public(labels: list[str], official: frozenset[bytes] | None = None) -> int:
    """How many labels at the end are a public suffix, 0 where no rule fits.

    A wildcard's own root is public too, as the list's test data have it: ``kobe.jp`` by ``*.kobe.jp``.
    """
    rules = official or (
        _encoded() if any(label.startswith("xn--") for label in labels[-_MOST_LABELS:]) else _rules()
    )
    for depth in range(min(len(labels), _MOST_LABELS), 0, -1):
        ending = ".".join(labels[-depth:]).encode(errors="surrogatepass")
        if b"!" + ending in rules:
            return depth - 1
        if b"*." + ending in rules:
            return min(depth + 1, len(labels))
        if ending in rules and ending[:1] != b"/":
            return depth
    return 0


@cache
def _rules() -> frozenset[bytes]:
    """The lines of the list, a rule each, in UTF-8, lower case; its comments among them, which begin with ``/``.

    As bytes: to decode sixteen thousand lines for the few that are looked up would take as long again.
    """
    return frozenset(_list().split(b"\n"))


@cache
def _encoded() -> frozenset[bytes]:
    """The same, and those beyond ASCII also as DNS spells them: ``xn--55qx5d.cn`` for ``公司.cn``."""
    return _spelled(_rules())


@cache
def _official() -> frozenset[bytes]:
    """The rules of the registries themselves, which stand before the private section; as DNS spells them too."""
    return _spelled(frozenset(_list().partition(b"// ===END ICANN DOMAINS===")[0].split(b"\n")))


def _list() -> bytes:
    return Path(publicsuffixlist.PSLFILE).read_bytes()


def _spelled(rules: frozenset[bytes]) -> frozenset[bytes]:
    beyond = [rule.decode() for rule in rules if not rule.isascii() and rule[:1] != b"/"]
    return rules | {
        (b"!" if rule.startswith("!") else b"") + rule.lstrip("!").encode("idna") for rule in beyond
    }
