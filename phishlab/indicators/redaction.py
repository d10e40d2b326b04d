"""Hiding who was written to, in every form that a phishing link carries them in."""

from __future__ import annotations

from collections.abc import Collection

from phishlab.indicators import sieve, spellings
from phishlab.indicators.spellings import STAND_IN

__all__ = ["REDACTED", "STAND_IN", "redact", "redact_all", "token_free"]

REDACTED = "[redacted:recipient]"


def redact(text: str, recipients: tuple[str, ...]) -> str:
    """*text* with each recipient's address replaced, whichever way it is spelled (``spellings`` names them)."""
    return _replaced(text, spellings.find(text, recipients), hidden=True)


def redact_all(texts: Collection[str], recipients: tuple[str, ...]) -> dict[str, str]:
    """What *redact* makes of those *texts* of one mail that it changes."""
    known = spellings.table(recipients)
    found = sieve.find(texts, known)
    return {text: _replaced(text, places, hidden=True) for text, places in found.items()}


def token_free(url: str, recipients: tuple[str, ...]) -> str:
    """*url* with ``example@example.or.jp`` where the recipient stood, encoded as the recipient was.

    What a server is asked must not tell it whose mail is being looked at. Inside a longer base64 text the
    stand-in is as long as the address was, so that what follows can still be read.
    """
    return _replaced(url, spellings.find(url, recipients), hidden=False)


def _replaced(text: str, found: list[spellings.Spelling], *, hidden: bool) -> str:
    if not found:
        return text
    out: list[str] = []
    at = 0
    for spelling in found:
        out += [text[at : spelling.start], REDACTED if hidden else spelling.stand_in]
        at = spelling.end
    return "".join([*out, text[at:]])
