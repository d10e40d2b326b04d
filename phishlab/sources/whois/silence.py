"""A WHOIS server that hangs up has said nothing: least of all that what was asked about is free."""

from __future__ import annotations

from phishlab.records import Answer, Outcome


def told(answer: Answer) -> tuple[Outcome, str]:
    """Outcome and note of an *answer* without bytes, never "not registered"."""
    outcome = Outcome.FAILED if answer.outcome is Outcome.ANSWERED else answer.outcome
    return outcome, answer.note or "the server closed without a word"
