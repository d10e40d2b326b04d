"""Tables that read the same on a terminal and in docs/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """*before* and *after* are sentences around the rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    before: str = ""
    after: str = ""

    def text(self) -> str:
        """As Markdown, its columns aligned so that it can be read as it is."""
        lines = [list(map(str, row)) for row in (self.columns, *self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        lines.insert(1, ["-" * width for width in widths])
        shown = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
            for line in lines
        ]
        parts = [f"## {self.title}", self.before, "\n".join(shown), self.after]
        return "\n\n".join(part for part in parts if part) + "\n"
