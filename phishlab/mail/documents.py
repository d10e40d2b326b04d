"""Links and marks inside attached documents: HTML, SVG, calendars, Office, RTF, shortcuts. Nothing is run."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterator
from itertools import chain, islice

from phishlab import patterns
from phishlab.classes import replace
from phishlab.mail import charsets, links, pdf, signatures
from phishlab.mail.contents import Contents, link_of
from phishlab.mail.limits import Allowance
from phishlab.records import Link

_MOST_MARKUP = 5_000_000


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
        if link := link_of(target, prefix + (where if where in _FOLLOWED else "html-loads"), shown):
            yield link
    for link in links.in_text(page.unlinked):
        yield replace(link, where=f"{prefix}html-text")


def _in_scripts(source: str) -> Iterator[Link]:
    if "<script" in source.lower() or "<" not in source:
        for match in _IN_SCRIPT.finditer(source):
            target = match[1] if match[1].startswith("http") else f"https:{match[1]}"
            if link := link_of(target, "script"):
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
        if link := link_of(values.get("Target", ""), "attachment-office"):
            found.append(link)
    return Contents(links=tuple(found), marks=tuple(marks))


def _fields(data: bytes) -> Iterator[Link]:
    from html import unescape

    text = data[:_MOST_MARKUP].decode("utf-8", errors="replace")
    for pattern in (_FIELD, _HREF):
        for match in pattern.finditer(text):
            if link := link_of(unescape(match[1]), "attachment-office"):
                yield link


def _ole(data: bytes, _left: Allowance) -> Contents:
    """An old Office file: macros by the name of their storage, links by their characters."""
    marks = ("macros",) if any(name in data for name in _OLE_MACROS) else ()
    if "EncryptedPackage".encode("utf-16-le") in data:
        marks = (*marks, "encrypted")
    return Contents(links=tuple(_in_runs(data)), marks=marks)


def _rtf(data: bytes, _left: Allowance) -> Contents:
    text = data[:_MOST_MARKUP].decode("latin-1")
    found = [link for match in _FIELD.finditer(text) if (link := link_of(match[1], "attachment-office"))]
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


_READERS: dict[str, Callable[[bytes, Allowance], Contents]] = {
    signatures.PDF: pdf.read,
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
