"""What mails come in: mbox, Maildir, folders, zip files, Outlook's .msg, and pastes saved by an editor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from phishlab import patterns
from phishlab.classes import dataclass, replace
from phishlab.mail import headers, signatures
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Limit

_ENDINGS = frozenset({".eml", ".msg", ".mbox", ".mbx", ".mai", ".mht", ".emlx", ".txt"})
# From a@example.com Tue Jan 16 10:00:00 2024
_MARK = re.compile(
    rb"From [^\r\n]{0,300}\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,][^\r\n]{0,40}\d{1,2}:\d\d[^\r\n]{0,60}\r?\n?\Z"
)
_QUOTED = patterns.late(rb"(?m)^>(>*From )")
_MOST_IN_ZIP = 100_000
_UNPACKED = 40
"""A zip file of mails may unpack to so many times the bytes that one mail may have."""
_PEEK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a mail was converted from: bytes, and their *kind*: ``mbox``, ``msg``, ``utf-16``, ``paste`` or ``mail``.

    Of an mbox that is the mail's own stretch, its ``From`` line and its quoting included.
    """

    kind: str
    data: bytes

    @property
    def ending(self) -> str:
        """For the name of the file that it is kept as."""
        return {"mail": "eml", "utf-16": "txt", "paste": "txt"}.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail: its bytes, where it was found, and what it was converted from; *trouble* where there are no bytes."""

    name: str
    data: bytes = b""
    source: Source | None = None
    trouble: str = ""


def folder(path: Path) -> Iterator[Path]:
    """The mail files below a folder or a Maildir, in a stable order; hidden ones are left out."""
    for found in sorted(path.rglob("*")):
        shown = found.relative_to(path).parts
        in_maildir = found.parent.name in {"cur", "new"}
        unfinished = found.parent.name == "tmp" and (found.parent.parent / "cur").is_dir()
        hidden = any(part.startswith(".") for part in (shown[-1:] if in_maildir else shown))
        if not hidden and not unfinished and found.is_file() and (in_maildir or _is_mail(found)):
            yield found


def opened(data: bytes, name: str, bounds: Limits = STANDARD) -> Iterator[Mail]:
    """The mails in the bytes of one file: one, or those of the zip file or mbox that it is."""
    kind = signatures.of(data)
    if kind == signatures.ZIP:
        yield from _zip(data, name, bounds)
    elif kind == signatures.OUTLOOK:
        yield _outlook(data, name)
    elif is_mbox(data[:_PEEK]):
        yield from _mbox(data.splitlines(keepends=True), data, name, bounds)
    else:
        yield _plain(data, name)


def mbox(path: Path, bounds: Limits = STANDARD) -> Iterator[Mail]:
    """The mails of an mbox of any size (RFC 4155), read line by line; mboxrd's quoting is undone."""
    with path.open("rb") as lines:
        yield from _mbox(iter(lambda: lines.readline(1 << 20), b""), b"", str(path), bounds)


def is_mbox(start: bytes) -> bool:
    """Whether the first line is the mark of an mbox."""
    return bool(_MARK.match(start.partition(b"\n")[0] + b"\n"))


def _is_mail(path: Path) -> bool:
    if path.suffix.lower() in _ENDINGS or path.suffix.lower() == ".zip":
        return True
    try:
        with path.open("rb") as file:
            start = file.read(_PEEK)
    except OSError:
        return False
    return headers.begins(start) and bool(_HEADER.search(start))


_HEADER = patterns.late(
    rb"(?im)^(?:From|To|Subject|Date|Received|Message-ID|Return-Path|Delivered-To)[ \t]*:"
)


def _zip(data: bytes, name: str, bounds: Limits) -> Iterator[Mail]:
    from phishlab.mail import archives

    limits: list[Limit] = []
    wide = replace(bounds, archive_members=_MOST_IN_ZIP, archive_bytes=_UNPACKED * bounds.mail_bytes)
    left = Allowance(wide, limits)
    left.each = bounds.mail_bytes
    found = 0
    for member in archives.members(data, signatures.ZIP, name, left):
        where = f"{name}#{member.name}"
        if member.data is None:
            why = "is locked with a password" if member.locked else "is damaged or too large"
            yield Mail(name=where, trouble=f"{where}: {why}")
        elif _looks(member.name, member.data):
            yield from (each for each in opened(member.data, where, bounds))
        else:
            continue
        found += 1
    if not found:
        damaged = ", and is damaged" if limits else ""
        yield Mail(name=name, trouble=f"{name}: is {signatures.ZIP} and holds no mail{damaged}")


def _looks(name: str, data: bytes) -> bool:
    if signatures.of(data) == signatures.ZIP:
        return False  # zip files in zip files are not opened for mails
    ends = name.lower().endswith(tuple(_ENDINGS - {".txt"}))
    return ends or (headers.begins(data[:_PEEK]) and bool(_HEADER.search(data[:_PEEK])))


def _outlook(data: bytes, name: str) -> Mail:
    from phishlab.mail import outlook

    try:
        return Mail(name=name, data=outlook.convert(data), source=Source(kind="msg", data=data))
    except outlook.UnreadableError as trouble:
        return Mail(name=name, trouble=f"{name}: {trouble}")


def _plain(data: bytes, name: str) -> Mail:
    """A mail as it is; UTF-16 as Windows' editor saves it, and blank lines before a paste, are converted."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = data.decode("utf-16", errors="replace").lstrip("\ufeff\r\n")
        return Mail(name=name, data=text.encode("utf-8"), source=Source(kind="utf-16", data=data))
    stripped = data.lstrip(b"\r\n \t")
    if len(stripped) < len(data) and data[:1] in {b"\r", b"\n"} and headers.begins(stripped):
        return Mail(name=name, data=stripped, source=Source(kind="paste", data=data))
    return Mail(name=name, data=data)


def _mbox(lines: Iterable[bytes], whole: bytes, name: str, bounds: Limits) -> Iterator[Mail]:
    """*whole* is the mbox itself where it is at hand: one with one mail in it is left as it is."""
    first: bytes | None = None
    for number, stretch in enumerate(_stretches(lines, bounds.mail_bytes), 1):
        if number == 1:
            first = stretch
            continue
        if first is not None:
            yield _from_mbox(first, f"{name}#1", bounds)
            first = None
        yield _from_mbox(stretch, f"{name}#{number}", bounds)
    if first is not None:
        yield Mail(name=name, data=whole or first)


def _stretches(lines: Iterable[bytes], most: int) -> Iterator[bytes]:
    """From one mark to the next; what is longer than *most* is cut a little above it."""
    held: list[bytes] = []
    size, blank = 0, True
    for line in lines:
        if blank and held and line.startswith(b"From ") and _MARK.match(line):
            yield b"".join(held)
            held, size = [], 0
        if size <= most:
            held.append(line)
            size += len(line)
        blank = not line.strip(b"\r\n")
    if held:
        yield b"".join(held)


def _from_mbox(stretch: bytes, name: str, bounds: Limits) -> Mail:
    if len(stretch) > bounds.mail_bytes:
        return Mail(name=name, trouble=f"{name}: more than {bounds.mail_bytes:,} bytes")
    mail = stretch.partition(b"\n")[2]
    for end in (b"\r\n\r\n", b"\n\n"):
        if mail.endswith(end):  # the empty line before the next mark is the mbox's own
            mail = mail[: -len(end) // 2]
            break
    return Mail(name=name, data=_QUOTED.sub(rb"\1", mail), source=Source(kind="mbox", data=stretch))
