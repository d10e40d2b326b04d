"""What the analyst brought into a case, by itself: a wire that hands back that and asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from phishlab.records import Answer, Level, Question
from phishlab.wire import Wire, clock, gate


@runtime_checkable
class Holding(Protocol):
    """A wire with a case behind it."""

    def brought_in(self, question: Question) -> Answer | None:
        """What was brought in as the answer to *question*; None where nothing was. Nobody is asked."""


class BroughtWire:
    """Answers that were brought in; NOT_ASKED for every other question."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def level(self) -> Level:
        """That of the case."""
        return self._wire.level

    def ask(self, question: Question) -> Answer:
        """What was brought in, or NOT_ASKED."""
        found = self._wire.brought_in(question) if isinstance(self._wire, Holding) else None
        return found or gate.not_asked(gate.NOT_KEPT)

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:  # noqa: ARG002 - not read
        """What was brought in, or NOT_ASKED: *read* is not called."""
        return self.ask(question)

    def now(self) -> datetime:
        """The time, in UTC."""
        return clock.utc()
