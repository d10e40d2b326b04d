"""A mail for a look that shall be quick: small and without files, it needs no process of its own."""

from __future__ import annotations

from phishlab import patterns
from phishlab.mail import message
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Message

_SMALL = 256 * 1024
_FILES = patterns.late(
    rb"(?i)content-type\s*:\s*(?:image|audio|video|application|message)/|data:image/|;\s*(?:file)?name\s*\*?\d?\*?\s*="
)
"""A part of such a type, a picture inside HTML, or the parameter of a part's name; in HTML, names follow no ``;``."""


def parse(data: bytes, bounds: Limits = STANDARD) -> Message:
    """``bounded.parse``; a mail that is small and carries no file is parsed right here.

    For a program that reads one mail and ends: one that does carry files is read by a process that is split off
    this one, which takes a twentieth of the time that a new one needs to start.
    """
    if len(data) <= _SMALL and not _FILES.search(data):
        return message.parse(data, bounds)
    from phishlab.mail import apart

    return apart.parse(data, bounds)
