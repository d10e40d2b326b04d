"""A wire that puts no question: it notes which would be put, to be shown before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from phishlab.records import Answer, Level, Question
from phishlab.wire import clock, gate, keys

WORDS = "not asked yet: this is the plan"
_PUT = frozenset({"dns", "whois", "http", "https", "visit"})


class PlanWire:
    """Notes each question with why it would not be put, empty where it would. No socket, no file, no case.

    Without answers it cannot know what they would lead to: whoever plans says so.
    """

    def __init__(
        self,
        level: Level,
        recipients: Iterable[str] = (),
        keys: Callable[[str], str | None] = keys.find,
    ) -> None:
        """*keys* finds a service's key, as for LiveWire."""
        self._level = level
        self._recipients = tuple(recipients)
        self._key = keys
        self._noted: list[tuple[Question, str]] = []

    @property
    def level(self) -> Level:
        """The level that is planned for."""
        return self._level

    def ask(self, question: Question) -> Answer:
        """Note *question*; NOT_ASKED, whatever it is."""
        if gate.scheme(question.uri) not in _PUT:
            return gate.not_asked(gate.NOT_PUT)
        wanted = question.credential
        lacking = wanted is not None and wanted.required and not self._key(wanted.service)
        refused = gate.refusal(question, self._level, self._recipients) or (
            gate.unkept(question) if lacking else None
        )
        self._noted.append((question, refused.note if refused else ""))
        return refused or gate.not_asked(WORDS)

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:  # noqa: ARG002 - nothing is read
        """Databases on this machine are nobody else's business: nothing is noted, and nothing read."""
        return gate.not_asked(WORDS)

    def now(self) -> datetime:
        """The time, in UTC."""
        return clock.utc()

    def taken(self) -> list[tuple[Question, str]]:
        """What was noted since the last time."""
        noted, self._noted = self._noted, []
        return noted
