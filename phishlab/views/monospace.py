"""Text in a terminal: how many columns it takes, broken into lines, set as a table. 日本語 takes two columns each.

``rich`` does all of this and more, but takes as long to load as a mail to read.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from phishlab.views.citations import Reference
from phishlab.views.safe import Lens
from phishlab.views.sheets import Cell, Sheet

_OPENS = frozenset("（「『【〔〈《［｛([")
_CLOSES = frozenset("、。，．・：；？！ー）」』】〕〉》］｝…々)],.\ufe0f")
"""No line of Japanese begins with one of these, or ends with one of those (JIS X 4051)."""
_AS_PICTURE = "\ufe0f"
"""Makes the narrow character before it a wide picture."""
_MANY, _FEW = 5, 3
"""A table of more columns, or of more than a few that do not fit, becomes records: a field a line."""
_GAP = 3
_GAP_OF_RECORDS = 2


def cells(text: str) -> int:
    """How many columns *text* takes, a single line."""
    return len(text) if text.isascii() else sum(map(_cell, text))


@lru_cache(maxsize=4096)
def _cell(char: str) -> int:
    """2 for a wide or full-width character (UAX 11), 0 for one that is drawn upon the one before."""
    if char == _AS_PICTURE:
        return 1
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me"} else 1


def wrapped(text: str, width: int) -> list[str]:
    """The lines of *text*, none of them wider than *width*: broken at spaces, and a word that is wider anywhere."""
    return [part for line in text.split("\n") for part in _broken(line.expandtabs(8), width)]


def _broken(line: str, width: int) -> list[str]:
    if cells(line) <= width or not line.strip():
        return [line.rstrip()]
    found, begun, used = list[str](), "", 0
    for word in _words(line):
        taken = cells(word.rstrip())
        if begun and used + taken > width:
            found.append(begun.rstrip())
            begun, used = "", 0
        if taken > width:
            *whole, word = _chopped(word, width)
            found += whole
        begun, used = begun + word, used + cells(word)
    return [*found, begun.rstrip()]


def _words(line: str) -> Iterator[str]:
    """What stays on one line, with the spaces after it."""
    begin = 0
    for at in range(1, len(line)):
        if _parts(line[at - 1], line[at]):
            yield line[begin:at]
            begin = at
    yield line[begin:]


def _parts(before: str, after: str) -> bool:
    """Whether a line may end between the two: after a space, and where one is Japanese."""
    if after.isspace() or before.isspace():
        return not after.isspace()
    wide = _cell(before) == 2 or _cell(after) == 2
    return wide and _cell(after) > 0 and before not in _OPENS and after not in _CLOSES


def _chopped(word: str, width: int) -> list[str]:
    """*word* in pieces of at most *width* columns."""
    pieces, used = [""], 0
    for char in word:
        taken = _cell(char)
        if used + taken > width and pieces[-1]:
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += taken
    return pieces


def sheet(table: Sheet, lens: Lens, width: int = 100) -> str:
    """One table as text."""
    return joined([sheet_lines(table, lens, width)])


def joined(parts: Iterable[Sequence[str]]) -> str:
    """The parts, each its lines, with an empty line between them."""
    lines = [line.rstrip() for part in parts for line in (*part, "")]
    return "\n".join(lines).rstrip() + "\n"


def sheet_lines(table: Sheet, lens: Lens, width: int) -> list[str]:
    """The caption, the table below, and how many rows are left out."""
    caption = wrapped(table.caption, width)
    if not table.rows:
        return [*caption, *wrapped(lens.say("table.empty"), width)]
    more = wrapped(lens.say("table.left-out", count=table.left_out), width) if table.left_out else []
    texts = [[_shown(cell) for cell in row] for row in (table.headings, *table.rows)]
    return [
        *caption,
        *(_records(texts, width) if _is_wide(table, texts, width) else _grid(table, texts, width)),
        *more,
    ]


def _is_wide(table: Sheet, texts: Sequence[Sequence[str]], width: int) -> bool:
    """Whether it would be unreadable with its headings on top. One that is turned has a record in each column."""
    columns = len(table.headings)
    needed = sum(_widths(texts, sys.maxsize)) + _GAP * (columns - 1)
    return columns > _MANY or (columns > _FEW and needed > width and not table.turned)


def _grid(table: Sheet, texts: Sequence[Sequence[str]], width: int) -> list[str]:
    """Headings, a rule, the rows."""
    right = [heading.align == "right" for heading in table.headings]
    widths = _widths(texts, width - _GAP * (len(right) - 1))
    head, *rows = [_row(row, widths, right, _GAP) for row in texts]
    return [*head, "─" * (sum(widths) + _GAP * (len(right) - 1)), *(line for row in rows for line in row)]


def _records(texts: Sequence[Sequence[str]], width: int) -> list[str]:
    """Each row as lines of heading and text, an empty line after it."""
    headings, *rows = texts
    pairs = [list(zip(headings, row, strict=True)) for row in rows]
    widths = _widths([pair for record in pairs for pair in record], width - _GAP_OF_RECORDS)
    lines = []
    for record in pairs:
        lines += [line for pair in record for line in _row(pair, widths, (False, False), _GAP_OF_RECORDS)]
        lines.append("")
    return lines


def _shown(cell: Cell) -> str:
    """The text of a cell, the lesser text below it, and what it rests on."""
    lines = "\n".join(part for part in (cell.text, cell.below) if part)
    return " ".join(part for part in (lines, references(cell.references)) if part)


def references(found: Iterable[Reference]) -> str:
    """``[A1] [Received #2]``."""
    return " ".join(f"[{one.label}]" for one in found)


def _widths(rows: Sequence[Sequence[str]], most: int) -> list[int]:
    """The columns of text that each column of the table gets: what it needs, the widest less where it is too much."""
    widths = [
        max(cells(line.expandtabs(8)) for text in column for line in text.split("\n"))
        for column in zip(*rows, strict=True)
    ]
    while (excess := sum(widths) - most) > 0 and (widest := max(widths)) > 1:
        at = [index for index, width in enumerate(widths) if width == widest]
        next_widest = max([width for width in widths if width < widest], default=0)
        for left, index in zip(range(len(at), 0, -1), reversed(at), strict=True):
            less = min(widest - next_widest, -(-excess // left))
            widths[index] = max(1, widest - less)
            excess -= less
    return widths


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool], gap: int) -> list[str]:
    """The lines of one row: its texts side by side, each in its width."""
    columns = [wrapped(text, width) for text, width in zip(texts, widths, strict=True)]
    height = max(map(len, columns))
    return [
        (" " * gap)
        .join(
            _set(column[at] if at < len(column) else "", width, to_right=to_right)
            for column, width, to_right in zip(columns, widths, right, strict=True)
        )
        .rstrip()
        for at in range(height)
    ]


def _set(text: str, width: int, *, to_right: bool) -> str:
    free = " " * (width - cells(text))
    return free + text if to_right else text + free
