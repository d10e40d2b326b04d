"""Blocks as plain text for a terminal. Rich measures 日本語 in columns; its markup is not used."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from phishlab.views.blocks import Block, Card, Counsel, Note, Passage, Picture, Section, Verdict
from phishlab.views.citations import Reference
from phishlab.views.safe import Lens
from phishlab.views.sheets import Cell, Sheet

_SIGN = {"for": "!", "against": "+", "neutral": "·"}


def section(shown: Section, lens: Lens, width: int = 100) -> str:
    """The step as text, no line wider than *width* columns, without colours."""
    rule = "─" * min(width, Text(shown.title).cell_len)
    parts = [*shown.intro, *([shown.not_evaluated] if shown.not_evaluated else [])]
    blocks = (_block(one, lens) for one in shown.blocks)
    return _text(
        [Group(Text(shown.title), Text(rule)), *map(Text, parts), *blocks, _cards(shown.cards)], width
    )


def sheet(table: Sheet, lens: Lens, width: int = 100) -> str:
    """One table as text."""
    return _text([_sheet(table, lens)], width)


def _text(parts: Iterable[RenderableType], width: int) -> str:
    """The parts with an empty line between them; no line is longer than *width* columns."""
    out = io.StringIO()
    console = Console(
        force_jupyter=False,
        file=out,
        width=width,
        color_system=None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for part in parts:
        console.print(part)
        console.print()
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).rstrip() + "\n"


def _block(one: Block, lens: Lens) -> RenderableType:
    match one:
        case Sheet():
            return _sheet(one, lens)
        case Picture():
            return Text(f"[{one.alt}]")
        case Passage():
            return Text("\n".join(f"│ {line}" for line in one.lines))
        case Verdict():
            return _verdict(one, lens)
        case Counsel():
            return Text("\n".join(f"{at}. {item}" for at, item in enumerate(one.items, 1)))
        case Note():
            return Text(one.text)


def _sheet(table: Sheet, lens: Lens) -> RenderableType:
    """A table; one that is too wide for a terminal would be unreadable, so many columns become records."""
    more = [Text(lens.say("table.left-out", count=table.left_out))] if table.left_out else []
    if not table.rows:
        return Group(Text(table.caption), Text(lens.say("table.empty")))
    return Group(Text(table.caption), _records(table) if len(table.headings) > 5 else _grid(table), *more)


def _grid(table: Sheet) -> RichTable:
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in table.headings:
        grid.add_column(
            Text(heading.text), justify="right" if heading.align == "right" else "left", overflow="fold"
        )
    for row in table.rows:
        grid.add_row(*(_cell(cell) for cell in row))
    return grid


def _records(table: Sheet) -> RichTable:
    grid = RichTable(box=None, pad_edge=False, show_header=False)
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for row in table.rows:
        for heading, cell in zip(table.headings, row, strict=True):
            grid.add_row(Text(heading.text), _cell(cell))
        grid.add_row("", "")
    return grid


def _cell(cell: Cell) -> Text:
    lines = "\n".join(part for part in (cell.text, cell.below) if part)
    return Text(" ".join(part for part in (lines, _references(cell.references)) if part))


def _cards(found: Iterable[Card]) -> RenderableType:
    return Group(*(_card(one) for one in found))


def _card(one: Card) -> RenderableType:
    worth = one.direction_word if one.direction == "neutral" else f"{one.direction_word}, {one.weight_word}"
    below = [one.caveat] if one.caveat else []
    head = f"{_SIGN[one.direction]} {one.sentence} ({worth}) {_references(one.references)}".rstrip()
    return Group(Text(head), *(Padding(Text(text), (0, 0, 0, 4)) for text in below))


def _verdict(one: Verdict, lens: Lens) -> RenderableType:
    sides = ((lens.say("verdict.supporting"), one.supporting), (lens.say("verdict.opposing"), one.opposing))
    return Group(
        Text(one.question),
        Text(f"→ {one.answer} ({one.confidence_word})"),
        *(Text(caveat) for caveat in one.caveats),
        *(Text(f"{word}: {len(found)}") for word, found in sides),
    )


def _references(found: Iterable[Reference]) -> str:
    return " ".join(f"[{one.label}]" for one in found)
