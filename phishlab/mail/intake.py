"""From a path to the bytes of one mail, or one line that says why not."""

from __future__ import annotations

import re
from pathlib import Path

from phishlab.errors import InputError
from phishlab.mail import body

MAX_BYTES = 50 * 1024 * 1024
_FIELD = re.compile(
    rb"(?m)^[ \t]{0,4}(?:From|To|Subject|Date|Received|Message-ID|Return-Path|MIME-Version|Content-Type)[ \t]*:",
    re.IGNORECASE,
)


def read(path: str | Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of the mail at *path*, at most *limit* of them.

    A truncated mail, one without Received fields, and a paste of headers alone are mails. Raises InputError for
    what cannot be read and what is none.
    """
    where = Path(path)
    try:
        if where.is_dir():
            raise InputError(f"{where}: is a folder; name one mail, or use triage for many")
        size = where.stat().st_size
        if size > limit:
            raise InputError(
                f"{where}: {size:,} bytes; more than {limit:,} are read only with a higher --max"
            )
        data = where.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{where}: no such file") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror or error}") from None
    return checked(data, str(where))


def checked(data: bytes, name: str) -> bytes:
    """*data* itself where it is a mail; InputError, naming it *name*, where it is none."""
    if not data.strip():
        raise InputError(f"{name}: is empty; save the mail as a file with all its headers")
    if kind := body.sniffed(data):
        raise InputError(
            f"{name}: is no mail but {kind}; save the mail itself as .eml (with all its headers)"
        )
    if not _FIELD.search(data[: 256 * 1024]):
        raise InputError(f"{name}: no mail header found; save the mail as .eml (with all its headers)")
    return data
