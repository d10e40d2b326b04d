"""A mail for a look that shall be quick: small and without files, it needs no process of its own."""

from __future__ import annotations

import re

from phishlab.mail import message
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Message

_SMALL = 256 * 1024
_FILES = re.compile(rb"(?i)content-type\s*:\s*(?:image|application|message)/|data:image/|name\s*\*?\d?\*?=")


def parse(data: bytes, bounds: Limits = STANDARD) -> Message:
    """``bounded.parse``; a mail that is small and carries no file is parsed right here."""
    if len(data) <= _SMALL and not _FILES.search(data):
        return message.parse(data, bounds)
    from phishlab.mail import bounded

    return bounded.parse(data, bounds)
