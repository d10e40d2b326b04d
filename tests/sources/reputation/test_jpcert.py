"""JPCERT/CC's published URLs, matched on this machine."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Level, ListingState, Outcome
from phishlab.sources.reputation import jpcert
from phishlab.wire.live import LiveWire

CSV = (
    "date,URL,description\r\n"
    "2024/01/16 10:00:00,http://Lure.example/kagoya/activemail?login=x,カゴヤ・ジャパン\r\n"
    '2024/01/17 10:00:00,https://other.example/a,"Bank, The"\r\n'
    "2024/01/18 09:00:00,not a url,x\r\n"
    "broken line\r\n"
).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024/202401.csv").write_bytes(CSV)
    (tmp_path / "older.csv.gz").write_bytes(
        gzip.compress(b"\xef\xbb\xbfdate,URL,description\n2019/01/01 00:00:00,http://old.example/,Old\n")
    )
    return tmp_path


@pytest.mark.parametrize(
    "url", ["http://lure.example/kagoya/activemail?login=y", "https://lure.example/kagoya/activemail/#x"]
)
def test_a_listed_url_is_found_whatever_its_query(scripted: Any, folder: Path, url: str) -> None:
    found = jpcert.url(scripted({}), url, folder)
    record = found.record
    assert record is not None
    assert (found.outcome, record.state, record.category) == (
        Outcome.ANSWERED,
        ListingState.LISTED,
        "カゴヤ・ジャパン",
    )
    assert record.as_of == datetime(2024, 1, 16, 1, 0, tzinfo=UTC)
    assert len(found.evidence) == 1


def test_another_url_of_a_listed_host_is_told_and_not_called_listed(scripted: Any, folder: Path) -> None:
    record = jpcert.url(scripted({}), "http://lure.example/other", folder).record
    assert record is not None
    assert record.state is ListingState.UNKNOWN_TO_SERVICE
    assert record.mentions > 0
    assert record.detail == "1 other URLs of this host are in the list: カゴヤ・ジャパン"


def test_a_url_that_is_not_in_the_list_is_unknown_and_not_clean(scripted: Any, folder: Path) -> None:
    record = jpcert.url(scripted({}), "http://sgogoj.com/kagoya/", folder).record
    assert record is not None
    assert (record.state, record.category) == (ListingState.UNKNOWN_TO_SERVICE, "")
    assert record.as_of == datetime(2024, 1, 18, 0, 0, tzinfo=UTC)


def test_what_was_read_is_kept_with_the_digests_of_the_files(scripted: Any, folder: Path) -> None:
    kept = jpcert.read(folder, "http://old.example/").decode()
    assert '"older.csv.gz":"' in kept
    assert '"rows":[{"URL":"http://old.example/","date":"2019/01/01 00:00:00","description":"Old"}]' in kept
    assert jpcert.read(folder, "http://old.example/").decode() == kept


def test_a_replay_without_the_folder_reads_what_was_kept(scripted: Any, folder: Path) -> None:
    url = "http://lure.example/kagoya/activemail"
    wire = scripted({jpcert.question(url).uri: jpcert.read(folder, url)})
    record = jpcert.url(wire, url, None).record
    assert record is not None
    assert record.state is ListingState.LISTED


def test_an_empty_a_broken_and_a_missing_folder_are_not_asked(tmp_path: Path) -> None:
    """On the live wire, which tells phishlab's own trouble as NOT_ASKED and keeps nothing of it."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "x.csv.gz").write_bytes(b"no gzip")
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (empty, broken, tmp_path / "missing"):
        wire = LiveWire(Archive(tmp_path / f"{folder.name}.warc.gz"), Level.OFFLINE, "1")
        found = jpcert.url(wire, "http://a.example/", folder)
        assert found.record is not None
        assert (found.record.state, found.outcome) == (ListingState.NOT_ASKED, Outcome.NOT_ASKED)
        assert str(folder) in found.note


def test_without_a_folder_nothing_is_read(scripted: Any) -> None:
    def nothing(uri: str) -> Any:
        from phishlab.records import Answer

        return Answer(outcome=Outcome.NOT_ASKED, note="the wire cannot put this question")

    found = jpcert.url(scripted(nothing), "http://a.example/", None)
    assert found.record is not None
    assert (found.record.state, found.outcome) == (ListingState.NOT_ASKED, Outcome.NOT_ASKED)


def test_many_rows_of_one_host_do_not_hide_the_url_itself(scripted: Any, tmp_path: Path) -> None:
    rows = "".join(f"2024/01/01 00:00:00,http://lure.example/{n},Brand{n}\n" for n in range(100))
    (tmp_path / "a.csv").write_text("date,URL,description\n" + rows, "utf-8")
    record = jpcert.url(scripted({}), "http://lure.example/99", tmp_path).record
    assert record is not None
    assert (record.state, record.category) == (ListingState.LISTED, "Brand99")


def test_five_years_of_the_real_list(scripted: Any, shared_data: Path) -> None:
    """169,195 rows; the walkthrough's host is not among them, a lure of January 2023 is."""
    folder = shared_data / "urls"
    listed = jpcert.url(scripted({}), "https://lifes-little-pleasures.com/jp?x=1", folder).record
    unknown = jpcert.url(scripted({}), "http://sgogoj.com/kagoya/activemail.kagoya", folder).record
    assert listed is not None
    assert unknown is not None
    assert (listed.state, listed.category) == (ListingState.LISTED, "イオンカード")
    assert unknown.state is ListingState.UNKNOWN_TO_SERVICE
