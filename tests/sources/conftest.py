"""A wire that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from phishlab.records import Answer, Exchange, Level, Outcome, Provenance, Question

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Script: TypeAlias = Mapping[str, Answer | bytes]


class ScriptedWire:
    """Answers by URI; a question that is not in the script FAILED, one above the level is NOT_ASKED."""

    def __init__(
        self, script: Script | Callable[[str], Answer | bytes | None], level: Level = Level.ACTIVE
    ) -> None:
        self._script = script if callable(script) else script.get
        self.level = level
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.level > self.level:
            return Answer(outcome=Outcome.NOT_ASKED, note=f"needs level {question.level.word}")
        answer = self._script(question.uri)
        if answer is None:
            return Answer(outcome=Outcome.FAILED, note="not in the script")
        return self._kept(question, answer if isinstance(answer, Answer) else _answered(answer))

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:
        self.asked.append(question)
        found = read()
        if found is None:
            return Answer(outcome=Outcome.NO_DATA)
        return self._kept(question, _answered(found))

    def now(self) -> datetime:
        return NOW

    def _kept(self, question: Question, answer: Answer) -> Answer:
        exchange = Exchange(
            id=f"urn:test:{len(self.asked)}",
            run="test",
            question=question.uri,
            level=question.level,
            peer="scripted",
            asked_at=NOW,
            sha256=hashlib.sha256(answer.data).hexdigest(),
            size=len(answer.data),
            origin=Provenance.RECORDED,
            outcome=answer.outcome,
        )
        return Answer(
            outcome=answer.outcome,
            data=answer.data,
            exchange=exchange,
            status=answer.status,
            media_type=answer.media_type,
            note=answer.note,
        )


def _answered(data: bytes) -> Answer:
    return Answer(outcome=Outcome.ANSWERED, data=data, status=200)


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedWire]:
    return ScriptedWire


@pytest.fixture(scope="session")
def dns_says() -> Callable[..., bytes]:
    """``dns_says("a.example", "A", "a.example. 60 IN A 192.0.2.1")``: a DNS message in wire format."""

    def message(name: str, rdtype: str, *records: str, rcode: str = "NOERROR", flags: int = 0) -> bytes:
        query = dns.message.make_query(name, rdtype, id=0)
        response = dns.message.make_response(query)
        response.flags |= flags
        response.set_rcode(dns.rcode.from_text(rcode))
        for record in records:
            owner, ttl, rdclass, rtype, data = record.split(" ", 4)
            response.answer.append(dns.rrset.from_text(owner, int(ttl), rdclass, rtype, data))
        return response.to_wire()

    return message


@pytest.fixture(scope="session")
def json_answer() -> Callable[..., Answer]:
    """An HTTP answer: ``json_answer(b"{}", status=429)``."""

    def answer(
        body: bytes, status: int = 200, media_type: str = "application/rdap+json", **more: Any
    ) -> Answer:
        return Answer(outcome=Outcome.ANSWERED, data=body, status=status, media_type=media_type, **more)

    return answer
