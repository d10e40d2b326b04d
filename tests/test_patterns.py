"""A late pattern is the pattern, later."""

from __future__ import annotations

import copy
import re

import pytest

from phishlab import patterns


def test_it_finds_what_the_pattern_finds() -> None:
    late, plain = patterns.late(r"(?P<word>[a-z]+)(\d)?"), re.compile(r"(?P<word>[a-z]+)(\d)?")
    for _ in range(2):
        assert late.findall("ab1 cd") == plain.findall("ab1 cd")
        assert [found["word"] for found in late.finditer("ab1 cd")] == ["ab", "cd"]
        assert (late.match("1"), late.fullmatch("ab12")) == (None, None)
        assert late.sub("x", "ab1 cd", 1) == "x cd"
        assert late.split("ab1!") == plain.split("ab1!")
    assert (late.groupindex, late.groups, late.pattern) == (plain.groupindex, 2, plain.pattern)


def test_it_takes_flags_and_bytes() -> None:
    assert patterns.late(rb"a.", re.IGNORECASE | re.DOTALL).search(b"xA\n")


def test_what_is_wrong_in_it_is_said_when_it_is_used() -> None:
    late = patterns.late("(")
    with pytest.raises(re.error):
        late.search("x")


def test_what_a_pattern_lacks_it_lacks_too() -> None:
    with pytest.raises(AttributeError, match="matches"):
        patterns.late("x").matches  # type: ignore[attr-defined] # noqa: B018 - that is the point
    assert not hasattr(patterns.late("x"), "__len__")
    assert copy.copy(patterns.late("x")).match("x") is not None


def test_after_a_few_calls_it_says_so() -> None:
    many = patterns.after(2)
    assert [many() for _ in range(4)] == [False, False, True, True]
    assert not patterns.after(1)()
