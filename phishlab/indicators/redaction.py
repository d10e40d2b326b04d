"""Hiding who was written to, in every form that a phishing link carries them in."""

from __future__ import annotations

from phishlab.indicators import spellings
from phishlab.indicators.spellings import STAND_IN

__all__ = ["REDACTED", "STAND_IN", "Hidden", "redact", "token_free"]

REDACTED = "[redacted:recipient]"


def redact(text: str, recipients: tuple[str, ...]) -> str:
    """*text* with each recipient's address replaced, whichever way it is spelled (``spellings`` names them)."""
    return _replaced(text, spellings.find(text, recipients), hidden=True)


class Hidden(dict[str, str]):
    """``hidden[text]`` is what *redact* makes of it: for many texts of one mail, each looked through once."""

    def __init__(self, recipients: tuple[str, ...]) -> None:
        super().__init__()
        self._table = spellings.table(recipients)

    def __missing__(self, text: str) -> str:
        """*text* redacted, and kept so."""
        found = spellings.find_by(text, self._table)
        self[text] = hidden = _replaced(text, found, hidden=True) if found else text
        return hidden


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
