"""The lines of a WHOIS answer as labels and values, whatever the layout (RFC 3912 prescribes none).

Registries write the same facts in a handful of shapes, which may be mixed in one answer::

    Creation Date: 2001-06-25T20:37:59Z          label and value
    created..............: 2003/09/11            the same with leaders
    Nom de domaine#. . . . .google.dz            and with others
    nameservers:           ns2.google.com.       a value that goes on below
                           ns1.google.com.
    Name servers:                                a heading, its values indented below it
        ns1.google.com
    Registrant                                   a heading without a colon, with labels of its own
      Created:          2013-04-21 01:05:35
    Domain-name         google.sk                two columns
    Record created on 2000-08-29 (YYYY-MM-DD)    a sentence
    b [Record Created]  13-MAY-2009              a label in brackets
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_COMMENT = re.compile(r"[%;>#]|--|\*{3,}|_{3,}|={3,}")
_SHAPES = (
    re.compile(r"(?:[a-z]\.? )?\[(?P<label>[^\[\]]{1,60})\][ \t]*(?P<value>.*)"),
    re.compile(r"(?P<label>[^\s#:][^#:]{0,60})#[ .]{4,}(?P<value>.*)"),
    re.compile(
        r"(?P<label>(?:record|domain) [a-z ]{0,30}\bon)[ .]+(?P<value>\d.{0,40}|[A-Z][a-z]{2} .{0,40})",
        re.IGNORECASE,
    ),
    # "Domain Name: x", "Created : x", "created....: x", "Registrar#: x"; not "http://x"
    re.compile(r"(?P<label>[^\s:][^:]{0,79}?)[ .]*:+(?!//)[ .]*(?P<value>.*)"),
)
_COLUMNS = re.compile(r"(?P<label>[A-Za-z][\w.-]{1,30})[ ]{3,}(?P<value>\S.*)")
_HOST = re.compile(r"(?:- )?[\w-]+(?:\.[\w-]+)+\.?(?=[\s,(\[]|$)")
_HEADING_LENGTH = 48
_WIDTH = 2000
"""How much of a line is read; no registry's is a tenth as long."""
LINES = 20_000
"""How many lines are read; no registry's answer has a tenth as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value under its label. *section*: the heading that it stands under, empty at the top."""

    label: str
    value: str
    section: str = ""
    paragraph: int = 0
    """Which run of lines without a blank one between them: some registries write one object in each."""


@dataclass(frozen=True, slots=True)
class _Line:
    indent: int
    bare: str


@dataclass(slots=True)
class _Open:
    """What a following line may belong to: a label whose value can go on, and the heading around it."""

    label: str = ""
    indent: int = 0
    empty: bool = False
    section: str = ""
    section_indent: int = -1
    begins: bool = True
    """Whether the line at hand begins a paragraph."""


def entries(text: str) -> tuple[Entry, ...]:
    """Every label and value in their order; a value of several lines is an entry for each line.

    A heading stands among them with an empty value. Comments, rules and prose are left out. The time that it
    takes grows with the length of *text* alone.
    """
    lines = [_measured(line) for line in text.splitlines()[:LINES]]
    return tuple(_read([line for line in lines if not _COMMENT.match(line.bare)]))


def _measured(line: str) -> _Line:
    wide = line[:_WIDTH].expandtabs().rstrip()
    bare = wide.lstrip()
    return _Line(len(wide) - len(bare), bare.removeprefix("** "))


def _read(lines: list[_Line]) -> Iterator[Entry]:
    state = _Open()
    paragraph, blank = 0, False
    for at, line in enumerate(lines):
        if not line.bare:
            blank = True
            continue
        state.begins = blank or at == 0
        if blank:
            paragraph += 1
            _after_blank(state, line)
        blank = False
        deeper = at + 1 < len(lines) and lines[at + 1].indent > line.indent
        for entry in _line(state, line, deeper=deeper):
            yield replace(entry, paragraph=paragraph)


def _line(state: _Open, line: _Line, *, deeper: bool) -> Iterator[Entry]:
    further = line.indent > state.indent or (state.empty and line.indent >= state.indent)
    inside = bool(state.label) and further
    match = None if inside and _HOST.match(line.bare) else _match(line.bare)
    if match:
        yield _labelled(state, line.indent, match["label"].strip(" .*"), match["value"].strip(' "'))
    elif inside:
        yield Entry(label=state.label, value=line.bare.removeprefix("- "), section=state.section)
    elif columns := _COLUMNS.match(line.bare):
        yield _labelled(state, line.indent, columns["label"], columns["value"])
    elif deeper and _heads(line.bare):
        yield _labelled(state, line.indent, line.bare, "")
    else:
        state.label = ""


def _match(bare: str) -> re.Match[str] | None:
    return next((match for shape in _SHAPES if (match := shape.match(bare))), None)


def _heads(bare: str) -> bool:
    """Whether *bare* can be a heading without a colon: short, and no end of a sentence."""
    return len(bare) <= _HEADING_LENGTH and bare[0].isalpha() and not bare.endswith((".", ","))


def _after_blank(state: _Open, line: _Line) -> None:
    """A blank line ends a value, and the section unless the next line stands further in.

    Name servers may follow their heading after a blank line, no further in than it.
    """
    if not (state.empty and (line.indent > state.indent or _HOST.match(line.bare))):
        state.label = ""
    if line.indent <= state.section_indent:
        state.section, state.section_indent = "", -1


def _labelled(state: _Open, indent: int, label: str, value: str) -> Entry:
    if indent < state.section_indent:
        state.section, state.section_indent = "", -1
    state.label, state.indent, state.empty = label, indent, not value
    if not value:
        # "Registrant organisation:" among other labels is an empty value, no heading of those below it.
        state.section, state.section_indent = label, indent if state.begins else indent + 1
    return Entry(label=label, value=value, section=state.section if value else "")
