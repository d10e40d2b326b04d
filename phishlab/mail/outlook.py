"""Outlook's .msg to a mail ([MS-OXMSG], [MS-OXPROPS]); olefile reads the container, the rest is read here.

The header fields come from ``PidTagTransportMessageHeaders`` as they were received; the parts are put together
again, for the file does not keep them as they were. So a signature over the body (DKIM) can no longer be checked.
"""

from __future__ import annotations

import re
import struct
from base64 import encodebytes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from typing import Any

from phishlab.classes import dataclass
from phishlab.mail import compressed_rtf, filenames

_HEADERS, _SUBJECT, _BODY, _HTML, _RTF = 0x007D, 0x0037, 0x1000, 0x1013, 0x1009
_SENDER_NAME, _SENDER_SMTP, _SENDER, _SENT_BY = 0x0C1A, 0x5D01, 0x0C1F, 0x0065
_TO, _CC, _MESSAGE_ID, _SENT = 0x0E04, 0x0E03, 0x1035, 0x0039
_DATA, _LONG_NAME, _SHORT_NAME, _MIME, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712
_CODE_PAGE, _INTEGER, _TIME = 0x3FDE, 0x0003, 0x0040
_MOST_ATTACHMENTS = 200
_MOST_NESTED = 5
_MIME_FIELDS = re.compile(r"(?im)^(?:content-[a-z-]{1,60}|mime-version)[ \t]*:[^\n]*\n?(?:[ \t][^\n]*\n?)*")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
# What olefile and struct raise on a damaged container.
_DAMAGE = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, RecursionError,
           OverflowError, MemoryError, AssertionError)  # fmt: skip


class UnreadableError(Exception):
    """No mail can be made of it; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class _Storage:
    """A folder inside the container: the message, or a message attached to it."""

    file: Any
    path: tuple[str, ...]

    def text(self, tag: int) -> str:
        """A string property, Unicode (001F) or in the sender's code page (001E)."""
        if data := self.stream(tag, "001F"):
            return data.decode("utf-16-le", errors="replace").rstrip("\0")
        from phishlab.mail import charsets

        return charsets.guess(self.stream(tag, "001E")).rstrip("\0")

    def stream(self, tag: int, kind: str = "0102") -> bytes:
        """A property of variable length as bytes, empty where there is none."""
        where = [*self.path, f"__substg1.0_{tag:04X}{kind}"]
        return bytes(self.file.openstream(where).read()) if self.file.exists(where) else b""

    def number(self, tag: int, kind: int) -> int | None:
        """A property of fixed length, from the table of 16-byte entries after a header of 24 or 32 bytes."""
        where = [*self.path, "__properties_version1.0"]
        table = self.file.openstream(where).read() if self.file.exists(where) else b""
        for at in range(24 if self.path else 32, len(table) - 15, 16):
            if struct.unpack_from("<I", table, at)[0] == (tag << 16 | kind):
                value: int = struct.unpack_from("<Q", table, at + 8)[0]
                return value if kind == _TIME else value & 0xFFFFFFFF
        return None

    def time(self, tag: int) -> datetime | None:
        """A property that holds a time, 100 ns since 1601."""
        ticks = self.number(tag, _TIME)
        return _EPOCH + timedelta(microseconds=ticks // 10) if ticks and ticks < 2**61 else None

    def within(self, prefix: str) -> Iterator[_Storage]:
        """The storages below whose name begins with *prefix*, in order."""
        depth = len(self.path)
        names = {
            tuple(entry[: depth + 1])
            for entry in self.file.listdir(streams=True, storages=True)
            if len(entry) > depth and tuple(entry[:depth]) == self.path and entry[depth].startswith(prefix)
        }
        for name in sorted(names):
            yield _Storage(self.file, name)


def convert(data: bytes) -> bytes:
    """The mail in a .msg file, as RFC 5322 bytes with CRLF. Raises UnreadableError."""
    try:
        import olefile
    except ImportError as missing:
        raise UnreadableError("reading Outlook's .msg needs olefile: pip install olefile") from missing
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            return _mail(_Storage(file, ()), 0)
    except _DAMAGE as damage:
        raise UnreadableError("is an Outlook .msg file that is damaged") from damage


def _mail(message: _Storage, depth: int) -> bytes:
    parts = [*_bodies(message), *_attachments(message, depth)]
    fields = _fields(message)
    boundary = b"=_phishlab_" + str(depth).encode()
    lines = [
        fields,
        b"MIME-Version: 1.0\r\n",
        b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n',
    ]
    for part in parts:
        lines += [b"--", boundary, b"\r\n", part, b"\r\n"]
    return b"".join([*lines, b"--", boundary, b"--\r\n"])


def _fields(message: _Storage) -> bytes:
    """The fields as they were received, without those about parts; else made from the properties."""
    received = message.text(_HEADERS)
    if received.strip():
        # Outlook puts its own line before them in some versions.
        received = re.sub(r"\A\s*Microsoft Mail Internet Headers Version [0-9.]+\s*", "", received)
        kept = _MIME_FIELDS.sub("", received.replace("\r\n", "\n")).strip("\n")
        kept = re.sub(r"\n{2,}", "\n", kept)
        return kept.replace("\n", "\r\n").encode("utf-8", errors="replace") + b"\r\n"
    return "".join(f"{name}: {_line(value)}\r\n" for name, value in _made(message) if value).encode(
        "utf-8", errors="replace"
    )


def _made(message: _Storage) -> Iterator[tuple[str, str]]:
    address = next(
        (found for tag in (_SENDER_SMTP, _SENDER, _SENT_BY) if "@" in (found := message.text(tag))), ""
    )
    name = _line(message.text(_SENDER_NAME)).replace('"', "")
    sent = message.time(_SENT)
    yield "From", f'"{name}" <{address}>' if address else name
    yield "To", message.text(_TO)
    yield "Cc", message.text(_CC)
    yield "Subject", message.text(_SUBJECT)
    yield "Date", format_datetime(sent) if sent else ""
    yield "Message-ID", message.text(_MESSAGE_ID)


def _line(value: str) -> str:
    return " ".join(value.split())


def _bodies(message: _Storage) -> Iterator[bytes]:
    plain = message.text(_BODY)
    html, charset = message.stream(_HTML), _charset(message.number(_CODE_PAGE, _INTEGER))
    if not html:
        made = message.text(_HTML) or compressed_rtf.html(message.stream(_RTF))
        html, charset = made.encode("utf-8", errors="replace"), "utf-8"
    if plain.strip() or not html:
        yield _part("text/plain; charset=utf-8", plain.encode("utf-8", errors="replace"))
    if html:
        yield _part(f"text/html; charset={charset}" if charset else "text/html", html)


def _charset(code_page: int | None) -> str:
    """The name of a Windows code page, empty where the file states none."""
    named = {65001: "utf-8", 932: "shift_jis", 50220: "iso-2022-jp", 50221: "iso-2022-jp", 51932: "euc-jp",
             20127: "us-ascii", 28591: "iso-8859-1", 936: "gb2312", 949: "ks_c_5601-1987"}  # fmt: skip
    return "" if code_page is None else named.get(code_page, f"cp{code_page}")


def _attachments(message: _Storage, depth: int) -> Iterator[bytes]:
    for number, attached in enumerate(message.within("__attach_version1.0_")):
        if number >= _MOST_ATTACHMENTS:
            return
        inner = _Storage(attached.file, (*attached.path, f"__substg1.0_{_DATA:04X}000D"))
        name = attached.text(_LONG_NAME) or attached.text(_SHORT_NAME)
        if attached.file.exists(list(inner.path)) and depth < _MOST_NESTED:
            yield b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + _mail(
                inner, depth + 1
            )
            continue
        yield _part(
            attached.text(_MIME) or "application/octet-stream",
            attached.stream(_DATA),
            name=name or filenames.safe(""),
            content_id=attached.text(_CONTENT_ID),
        )


def _part(media_type: str, data: bytes, name: str = "", content_id: str = "") -> bytes:
    kind = (
        media_type
        if re.fullmatch(r"[\w.+/-]{3,100}(?:; charset=[\w-]{2,20})?", media_type)
        else "application/octet-stream"
    )
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    if name:
        lines.append(f"Content-Disposition: attachment; filename*=utf-8''{_percent(name)}")
    if content_id:
        lines.append(f"Content-ID: <{_line(content_id)[:200]}>")
    packed = encodebytes(data).replace(b"\n", b"\r\n")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", errors="replace") + packed


def _percent(name: str) -> str:
    """RFC 2231 4: every byte but letters and digits as ``%XX``."""
    data = name.encode("utf-8", errors="replace")
    return "".join(
        chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"%{byte:02X}" for byte in data
    )
