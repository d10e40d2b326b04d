"""The parts of a mail, split without recursion and within limits; each without its transfer encoding."""

from __future__ import annotations

from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from collections.abc import Iterator, Sequence

from phishlab import patterns
from phishlab.classes import dataclass
from phishlab.mail import filenames, headers, mime, signatures
from phishlab.mail.limits import STANDARD, Limits
from phishlab.mail.mime import Described
from phishlab.records import Header, Limit

_MAX_PLACE = 1_000

_CARRIERS = frozenset({"message/rfc822", "message/global", signatures.OUTLOOK})
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_MARK_END = patterns.late(rb"(--)?[ \t]*(?=[\r\n]|\Z)")
_PAGE = patterns.late(rb"(?i)<(?:html|body|a|p|div|table|meta)\b[^<>]{0,1000}>")
_GUESSED = patterns.late(rb"(?im)^--([^\s]{1,200})[ \t]*\r?\nContent-(?:Type|Transfer-Encoding|Disposition):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A leaf of the mail: its media type, file name, disposition and decoded bytes."""

    media_type: str
    charset: str | None
    name: str
    disposition: str
    data: bytes
    depth: int
    inside: str = ""
    """The attached mail that holds it, by its name or type; empty for the mail itself."""


def read(fields: Sequence[Header], data: bytes, limits: list[Limit], bounds: Limits = STANDARD) -> list[Part]:
    """The leaves in the order of the mail, those of attached mails included; at most ``bounds.parts``."""
    found: list[Part] = []
    waiting: list[tuple[Sequence[Header], bytes, int, str]] = [(fields, data, 0, "")]
    while waiting:
        if len(found) >= bounds.parts:
            limits.append(Limit(what="parts", detail=str(bounds.parts)))
            break
        fields, data, depth, place = waiting.pop()
        described = mime.read(fields)
        inner = _inner(described, data, limits, bounds) if depth < bounds.depth else None
        if inner is None:
            if depth >= bounds.depth and described.media_type.startswith(("multipart/", "message/rfc822")):
                limits.append(Limit(what="depth", detail=str(bounds.depth)))
            found.append(_part(described, data, depth, place, limits))
            continue
        if not described.is_multipart:
            place = _inside(place, described)
        waiting += [(*_open(each, limits, bounds), depth + 1, place) for each in reversed(inner)]
    return found


def _inside(place: str, described: Described) -> str:
    """Where the parts of an attached mail stand: ``forwarded.eml``, ``outer.eml / message/rfc822``."""
    own = described.name or described.media_type
    return f"{place} / {own}"[:_MAX_PLACE] if place else own


def mails(fields: Sequence[Header], data: bytes, bounds: Limits = STANDARD) -> list[bytes]:
    """The mails that this one carries as attachments, as bytes, in order; those inside them are left in them."""
    found: list[bytes] = []
    waiting: list[tuple[Sequence[Header], bytes, int]] = [(fields, data, 0)]
    unsaid: list[Limit] = []
    while waiting and len(found) < bounds.parts:
        fields, data, depth = waiting.pop()
        described = mime.read(fields)
        if (carried := _carried(described, data)) is not None:
            found.append(carried)
        elif depth < bounds.depth:
            inner = _inner(described, data, unsaid, bounds) or []
            waiting += [(*_open(each, unsaid, bounds), depth + 1) for each in reversed(inner)]
    return found


def _carried(described: Described, data: bytes) -> bytes | None:
    """The mail that a part is: ``message/rfc822`` in any encoding, a file called ``.eml``, an Outlook ``.msg``."""
    if described.is_multipart:
        return None
    if described.media_type not in _CARRIERS and filenames.ending(described.name) not in {"eml", "msg"}:
        return None
    carried = _decoded(described.transfer, data, []).lstrip(b"\r\n")
    if signatures.of(carried) == signatures.OUTLOOK:
        from phishlab.mail import outlook

        try:
            return outlook.convert(carried)
        except outlook.UnreadableError:
            return None
    return carried if headers.begins(carried) else None


def _inner(described: Described, data: bytes, limits: list[Limit], bounds: Limits) -> list[bytes] | None:
    """The raw parts inside, or None for a leaf."""
    if (carried := _carried(described, data)) is not None:
        return [carried]
    if described.media_type == "message/rfc822":
        return [data]
    if not described.is_multipart:
        return None
    boundary = described.boundary
    inner = _between(data, boundary.encode("latin-1", errors="replace"), limits, bounds) if boundary else None
    if inner is not None:
        return inner
    limits.append(Limit(what="no-boundary"))
    guessed = _GUESSED.search(data)
    return _between(data, guessed[1], limits, bounds) if guessed else None


def _between(data: bytes, boundary: bytes, limits: list[Limit], bounds: Limits) -> list[bytes] | None:
    """The bytes between the lines ``--boundary`` (RFC 2046 5.1.1); None where there is none."""
    found: list[bytes] = []
    begin = None
    for at, end, is_last in _marks(data, b"--" + boundary.rstrip()):
        if begin is not None:
            found.append(data[begin : max(begin, _before_line(data, at))])
        begin = None if is_last else _after_line(data, end)
        if len(found) > bounds.parts:
            return found
        if is_last:
            break
    if begin is not None:
        limits.append(Limit(what="truncated"))
        found.append(data[begin:])
    return found or None


def _marks(data: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """The lines that are *mark*: where each begins and ends, and whether it ends the multipart.

    Looked for as bytes: to compile a pattern for each boundary takes longer than to search for it.
    """
    at = data.find(mark)
    while at >= 0:
        line = _MARK_END.match(data, at + len(mark))
        if line and (not at or data[at - 1] in b"\r\n"):
            yield at, line.end(), bool(line[1])
        at = data.find(mark, line.end() if line else at + 1)


def _before_line(data: bytes, at: int) -> int:
    return at - (2 if data[max(0, at - 2) : at] == b"\r\n" else 1)


def _after_line(data: bytes, at: int) -> int:
    return at + (2 if data[at : at + 2] == b"\r\n" else 1)


def _open(raw: bytes, limits: list[Limit], bounds: Limits) -> tuple[Sequence[Header], bytes]:
    if raw[:1] in {b"\r", b"\n"}:
        return (), raw.lstrip(b"\r\n")
    return headers.read(raw, limits, bounds)


def _part(described: Described, data: bytes, depth: int, inside: str, limits: list[Limit]) -> Part:
    decoded = _decoded(described.transfer, data, limits)
    return Part(
        media_type=_shown_type(described, decoded),
        charset=described.charset or None,
        name=described.name,
        disposition=described.disposition,
        data=decoded,
        depth=depth,
        inside=inside,
    )


def _shown_type(described: Described, decoded: bytes) -> str:
    """As it says; a multipart that could not be taken apart is what mail programs show it as: text, or a page."""
    if not described.is_multipart:
        return described.media_type
    return "text/html" if _PAGE.search(decoded) else "text/plain"


def _decoded(transfer: str, data: bytes, limits: list[Limit]) -> bytes:
    """*data* without its transfer encoding (RFC 2045 6); broken base64 as far as it goes, with a limit."""
    if transfer == "quoted-printable":
        return a2b_qp(data)
    if transfer in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _uudecoded(data)
    return _of_base64(data, limits) if transfer == "base64" else data


def _of_base64(data: bytes, limits: list[Limit]) -> bytes:
    """The decoder itself passes over line ends and all that is no base64, if a ``=`` stands at the end alone."""
    at = data.find(b"=")
    if at < 0 or not data[at:].strip(b"=\r\n"):
        try:
            return a2b_base64(data)
        except Error:  # too much or too little
            pass
    return _of_odd_base64(data, limits)


def _of_odd_base64(data: bytes, limits: list[Limit]) -> bytes:
    whole = data.partition(b"=")[0] if data.rstrip().endswith(b"=") else data
    clean = whole.translate(None, _NOT_BASE64)  # a pattern takes twenty times as long
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
