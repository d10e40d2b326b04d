"""SPF, DKIM and DMARC: what was written into the mail then, beside what today's DNS says now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from phishlab import wording
from phishlab.records import Authentication, Lookup
from phishlab.views import paper
from phishlab.views.charts import frame
from phishlab.views.charts.frame import Board, Mark
from phishlab.views.safe import Lens

METHODS = ("spf", "dkim", "dmarc")
_IF_THERE = ("arc",)
"""A method that few mails have gets a row only where one does."""
MOST = 3
"""Results shown in one cell; the rest are counted."""
COLUMNS = ("recorded", "claimed", "computed")

Item: TypeAlias = Authentication | Lookup[Authentication]

WIDTH = 580
"""CSS pixels: a domain has to fit into a cell."""

_LABEL = 64
_BROKEN = ("fail", "hardfail", "reject", "policy")
_DOUBTFUL = ("softfail", "temperror", "permerror")
_SHAPES = {"pass": "o", "broken": "X", "doubtful": "^", "unknown": "s"}
_COLORS = {"pass": paper.POINT, "broken": paper.AREA, "doubtful": paper.AREA, "unknown": paper.MUTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One result in a cell: *sort* is one of the shapes, *domain* what it is about."""

    sort: str
    filled: bool
    result: str
    domain: str = ""


@paper.plain()
def draw(items: Sequence[Item], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """A matrix: a row for each method, and who says so: the receiver, anyone, or today's DNS."""
    width = (WIDTH - 2 * frame.MARGIN - _LABEL) / len(COLUMNS)
    methods = _methods(items)
    rows = [[cell(items, method, column, lens) for column in COLUMNS] for method in methods]
    heads = [_heading(items, column, width - 10, lens) for column in COLUMNS]
    head = max(len(bold) * 16 + len(small) * 14.5 for bold, small in heads) + 8
    heights = [max(_height(entries, width - 30) for entries in row) for row in rows]
    board = Board(
        _say(lens, "title"),
        head + sum(heights),
        key=_key(rows, lens),
        notes=_others(items, lens),
        width=WIDTH,
    )
    for number, (bold, small) in enumerate(heads):
        left = _LABEL + number * width
        board.lines(left, board.lines(left, 0, bold, 12.5, bold=True), small, 11.3, color=paper.MUTED)
    top = head
    for method, row, height in zip(methods, rows, heights, strict=True):
        board.line([0, board.width], [top, top], color=frame.RULE, linewidth=0.9)
        board.text(0, top + 9, method.upper(), 13.5, bold=True)
        for number, entries in enumerate(row):
            _cell(board, _LABEL + number * width, top + 9, width - 30, entries)
        top += height
    return board.bytes(format)


# --- what stands in a cell ----------------------------------------------------------------------------------


def cell(items: Iterable[Item], method: str, column: str, lens: Lens) -> list[Entry]:
    """The results of *method* in *column*; where there are none, one entry that says so."""
    found = [entry for item in items if (entry := _entry(item, method, column, lens)) is not None]
    kept = list(dict.fromkeys(found))
    if len(kept) > MOST:
        more = _say(lens, "more", count=str(len(kept) - MOST + 1))
        return [*kept[: MOST - 1], Entry(sort="unknown", filled=False, result=more)]
    return kept or [Entry(sort="unknown", filled=False, result=_say(lens, f"nothing.{column}"))]


def _entry(item: Item, method: str, column: str, lens: Lens) -> Entry | None:
    if isinstance(item, Lookup):
        return _computed(item, method, lens) if column == "computed" else None
    wanted = column == ("recorded" if item.trusted else "claimed")
    return _of(item, lens, filled=item.trusted) if wanted and item.method.lower() == method else None


def _computed(lookup: Lookup[Authentication], method: str, lens: Lens) -> Entry | None:
    """A result worked out; without one, what became of the question, which is never a pass."""
    if (lookup.record.method if lookup.record else lookup.source).lower() != method:
        return None
    if lookup.record is None:
        outcome, subject = lens.say(f"outcome.{lookup.outcome}"), frame.shown(lookup.subject, lens)
        return Entry(sort="unknown", filled=False, result=outcome, domain=subject)
    return _of(lookup.record, lens, filled=True)


def _of(one: Authentication, lens: Lens, *, filled: bool) -> Entry:
    result = one.result.strip().lower()
    sort = sort_of(result)
    domain = frame.shown(one.domain, lens) if one.domain else ""
    return Entry(
        sort=sort, filled=filled and sort != "unknown", result=frame.shown(one.result, lens), domain=domain
    )


def sort_of(result: str) -> str:
    """``pass``, ``broken``, ``doubtful`` or ``unknown`` for a result word of RFC 8601; any other word is unknown."""
    if result == "pass":
        return "pass"
    return "broken" if result in _BROKEN else "doubtful" if result in _DOUBTFUL else "unknown"


def _methods(items: Iterable[Item]) -> tuple[str, ...]:
    found = {
        (one.record.method if one.record else one.source) if isinstance(one, Lookup) else one.method
        for one in items
    }
    there = {method.lower() for method in found}
    return (*METHODS, *(method for method in _IF_THERE if method in there))


def _others(items: Iterable[Item], lens: Lens) -> list[str]:
    """Methods that have no row."""
    names = dict.fromkeys(
        frame.shown(item.method, lens).lower()[:40]
        for item in items
        if isinstance(item, Authentication) and item.method.lower() not in (*METHODS, *_IF_THERE)
    )
    return [_say(lens, "others", methods=", ".join(list(names)[:8]))] if names else []


# --- drawing ------------------------------------------------------------------------------------------------


def _heading(items: Iterable[Item], column: str, width: float, lens: Lens) -> tuple[list[str], list[str]]:
    """The column's name, and below it what it is worth or when it was asked."""
    bold = frame.cut(_say(lens, f"column.{column}"), width, 12.5, lines=3, bold=True)
    times = [
        exchange.asked_at
        for item in items
        if isinstance(item, Lookup) and column == "computed"
        for exchange in item.evidence
    ]
    said = _say(lens, "asked", date=lens.when(max(times))[:10]) if times else _say(lens, f"worth.{column}")
    return bold, paper.wrapped(said, width, 11.3)


def _height(entries: Sequence[Entry], width: float) -> float:
    return 12 + sum(_lines_of(entry, width)[1] for entry in entries)


def _lines_of(entry: Entry, width: float) -> tuple[list[str], float, list[str]]:
    """The result, the height of the entry, the domain."""
    result = frame.cut(entry.result, width, 12.5, lines=3)
    domain = frame.cut(entry.domain, width, 11, lines=2) if entry.domain else []
    return result, len(result) * 16 + len(domain) * 14.1 + 7, domain


def _cell(board: Board, left: float, top: float, width: float, entries: Sequence[Entry]) -> None:
    for entry in entries:
        result, height, domain = _lines_of(entry, width)
        board.mark(left + 6, top + 6.5, _mark(entry))
        below = board.lines(left + 18, top, result, 12.5, color=_color(entry))
        board.lines(left + 18, below, domain, 11, color=paper.MUTED)
        top += height


def _color(entry: Entry) -> str:
    return paper.INK if entry.filled else paper.MUTED


def _mark(entry: Entry) -> Mark:
    return Mark(shape=_SHAPES[entry.sort], color=_COLORS[entry.sort], filled=entry.filled)


def _key(rows: Iterable[Iterable[Iterable[Entry]]], lens: Lens) -> list[tuple[Mark, str]]:
    """The shapes that stand in the panel, and what hollow means where something is hollow."""
    entries = [entry for row in rows for column in row for entry in column]
    sorts = [sort for sort in _SHAPES if any(entry.sort == sort for entry in entries)]
    key = [
        (Mark(shape=_SHAPES[sort], color=_COLORS[sort], filled=sort != "unknown"), _say(lens, f"key.{sort}"))
        for sort in sorts
    ]
    claimed = any(not entry.filled and entry.sort != "unknown" for entry in entries)
    return [
        *key,
        *([(Mark(shape="o", color=paper.POINT, filled=False), _say(lens, "key.claimed"))] if claimed else []),
    ]


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"chart.panel.{sentence}", **values)
