"""A sealed case with a mail, answers of every kind and a visit's file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phishlab.evidence.folder import CaseFolder
from phishlab.records import Level, Outcome, Provenance, Question

MAIL = (Path(__file__).parent / "data" / "crlf.eml").read_bytes()
OPENED = datetime(2024, 1, 16, 1, 0, tzinfo=UTC)
INFO = {"name": "kagoya", "level": "active", "opened_at": OPENED, "runs": ["1"]}


@pytest.fixture
def case(tmp_path: Path) -> CaseFolder:
    """Sealed, with four answers and a visit."""
    folder = CaseFolder.create(tmp_path / "case", MAIL, INFO)
    answers = [
        ("dns:sgogoj.com?type=A", b"\x12\x34\x81\x80", Outcome.ANSWERED, "127.0.0.1:53"),
        ("https://rdap.example/domain/x", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}", Outcome.ANSWERED, "11.0.0.1:443"),
        ("whois://whois.jprs.jp/x.jp", "[登録者名] アイカ\r\n".encode(), Outcome.ANSWERED, "11.0.0.2:43"),
        ("whois://whois.jprs.jp/y.jp", b"", Outcome.FAILED, "11.0.0.2:43"),
    ]  # fmt: skip
    for number, (uri, kept, outcome, peer) in enumerate(answers):
        folder.answers.append(
            Question(uri=uri, level=Level.PASSIVE),
            kept,
            run="1",
            peer=peer,
            asked_at=OPENED + timedelta(seconds=number),
            origin=Provenance.RECORDED,
            outcome=outcome,
            note="" if kept else "timed out after 10 s",
            http_request=b"GET / HTTP/1.1\r\nHost: rdap.example\r\n\r\n" if uri.startswith("https") else None,
        )
    folder.add_file("visit/screenshot.png", b"\x89PNG\r\n")
    folder.log(
        "asked", "the first run", when=OPENED + timedelta(minutes=1), item="data/answers/answers.warc.gz"
    )
    folder.seal()
    return folder
