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


def _public(labels: list[str], official: frozenset[str] | None = None) -> int:
    """How many labels at the end are a public suffix, 0 where no rule fits.

    A wildcard's own root is public too, as the list's test data have it: ``kobe.jp`` by ``*.kobe.jp``.
    """
    rules = official or (
        _encoded() if any(label.startswith("xn--") for label in labels[-_MOST_LABELS:]) else _rules()
    )
    for depth in range(min(len(labels), _MOST_LABELS), 0, -1):
        ending = ".".join(labels[-depth:])
        if f"!{ending}" in rules:
            return depth - 1
        if f"*.{ending}" in rules:
            return min(depth + 1, len(labels))
        if ending in rules and ending[0] != "/":
            return depth
    return 0


@cache
def _rules() -> frozenset[str]:
    """The lines of the list, a rule each, in Unicode, lower case; its comments among them, which begin with ``/``."""
    return frozenset(Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").split("\n"))


@cache
def _encoded() -> frozenset[str]:
    """The same, and those beyond ASCII also as DNS spells them: ``xn--55qx5d.cn`` for ``公司.cn``."""
    return _spelled(_rules())


@cache
def _official() -> frozenset[str]:
    """The rules of the registries themselves, which stand before the private section; as DNS spells them too."""
    text = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")
    lines = text.partition("// ===END ICANN DOMAINS===")[0].split("\n")
    return _spelled(frozenset([line for line in lines if line[:1] != "/"]) - {""})


def _spelled(rules: frozenset[str]) -> frozenset[str]:
    beyond = [rule for rule in rules if not rule.isascii() and rule[0] != "/"]
    return rules | {
        ("!" if rule.startswith("!") else "") + rule.lstrip("!").encode("idna").decode("ascii")
        for rule in beyond
    }
