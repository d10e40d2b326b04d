"""A file of passive DNS brought into a case: the address of the time of the mail, as imported evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab import case as cases
from phishlab import importing, walkthrough, wording
from phishlab.evidence.verify import verify
from phishlab.importing import Origin
from phishlab.records import Finding, Lookup, Outcome, Provenance
from phishlab.sources import jpnic
from phishlab.views import tables
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA

MAIL = (KAGOYA / "data" / "evidence" / "original.eml").read_bytes()
SEEN = datetime(2024, 1, 17, 3, tzinfo=UTC)
LINE = {"rrname": "sgogoj.com", "rrtype": "A", "rdata": "8.217.61.41", "time_first": 1705104000, "count": 7}
THEN = json.dumps({**LINE, "time_last": 1705708800}).encode()
LATER = json.dumps({**LINE, "time_first": 1719792000, "time_last": 1719792000}).encode()


def _hosting(path: Path, kept: bytes) -> Any:
    made = cases.create(MAIL, path)
    walkthrough.casefile(made)
    made.seal()
    opened = cases.open_case(path)
    origin = importing.origin(opened, kept, "our own sensors", SEEN)
    importing.answer(opened, kept, "pdns", "sgogoj[.]com", origin)
    assert verify(path) == ()
    return walkthrough.step(cases.open_case(path), "link-hosting")


@pytest.mark.parametrize(("kept", "finding"), [(THEN, "pdns-then"), (LATER, "pdns-unseen")])
def test_where_the_name_was_when_the_mail_was_sent(tmp_path: Path, kept: bytes, finding: str) -> None:
    step = _hosting(tmp_path / "case", kept)
    found: list[Finding] = [one for one in step.findings if one.id.startswith("pdns")]
    assert [one.id for one in found] == [finding]
    (exhibit,) = [one for one in step.exhibits if one.kind == "sightings"]
    brought: Lookup[Any] = exhibit.items[0]
    assert (brought.source, brought.outcome) == ("pdns", Outcome.ANSWERED)
    assert [(one.origin, one.asked_at) for one in brought.evidence] == [(Provenance.IMPORTED, SEEN)]
    # The service that could have been asked too keeps its row.
    assert [(one.source, one.outcome) for one in exhibit.items[1:]] == [("pdns-circl", Outcome.NOT_ASKED)]


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_the_table_and_the_finding_are_worded(tmp_path: Path, lang: str) -> None:
    step = _hosting(tmp_path / "case", THEN)
    (exhibit,) = [one for one in step.exhibits if one.kind == "sightings"]
    rows = tables.rows(exhibit, Lens(lang=lang)).rows
    assert any("A 8[.]217[.]61[.]41: 2024-01-13 – 2024-01-20 (7)" in cell for cell in rows[0])
    (found,) = [one for one in step.findings if one.id == "pdns-then"]
    said = wording.say(lang, f"finding.{found.id}", **dict(found.values))
    assert "8.217.61.41" in said
    assert "{" not in said


def test_a_pasted_answer_of_jpnic_is_read_as_one(tmp_path: Path) -> None:
    made = cases.create(MAIL, tmp_path / "case")
    made.seal()
    opened = cases.open_case(tmp_path / "case")
    kept = "Network Information:\n[IPネットワークアドレス]  153.123.0.0/16\n[組織名]  例題株式会社\n".encode()
    importing.answer(opened, kept, "whois", "153.123.7.53", Origin(told="JPNIC's page", seen_at=SEEN))
    found = jpnic.network(cases.open_case(tmp_path / "case").wire, "153.123.7.53")
    assert found.record is not None
    assert found.record.holder_ja == "例題株式会社"
