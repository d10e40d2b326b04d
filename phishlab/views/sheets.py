"""Tables as they are shown: no empty columns, wide records upright, the evidence at the end of a row."""

from __future__ import annotations

from phishlab.classes import dataclass, replace
from phishlab.records import DomainRegistration, Exhibit, Lookup
from phishlab.views import tables
from phishlab.views.cells import NOTHING, brief
from phishlab.views.citations import Citations, Reference
from phishlab.views.safe import Lens

ROWS = 200
"""A page shows so many rows of a table; the case file has them all."""
CELL = 800
"""Characters shown of one cell."""

_TURNED = frozenset({"networks", "clouds", "domains", "places", "visit", "comparison"})
"""Few records of many fields: read better with one record a column."""
_SIDE_BY_SIDE = 3
_BELOW = {
    "hops": {"with": "by", "flags": "trust"},
    "listings": {"link": "source", "note": "state", "detail": "category"},
}
"""Columns that are shown small below another, for a table that is wide already."""
_BADGES = frozenset({"outcome", "trust"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: *name* and *heading* are its column's, *badge* a word of a fixed set, *below* a lesser text."""

    text: str
    heading: str = ""
    badge: str = ""
    below: str = ""
    name: str = ""
    align: str = "left"
    head: bool = False
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table as it is shown. *marks* is one word for each row; *left_out* counts rows not shown."""

    id: str
    caption: str
    headings: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marks: tuple[str, ...]
    turned: bool = False
    folded: bool = False
    left_out: int = 0


def of_exhibit(exhibit: Exhibit, lens: Lens, citations: Citations) -> tuple[Sheet, ...]:
    """The exhibit's table; under one of domain registrations also each whole answer, folded."""
    whole = (
        item.record
        for item in exhibit.items
        if isinstance(item, Lookup) and isinstance(item.record, DomainRegistration) and item.record.fields
    )
    return (
        sheet(tables.rows(exhibit, lens), lens, citations),
        *(sheet(tables.raw_fields(record, lens), lens, citations, folded=True) for record in whole),
    )


def sheet(table: tables.Table, lens: Lens, citations: Citations, *, folded: bool = False) -> Sheet:
    """The table as it is shown: without empty columns, cut to ROWS, its evidence in a last column."""
    references = tuple(citations.of(grounds, lens) for grounds in table.grounds[:ROWS])
    left_out = max(0, len(table.rows) - ROWS)
    kept = replace(table, rows=table.rows[:ROWS], marks=table.marks[:ROWS], grounds=())
    shown = kept.filled() if kept.rows else kept
    if table.id in _TURNED and 0 < len(shown.rows) <= _SIDE_BY_SIDE:
        return _turned(shown, references, lens)
    headings = [Cell(text=cell.heading, align=cell.align) for cell in _row(shown, None)]
    rows = [_row(shown, at) for at in range(len(shown.rows))]
    if any(references):
        word = lens.say("column.evidence")
        headings.append(Cell(text=word))
        rows = [
            (*row, Cell(text="", heading=word, references=found))
            for row, found in zip(rows, references, strict=True)
        ]
    return Sheet(
        id=table.id,
        caption=table.caption,
        headings=tuple(headings),
        rows=tuple(rows),
        marks=shown.marks or ("",) * len(rows),
        folded=folded,
        left_out=left_out,
    )


def _row(table: tables.Table, at: int | None) -> tuple[Cell, ...]:
    """The cells of one row; without *at* empty ones, for the headings."""
    texts = ("",) * len(table.columns) if at is None else table.rows[at]
    mark = table.marks[at] if table.marks and at is not None else ""
    below = _BELOW.get(table.id, {})
    lesser = _lesser(table, texts)
    return tuple(
        Cell(
            text=brief(text, CELL),
            heading=heading,
            align=side,
            badge=mark if column in _BADGES or (table.id, column) == ("comparison", "result") else "",
            below=lesser.get(column, ""),
            name=column,
        )
        for column, heading, side, text in zip(
            table.columns, table.headings, table.alignment, texts, strict=True
        )
        if column not in below
    )


def _lesser(table: tables.Table, texts: tuple[str, ...]) -> dict[str, str]:
    """The texts that go below a column, by its id; what two fields say alike is said once."""
    below = _BELOW.get(table.id, {})
    found: dict[str, str] = {}
    for column, text in zip(table.columns, texts, strict=True):
        if column in below and text not in (NOTHING, *found.values()):
            found[below[column]] = brief(text, CELL)
    return found


def _turned(table: tables.Table, references: tuple[tuple[Reference, ...], ...], lens: Lens) -> Sheet:
    """One record a column: its first field is its heading; one that all share goes into the caption."""
    records = [_row(table, at) for at in range(len(table.rows))]
    shared = len(records) > 1 and len({record[0].text for record in records}) == 1
    first = 1 if shared else 0
    rows = [
        (Cell(text=table.headings[at], head=True), *(replace(record[at], heading="") for record in records))
        for at in range(first + 1, len(table.columns))
    ]
    if any(references):
        cited = (Cell(text="", references=found) for found in references)
        rows.append((Cell(text=lens.say("column.evidence"), head=True), *cited))
    return Sheet(
        id=table.id,
        caption=f"{table.caption}: {records[0][0].text}" if shared else table.caption,
        headings=(Cell(text=table.headings[first]), *(Cell(text=record[first].text) for record in records)),
        rows=tuple(rows),
        marks=("",) * len(rows),
        turned=True,
    )
