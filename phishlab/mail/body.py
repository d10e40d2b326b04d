"""The parts of a mail: split without recursion, within limits; texts decoded, attachments named and hashed."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from dataclasses import dataclass, field
from email.message import Message as Fields

from phishlab.mail import charsets, filenames, headers, qr, signatures
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Attachment, Header, Limit, Link

MAX_PARTS = STANDARD.parts
MAX_DEPTH = STANDARD.depth
MAX_TEXT = STANDARD.text
sniffed = signatures.of
_MAX_PARAMETERS = 8_192

_MAILS = frozenset({"message/rfc822", "message/global"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


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
    """What was found: *text* as a reader sees it, *plain* what of it came as text and not as HTML.

    *html* is as it came, *links* are those of attachments and codes.
    """

    text: str = ""
    plain: str = ""
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def read(fields: tuple[Header, ...], data: bytes, limits: list[Limit], bounds: Limits = STANDARD) -> Body:
    """The body under the mail's own *fields*; whatever is not read whole is put into *limits*."""
    body, left = Body(), Allowance(bounds, limits)
    plain: list[str] = []
    html: list[str] = []
    for part in parts(fields, data, limits, bounds):
        if _is_file(part):
            _look_into(part, left, body)
        if part.disposition != "attachment" and part.media_type in {"text/html", "application/xhtml+xml"}:
            html.append(_text(part, limits, bounds))
        elif part.disposition != "attachment" and part.media_type.startswith("text/") and not _is_file(part):
            plain.append(_text(part, limits, bounds))
    body.html = "\n".join(html) if html else None
    body.text = body.plain = "\n".join(text for text in plain if text.strip())
    if body.html is not None:
        from phishlab.mail import markup  # the HTML parser takes longer to load than a plain mail to read

        if markup.is_deep(body.html):
            limits.append(Limit(what="html-depth", detail=str(markup.MAX_DEPTH)))
        body.text = body.text or markup.visible_text(body.html)
    _codes(body, left)
    return body


def _look_into(part: Part, left: Allowance, body: Body) -> None:
    from phishlab.mail import attachments  # most mails have none, and starting must be fast

    found = attachments.Found(files=body.attachments, links=body.links)
    attachments.read(
        attachments.File(name=part.name, media_type=part.media_type, data=part.data), left, found
    )


def _codes(body: Body, left: Allowance) -> None:
    """Links in the codes that the text itself draws or its HTML carries."""
    carries, draws = "data:image/" in (body.html or ""), qr.draws(body.html or "") or qr.draws(body.text)
    if not (carries or draws):
        return
    from phishlab.mail import attachments

    if carries:
        body.links += attachments.inline(body.html or "", left)
    if draws:
        body.links += attachments.drawn(body.text, body.html, left)


def parts(
    fields: tuple[Header, ...], data: bytes, limits: list[Limit], bounds: Limits = STANDARD
) -> list[Part]:
    """The leaves in the order of the mail, those of attached mails included; at most ``bounds.parts``."""
    found: list[Part] = []
    waiting: list[tuple[tuple[Header, ...], bytes, int]] = [(fields, data, 0)]
    while waiting:
        if len(found) >= bounds.parts:
            limits.append(Limit(what="parts", detail=str(bounds.parts)))
            break
        fields, data, depth = waiting.pop()
        described = _described(fields)
        inner = _inner(described, data, limits, bounds) if depth < bounds.depth else None
        if inner is None:
            if depth >= bounds.depth and _holds_more(described):
                limits.append(Limit(what="depth", detail=str(bounds.depth)))
            found.append(_part(described, data, depth, limits))
            continue
        waiting += [(*_open(each, limits, bounds), depth + 1) for each in reversed(inner)]
    return found


def mails(fields: tuple[Header, ...], data: bytes, bounds: Limits = STANDARD) -> list[bytes]:
    """The mails that this one carries as attachments, as bytes, in order; those inside them are left in them."""
    found: list[bytes] = []
    waiting: list[tuple[tuple[Header, ...], bytes, int]] = [(fields, data, 0)]
    unsaid: list[Limit] = []
    while waiting and len(found) < bounds.parts:
        fields, data, depth = waiting.pop()
        described = _described(fields)
        if (carried := _carried(described, data)) is not None:
            found.append(carried)
        elif depth < bounds.depth:
            inner = _inner(described, data, unsaid, bounds) or []
            waiting += [(*_open(each, unsaid, bounds), depth + 1) for each in reversed(inner)]
    return found


def _carried(described: Fields, data: bytes) -> bytes | None:
    """The mail that a part is: ``message/rfc822`` in any encoding, a file called ``.eml``, an Outlook ``.msg``."""
    media_type = described.get_content_type()
    if media_type.startswith("multipart/"):
        return None
    ending = filenames.ending(_name(described))
    if media_type not in {*_MAILS, signatures.OUTLOOK} and ending not in {"eml", "msg"}:
        return None
    carried = _decoded(_transfer(described), data, []).lstrip(b"\r\n")
    if signatures.of(carried) == signatures.OUTLOOK:
        from phishlab.mail import outlook

        try:
            return outlook.convert(carried)
        except outlook.UnreadableError:
            return None
    return carried if headers.begins(carried) else None


def _is_file(part: Part) -> bool:
    return bool(
        part.name
        or part.disposition == "attachment"
        or not part.media_type.startswith("text/")
        or part.media_type in {signatures.CALENDAR, "text/vcard"}
    )


def _described(fields: tuple[Header, ...]) -> Fields:
    """The MIME fields as the standard library reads their parameters, cut to a length where it stays fast."""
    described = Fields()
    for field_ in fields:
        if field_.name.lower().startswith("content-"):
            described[field_.name] = headers.unfold(field_.raw)[:_MAX_PARAMETERS]
    return described


def _holds_more(described: Fields) -> bool:
    return described.get_content_type().startswith(("multipart/", "message/rfc822"))


def _inner(described: Fields, data: bytes, limits: list[Limit], bounds: Limits) -> list[bytes] | None:
    """The raw parts inside, or None for a leaf."""
    media_type = described.get_content_type()
    if (carried := _carried(described, data)) is not None:
        return [carried]
    if media_type == "message/rfc822":
        return [data]
    if not media_type.startswith("multipart/"):
        return None
    boundary = _parameter(described, "boundary")
    if not boundary:
        limits.append(Limit(what="no-boundary"))
        return None
    return _between(data, boundary, limits, bounds)


def _between(data: bytes, boundary: str, limits: list[Limit], bounds: Limits) -> list[bytes] | None:
    """The bytes between the lines ``--boundary`` (RFC 2046 5.1.1); None where there is none."""
    mark = b"--" + boundary.encode("latin-1", errors="replace").rstrip()
    line = re.compile(re.escape(mark) + rb"(--)?[ \t]*(?=[\r\n]|\Z)")  # begins with what stands there: fast
    found: list[bytes] = []
    begin = None
    for match in line.finditer(data):
        at = match.start()
        if at and data[at - 1] not in b"\r\n":
            continue
        if begin is not None:
            found.append(data[begin : max(begin, _before_line(data, at))])
        begin = None if match[1] else _after_line(data, match.end())
        if len(found) > bounds.parts:
            return found
        if match[1]:
            break
    if begin is not None:
        limits.append(Limit(what="truncated"))
        found.append(data[begin:])
    return found or None


def _before_line(data: bytes, at: int) -> int:
    return at - (2 if data[max(0, at - 2) : at] == b"\r\n" else 1)


def _after_line(data: bytes, at: int) -> int:
    return at + (2 if data[at : at + 2] == b"\r\n" else 1)


def _open(raw: bytes, limits: list[Limit], bounds: Limits) -> tuple[tuple[Header, ...], bytes]:
    if raw[:1] in {b"\r", b"\n"}:
        return (), raw.lstrip(b"\r\n")
    block, rest = headers.split(raw)
    return headers.parse(block, limits, bounds), rest


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
    name = name or described.get_param("name", failobj="")
    # RFC 2231 values are text by now; all others are bytes as latin-1, perhaps with encoded words.
    return (_as_text(name) if isinstance(name, tuple) else headers.decode(str(name or "")))[:255]


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


def _declared(html: bytes) -> str | None:
    from phishlab.mail import markup

    return markup.declared_charset(html)


def _text(part: Part, limits: list[Limit], bounds: Limits) -> str:
    data = part.data
    if len(data) > bounds.text:
        limits.append(Limit(what="text", detail=str(len(data))))
        data = data[: bounds.text]
    label = part.charset or (_declared(data) if part.media_type == "text/html" else None)
    text, fault = charsets.decode(data, label)
    if not label and not data.isascii():
        fault = "charset-missing"
    if fault:
        limits.append(Limit(what=fault, detail=(label or "")[:60]))
    return text.replace("\r\n", "\n").replace("\r", "\n")
