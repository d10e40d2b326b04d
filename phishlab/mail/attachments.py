"""Attached files: hashed, told by their bytes, and looked into within bounds. None is run, none is written."""

from __future__ import annotations

import hashlib
import re
from binascii import Error, a2b_base64
from collections.abc import Iterator

from phishlab.classes import dataclass, field, replace
from phishlab.mail import archives, documents, filenames, formats, links, pdf, qr, signatures
from phishlab.mail.contents import Contents
from phishlab.mail.limits import Allowance
from phishlab.records import Attachment, Link

_INLINE = re.compile(r"data:image/[a-z0-9.+-]{1,20};base64,([A-Za-z0-9+/=\s%]{100,})", re.IGNORECASE)
_MOST_CODE = 4_096


@dataclass(slots=True)
class Found:
    """What attachments hold: themselves and the members of archives, and the links in all of them."""

    files: list[Attachment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file to look into. *inside* names the archive that holds it, *depth* counts archives."""

    name: str
    media_type: str
    data: bytes
    inside: str = ""
    depth: int = 0


def read(file: File, left: Allowance, found: Found) -> None:
    """Add *file* and all that is in it to *found*."""
    kind = _kind(file)
    contents = documents.read(file.data, kind or _stated(file), left)
    contents = _unlocked(contents, file, left) if contents.locked else contents
    marks = [*filenames.marks(file.name, kind), *contents.marks]
    at = len(found.files)
    held = _links_of(contents.links, file, left)
    codes = _codes(file, kind, left)
    held += [
        link for code in codes for link in _of_code(code, "qr-pdf" if kind == signatures.PDF else "qr-image")
    ]
    found.links += [replace(link, inside=_place(file)) for link in held]
    found.files.append(_record(file, kind))
    if kind in archives.CLOSED:
        left.say("archive-unread", _place(file))
    if archives.known(kind):
        marks += _members(file, kind, left, found)
    found.files[at] = replace(found.files[at], marks=tuple(dict.fromkeys(marks)), codes=codes)


def _unlocked(contents: Contents, file: File, left: Allowance) -> Contents:
    """The links of an encrypted PDF where it opens without a password; else that they could not be read."""
    from phishlab.mail import locked  # few are

    targets = locked.targets(file.data, left.bounds.pdf_pages) if left.bounds.pictures else None
    if targets is None:
        left.say("pdf-encrypted", _place(file))
        return replace(contents, marks=(*contents.marks, "encrypted"))
    return replace(contents, links=pdf.links(targets))


def inline(html: str, left: Allowance) -> list[Link]:
    """Links in codes in the pictures that HTML carries within itself, ``<img src="data:image/png;base64,…">``."""
    out: list[Link] = []
    for match in _INLINE.finditer(html):
        clean = re.sub(r"[^A-Za-z0-9+/]", "", match[1].replace("%2B", "+").replace("%2F", "/"))
        try:
            data = a2b_base64(clean[: len(clean) // 4 * 4])
        except (Error, ValueError):
            continue
        reading = _picture(data, left)
        _say(reading, "data:", left)
        out += [link for code in reading.texts for link in _of_code(code, "qr-image")]
        if left.pictures < 1:
            break
    return out


def drawn(text: str, html: str | None, left: Allowance) -> list[Link]:
    """Links in codes that are drawn with block characters."""
    if left.bounds.pictures < 1:
        return []
    reading = qr.drawn_in_html(html, left) if html else qr.Reading()
    if not reading.texts and not reading.fault:
        reading = qr.drawn(text, left)
    _say(reading, "", left)
    return [link for code in reading.texts for link in _of_code(code, "qr-text")]


def _kind(file: File) -> str:
    """By its bytes; programs read a PDF whose mark stands anywhere in its first kilobyte."""
    kind = signatures.of(file.data)
    if not kind and b"%PDF-" in file.data[:1024]:
        named = filenames.ending(file.name) == "pdf" or file.media_type == signatures.PDF
        return signatures.PDF if named else ""
    return kind


def _stated(file: File) -> str:
    return filenames.type_of(file.name) or ("text/plain" if file.media_type.startswith("text/") else "")


def _record(file: File, kind: str) -> Attachment:
    return Attachment(
        name=file.name,
        media_type=file.media_type,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        sniffed_type=kind,
        safe_name=filenames.safe(file.name),
        inside=file.inside,
    )


def _place(file: File) -> str:
    return f"{file.inside} / {file.name}" if file.inside else file.name or file.media_type


def _links_of(found: tuple[Link, ...], file: File, left: Allowance) -> list[Link]:
    once = list({(link.url, link.where, link.shown): link for link in found}.values())
    most = min(left.bounds.attachment_links, left.links)
    if len(once) > most:
        left.say("attachment-links", _place(file))
    left.links -= len(once[:most])
    return once[:most]


def _members(file: File, kind: str, left: Allowance, found: Found) -> Iterator[str]:
    """Read what an archive holds; the marks that it gets by that."""
    if file.depth >= left.bounds.archive_depth:
        left.say("archive-depth", str(left.bounds.archive_depth))
        return
    office = kind.startswith((signatures.OFFICE, signatures.OPEN_DOCUMENT))
    for member in archives.members(file.data, kind, file.name, left):
        if member.locked:
            yield "encrypted"
        if not member.name and member.locked:
            continue
        if office and member.data is not None:
            yield from _office_member(member, file, kind, left, found)
        elif not office:
            _member(member, file, left, found)


def _office_member(
    member: formats.Member, file: File, kind: str, left: Allowance, found: Found
) -> Iterator[str]:
    """An Office file's members are its own parts: their links and codes count as those of the file."""
    data = member.data or b""
    contents = documents.member(member.name, data, kind)
    held = list(contents.links)
    if signatures.of(data).startswith("image/"):
        reading = _picture(data, left)
        _say(reading, member.name, left)
        held += [link for code in reading.texts for link in _of_code(code, "qr-image")]
    held = _links_of(tuple(held), file, left)
    found.links += [replace(link, inside=_place(file)) for link in held]
    yield from contents.marks


def _member(member: formats.Member, file: File, left: Allowance, found: Found) -> None:
    if member.data is None:
        marks = (*filenames.marks(member.name, ""), "encrypted" if member.locked else "not-unpacked")
        found.files.append(
            Attachment(
                name=member.name,
                media_type="",
                size=member.size,
                sha256="",
                safe_name=filenames.safe(member.name),
                inside=_place(file),
                marks=marks,
            )
        )
        return
    inner = File(name=member.name, media_type="", data=member.data, inside=_place(file), depth=file.depth + 1)
    read(inner, left, found)


def _codes(file: File, kind: str, left: Allowance) -> tuple[str, ...]:
    """What the codes in a picture or a PDF say."""
    if left.bounds.pictures < 1 or not kind.startswith(("image/", signatures.PDF)) or kind == signatures.SVG:
        return ()
    reading = qr.pages(file.data, left) if kind == signatures.PDF else _picture(file.data, left)
    _say(reading, _place(file), left)
    return tuple(text[:_MOST_CODE] for text in reading.texts)


def _picture(data: bytes, left: Allowance) -> qr.Reading:
    """The same logo comes with every mail of a campaign: what was read of it is remembered."""
    if left.bounds.pictures < 1:
        return qr.Reading()
    known = _READ.get(digest := hashlib.sha256(data).digest())
    if known is None:
        known = qr.picture(data, left)
        if known.fault not in {"pictures", "image-pixels"}:
            _remember(digest, known)
    return known


_READ: dict[bytes, qr.Reading] = {}
_MOST_REMEMBERED = 1_000


def _remember(digest: bytes, reading: qr.Reading) -> None:
    if len(_READ) >= _MOST_REMEMBERED:
        _READ.pop(next(iter(_READ)))
    _READ[digest] = reading


def _say(reading: qr.Reading, place: str, left: Allowance) -> None:
    if reading.fault:
        left.say(reading.fault, "" if reading.fault == "qr-not-installed" else place)


def _of_code(code: str, where: str) -> Iterator[Link]:
    for link in links.in_text(code[:_MOST_CODE]):
        yield replace(link, where=where)
