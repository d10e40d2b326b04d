"""Links and marks inside attached documents: PDF, HTML, SVG, calendars, Office, RTF, shortcuts. Nothing is run."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

import ada_url

from phishlab import patterns
from phishlab.classes import dataclass, replace
from phishlab.indicators import registrable, url
from phishlab.mail import archives, charsets, links, signatures
from phishlab.mail.limits import MEBI, Allowance
from phishlab.records import Link

_MOST_MARKUP = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a document holds: its *links*, and *marks*, ids into wording (``mark.<id>``)."""

    links: tuple[Link, ...] = ()
    marks: tuple[str, ...] = ()
    locked: bool = False
    """Whether its strings are ciphertext, so that no link in it could be read."""


def read(data: bytes, media_type: str, left: Allowance) -> Contents:
    """What a document of this type, told by its bytes or its name, holds."""
    reader = _READERS.get(media_type) if left.links > 0 else _nothing
    if reader is None and media_type.startswith((signatures.OFFICE, signatures.OPEN_DOCUMENT)):
        return Contents()  # a zip file: its members are read one by one
    return (reader or _nothing)(data, left)


def member(name: str, data: bytes, container: str) -> Contents:
    """What one member of an Office or OpenDocument file (*container*, its type) gives away.

    ``<Relationship Type="…/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/>``
    """
    lower = name.lower()
    if lower.endswith("vbaproject.bin"):
        return Contents(marks=("macros",))
    if lower.endswith(".rels"):
        return _relationships(data)
    marks = ("embedded-object",) if "/embeddings/" in lower else ()
    if container.startswith(signatures.OPEN_DOCUMENT) and lower.startswith("basic/"):
        marks = ("macros",)
    if lower.endswith((".xml", ".vml")):
        return Contents(links=tuple(_fields(data)), marks=marks)
    return Contents(marks=marks)


def _nothing(_data: bytes, _left: Allowance) -> Contents:
    return Contents()


# --- PDF ------------------------------------------------------------------------------------------------

_STREAM = patterns.late(rb"stream\r?\n")
_MOST_STREAMS = 2_000
_MOST_UNPACKED = 32 * MEBI
_HEX_NAME = patterns.late(rb"#([0-9A-Fa-f]{2})")
_URI = patterns.late(rb"/URI\s{0,20}(?:\(((?:[^()\\]|\\.){1,4096})\)|<([0-9A-Fa-f\s]{2,8192})>)", re.DOTALL)
_FILE = patterns.late(rb"/F\s{0,20}\((https?:(?:[^()\\]|\\.){1,4096})\)", re.DOTALL)
_ESCAPE = patterns.late(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r?\n)")
_PDF_MARKS = (
    ("pdf-javascript", patterns.late(rb"/(?:JS|JavaScript)\b")),
    ("pdf-open-action", patterns.late(rb"/(?:OpenAction|AA)\b")),
    ("pdf-launch", patterns.late(rb"/Launch\b")),
    ("pdf-embedded-file", patterns.late(rb"/EmbeddedFiles?\b")),
    ("pdf-submit-form", patterns.late(rb"/SubmitForm\b")),
    ("pdf-remote", patterns.late(rb"/(?:GoToR|GoToE|ImportData)\b")),
)
_ENCRYPTED = patterns.late(rb"/Encrypt(?![A-Za-z])")
_PLAIN_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _pdf(data: bytes, left: Allowance) -> Contents:
    """``/A << /S /URI /URI (https://evil.example/) >>``, also where objects are packed (ISO 32000-1 7.5.7)."""
    found: dict[bytes, None] = {}
    marks: dict[str, None] = {}
    for text in _pdf_texts(data, left):
        named = _HEX_NAME.sub(lambda pair: bytes([int(pair[1], 16)]), text) if b"#" in text else text
        for mark, pattern in _PDF_MARKS:
            if pattern.search(named):
                marks[mark] = None
        for match in _URI.finditer(named):
            found[_pdf_hex(match[2]) if match[2] else _pdf_string(match[1])] = None
        for match in _FILE.finditer(named):
            found[_pdf_string(match[1])] = None
    if _ENCRYPTED.search(data):
        return Contents(marks=tuple(marks), locked=True)
    return Contents(links=pdf_links(map(_pdf_text, found)), marks=tuple(marks))


def pdf_links(targets: Iterable[str]) -> tuple[Link, ...]:
    """What the links of a PDF lead to."""
    made = (_link(each, "attachment-pdf") for each in targets)
    return tuple(link for link in made if link)


def _pdf_texts(data: bytes, left: Allowance) -> Iterator[bytes]:
    """The file without its streams, then each packed stream of objects, also where ``/ObjStm`` is spelled oddly."""
    at = 0
    outside: list[bytes] = []
    streams: list[tuple[int, int]] = []
    for start in _STREAM.finditer(data):
        if start.start() < at:
            continue
        outside.append(data[at : start.start()])
        end = data.find(b"endstream", start.end())
        at = end if end >= 0 else len(data)
        described = data[max(0, start.start() - 1000) : start.start()].rpartition(b" obj")[2]
        if (b"ObjStm" in described or b"#" in described) and len(streams) < _MOST_STREAMS:
            streams.append((start.end(), at))
    yield b"".join([*outside, data[at:]])
    room = _MOST_UNPACKED
    for begin, end in streams:
        text = (
            archives.inflate(data[begin:end], left, min(room, 4 * MEBI))
            if min(room, left.unpacked) > 0
            else b""
        )
        room -= len(text)
        yield text


def _pdf_string(raw: bytes) -> bytes:
    """A literal string without its escapes (7.3.4.2)."""
    return _ESCAPE.sub(lambda found: _unescaped(found[1]), raw)


def _unescaped(escape: bytes) -> bytes:
    if escape[:1].isdigit():
        return bytes([int(escape, 8) & 0xFF])
    return b"" if escape.endswith(b"\n") else _PLAIN_ESCAPES.get(escape, escape)


def _pdf_hex(raw: bytes) -> bytes:
    digits = b"".join(raw.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _pdf_text(raw: bytes) -> str:
    return raw[2:].decode("utf-16-be", errors="replace") if raw[:2] == b"\xfe\xff" else charsets.guess(raw)


# --- HTML and SVG ---------------------------------------------------------------------------------------

_SMUGGLING = (
    ("smuggling-atob", patterns.late(r"\batob\s*\(")),
    ("smuggling-blob", patterns.late(r"\bnew\s+(?:Blob|File)\s*\(")),
    ("smuggling-object-url", patterns.late(r"createObjectURL|msSaveOrOpenBlob|msSaveBlob")),
    (
        "smuggling-download",
        patterns.late(r"""\.download\s*=|<a\b[^<>]{0,500}\sdownload\b|setAttribute\(\s*['"]download"""),
    ),
    ("smuggling-data", patterns.late(r"""(?i)(?:href|src)\s*=\s*["']?data:(?:application|text/html)""")),
    (
        "script-hidden",
        patterns.late(r"\beval\s*\(|\bunescape\s*\(|fromCharCode|document\.write|\bFunction\s*\("),
    ),
    ("script", patterns.late(r"(?i)<script\b|\son(?:load|error|click|begin)\s*=|javascript:")),
    ("password-field", patterns.late(r"""(?i)<input\b[^<>]{0,500}\btype\s*=\s*["']?password""")),
)
_PACKED = patterns.late(r"""atob\(\s*["'`]([A-Za-z0-9+/=\s]{16,})["'`]""")
_PERCENT = patterns.late(r"""(?:unescape|decodeURIComponent)\(\s*["'`]([^"'`]{8,})["'`]""")
_IN_SCRIPT = patterns.late(r"""["'`]((?:https?:)?//[^"'`<>\s\\]{4,2048})["'`]""")


def _html(data: bytes, left: Allowance) -> Contents:
    """A page that opens from the mail; script in it is read for strings, and never run."""
    from phishlab.mail import markup  # the HTML parser takes longer to load than most attachments to read

    source = charsets.decode(left.read(data), markup.declared_charset(data))[0]
    unpacked = "\n".join(_unpacked(source))
    most = left.bounds.attachment_links + 1
    found = [*islice(_in_markup(source, "attachment-"), most)]
    found += [replace(link, where="attachment-script") for link in islice(_in_scripts(source), most)]
    if unpacked:
        hidden = chain(_in_markup(unpacked, ""), _in_scripts(unpacked), links.in_text(unpacked))
        found += [replace(link, where="attachment-unpacked") for link in islice(hidden, most)]
    return Contents(links=tuple(found), marks=_script_marks(source + "\n" + unpacked))


def _script_marks(source: str) -> tuple[str, ...]:
    return tuple(mark for mark, pattern in _SMUGGLING if pattern.search(source))


# What a reader of an attached page can follow, each with a word of its own; the rest is what the page loads.
_FOLLOWED = frozenset({"html-a", "html-area", "html-form", "html-formaction", "html-meta-refresh"})


def _in_markup(source: str, prefix: str) -> Iterator[Link]:
    from phishlab.mail import markup

    page = markup.page(source)
    for where, target, shown in page.references:
        if link := _link(target, prefix + (where if where in _FOLLOWED else "html-loads"), shown):
            yield link
    for link in links.in_text(page.unlinked):
        yield replace(link, where=f"{prefix}html-text")


def _in_scripts(source: str) -> Iterator[Link]:
    if "<script" in source.lower() or "<" not in source:
        for match in _IN_SCRIPT.finditer(source):
            target = match[1] if match[1].startswith("http") else f"https:{match[1]}"
            if link := _link(target, "script"):
                yield link


def _unpacked(source: str) -> Iterator[str]:
    """What ``atob("aHR0…")`` and ``unescape("%68%74…")`` stand for; one layer."""
    for match in _PACKED.finditer(source):
        clean = "".join(match[1].split()).rstrip("=")
        try:
            yield charsets.guess(
                a2b_base64(clean[: len(clean) - (len(clean) % 4 == 1)] + "=" * (-len(clean) % 4))
            )
        except (Error, ValueError):
            continue
    for match in _PERCENT.finditer(source):
        yield re.sub(
            r"%(?:u([0-9A-Fa-f]{4})|([0-9A-Fa-f]{2}))", lambda at: chr(int(at[1] or at[2], 16)), match[1]
        )


# --- calendars, Office, RTF, shortcuts, plain text ------------------------------------------------------

_RELATION = patterns.late(r"<Relationship\b([^<>]{1,10000})>")
_ATTRIBUTE = patterns.late(r"""\b(Type|Target|TargetMode)\s*=\s*["']([^"']{0,4096})["']""")
_FIELD = patterns.late(r"""(?i)HYPERLINK\s{1,20}(?:\\[a-z]\s{1,20})?(?:&quot;|\\?")([^"&<>\\]{4,2048})""")
_HREF = patterns.late(r"""xlink:href\s*=\s*["']([a-z]{3,6}:[^"']{4,4096})["']""")
_WIDE_RUN = patterns.late(rb"(?:[\x20-\x7e]\x00){8,2048}")
_PLAIN_RUN = patterns.late(rb"[\x20-\x7e]{8,4096}")
_OLE_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "_VBA_PROJECT_CUR"))


def _calendar(data: bytes, left: Allowance) -> Contents:
    """``URL:…``, ``ATTACH:…``, ``DESCRIPTION:…`` and the HTML of ``X-ALT-DESC``, unfolded (RFC 5545 3.1)."""
    text = re.sub(r"\r?\n[ \t]", "", charsets.guess(left.read(data)))
    text = text.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
    found = [replace(link, where="attachment-calendar") for link in links.in_text(text)]
    if "<" in text:
        found += [replace(link, where="attachment-calendar") for link in _in_markup(text, "")]
    return Contents(links=tuple(found))


def _relationships(data: bytes) -> Contents:
    from html import unescape  # the names of all entities

    found: list[Link] = []
    marks: dict[str, None] = {}
    for relation in _RELATION.finditer(charsets.guess(data[:_MOST_MARKUP])):
        values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(relation[1])}
        if values.get("TargetMode", "").lower() != "external":
            continue
        kind = values.get("Type", "").rpartition("/")[2].lower()
        if kind in {"attachedtemplate", "oleobject", "frame", "externallinkpath", "subdocument"}:
            marks["remote-template" if kind == "attachedtemplate" else "remote-object"] = None
        if link := _link(values.get("Target", ""), "attachment-office"):
            found.append(link)
    return Contents(links=tuple(found), marks=tuple(marks))


def _fields(data: bytes) -> Iterator[Link]:
    from html import unescape

    text = data[:_MOST_MARKUP].decode("utf-8", errors="replace")
    for pattern in (_FIELD, _HREF):
        for match in pattern.finditer(text):
            if link := _link(unescape(match[1]), "attachment-office"):
                yield link


def _ole(data: bytes, _left: Allowance) -> Contents:
    """An old Office file: macros by the name of their storage, links by their characters."""
    marks = ("macros",) if any(name in data for name in _OLE_MACROS) else ()
    if "EncryptedPackage".encode("utf-16-le") in data:
        marks = (*marks, "encrypted")
    return Contents(links=tuple(_in_runs(data)), marks=marks)


def _rtf(data: bytes, _left: Allowance) -> Contents:
    text = data[:_MOST_MARKUP].decode("latin-1")
    found = [link for match in _FIELD.finditer(text) if (link := _link(match[1], "attachment-office"))]
    marks = [
        mark
        for word, mark in (("\\objdata", "embedded-object"), ("\\*\\template", "remote-template"))
        if word in text
    ]
    return Contents(links=tuple(found), marks=tuple(marks))


def _shortcut(data: bytes, _left: Allowance) -> Contents:
    return Contents(links=tuple(_in_runs(data)))


def _in_runs(data: bytes) -> Iterator[Link]:
    """URLs in runs of printable characters, as ``strings`` finds them, one and two bytes wide."""
    runs = [run[0].decode("ascii") for run in _PLAIN_RUN.finditer(data[:_MOST_MARKUP]) if b"://" in run[0]]
    runs += [
        run[0].decode("utf-16-le")
        for run in _WIDE_RUN.finditer(data[:_MOST_MARKUP])
        if b":\0/\0/\0" in run[0]
    ]
    for link in links.in_text("\n".join(runs)):
        if not link.host.endswith(_SCHEMAS):
            yield replace(link, where="attachment-strings")


# Names of XML vocabularies, which look like links and are none.
_SCHEMAS = ("schemas.microsoft.com", "schemas.openxmlformats.org", "www.w3.org", "purl.org", "ns.adobe.com")


def _plain(data: bytes, left: Allowance) -> Contents:
    found = links.in_text(charsets.guess(left.read(data)))
    return Contents(links=tuple(replace(link, where="attachment-text") for link in found))


def _link(target: str, where: str, shown: str = "") -> Link | None:
    """The link that a browser would open; None for anchors, mail addresses and what is no URL."""
    target = target.strip()
    if not ada_url.check_url(target):
        target = f"http://{target}" if target.lower().startswith("www.") else target
    found = url(target[:4096])
    if found is None or found.scheme in {"mailto", "tel", "cid", "sms", "about", "data", "javascript"}:
        return None
    return Link(
        url=found.href,
        host=found.host,
        registrable=registrable(found.host),
        path=found.path,
        shown=shown,
        where=where,
        written=target[:4096],
    )


_READERS: dict[str, Callable[[bytes, Allowance], Contents]] = {
    signatures.PDF: _pdf,
    signatures.HTML: _html,
    signatures.SVG: _html,
    signatures.CALENDAR: _calendar,
    signatures.OLE: _ole,
    signatures.RTF: _rtf,
    signatures.SHORTCUT: _shortcut,
    signatures.WEB_SHORTCUT: _plain,
    "application/onenote": _shortcut,
    "text/plain": _plain,
}
