"""What all charts share: a sheet with a title, a field to draw in, a key and notes; texts cut to their room.

Lengths are CSS pixels, from the top left of the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phishlab.views import paper
from phishlab.views.safe import Lens

MARGIN = paper.MARGIN
GROUND = "#f4f7f9"
RULE = "#d5dce1"
DASHES = (0, (4, 2.5))

_BOLD = 1.14
"""Bold letters are wider than the measured ones."""
_NARROWEST = 0.25
"""Width of the narrowest letter as a share of its size: no more letters than that can stand in a line."""
_BREAKS = "]/?=-"
_READ = 4_000
_SHOWN = 300
"""Characters of a foreign text that are looked at, so that redaction sees whole addresses, and that are shown."""


def shown(value: object, lens: Lens) -> str:
    """*value* in one line, fit to be printed, its end left out where it is very long."""
    text = " ".join(lens.text(str(value)[:_READ]).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def cut(text: str, width: float, size: float, lines: int = 1, *, bold: bool = False) -> list[str]:
    """*text* in at most so many *lines* of *width* CSS pixels; ``…`` where its end is left out.

    It breaks between words and behind the dots of an address; the last line is filled to its end.
    """
    width = width / _BOLD if bold else width
    whole = paper.drawable(text)
    text = whole[: int(lines * width / (size * _NARROWEST)) + 1]
    wrapped = paper.wrapped(text, width, size, after=_BREAKS)
    if len(wrapped) <= lines and text == whole:
        return wrapped
    rest = text
    for kept in wrapped[: lines - 1]:
        rest = rest[rest.index(kept) + len(kept) :].lstrip()
    return [*wrapped[: lines - 1], _filled(rest, width - paper.extent("…", size), size) + "…"]


def _filled(text: str, width: float, size: float) -> str:
    """As much of the beginning of *text* as fits."""
    fitting = len(text)
    while fitting > 1 and paper.extent(text[:fitting], size) > width:
        fitting -= 1
    return text[:fitting].rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark: matplotlib's letter for its *shape*, hollow where it is not *filled*."""

    shape: str
    color: str
    filled: bool = True
    size: float = 9.5


class Board:
    """A sheet: its title, a field of *height* CSS pixels, the key, the notes."""

    def __init__(
        self,
        title: str,
        height: float,
        *,
        key: Sequence[tuple[Mark, str]] = (),
        notes: Sequence[str] = (),
        width: float = paper.WIDTH,
    ) -> None:
        """The sheet with all but the field drawn; *key* pairs a mark with what it means."""
        self.width = width - 2 * MARGIN
        self.height = height
        titles = paper.wrapped(title, self.width / _BOLD, 16)
        below = [line for note in notes for line in paper.wrapped(note, self.width, 12.5)]
        rows = _flowed(key, self.width)
        head = MARGIN + 22 * len(titles) + 8
        foot = head + height + 8
        self.sheet = paper.Sheet(foot + 21 * len(rows) + 17 * len(below) + MARGIN, width)
        self._axes = self.sheet.field(MARGIN, head)
        self._write(MARGIN, titles, 16, 22, bold=True)
        self._key(rows, foot - head)
        self._write(foot + 21 * len(rows), below, 12.5, 17, color=paper.MUTED)

    def _write(self, top: float, lines: Sequence[str], size: float, step: float, **style: Any) -> None:  # noqa: ANN401
        for number, line in enumerate(lines):
            self.sheet.write(MARGIN, top + step * number, line, size=size, **style)

    def _key(self, rows: Sequence[Sequence[tuple[float, Mark, str]]], top: float) -> None:
        for number, row in enumerate(rows):
            middle = top + 21 * number + 10
            for left, mark, text in row:
                self.mark(left + 7, middle, mark)
                self.text(left + 20, middle, text, 12.5, va="center_baseline")

    # --- in the field -----------------------------------------------------------------------------------

    def text(self, x: float, y: float, text: str, size: float = 12, **style: Any) -> None:  # noqa: ANN401
        """*text*, its top left corner at the point unless ``ha`` or ``va`` say otherwise."""
        place = {"ha": style.pop("ha", "left"), "va": style.pop("va", "top")}
        self._axes.text(x, y, zorder=6, **place, **paper.typeset(text, size, **style))

    def lines(self, x: float, y: float, lines: Sequence[str], size: float = 12, **style: Any) -> float:  # noqa: ANN401
        """Lines of text one below the other; where the next would stand."""
        for line in lines:
            self.text(x, y, line, size, **style)
            y += leading(size)
        return y

    def mark(self, x: float, y: float, mark: Mark) -> None:
        """The mark, its middle at the point."""
        _mark(self._axes, x, y, mark)

    def line(self, xs: Sequence[float], ys: Sequence[float], **style: Any) -> None:  # noqa: ANN401
        """A line through the points."""
        style = {"color": paper.MUTED, "linewidth": 1.4, "zorder": 2, "clip_on": False} | style
        self._axes.plot(xs, ys, **style)

    def box(self, left: float, top: float, width: float, height: float, **style: Any) -> None:  # noqa: ANN401
        """A rectangle."""
        from matplotlib.patches import Rectangle

        style = {"facecolor": GROUND, "edgecolor": "none", "zorder": 1, "clip_on": False, **style}
        self._axes.add_patch(Rectangle((left, top), width, height, **style))

    def bytes(self, format: str) -> bytes:  # noqa: A002 - matplotlib's word
        """The sheet as ``png``, ``svg`` or ``pdf``."""
        return self.sheet.bytes(format)


def bold_extent(text: str, size: float) -> float:
    """Width of bold *text* in CSS pixels, rather too wide than too narrow."""
    return paper.extent(paper.drawable(text), size) * _BOLD


def leading(size: float) -> float:
    """From one line of text to the next."""
    return size * 1.28


def _flowed(key: Sequence[tuple[Mark, str]], width: float) -> list[list[tuple[float, Mark, str]]]:
    """The entries of the key in rows, each with its left edge."""
    rows: list[list[tuple[float, Mark, str]]] = []
    left = width
    for mark, text in key:
        needed = 20 + paper.extent(paper.drawable(text), 12.5)
        if not rows or left + needed > width:
            rows.append([])
            left = 0
        rows[-1].append((left, mark, text))
        left += needed + 18
    return rows


def _mark(axes: Any, x: float, y: float, mark: Mark) -> None:  # noqa: ANN401 - Axes
    axes.plot(
        [x], [y], mark.shape, markersize=mark.size * 0.75, markeredgecolor=mark.color, markeredgewidth=1.4,
        markerfacecolor=mark.color if mark.filled else paper.PAPER, zorder=5, clip_on=False,
    )  # fmt: skip
