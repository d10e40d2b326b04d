"""The public suffix list, held against the package that it comes with."""

from __future__ import annotations

import time
from pathlib import Path

import publicsuffixlist
import pytest

from phishlab.indicators import suffixes

RULES = [
    line.split(" ")[0].rstrip()
    for line in Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("//")
]
ODD = ["", ".", "..", "a", "a.", "a..jp", ".jp", "jp", "*.kawasaki.jp", "!city.kawasaki.jp", "a b.com", "// x.com",
       "A.B.CO.JP", "a.xn--nonsense--", "xn--a.公司.cn", "a.unheard-of", "b.a.unheard-of", "\udc80.com"]  # fmt: skip


def _names() -> list[str]:
    roots = [rule.lstrip("!").removeprefix("*.") for rule in RULES]
    encoded = [root.encode("idna").decode("ascii") for root in roots if not root.isascii()]
    heads = ("", "a.", "b.a.", "city.", "xn--p8j9a0d9c9a.", "公司.")
    return [head + root for root in (*roots, *encoded) for head in heads] + ODD


@pytest.mark.parametrize("unknown", [True, False])
def test_every_rule_of_the_list_answers_as_its_own_package_does(unknown: bool) -> None:
    theirs = publicsuffixlist.PublicSuffixList(accept_unknown=unknown)
    names = _names()
    assert len(names) > 60_000
    differing = [
        name for name in names if suffixes.private(name, unknown=unknown) != theirs.privatesuffix(name)
    ]
    assert differing == []


def test_no_rule_is_longer_than_what_is_looked_at() -> None:
    assert max(rule.count(".") + 1 for rule in RULES) < suffixes._MOST_LABELS


def test_a_name_of_a_million_labels_is_answered_at_once() -> None:
    begin = time.process_time()
    assert suffixes.private("a." * 1_000_000 + "co.jp", unknown=True) == "a.co.jp"
    assert time.process_time() - begin < 1
