"""The user's copy of the lists: matched on this machine, its digests kept, its age told."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from phishlab.records import Answer, Level, Link, ListingState, Outcome
from phishlab.sources.reputation import phishing_database

LINK = Link(
    url="http://www.sgogoj.com/kagoya/?login=x",
    host="www.sgogoj.com",
    registrable="sgogoj.com",
    path="/kagoya/",
)
LINKS = b"https://other.example/a\nhttps://www.sgogoj.com/kagoya\nhttp://www.sgogoj.com/other\nhttp://notsgogoj.com/\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "phishing-links-ACTIVE.txt").write_bytes(LINKS)
    os.utime(tmp_path / "phishing-links-ACTIVE.txt", (1_704_067_200, 1_704_067_200))
    (tmp_path / "README.md").write_bytes(b"www.sgogoj.com")
    return tmp_path


def test_the_same_host_and_path_is_listed(scripted: Any, folder: Path) -> None:
    wire = scripted({})
    found = phishing_database.link(wire, LINK, folder)
    assert found.record is not None
    assert (found.record.state, found.record.category) == (ListingState.LISTED, "phishing")
    assert found.record.detail == "https://www.sgogoj.com/kagoya; lists of 2024-01-01"
    assert found.record.as_of is None, "no younger for being read today"
    assert [(question.level, question.uri.partition(":")[0]) for question in wire.asked] == [
        (Level.OFFLINE, "phishing-database")
    ]


@pytest.mark.parametrize(
    ("line", "state", "mentions"),
    [
        (b"sgogoj.com", ListingState.LISTED, 0),
        (b"WWW.SGOGOJ.com.", ListingState.LISTED, 0),
        (b"www.sgogoj.com", ListingState.LISTED, 0),
        (b"mail.sgogoj.com", ListingState.UNKNOWN_TO_SERVICE, 1),
        (b"http://www.sgogoj.com/", ListingState.UNKNOWN_TO_SERVICE, 1),
        (b"notsgogoj.com", ListingState.UNKNOWN_TO_SERVICE, 0),
        (b"http://other.example/?to=www.sgogoj.com", ListingState.UNKNOWN_TO_SERVICE, 0),
        (b"\xff\x00sgogoj.com\xfe", ListingState.UNKNOWN_TO_SERVICE, 0),
        (b"x" * 100_000 + b"sgogoj.com", ListingState.UNKNOWN_TO_SERVICE, 0),
    ],
)
def test_a_line_is_about_the_page_the_host_or_its_domain(
    scripted: Any, tmp_path: Path, line: bytes, state: ListingState, mentions: int
) -> None:
    (tmp_path / "phishing-domains-ACTIVE.txt.gz").write_bytes(
        gzip.compress(b"a.example\n" + line + b"\nb.example")
    )
    found = phishing_database.link(scripted({}), LINK, tmp_path)
    assert found.record is not None
    assert (found.record.state, found.record.mentions) == (state, mentions)


def test_what_is_kept_proves_which_lists_were_looked_into(folder: Path) -> None:
    kept = json.loads(phishing_database.search(folder, LINK))
    assert kept["files"] == {"phishing-links-ACTIVE.txt": hashlib.sha256(LINKS).hexdigest()}
    assert kept["lines"] == ["https://www.sgogoj.com/kagoya", "http://www.sgogoj.com/other"]


def test_without_a_copy_it_is_not_asked_and_a_kept_answer_is_read(
    scripted: Any, folder: Path, tmp_path: Path
) -> None:
    nothing = scripted(lambda _uri: Answer(outcome=Outcome.NOT_ASKED, note="x"))
    assert phishing_database.link(nothing, LINK, None).note == "no copy of the list is given"
    kept = phishing_database.search(folder, LINK)
    replayed = scripted({phishing_database.question(LINK.url).uri: kept})
    found = phishing_database.link(replayed, LINK, None)
    assert (found.record and found.record.state) is ListingState.LISTED


@pytest.mark.parametrize("kept", [b"", b"[]", b"{}", b'{"files": {}}', b"\xff"])
def test_what_is_no_kept_answer_is_an_error(scripted: Any, kept: bytes) -> None:
    found = phishing_database.link(scripted({phishing_database.question(LINK.url).uri: kept}), LINK, None)
    assert (found.record and found.record.state, found.outcome) == (ListingState.ERROR, Outcome.FAILED)


def test_a_folder_without_such_lists_says_which_are_meant(tmp_path: Path) -> None:
    from phishlab.wire.local import LocalWire

    found = phishing_database.link(LocalWire(), LINK, tmp_path)
    assert found.outcome is Outcome.NOT_ASKED
    assert "phishing-links" in found.note
    (tmp_path / "phishing-links.txt.gz").write_bytes(b"no gzip")
    assert "cannot be read" in phishing_database.link(LocalWire(), LINK, tmp_path).note


def test_half_a_million_lines_take_a_second_or_two(tmp_path: Path) -> None:
    lines = b"".join(b"https://host%d.example/path/%d\n" % (number, number) for number in range(500_000))
    (tmp_path / "phishing-links-ACTIVE.txt").write_bytes(lines)
    began = time.process_time()
    phishing_database.search(tmp_path, LINK)
    assert time.process_time() - began < 5.0
