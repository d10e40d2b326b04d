"""A wire without a case: it reads what lies on this machine, asks nobody, and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from phishlab.errors import PhishlabError
from phishlab.records import Answer, Level, Outcome, Question
from phishlab.wire import clock, gate


class LocalWire:
    """For a table that belongs to no case. What it answers is no evidence."""

    @property
    def level(self) -> Level:
        """Offline: nothing leaves this machine."""
        return Level.OFFLINE

    def ask(self, question: Question) -> Answer:  # noqa: ARG002 - whatever it is
        """Not asked."""
        return gate.not_asked(gate.NOT_PUT)

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:  # noqa: ARG002 - not kept
        """What *read* finds; None means no data. A missing database is NOT_ASKED, with its text."""
        try:
            found = read()
        except PhishlabError as error:
            return gate.not_asked(str(error))
        if found is None:
            return Answer(outcome=Outcome.NO_DATA)
        return Answer(outcome=Outcome.ANSWERED, data=found)

    def now(self) -> datetime:
        """The time, in UTC."""
        return clock.utc()
