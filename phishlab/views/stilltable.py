"""The table beneath a still map: the same words as beside the live one, its key and its credits."""

from __future__ import annotations

from typing import Any

from phishlab import wording
from phishlab.views import marks, paper, pins
from phishlab.views.pins import Listed
from phishlab.views.safe import Lens

_LINE = 17.5


def lines(places: Listed, lens: Lens, *, legs: bool) -> list[tuple[str, dict[str, Any], float]]:
    """Lines of text with their style and height, in order."""
    out: list[tuple[str, dict[str, Any], float]] = []

    def add(text: str, indent: float = 0, **style: Any) -> None:  # noqa: ANN401 - matplotlib's styles
        width = paper.WIDTH - 2 * paper.MARGIN - indent - 4
        wrapped = paper.wrapped(text, width, style.get("size", 13))
        out.extend((line, {"indent": indent} | style, _LINE) for line in wrapped)

    add(_say(lens, "caveat"), color=paper.MUTED)
    if not places:
        add(_say(lens, "none"), bold=True)
    drawn = pins.marks(places)
    for entry in pins.entries(places, lens):
        out.append(("", {"rule": True}, 8))
        out.append((str(entry.number), {"mark": drawn[entry.number]}, 0))
        add(entry.address, 40, bold=True)
        add(entry.name, 40)
        for line in entry.lines:
            add(line, 40, color=paper.MUTED, size=12.5)
    if more := pins.left_out(places, lens):
        add(more)
    out.append(("", {"rule": True}, 10))
    for kind in ("area", "point", "radius", *(("leg-sure", "leg-claimed") if legs else ())):
        out.append(("1" if kind in {"area", "point"} else "", {"mark": kind}, 0))
        out.append(("", {}, 3))
        add(_say(lens, f"legend.{kind}"), 40, size=12.5)
        out.append(("", {}, 4))
    for credit in pins.credits(places, lens):
        add(" ".join((credit.text, *credit.homes)), color=paper.MUTED, size=11.5)
    add(_say(lens, "credit.land-still"), color=paper.MUTED, size=11.5)
    return out


def write(sheet: paper.Sheet, text: list[tuple[str, dict[str, Any], float]], top: float) -> None:
    """Writes the lines from *top* (CSS pixels) down."""
    from matplotlib.lines import Line2D

    axes = sheet.field(paper.MARGIN, 0)
    for line, style, height in text:
        style = dict(style)
        if style.pop("rule", False):
            y = 1 - (top + 2) / sheet.height
            ends = (paper.MARGIN / sheet.width, 1 - paper.MARGIN / sheet.width)
            sheet.figure.add_artist(Line2D(ends, (y, y), color="#b8c2ca", linewidth=0.75))
        elif kind := style.pop("mark", None):
            _key(axes, line, kind, top + 10)
        elif line:
            sheet.write(paper.MARGIN + style.pop("indent", 0), top, line, **style)
        top += height


def _key(axes: Any, label: str, kind: str, middle: float) -> None:  # noqa: ANN401 - Axes
    """A mark in the table, as it stands on the map; *middle* in CSS pixels from the top."""
    if kind.startswith("leg-"):
        marks.line(axes, ((middle, 2), (middle, 27)), sure=kind == "leg-sure")
    elif kind == "radius":
        axes.add_patch(marks.circle(14, middle, 9, 9, paper.POINT, dashed=False))
    else:
        marks.pin(axes, (14, middle), label, kind, at=(14, middle), size=11.5)


def _say(lens: Lens, sentence: str) -> str:
    return wording.say(lens.lang, f"pictures.map.{sentence}")
