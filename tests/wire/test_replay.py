"""Replay answers only what is kept, and cannot reach a network."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Provenance, Question
from phishlab.wire.replay import ReplayWire

QUESTION = Question(uri="dns:sgogoj.com?type=A", level=Level.ACTIVE)


@pytest.fixture
def kept(archive: Archive) -> Archive:
    for day, run in ((17, "17th"), (20, "20th")):
        archive.append(
            QUESTION,
            run.encode(),
            run=run,
            peer="127.0.0.1:53",
            asked_at=datetime(2024, 1, day, tzinfo=UTC),
            origin=Provenance.RECORDED,
            outcome=Outcome.ANSWERED,
        )
    return archive


@pytest.mark.parametrize(
    ("run", "data"), [(None, b"17th"), ("17th", b"17th"), ("20th", b"20th"), ("21st", b"")]
)
def test_a_run_answers_for_itself(kept: Archive, run: str | None, data: bytes) -> None:
    answer = ReplayWire(kept, Level.ACTIVE, run).ask(QUESTION)
    assert answer.data == data
    assert answer.outcome is (Outcome.ANSWERED if data else Outcome.NOT_ASKED)


def test_what_is_not_kept_is_not_asked(kept: Archive) -> None:
    wire = ReplayWire(kept, Level.ACTIVE)
    expected = Answer(outcome=Outcome.NOT_ASKED, note="no answer to this is kept in the case")
    for uri in ("dns:other.jp?type=A", "http://sgogoj.com/", "whois://a/b", "visit:http://x/", "geoip:x/1"):
        question = Question(uri=uri, level=Level.OFFLINE)
        assert wire.ask(question) == expected
        assert wire.consult(question, lambda: b"fresh") == expected


def test_a_kept_answer_above_the_level_is_not_handed_out(kept: Archive) -> None:
    answer = ReplayWire(kept, Level.PASSIVE).ask(QUESTION)
    assert answer == Answer(outcome=Outcome.NOT_ASKED, note="needs level active")


def test_the_time_is_that_of_the_run(kept: Archive, archive: Archive) -> None:
    assert ReplayWire(kept, Level.ACTIVE, "17th").now() == datetime(2024, 1, 17, tzinfo=UTC)
    assert ReplayWire(kept, Level.ACTIVE).now() == datetime(2024, 1, 20, tzinfo=UTC)
    assert ReplayWire(kept, Level.ACTIVE, "21st").now().tzinfo is UTC


def test_replay_loads_nothing_that_asks() -> None:
    """The modules that dial and query are not even imported; warcio brings ``socket`` for the host's name."""
    script = (
        "import sys, phishlab.wire.replay\n"
        "print([name for name in ('http.client', 'urllib3', 'dns.query', 'dns.resolver', 'phishlab.wire.live',"
        " 'phishlab.wire.http', 'phishlab.wire.whois', 'phishlab.wire.dns') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
