"""Each way to tamper with a case is found, named, and told where it is."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from phishlab.errors import EvidenceError
from phishlab.evidence import bag
from phishlab.evidence.folder import CaseFolder
from phishlab.evidence.verify import Problem, require, verify
from tests.evidence.conftest import OPENED

ORIGINAL = "data/evidence/original.eml"
ANSWERS = "data/answers/answers.warc.gz"


def kinds(root: Path) -> set[tuple[str, str]]:
    return {(problem.kind, problem.path) for problem in verify(root)}


def flip(path: Path, at: int = 20) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_an_untouched_case_has_no_problem(case: CaseFolder) -> None:
    assert verify(case.path) == ()
    require(case.path)


def test_a_flipped_byte_is_found_in_every_file(case: CaseFolder) -> None:
    for name in files(case.path):
        before = (case.path / name).read_bytes()
        flip(case.path / name)
        assert name in {problem.path for problem in verify(case.path)} or name.startswith("tagmanifest"), name
        assert verify(case.path), name
        (case.path / name).write_bytes(before)
    assert verify(case.path) == ()


def test_an_added_file_is_found(case: CaseFolder) -> None:
    (case.path / "data" / "visit" / "more.txt").write_text("x", encoding="utf-8")
    (case.path / "note.txt").write_text("x", encoding="utf-8")
    assert kinds(case.path) == {("added", "data/visit/more.txt"), ("added", "note.txt")}


@pytest.mark.parametrize("name", ["data/visit/screenshot.png", ORIGINAL, ANSWERS])
def test_a_removed_file_is_found(case: CaseFolder, name: str) -> None:
    (case.path / name).unlink()
    assert ("removed", name) in kinds(case.path)


@pytest.mark.parametrize("name", ["bag-info.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt"])
def test_a_removed_tag_file_is_found(case: CaseFolder, name: str) -> None:
    (case.path / name).unlink()
    assert name in {problem.path for problem in verify(case.path)}


def test_an_edited_file_is_found(case: CaseFolder) -> None:
    (case.path / "data" / "case.json").write_text('{"format": 1}', encoding="utf-8")
    assert kinds(case.path) == {("changed", "data/case.json")}


def test_a_manifest_that_was_edited_to_match_is_found_by_the_tag_manifest(case: CaseFolder) -> None:
    target = case.path / "data" / "visit" / "screenshot.png"
    old = bag.digests(target)
    target.write_bytes(b"other")
    for algorithm, digest in bag.digests(target).items():
        manifest = case.path / f"manifest-{algorithm}.txt"
        manifest.write_text(
            manifest.read_text(encoding="utf-8").replace(old[algorithm], digest), encoding="utf-8"
        )
    assert kinds(case.path) == {
        ("custody", "manifest-sha256.txt"),
        ("tag-changed", "manifest-sha256.txt"),
        ("tag-changed", "manifest-sha512.txt"),
    }


def test_an_edited_tag_file_is_found(case: CaseFolder) -> None:
    with (case.path / "bag-info.txt").open("a", encoding="utf-8") as info:
        info.write("Source-Organization: somebody else\n")
    assert kinds(case.path) == {("tag-changed", "bag-info.txt")}


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", "data/../../outside.txt"])
def test_a_manifest_that_leaves_the_case_is_refused_unread(
    case: CaseFolder, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.txt").write_text("x", encoding="utf-8")
    for algorithm in bag.ALGORITHMS:
        with (case.path / f"manifest-{algorithm}.txt").open("a", encoding="utf-8") as manifest:
            manifest.write(f"{'0' * 64}  {name}\n")
    read: list[Path] = []
    digests = bag.digests

    def watched(path: Path) -> dict[str, str]:
        read.append(path)
        return digests(path)

    monkeypatch.setattr(bag, "digests", watched)
    assert ("path", name) in kinds(case.path)
    assert all(path.resolve().is_relative_to(case.path) for path in read)


@pytest.mark.parametrize("to", ["/etc/hostname", "../case.json", "nowhere"])
def test_a_link_in_place_of_a_file_is_found(case: CaseFolder, to: str) -> None:
    path = case.path / "data" / "visit" / "screenshot.png"
    path.unlink()
    path.symlink_to(to)
    assert kinds(case.path) == {("link", "data/visit/screenshot.png")}


def test_a_linked_folder_is_found_and_not_walked(case: CaseFolder, tmp_path: Path) -> None:
    (case.path / "data" / "all").symlink_to(tmp_path)
    assert kinds(case.path) == {("link", "data/all")}


def test_a_linked_payload_is_found(case: CaseFolder, tmp_path: Path) -> None:
    (case.path / "data").rename(tmp_path / "elsewhere")
    (case.path / "data").symlink_to(tmp_path / "elsewhere")
    assert ("link", "data") in kinds(case.path)


def test_a_pipe_does_not_hang_the_check(case: CaseFolder) -> None:
    path = case.path / "data" / "visit" / "screenshot.png"
    path.unlink()
    os.mkfifo(path)
    assert ("link", "data/visit/screenshot.png") in kinds(case.path)


def test_fetch_txt_is_refused_though_bagit_allows_it(case: CaseFolder) -> None:
    (case.path / "fetch.txt").write_text(
        "file:///etc/passwd - data/evidence/original.eml\n", encoding="utf-8"
    )
    case.seal()
    assert kinds(case.path) == {("fetch", "fetch.txt")}


@pytest.mark.parametrize(
    "edit",
    [
        lambda lines: lines[1:],
        lambda lines: [*lines[:2], lines[2].replace(b"first", b"second"), *lines[3:]],
        lambda lines: [lines[0].replace(b"opened", b"closed"), *lines[1:]],
        lambda lines: [lines[1], lines[0]],
        lambda lines: [lines[0], b"not json", lines[1]],
        lambda lines: [lines[0], lines[0], lines[1]],
    ],
    ids=["first gone", "last edited", "first edited", "swapped", "inserted", "doubled"],
)
def test_a_broken_custody_chain_is_found_even_when_sealed_again(
    case: CaseFolder, edit: Callable[[list[bytes]], list[bytes]]
) -> None:
    path = case.path / "data" / "custody.jsonl"
    case.log("looked", "the first look", when=OPENED)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join(edit(lines)) + b"\n")
    case.seal()
    assert ("custody", "data/custody.jsonl") in kinds(case.path)


def test_another_mail_is_found_even_when_sealed_again(case: CaseFolder) -> None:
    flip(case.path / ORIGINAL)
    case.seal()
    assert kinds(case.path) == {("custody", ORIGINAL)}


def test_a_forged_answer_is_found_even_when_sealed_again(case: CaseFolder) -> None:
    path = case.path / ANSWERS
    forged = gzip.decompress(path.read_bytes()).replace("アイカ".encode(), "ナイカ".encode())
    path.write_bytes(gzip.compress(forged))
    case.seal()
    assert ("answer", ANSWERS) in kinds(case.path)


def test_a_torn_end_is_told_of(case: CaseFolder) -> None:
    path = case.path / ANSWERS
    path.write_bytes(path.read_bytes()[:-30])
    case.seal()
    assert [problem.kind for problem in verify(case.path)] == ["torn"]


def test_what_is_no_case_is_one_problem(tmp_path: Path) -> None:
    assert [problem.kind for problem in verify(tmp_path)] == ["no-case"]
    assert [problem.kind for problem in verify(tmp_path / "nowhere")] == ["no-case"]


def test_rubbish_in_every_file_never_raises(case: CaseFolder) -> None:
    for rubbish in (b"", b"\xff\xfe\0", b"\n" * 9, b"a  b\n", b"\x1f\x8b\x08\0", "あ  い\n".encode()):
        for name in files(case.path):
            before = (case.path / name).read_bytes()
            (case.path / name).chmod(0o644)
            (case.path / name).write_bytes(rubbish)
            assert all(isinstance(problem, Problem) for problem in verify(case.path))
            assert verify(case.path), (name, rubbish)
            (case.path / name).write_bytes(before)


def test_require_says_what_is_wrong_in_one_line(case: CaseFolder) -> None:
    flip(case.path / "data" / "case.json")
    with pytest.raises(EvidenceError, match=r"data/case\.json: has other bytes"):
        require(case.path)
