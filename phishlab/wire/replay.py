"""Replay: answers only what is kept. Nothing here can reach a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from phishlab.evidence import posted
from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Provenance, Question
from phishlab.wire import clock, gate, redirect


class ReplayWire:
    """The wire of a case that was investigated before.

    It answers from one *run* and from what the analyst brought in; without *run* from all runs, the first
    answer first.
    """

    def __init__(
        self, archive: Archive, level: Level, run: str | None = None, *, recipients: Iterable[str] = ()
    ) -> None:
        self._archive = archive
        self._level = level
        self._run = run
        self._recipients = tuple(recipients)

    @property
    def level(self) -> Level:
        """The case's level: a question above it comes back NOT_ASKED, kept or not."""
        return self._level

    def ask(self, question: Question) -> Answer:
        """The kept answer, redirects followed through kept answers; NOT_ASKED where none is kept."""
        refused = self._refusal(question)
        if refused is not None:
            return refused
        if gate.scheme(question.uri) in {"http", "https"}:
            return redirect.follow(question, self._hop, self._archive)
        return self._kept(question)

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:  # noqa: ARG002 - never called here
        """The kept answer; *read* is not called."""
        return self._refusal(question) or self._kept(question)

    def now(self) -> datetime:
        """When the run was made: the time of its last answer. The true time where nothing was answered.

        What the analyst brought in later belongs to no run and moves no time.
        """
        runs = {None, self._run}
        times = [
            exchange.asked_at
            for exchange in self._archive.exchanges()
            if (self._run is None or exchange.run in runs) and exchange.origin is not Provenance.IMPORTED
        ]
        return max(times, default=None) or clock.utc()

    def brought_in(self, question: Question) -> Answer | None:
        """What was brought in as the answer to *question*; None where nothing was."""
        return brought_in(self._archive, question)

    def _hop(self, question: Question) -> Answer:
        return self._refusal(question) or self._kept(question)

    def _refusal(self, question: Question) -> Answer | None:
        return refusal(self._archive, question, self._level, self._recipients)

    def _kept(self, question: Question) -> Answer:
        answer = self._archive.find(posted.key(question), self._run)
        if answer is None or (answer.exchange and answer.exchange.origin is Provenance.IMPORTED):
            answer = brought_in(self._archive, question) or answer
        return answer or gate.unkept(question)


def refusal(
    archive: Archive, question: Question, level: Level, recipients: Iterable[str] = ()
) -> Answer | None:
    """Why *question* may not be put, or what the analyst brought in as its answer: that asks nobody, at any level."""
    refused = gate.refusal(question, level, recipients)
    return refused and (brought_in(archive, question) or refused)


def brought_in(archive: Archive, question: Question) -> Answer | None:
    """What the analyst brought in as the answer, the last: it belongs to the case, not to a run."""
    name = posted.key(question)
    for exchange in reversed(archive.exchanges()):
        if exchange.question == name and exchange.origin is Provenance.IMPORTED:
            return archive.answer(exchange)
    return None
