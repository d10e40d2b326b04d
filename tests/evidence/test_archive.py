"""Answers come back as they were kept, also out of a file that a killed run left."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from phishlab.errors import EvidenceError
from phishlab.evidence.archive import Archive
from phishlab.evidence.folder import CaseFolder
from phishlab.records import Exchange, Level, Outcome, Provenance, Question

NOON = datetime(2024, 1, 17, 12, 0, 0, 500_000, tzinfo=UTC)


def keep(
    archive: Archive, uri: str, kept: bytes, outcome: Outcome = Outcome.ANSWERED, **more: Any
) -> Exchange:
    options: dict[str, Any] = {
        "run": "1", "peer": "8.217.61.41:80", "asked_at": NOON, "origin": Provenance.RECORDED, **more,
    }  # fmt: skip
    return archive.append(Question(uri=uri, level=Level.ACTIVE), kept, outcome=outcome, **options)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "answers.warc.gz")


class _Inputs:
    def __init__(self, path: Path) -> None:
        self.inputs = [str(path)]
        self.verbose = True


def test_warcio_finds_every_digest_right(case: CaseFolder, capsys: pytest.CaptureFixture[str]) -> None:
    path = case.answers.path
    assert Checker(_Inputs(path)).process_all() == 0
    told = capsys.readouterr().out
    assert told.count("digest pass") == 5
    assert "digest present but" not in told


def test_each_record_is_its_own_gzip_member_with_its_kind_and_fields(case: CaseFolder) -> None:
    with case.answers.path.open("rb") as file:
        records = []
        for record in ArchiveIterator(file):
            record.content_stream().read()
            headers = dict(record.rec_headers.headers)
            records.append(
                (record.rec_type, headers["WARC-Target-URI"], headers.get("WARC-IP-Address"), headers)
            )
    assert [record[:3] for record in records] == [
        ("resource", "dns:sgogoj.com?type=A", "127.0.0.1"),
        ("request", "https://rdap.example/domain/x", None),
        ("response", "https://rdap.example/domain/x", "11.0.0.1"),
        ("resource", "whois://whois.jprs.jp/x.jp", "11.0.0.2"),
        ("metadata", "whois://whois.jprs.jp/y.jp", "11.0.0.2"),
    ]
    assert records[1][3]["WARC-Concurrent-To"] == records[2][3]["WARC-Record-ID"]
    assert records[0][3]["WARC-Date"] == "2024-01-16T01:00:00Z"
    assert records[0][3]["Phishlab-Origin"] == "recorded"
    assert case.answers.path.read_bytes().count(b"\x1f\x8b\x08") == 5


def test_what_is_handed_back_at_once_is_what_a_reader_of_the_file_gets(archive: Archive) -> None:
    keep(archive, "dns:sgogoj.com?type=A", b"\x00\x01", media_type="application/dns-message")
    keep(archive, "whois://whois.jprs.jp/a.jp", "アイカ\r\n".encode("iso-2022-jp"), media_type="text/plain")
    keep(archive, "whois://whois.jprs.jp/b.jp", b"", Outcome.FAILED, note="timed out\r\nafter 10 s")
    keep(archive, "geoip:dbip-city/8.217.61.41", b"", Outcome.NO_DATA, peer="")
    keep(archive, "list:jpcert/x", b"", Outcome.ANSWERED, peer="")
    keep(
        archive,
        "observed:norton/http://sgogoj.com/あ",
        "安全".encode(),
        origin=Provenance.IMPORTED,
        source="記事",
    )
    again = Archive(archive.path)
    assert again.exchanges() == archive.exchanges()
    assert len(again.exchanges()) == 6
    for exchange in again.exchanges():
        assert again.answer(exchange) == archive.answer(exchange)
        assert again.body(exchange) == archive.body(exchange)
        assert exchange.asked_at == NOON.replace(microsecond=0)
    assert again.exchanges()[-1].source == "記事"


def test_a_failure_is_kept_with_its_reason(archive: Archive) -> None:
    exchange = keep(archive, "dns:x.jp?type=A", b"", Outcome.FAILED, note="timed out after 5 s")
    answer = archive.find("dns:x.jp?type=A")
    assert answer is not None
    assert (answer.outcome, answer.data, answer.note) == (Outcome.FAILED, b"", "timed out after 5 s")
    assert archive.body(exchange) == b'{"note": "timed out after 5 s", "outcome": "failed"}'


def test_http_is_read_from_the_kept_bytes(archive: Archive) -> None:
    body = gzip.compress(b'{"a": 1}', mtime=0)
    raw = (
        b"HTTP/1.1 404 Not Found\r\nContent-Type: Application/JSON; charset=x\r\nContent-Encoding: gzip\r\n\r\n"
        + body
    )
    exchange = keep(archive, "https://rdap.example/x", raw)
    answer = archive.answer(exchange)
    assert (answer.status, answer.media_type, answer.data) == (404, "application/json", b'{"a": 1}')
    assert archive.body(exchange) == raw
    assert exchange.size == len(raw)


def test_the_first_answer_of_a_run_is_found_and_runs_stay_apart(archive: Archive) -> None:
    keep(archive, "dns:x.jp?type=A", b"alive", run="17th")
    keep(archive, "dns:x.jp?type=A", b"again", run="17th")
    keep(archive, "dns:x.jp?type=A", b"gone", run="20th")
    found = {run: archive.find("dns:x.jp?type=A", run) for run in (None, "17th", "20th", "21st")}
    assert {run: answer and answer.data for run, answer in found.items()} == {
        None: b"alive", "17th": b"alive", "20th": b"gone", "21st": None,
    }  # fmt: skip


def test_the_same_answer_has_the_same_id_in_any_case(archive: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other.warc.gz")
    ids = {keep(each, "dns:x.jp?type=A", b"x").id for each in (archive, other)}
    assert len(ids) == 1
    assert archive.path.read_bytes() == other.path.read_bytes()
    assert keep(archive, "dns:x.jp?type=A", b"x", run="2").id not in ids


@pytest.mark.parametrize("cut", [1, 8, 40, 200])
def test_a_run_that_was_killed_while_writing_costs_only_its_last_answer(case: CaseFolder, cut: int) -> None:
    path = case.answers.path
    whole = case.answers.exchanges()
    torn = path.read_bytes()[:-cut]
    path.write_bytes(torn)
    left = CaseFolder.open(case.path).answers
    assert left.exchanges() == whole[:-1]
    assert left.torn > 0
    keep(left, "dns:later.jp?type=A", b"later")
    assert left.torn == 0
    again = Archive(path)
    assert [exchange.question for exchange in again.exchanges()] == [
        *(exchange.question for exchange in whole[:-1]), "dns:later.jp?type=A",
    ]  # fmt: skip
    aside = [file for file in path.parent.iterdir() if ".torn-" in file.name]
    assert len(aside) == 1
    assert torn.endswith(aside[0].read_bytes())


def test_a_changed_answer_is_not_handed_back(archive: Archive) -> None:
    keep(archive, "dns:x.jp?type=A", b"153.123.7.53")
    forged = gzip.decompress(archive.path.read_bytes()).replace(b"153.123.7.53", b"153.123.7.54")
    archive.path.write_bytes(gzip.compress(forged))
    assert len(Archive(archive.path).exchanges()) == 1
    with pytest.raises(EvidenceError, match="not as it was kept"):
        Archive(archive.path).find("dns:x.jp?type=A")


def test_an_answer_of_another_case_is_not_looked_for(archive: Archive, case: CaseFolder) -> None:
    with pytest.raises(EvidenceError, match="no answer"):
        archive.answer(case.answers.exchanges()[0])


@pytest.mark.parametrize("uri", ["", "dns:a b", "dns:a\r\nWARC-Type: response", "dns:a\0"])
def test_a_uri_cannot_begin_a_header_of_its_own(archive: Archive, uri: str) -> None:
    with pytest.raises(ValueError, match="not a URI"):
        keep(archive, uri, b"x")
    assert not archive.path.exists()


def test_hostile_text_cannot_begin_a_header_of_its_own(archive: Archive) -> None:
    evil = "x\r\nPhishlab-Outcome: answered\r\n\r\n"
    keep(archive, "dns:x.jp?type=A", b"", Outcome.FAILED, note=evil, peer=evil, run=evil, source=evil)
    (exchange,) = Archive(archive.path).exchanges()
    assert exchange.outcome is Outcome.FAILED
    assert exchange.run == "x Phishlab-Outcome: answered"


def test_a_time_needs_a_zone_and_a_size_has_a_limit(archive: Archive) -> None:
    with pytest.raises(ValueError, match="time zone"):
        keep(archive, "dns:x.jp?type=A", b"x", asked_at=NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="too long"):
        keep(archive, "dns:x.jp?type=A", bytes(70_000_000))


def test_a_bomb_is_damage_and_not_unpacked(archive: Archive) -> None:
    keep(archive, "dns:x.jp?type=A", b"x")
    with archive.path.open("ab") as file:
        file.write(gzip.compress(bytes(200_000_000), compresslevel=1))
    again = Archive(archive.path)
    assert len(again.exchanges()) == 1
    assert again.torn > 0


def test_threads_may_keep_answers_at_once(archive: Archive) -> None:
    def work(number: int) -> None:
        for step in range(10):
            keep(archive, f"dns:{number}-{step}.jp?type=A", str(number).encode() * 99)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = Archive(archive.path)
    assert again.exchanges() == archive.exchanges()
    assert len(again.exchanges()) == 40
    assert again.torn == 0


def test_a_folder_in_the_place_of_the_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cannot read"):
        Archive(tmp_path)


_ASKING_WITHOUT_END = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from phishlab.evidence.archive import Archive
from phishlab.records import Level, Outcome, Provenance, Question

archive = Archive(Path(sys.argv[1]))
for number in itertools.count():
    archive.append(
        Question(uri=f"dns:{number}.jp?type=A", level=Level.ACTIVE), bytes(50_000), run="1", peer="127.0.0.1:53",
        asked_at=datetime(2024, 1, 17, tzinfo=UTC), origin=Provenance.RECORDED, outcome=Outcome.ANSWERED,
    )
    print(number, flush=True)
"""


def test_a_killed_process_leaves_all_that_it_had_kept(archive: Archive) -> None:
    command = [sys.executable, "-c", _ASKING_WITHOUT_END, str(archive.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        for line in asking.stdout:
            if int(line) == 20:
                asking.kill()
    left = Archive(archive.path).exchanges()
    assert len(left) >= 21
    assert [exchange.question for exchange in left[:21]] == [
        f"dns:{number}.jp?type=A" for number in range(21)
    ]
