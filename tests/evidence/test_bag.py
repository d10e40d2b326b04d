"""Manifests are written and read as RFC 8493 says."""

from __future__ import annotations

from pathlib import Path

import pytest

from phishlab.evidence import bag


def test_a_manifest_reads_back_as_it_was_written() -> None:
    sums = {"data/a\nb": {"sha256": "aa"}, "data/あ 1%.txt": {"sha256": "bb"}, "data/c  d": {"sha256": "cc"}}
    written = bag.format_manifest(sums, "sha256")
    assert written == "aa  data/a%0Ab\ncc  data/c  d\nbb  data/あ 1%25.txt\n".encode()
    assert bag.parse_manifest(written) == {name: digest["sha256"] for name, digest in sums.items()}


def test_a_line_that_is_no_entry_stands_under_its_own_text() -> None:
    assert bag.parse_manifest(b"rubbish\n\nAB *data/x\n") == {"rubbish": "", "data/x": "ab"}


@pytest.mark.parametrize("name", ["data/a", "a", "data/a b/c.txt", "data/..a", "data/...", "data/あ"])
def test_a_path_below_is_inside(name: str) -> None:
    assert bag.stays_inside(name)


@pytest.mark.parametrize(
    "name", ["", "/a", "..", "a/..", "a/../b", "./a", "a/./b", "~/a", "C:/a", "a\\b", "a\0b", "a//b", "a/"]
)
def test_any_other_path_is_not(name: str) -> None:
    assert not bag.stays_inside(name)


def test_a_replaced_file_is_never_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "case.json"
    bag.replace(target, b"old")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        bag.replace(target, b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"case.json": b"old"}
