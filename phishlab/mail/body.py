"""What the parts of a mail say: texts decoded, attachments named, hashed and looked into."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from phishlab import patterns
from phishlab.classes import dataclass, field
from phishlab.mail import charsets, parts, qr, signatures
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Attachment, Header, Limit, Link

sniffed = signatures.of

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_ALONE = patterns.late(rb"\r[^\n]")
_BY_BYTES = ("utf-8", "us-ascii", "iso-8859-", "iso-2022-", "windows-", "shift_jis", "euc-", "gb", "big5")
"""Character sets in which the bytes of CR and LF stand for nothing else."""


@dataclass(slots=True)
class Words:
    """What one mail says, part by part: *texts*, and *pages* of HTML as they came.

    The mail itself and each mail that it carries have words of their own.
    """

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The texts that hold anything."""
        return "\n".join(text for text in self.texts if text.strip())

    @property
    def html(self) -> str | None:
        """The pages as one, None where there is none."""
        return "\n".join(self.pages) if self.pages else None


@dataclass(slots=True)
class Body:
    """What was found: *text* of the plain parts, *html* as it came.

    *links* are those of attachments and codes; *words* stand under the attached mail that holds them, the mail's
    own under an empty name.
    """

    text: str = ""
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    words: dict[str, Words] = field(default_factory=dict)
    may_carry: bool = False
    """Whether other mails may be in it; most have none."""

    def of(self, inside: str) -> Words:
        """The words of that mail, to add to."""
        return self.words.setdefault(inside, Words())


def read(fields: Sequence[Header], data: bytes, limits: list[Limit], bounds: Limits = STANDARD) -> Body:
    """The body under the mail's own *fields*; whatever is not read whole is put into *limits*."""
    body, left = Body(), Allowance(bounds, limits)
    found = parts.read(fields, data, limits, bounds)
    body.may_carry = len(found) >= bounds.parts or any(map(partial(_may_carry, bounds), found))
    for part in found:
        if _is_file(part):
            _look_into(part, left, body)
        if part.disposition != "attachment" and part.media_type in _PAGES:
            body.of(part.inside).pages.append(_text(part, limits, bounds))
        elif part.disposition != "attachment" and part.media_type.startswith("text/") and not _is_file(part):
            body.of(part.inside).texts.append(_text(part, limits, bounds))
    pages = [words.html for words in body.words.values() if words.html is not None]
    body.html = "\n".join(pages) if pages else None
    body.text = "\n".join(plain for words in body.words.values() if (plain := words.plain))
    if body.html is not None:
        from phishlab.mail import markup  # the HTML parser takes longer to load than a plain mail to read

        limits += markup.limits(body.html, bounds)
    _codes(body, left)
    return body


def seen(text: str, html: str | None, bounds: Limits = STANDARD) -> str:
    """What a reader sees of a mail: the *text* of its plain parts, or else of its HTML."""
    if text or html is None:
        return text
    from phishlab.mail import markup

    return markup.visible_text(html, bounds.html)


def _may_carry(bounds: Limits, part: parts.Part) -> bool:
    return bool(part.inside) or part.depth >= bounds.depth


def _look_into(part: parts.Part, left: Allowance, body: Body) -> None:
    from phishlab.mail import attachments  # most mails have none, and starting must be fast

    found = attachments.Found(files=body.attachments, links=body.links)
    attachments.read(
        attachments.File(name=part.name, media_type=part.media_type, data=part.data, inside=part.inside),
        left,
        found,
    )


def _codes(body: Body, left: Allowance) -> None:
    """Links in the codes that the text itself draws or its HTML carries."""
    if left.bounds.pictures < 1:
        return
    text = seen(body.text, body.html, left.bounds)
    carries, draws = "data:image/" in (body.html or ""), qr.draws(body.html or "") or qr.draws(text)
    if not (carries or draws):
        return
    from phishlab.mail import attachments

    if carries:
        body.links += attachments.inline(body.html or "", left)
    if draws:
        body.links += attachments.drawn(text, body.html, left)


def _is_file(part: parts.Part) -> bool:
    return bool(
        part.name
        or part.disposition == "attachment"
        or not part.media_type.startswith("text/")
        or part.media_type in {signatures.CALENDAR, "text/vcard"}
    )


def _ended(data: bytes) -> bytes:
    """With LF alone at the ends of lines."""
    if _ALONE.search(data) or data.endswith(b"\r"):
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.replace(b"\r", b"")  # in a fifth of the time


def _declared(html: bytes) -> str | None:
    from phishlab.mail import markup

    return markup.declared_charset(html)


def _text(part: parts.Part, limits: list[Limit], bounds: Limits) -> str:
    data = part.data
    if len(data) > bounds.text:
        limits.append(Limit(what="text", detail=str(len(data))))
        data = data[: bounds.text]
    label = part.charset or (_declared(data) if part.media_type == "text/html" else None)
    # Of bytes the marks are taken out in a third of the time, where a mark is a byte of its own.
    one_by_one = not label or label.lower().startswith(_BY_BYTES)
    text, fault = charsets.decode(_ended(data) if one_by_one else data, label)
    if not label and not data.isascii():
        fault = "charset-missing"
    if fault:
        limits.append(Limit(what=fault, detail=(label or "")[:60]))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
