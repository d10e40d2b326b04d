"""From a path to the bytes of one mail, or of many; or one line that says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from phishlab.classes import replace
from phishlab.errors import InputError
from phishlab.mail import containers, message, signatures
from phishlab.mail.containers import Mail, Source
from phishlab.mail.limits import STANDARD, Limits

MAX_BYTES = STANDARD.mail_bytes
_MOST_COUNTED = 10_000
_CONTAINER = 4
"""A zip file of mails may be so many times as large as one mail."""
_FIELD = re.compile(
    rb"(?m)^[ \t]{0,4}(?:From|To|Subject|Date|Received|Message-ID|Return-Path|MIME-Version|Content-Type)[ \t]*:",
    re.IGNORECASE,
)


def read(path: str | Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of the one mail at *path*, at most *limit* of them; see ``take``."""
    return take(path, bounds=replace(STANDARD, mail_bytes=limit)).data


def take(
    path: str | Path, *, number: int | None = None, inner: int | None = None, bounds: Limits = STANDARD
) -> Mail:
    """The one mail at *path*: a mail, or one of those in a folder, Maildir, mbox or zip file.

    *number* (from 1) chooses where there are several, *inner* (from 1) a mail that the chosen one carries as an
    attachment. A truncated mail, one without Received fields, and a paste of headers alone are mails.
    Raises InputError for what cannot be read, what is none, and a choice that is not there.
    """
    where = Path(path)
    found = _chosen(where, number, bounds)
    if found.trouble:
        raise InputError(found.trouble)
    checked(found.data, found.name)
    return found if inner is None else _inner(found, inner, bounds)


def mails(path: str | Path, bounds: Limits = STANDARD) -> Iterator[Mail]:
    """Every mail at *path*, in a stable order; what cannot be read or is no mail has its ``trouble`` said.

    Raises InputError where *path* itself cannot be read.
    """
    where = Path(path)
    try:
        if where.is_dir():
            for each in containers.folder(where):
                yield from _of_one(each, bounds)
        else:
            yield from _of_file(where, bounds)
    except FileNotFoundError:
        raise InputError(f"{where}: no such file") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror or error}") from None


def checked(data: bytes, name: str) -> bytes:
    """*data* itself where it is a mail; InputError, naming it *name*, where it is none."""
    if trouble := _trouble(data, name):
        raise InputError(trouble)
    return data


def _trouble(data: bytes, name: str) -> str:
    if not data.strip():
        return f"{name}: is empty; save the mail as a file with all its headers"
    if kind := signatures.of(data):
        return f"{name}: is no mail but {kind}; save the mail itself as .eml (with all its headers)"
    if not _FIELD.search(data[: 256 * 1024]):
        return f"{name}: no mail header found; save the mail as .eml (with all its headers)"
    return ""


def _of_one(where: Path, bounds: Limits) -> Iterator[Mail]:
    """One file of a folder: where it cannot be read, the others still are."""
    try:
        yield from _of_file(where, bounds)
    except OSError as error:
        yield Mail(name=str(where), trouble=f"{where}: cannot be read: {error.strerror or error}")


def _of_file(where: Path, bounds: Limits) -> Iterator[Mail]:
    with where.open("rb") as file:
        start = file.read(4096)
    size = where.stat().st_size
    if containers.is_mbox(start) and size > bounds.mail_bytes:
        found = containers.mbox(where, bounds)
    else:
        most = bounds.mail_bytes * (_CONTAINER if signatures.of(start) == signatures.ZIP else 1)
        if size > most:
            trouble = f"{where}: {size:,} bytes; more than {most:,} are read only with a higher --max"
            yield Mail(name=str(where), trouble=trouble)
            return
        found = containers.opened(where.read_bytes(), str(where), bounds)
    for mail in found:
        trouble = mail.trouble or _trouble(mail.data, mail.name)
        yield replace(mail, data=b"", trouble=trouble) if trouble else mail


def _chosen(where: Path, number: int | None, bounds: Limits) -> Mail:
    if number is not None:
        found = next(islice(mails(where, bounds), number - 1, None), None) if number > 0 else None
        if found is None:
            raise InputError(f"{where}: has no mail number {number}; it holds {_count(where, bounds)}")
        return found
    first_two = list(islice(mails(where, bounds), 2))
    if not first_two:
        raise InputError(
            f"{where}: is a folder without a mail in it; name a mail, or a folder that holds some"
        )
    if len(first_two) > 1:
        kind = "is a folder of" if where.is_dir() else "holds"
        count = _count(where, bounds)
        raise InputError(f"{where}: {kind} {count}; choose one with --number, or use triage for all of them")
    return first_two[0]


def _count(where: Path, bounds: Limits) -> str:
    count = sum(1 for _ in islice(mails(where, bounds), _MOST_COUNTED + 1))
    if count > _MOST_COUNTED:
        return f"more than {_MOST_COUNTED:,} mails"
    return f"{count:,} mails (1 to {count})" if count > 1 else f"{count} mail"


def _inner(outer: Mail, number: int, bounds: Limits) -> Mail:
    """The mail that *outer* carries as its attachment number *number*; the outer one is its source."""
    carried = message.inner(outer.data, bounds)
    if not 0 < number <= len(carried):
        held = f"{len(carried)} (1 to {len(carried)})" if carried else "none"
        raise InputError(f"{outer.name}: carries no mail number {number} as an attachment; it carries {held}")
    return Mail(
        name=f"{outer.name}#inner-{number}",
        data=checked(carried[number - 1], f"{outer.name}, attached mail {number}"),
        source=Source(kind="mail", data=outer.source.data if outer.source else outer.data),
    )
