"""Passive DNS in the Common Output Format: from a file, and from CIRCL for those with an account."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Provenance
from phishlab.sources import passive_dns
from phishlab.wire.replay import ReplayWire
from tests.servers import web
from tests.servers.world import world

NAME = "sgogoj.com"
LINES = "\n".join(
    json.dumps(line)
    for line in (
        {
            "rrname": "sgogoj.com.",
            "rrtype": "A",
            "rdata": "8.217.61.41",
            "time_first": 1705104000,
            "time_last": 1705708800,
            "count": 7,
        },
        {
            "rrname": "SGOGOJ.COM",
            "rrtype": "A",
            "rdata": ["192.0.43.10", "192.0.43.8"],
            "time_first": "1717200000",
            "time_last": 1719792000,
        },
        {
            "rrname": NAME,
            "rrtype": "NS",
            "rdata": "ns1.example.net.",
            "time_first": 1699056000,
            "time_last": 1719792000,
        },
        {
            "rrname": "other.com",
            "rrtype": "A",
            "rdata": "1.2.3.4",
            "time_first": 1705104000,
            "time_last": 1705708800,
        },
    )
)


def test_the_addresses_of_the_time_of_the_mail(scripted: Any) -> None:
    found = passive_dns.from_file(scripted({f"pdns:{NAME}": LINES.encode()}), NAME)
    assert (found.source, found.outcome, len(found.evidence)) == ("pdns", Outcome.ANSWERED, 1)
    assert found.record is not None
    assert [(one.rdtype, one.value, str(one.first)[:10], one.count) for one in found.record.sightings] == [
        ("A", "192.0.43.8", "2024-06-01", None),
        ("A", "192.0.43.10", "2024-06-01", None),
        ("NS", "ns1.example.net", "2023-11-04", None),
        ("A", "8.217.61.41", "2024-01-13", 7),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "[]",
        "nonsense",
        '{"rrname": "sgogoj.com", "rrtype": "A", "rdata": "no address", "time_first": 1, "time_last": 2}',
        '{"rrname": "sgogoj.com", "rrtype": "A", "rdata": "1.2.3.4", "time_first": 3, "time_last": 2}',
        '{"rrname": "sgogoj.com", "rrtype": "A", "rdata": "1.2.3.4", "time_first": 1e300, "time_last": 2}',
        '{"rrname": "sgogoj.com", "rrtype": "A", "rdata": "1.2.3.4", "time_first": null, "time_last": 2}',
        '{"rrname": "sgogoj.com", "rrtype": "TXT", "rdata": "x", "time_first": 1, "time_last": 2}',
        '{"rrname": ["sgogoj.com"], "rrtype": "A", "rdata": "1.2.3.4", "time_first": 1, "time_last": 2}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_hides_no_good_one(scripted: Any, line: str) -> None:
    assert passive_dns.parse(line, NAME) == ()
    assert len(passive_dns.parse(f"{line}\n{LINES}", NAME)) == 4


def test_a_megabyte_of_lines_ends() -> None:
    line = json.dumps(
        {"rrname": NAME, "rrtype": "A", "rdata": "1.2.3.4", "time_first": 1, "time_last": 2, "count": 1}
    )
    assert len(passive_dns.parse("\n".join([line] * 20_000), NAME)) == 1


@pytest.mark.parametrize(
    ("answer", "outcome", "note"),
    [
        (b"", Outcome.NO_DATA, "never seen by these sensors"),
        (
            LINES.replace("sgogoj", "another").replace("SGOGOJ", "another").encode(),
            Outcome.NO_DATA,
            "never seen",
        ),
        (b"<html>", Outcome.FAILED, "not in the format"),
        (Answer(outcome=Outcome.ANSWERED, status=401, data=b"x"), Outcome.REFUSED, "HTTP 401"),
        (Answer(outcome=Outcome.ANSWERED, status=429), Outcome.REFUSED, "asked too often"),
        (Answer(outcome=Outcome.ANSWERED, status=404, data=b"not found"), Outcome.NO_DATA, "never seen"),
        (Answer(outcome=Outcome.ANSWERED, status=500, data=b"x"), Outcome.FAILED, "HTTP 500"),
        (Answer(outcome=Outcome.FAILED, note="timed out after 5 s"), Outcome.FAILED, "timed out"),
        (Answer(outcome=Outcome.NOT_ASKED, note="needs level third-party"), Outcome.NOT_ASKED, "third-party"),
    ],
)
def test_what_is_no_sighting_keeps_its_own_name(
    scripted: Any, answer: Any, outcome: Outcome, note: str
) -> None:
    found = passive_dns.circl(scripted({f"{passive_dns.CIRCL}{NAME}": answer}), NAME)
    assert (found.outcome, found.record) == (outcome, None)
    assert note in found.note


def test_names_that_cannot_be_asked_for(scripted: Any) -> None:
    wire = scripted({})
    assert passive_dns.circl(wire, "a..b").outcome is Outcome.FAILED
    assert wire.asked == []


def test_a_file_that_was_brought_in_is_imported_evidence_and_answers_a_replay(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    wire = ReplayWire(archive, Level.OFFLINE)
    before = passive_dns.from_file(wire, NAME)
    assert (before.outcome, before.note) == (Outcome.NOT_ASKED, "no file of passive DNS is in this case")
    archive.append(
        passive_dns.imported(NAME),
        LINES.encode(),
        run="1",
        peer="",
        asked_at=datetime(2026, 11, 24, tzinfo=UTC),
        origin=Provenance.IMPORTED,
        outcome=Outcome.ANSWERED,
        source="pdns.json",
    )
    found = passive_dns.from_file(ReplayWire(Archive(archive.path), Level.OFFLINE, "7"), NAME)
    assert found.outcome is Outcome.ANSWERED
    assert [exchange.origin for exchange in found.evidence] == [Provenance.IMPORTED]


@pytest.mark.loopback
def test_circl_learns_the_name_and_the_password_stays_out_of_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHISHLAB_CIRCL_PDNS_KEY", "analyst:canary-password")
    archive = Archive(tmp_path / "answers.warc.gz")
    with world(
        tmp_path, pages={f"www.circl.lu/pdns/query/{NAME}": web.page(LINES, "application/json")}
    ) as here:
        found = passive_dns.circl(here.wire(archive), NAME)
    assert found.outcome is Outcome.ANSWERED
    sent = base64.b64encode(b"analyst:canary-password")
    assert any(b"Authorization: Basic " + sent in request for request in here.web_asked)
    kept = archive.path.read_bytes()
    import gzip

    text = gzip.decompress(kept)
    assert b"canary" not in text
    assert sent not in text


def test_without_an_account_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from phishlab.wire.live import LiveWire

    wire = LiveWire(Archive(tmp_path / "a.warc.gz"), Level.ACTIVE, "1", nameservers=[])
    found = passive_dns.circl(wire, NAME)
    assert found.outcome is Outcome.NOT_ASKED
    assert "PHISHLAB_CIRCL_PDNS_KEY" in found.note
