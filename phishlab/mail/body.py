"""The parts of a mail: split without recursion, within limits; texts decoded, attachments named and hashed."""

from __future__ import annotations

import hashlib
import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from dataclasses import dataclass, field
from email.message import Message as Fields

from phishlab.mail import charsets, headers, markup
from phishlab.records import Attachment, Header, Limit

MAX_PARTS = 500
MAX_DEPTH = 30
MAX_TEXT = 2_000_000
_MAX_PARAMETERS = 8_192

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
)
_HTML_START = re.compile(rb"(?i)\A(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|script|body|svg)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A leaf of the mail: its media type, file name, disposition and decoded bytes."""

    media_type: str
    charset: str | None
    name: str
    disposition: str
    data: bytes
    depth: int


@dataclass(slots=True)
class Body:
    """What was found: *text* as a reader sees it, *html* as it came."""

    text: str = ""
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)


def read(fields: tuple[Header, ...], data: bytes, limits: list[Limit]) -> Body:
    """The body under the mail's own *fields*; whatever is not read whole is put into *limits*."""
    body = Body()
    plain: list[str] = []
    html: list[str] = []
    for part in parts(fields, data, limits):
        if part.name or part.disposition == "attachment" or not part.media_type.startswith("text/"):
            body.attachments.append(_attachment(part))
        if part.disposition != "attachment" and part.media_type in {"text/html", "application/xhtml+xml"}:
            html.append(_text(part, limits))
        elif part.disposition != "attachment" and part.media_type.startswith("text/") and not part.name:
            plain.append(_text(part, limits))
    body.html = "\n".join(html) if html else None
    body.text = "\n".join(text for text in plain if text.strip())
    if body.html is not None:
        if markup.is_deep(body.html):
            limits.append(Limit(what="html-depth", detail=str(markup.MAX_DEPTH)))
        body.text = body.text or markup.visible_text(body.html)
    return body


def parts(fields: tuple[Header, ...], data: bytes, limits: list[Limit]) -> list[Part]:
    """The leaves in the order of the mail, those of attached mails included; at most MAX_PARTS."""
    found: list[Part] = []
    waiting: list[tuple[tuple[Header, ...], bytes, int]] = [(fields, data, 0)]
    while waiting:
        if len(found) >= MAX_PARTS:
            limits.append(Limit(what="parts", detail=str(MAX_PARTS)))
            break
        fields, data, depth = waiting.pop()
        described = _described(fields)
        inner = _inner(described, data, limits) if depth < MAX_DEPTH else None
        if inner is None:
            if depth >= MAX_DEPTH and _holds_more(described):
                limits.append(Limit(what="depth", detail=str(MAX_DEPTH)))
            found.append(_part(described, data, depth, limits))
            continue
        waiting += [(*_open(each, limits), depth + 1) for each in reversed(inner)]
    return found


def _described(fields: tuple[Header, ...]) -> Fields:
    """The MIME fields as the standard library reads their parameters, cut to a length where it stays fast."""
    described = Fields()
    for field_ in fields:
        if field_.name.lower().startswith("content-"):
            described[field_.name] = headers.unfold(field_.raw)[:_MAX_PARAMETERS]
    return described


def _holds_more(described: Fields) -> bool:
    return described.get_content_type().startswith(("multipart/", "message/rfc822"))


def _inner(described: Fields, data: bytes, limits: list[Limit]) -> list[bytes] | None:
    """The raw parts inside, or None for a leaf."""
    media_type = described.get_content_type()
    if media_type == "message/rfc822" and _transfer(described) not in {"base64", "quoted-printable"}:
        return [data]
    if not media_type.startswith("multipart/"):
        return None
    boundary = _parameter(described, "boundary")
    if not boundary:
        limits.append(Limit(what="no-boundary"))
        return None
    return _between(data, boundary, limits)


def _between(data: bytes, boundary: str, limits: list[Limit]) -> list[bytes] | None:
    """The bytes between the lines ``--boundary`` (RFC 2046 5.1.1); None where there is none."""
    mark = b"--" + boundary.encode("latin-1", errors="replace").rstrip()
    line = re.compile(rb"(?:\A|\r\n|\n|\r)" + re.escape(mark) + rb"(--)?[ \t]*(?=[\r\n]|\Z)")
    found: list[bytes] = []
    begin = None
    for match in line.finditer(data):
        if begin is not None:
            found.append(data[begin : match.start()])
        begin = None if match[1] else _after_line(data, match.end())
        if len(found) > MAX_PARTS:
            return found
        if match[1]:
            break
    if begin is not None:
        limits.append(Limit(what="truncated"))
        found.append(data[begin:])
    return found or None


def _after_line(data: bytes, at: int) -> int:
    return at + (2 if data[at : at + 2] == b"\r\n" else 1)


def _open(raw: bytes, limits: list[Limit]) -> tuple[tuple[Header, ...], bytes]:
    if raw[:1] in {b"\r", b"\n"}:
        return (), raw.lstrip(b"\r\n")
    block, rest = headers.split(raw)
    return headers.parse(block, limits), rest


def _part(described: Fields, data: bytes, depth: int, limits: list[Limit]) -> Part:
    charset = _parameter(described, "charset")
    disposition = str(described.get("Content-Disposition", "")).partition(";")[0].strip().lower()
    return Part(
        media_type=described.get_content_type(),
        charset=charset or None,
        name=_name(described),
        disposition=disposition,
        data=_decoded(_transfer(described), data, limits),
        depth=depth,
    )


def _transfer(described: Fields) -> str:
    return str(described.get("Content-Transfer-Encoding", "")).split(";")[0].strip().strip("\"'").lower()


def _parameter(described: Fields, name: str) -> str:
    """A parameter of Content-Type as text, empty where there is none or none that can be read."""
    return _as_text(described.get_param(name, failobj=""))


def _as_text(value: object) -> str:
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        charset, _, text = value
        return charsets.decode(str(text).encode("latin-1", errors="replace"), charset or "utf-8")[0]
    return str(value or "")


def _name(described: Fields) -> str:
    """The file name, from Content-Disposition, else from Content-Type; hostile, never a path of ours."""
    name = described.get_param("filename", failobj="", header="Content-Disposition")
    return headers.decode(_as_text(name) or _parameter(described, "name"))[:255]


def _decoded(transfer: str, data: bytes, limits: list[Limit]) -> bytes:
    """*data* without its transfer encoding (RFC 2045 6); broken base64 as far as it goes, with a limit."""
    if transfer == "quoted-printable":
        return a2b_qp(data)
    if transfer in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _uudecoded(data)
    if transfer != "base64":
        return data
    clean = _NOT_BASE64.sub(b"", data.partition(b"=")[0] if data.rstrip().endswith(b"=") else data)
    try:
        return a2b_base64(clean + b"=" * (-len(clean) % 4))
    except (Error, ValueError):
        limits.append(Limit(what="base64"))
        return a2b_base64(clean[: len(clean) - len(clean) % 4])


def _uudecoded(data: bytes) -> bytes:
    out = bytearray()
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out += a2b_uu(line)
        except (Error, ValueError):
            continue
    return bytes(out)


def _text(part: Part, limits: list[Limit]) -> str:
    data = part.data
    if len(data) > MAX_TEXT:
        limits.append(Limit(what="text", detail=str(len(data))))
        data = data[:MAX_TEXT]
    label = part.charset or (markup.declared_charset(data) if part.media_type == "text/html" else None)
    text, fault = charsets.decode(data, label)
    if fault:
        limits.append(Limit(what=fault, detail=(label or "")[:60]))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attachment(part: Part) -> Attachment:
    return Attachment(
        name=part.name,
        media_type=part.media_type,
        size=len(part.data),
        sha256=hashlib.sha256(part.data).hexdigest(),
        sniffed_type=sniffed(part.data),
    )


def sniffed(data: bytes) -> str:
    """The media type that the first bytes give away, or an empty string."""
    for start, media_type in _SIGNATURES:
        if data.startswith(start):
            return media_type
    return "text/html" if _HTML_START.match(data[:512]) else ""
