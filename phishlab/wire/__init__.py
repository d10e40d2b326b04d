"""The wire: the only room with sockets and a clock.

Live asks, keeps, then hands back what was kept; replay only hands back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from phishlab.records import Answer, Level, Question


class Wire(Protocol):
    """What a source talks to. It never raises for an outcome: see Answer.outcome."""

    @property
    def level(self) -> Level:
        """The case's level: a question above it comes back NOT_ASKED, before any I/O."""

    def ask(self, question: Question) -> Answer:
        """Put *question* by its scheme (dns, whois, http, https, visit).

        The answer is kept, then handed back.
        """

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:
        """Keep and hand back what *read* finds on this machine (a database, a list); None means no data.

        In replay *read* is not called.
        """

    def now(self) -> datetime:
        """The time, in UTC."""
