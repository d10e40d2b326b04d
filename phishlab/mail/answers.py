"""What a reading process is bounded by, and what it may answer: one message, pickled.

The answer is read back by a reader that makes nothing but phishlab's records and times: a process that a mail has
taken over can at worst lie about that mail.
"""

from __future__ import annotations

import pickle
import signal
import sys
from io import BytesIO

from phishlab.classes import replace
from phishlab.records import Message

MOST = 1 << 30
"""Bytes of an answer."""
_RECORDS = frozenset({"Attachment", "Authentication", "Claim", "Header", "Hop", "Limit", "Link", "Message", "Sender",
                      "Trust"})  # fmt: skip
_HOMES = frozenset({"phishlab.records.levels", "phishlab.records.mail"})
_PLAIN = frozenset({("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")})


def pickled(message: Message) -> bytes:
    """The message as bytes, its header fields made: whoever reads it has not the mail."""
    return pickle.dumps(replace(message, headers=tuple(message.headers)), protocol=5)


def read(answer: bytes) -> Message | None:
    """The message, or None where the bytes are not one whole message and nothing else."""
    try:
        found = Reader(BytesIO(answer)).load()
    except (ValueError, pickle.UnpicklingError, EOFError, AttributeError, TypeError, IndexError, KeyError):
        return None
    return found if isinstance(found, Message) else None


class Reader(pickle.Unpickler):
    """Makes the records of a message and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        """The class of that name; UnpicklingError where it is none of them."""
        if (module in _HOMES and name in _RECORDS) or (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no record of a message")


def bound_memory(most: int) -> None:
    """This process gets no more than so many bytes of memory."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def bound_time(seconds: float) -> None:
    """The system ends this process after *seconds*, whatever it is at; 0 for never."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, min(seconds, 86_400))
