"""A case folder is made whole or not at all, and other tools agree that it is a bag."""

from __future__ import annotations

import json
import logging
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bagit
import pytest

from phishlab.errors import EvidenceError
from phishlab.evidence import bag
from phishlab.evidence.folder import FORMAT, CaseFolder
from tests.evidence.conftest import INFO, MAIL, OPENED


def test_the_mail_is_kept_byte_for_byte_and_read_only(case: CaseFolder) -> None:
    path = case.path / "data" / "evidence" / "original.eml"
    assert case.original() == path.read_bytes() == MAIL
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_bagit_agrees_that_it_is_a_bag(case: CaseFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    # bagit changes the working directory of the process while it looks.
    monkeypatch.chdir(case.path.parent)
    assert bagit.Bag(str(case.path)).validate()
    assert bagit.Bag(str(case.path)).info["External-Identifier"] == "kagoya"


def test_bagit_agrees_that_it_was_changed(
    case: CaseFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(case.path.parent)
    (case.path / "data" / "visit" / "screenshot.png").write_bytes(b"other")
    with caplog.at_level(logging.CRITICAL), pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(case.path)).validate()


def test_a_new_case_is_sealed_at_once(tmp_path: Path) -> None:
    assert CaseFolder.create(tmp_path / "case", MAIL, INFO).verify() == ()


def test_a_report_is_no_part_of_what_is_sealed(case: CaseFolder) -> None:
    (case.report_folder / "index.html").write_text("made again at will", encoding="utf-8")
    assert case.verify() == ()
    case.seal()
    assert "report" not in (case.path / "tagmanifest-sha256.txt").read_text(encoding="utf-8")


def test_an_opened_case_is_the_one_that_was_made(case: CaseFolder) -> None:
    again = CaseFolder.open(case.path)
    assert again.info == case.info
    assert again.info["format"] == FORMAT
    assert again.info["opened_at"] == "2024-01-16T01:00:00Z"
    assert again.answers.exchanges() == case.answers.exchanges()


@pytest.mark.parametrize("taken", ["file", "folder", "link"])
def test_a_taken_place_is_not_touched(tmp_path: Path, taken: str) -> None:
    place = tmp_path / "case"
    if taken == "file":
        place.write_text("mine", encoding="utf-8")
    elif taken == "folder":
        (place / "notes").mkdir(parents=True)
    else:
        place.symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EvidenceError, match="already holds something"):
        CaseFolder.create(place, MAIL, INFO)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_may_become_a_case(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    assert CaseFolder.create(tmp_path / "case", MAIL, INFO).verify() == ()


def test_nothing_half_written_is_left_when_making_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bag, "seal", full)
    with pytest.raises(EvidenceError, match="No space left on device"):
        CaseFolder.create(tmp_path / "case", MAIL, INFO)
    assert list(tmp_path.iterdir()) == []


def test_nothing_half_written_is_left_when_the_analyst_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bag, "seal", stopped)
    with pytest.raises(KeyboardInterrupt):
        CaseFolder.create(tmp_path / "case", MAIL, INFO)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("info", [{}, {"opened_at": "yesterday"}, {"opened_at": None}])
def test_a_case_needs_the_time_of_its_opening(tmp_path: Path, info: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError, match="opened_at"):
        CaseFolder.create(tmp_path / "case", MAIL, info)


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff\xfe", b'{"format": "one"}'])
def test_what_is_no_case_says_so_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "case.json").write_bytes(content)
    with pytest.raises(EvidenceError) as caught:
        CaseFolder.open(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_case_of_a_newer_phishlab_is_not_guessed_at(case: CaseFolder) -> None:
    case.update_info(format=FORMAT + 1)
    with pytest.raises(EvidenceError, match="update phishlab"):
        CaseFolder.open(case.path)


def test_info_is_changed_whole(case: CaseFolder) -> None:
    case.update_info(runs=["1", "2"], asked_again=datetime(2024, 1, 20, 3, tzinfo=UTC))
    told = json.loads((case.path / "data" / "case.json").read_bytes())
    assert told["runs"] == ["1", "2"]
    assert told["asked_again"] == "2024-01-20T03:00:00Z"
    assert CaseFolder.open(case.path).info == told == case.info


def test_info_is_handed_out_as_a_copy(case: CaseFolder) -> None:
    case.info["name"] = "another"
    assert case.info["name"] == "kagoya"


@pytest.mark.parametrize(
    "name",
    ["../out", "/etc/passwd", "visit/../../out", "", ".", "..", "a\\..\\b", "C:\\x", "a\nb", "visit", "a%b", "a//b"],
)  # fmt: skip
def test_a_file_stays_inside_the_case(case: CaseFolder, name: str) -> None:
    before = sorted(case.path.parent.rglob("*"))
    with pytest.raises(EvidenceError, match="no file can be kept"):
        case.add_file(name, b"x")
    assert sorted(case.path.parent.rglob("*")) == before


def test_a_file_does_not_go_through_a_link(case: CaseFolder, tmp_path: Path) -> None:
    (case.path / "data" / "out").symlink_to(tmp_path)
    with pytest.raises(EvidenceError, match="no file can be kept"):
        case.add_file("out/x", b"x")


def test_a_kept_file_is_never_overwritten(case: CaseFolder) -> None:
    case.add_file("visit/screenshot.png", b"\x89PNG\r\n")
    with pytest.raises(EvidenceError, match="already kept"):
        case.add_file("visit/screenshot.png", b"another")
    assert (case.path / "data" / "visit" / "screenshot.png").read_bytes() == b"\x89PNG\r\n"


def test_a_derived_file_may_be_made_again_but_never_the_mail(case: CaseFolder) -> None:
    case.add_file("case.jsonld", b"1")
    assert case.add_file("case.jsonld", b"2", replace=True).read_bytes() == b"2"
    with pytest.raises(EvidenceError, match="already kept"):
        case.add_file("evidence/original.eml", b"2", replace=True)


def test_custody_says_who_did_what_and_what_it_did_to_the_evidence(case: CaseFolder) -> None:
    opened, sealed, asked, sealed_again = case.custody()
    assert (opened.id, opened.who, opened.action, opened.when) == (
        1,
        "phishlab",
        "opened",
        "2024-01-16T01:00:00Z",
    )
    assert (asked.id, asked.item) == (3, "data/answers/answers.warc.gz")
    assert (sealed.action, sealed.before) == ("sealed", "")
    assert (sealed_again.action, sealed_again.before) == ("sealed", sealed.after)
    case.log("looked", "a second look", when=OPENED, who="analyst")
    assert case.custody()[4].before == case.custody()[4].after == opened.after


def test_sealing_takes_no_thread_away_from_its_folder(case: CaseFolder) -> None:
    """bagit would change the working directory of the process, and a notebook has one."""
    seen = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            seen.add(Path.cwd())

    thread = threading.Thread(target=watch)
    thread.start()
    case.seal()
    stop.set()
    thread.join()
    assert seen == {Path.cwd()}
