"""What attached files give away, and the codes that lead a reader to a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from phishlab.records import Attachment, Direction, Finding, Link, Message, Weight

_SMUGGLING = frozenset({"smuggling-atob", "smuggling-blob", "smuggling-object-url", "smuggling-download"})
_PDF_ACTS = frozenset({"pdf-javascript", "pdf-launch", "pdf-submit-form"})
_REMOTE = frozenset({"remote-template", "remote-object"})
_ENOUGH = 2
"""Marks of smuggling that together are no accident; one alone stands in honest pages too."""


def findings(message: Message) -> tuple[Finding, ...]:
    """What the attachments and the codes give away; each finding once, for the first file that shows it."""
    found: dict[str, Finding] = {}
    for attachment in message.attachments:
        for finding in _of_file(attachment):
            found.setdefault(finding.id, finding)
    for link in message.links:
        for finding in _of_code(link):
            found.setdefault(finding.id, finding)
    return tuple(found.values())


def _of_file(attachment: Attachment) -> Iterator[Finding]:
    marks = frozenset(attachment.marks)
    for holds, finding, weight, caveat in _RULES:
        if holds(marks):
            yield Finding(
                id=finding,
                direction=Direction.FOR,
                weight=weight,
                values=(
                    ("name", _name(attachment)),
                    ("kind", attachment.sniffed_type or attachment.media_type),
                ),
                because=(attachment,),
                caveat=caveat,
            )


def _name(attachment: Attachment) -> str:
    name = attachment.name or attachment.media_type
    return f"{attachment.inside} / {name}" if attachment.inside else name


def _of_code(link: Link) -> Iterator[Finding]:
    if link.where.startswith("qr-") and link.host:
        yield Finding(
            id="code-leads",
            direction=Direction.FOR,
            weight=Weight.MODERATE,
            values=(("place", link.inside or "—"), ("host", link.host)),
            because=(link,),
            caveat="code-common",
        )


def _has(*wanted: str) -> Callable[[frozenset[str]], bool]:
    return lambda marks: bool(marks & set(wanted))


_RULES: tuple[tuple[Callable[[frozenset[str]], bool], str, Weight, str | None], ...] = (
    (_has("name-double-ending"), "attachment-double-ending", Weight.STRONG, None),
    (_has("name-direction"), "attachment-name-direction", Weight.STRONG, None),
    (_has("runs"), "attachment-runs", Weight.STRONG, None),
    (
        lambda marks: len(marks & _SMUGGLING) >= _ENOUGH,
        "attachment-smuggling",
        Weight.STRONG,
        "script-common",
    ),
    (_has("password-field"), "attachment-asks-password", Weight.STRONG, None),
    (_has(*_REMOTE), "attachment-remote-template", Weight.STRONG, None),
    (_has("type-mismatch"), "attachment-type-mismatch", Weight.MODERATE, None),
    (_has("macros"), "attachment-macros", Weight.MODERATE, "macro-common"),
    (_has(*_PDF_ACTS), "attachment-pdf-acts", Weight.MODERATE, None),
    (_has("script-hidden"), "attachment-script-hidden", Weight.WEAK, "script-common"),
    (_has("encrypted"), "attachment-locked", Weight.WEAK, None),
)
