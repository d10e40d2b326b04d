"""Charts of a mail's route, drawn on matplotlib's own objects: no window, no shared state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from phishlab import wording
from phishlab.records import Hop, Trust
from phishlab.views import paper
from phishlab.views.safe import Lens

MOST = 50
"""Received lines in one chart; older ones are counted."""
MARGIN = 14
_ROW = 46
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds between two ticks of the time axis; days beyond."""


def hop_timeline(hops: Sequence[Hop], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """When each server noted the mail: time to the right in UTC, the newest line at the top, as in the table.

    Lines that the sender could have written are hollow and dashed, below the line of the trust boundary.
    ``png`` at twice a screen's density, ``svg`` or ``pdf``.
    """
    shown = tuple(hops[:MOST])
    notes = _notes(hops, lens)
    foot = sum(len(paper.wrapped(note, paper.WIDTH - 2 * MARGIN, 12.5)) for note in notes) * 17
    head = 40
    keys = _kinds(shown)
    sheet = paper.Sheet(head + _ROW * max(len(shown), 1) + 34 + 20 * len(keys) + foot + 2 * MARGIN)
    sheet.write(MARGIN, MARGIN, _say(lens, "title"), size=16, bold=True)
    if shown:
        axes = sheet.panel(MARGIN, head + 6, paper.WIDTH - 2 * MARGIN, _ROW * len(shown))
        _draw(axes, shown, lens)
    top = head + _ROW * max(len(shown), 1) + 36
    for kind in keys:
        _key(sheet, kind, top, lens)
        top += 20
    for note in notes:
        for line in paper.wrapped(note, paper.WIDTH - 2 * MARGIN, 12.5):
            sheet.write(MARGIN, top + 4, line, size=12.5, color=paper.MUTED)
            top += 17
    return sheet.bytes(format)


def _notes(hops: Sequence[Hop], lens: Lens) -> list[str]:
    """What the chart cannot show by itself."""
    if not hops:
        return [_say(lens, "none")]
    notes = []
    if not any(hop.trust is Trust.BOUNDARY for hop in hops):
        notes.append(_say(lens, "no-boundary"))
    dated = {hop.date_utc for hop in hops if hop.date_utc}
    if len(dated) == 1:
        notes.append(_say(lens, "same", time=lens.when(dated.pop())))
    if len(hops) > MOST:
        notes.append(_say(lens, "more", count=str(len(hops) - MOST)))
    return notes


def _draw(axes: Any, hops: tuple[Hop, ...], lens: Lens) -> None:  # noqa: ANN401 - Axes
    """Rows from the top, one for each hop; x in seconds since the earliest date."""
    start, span = _span(hops)
    axes.set_xlim(-0.06 * span, span * 1.06)
    axes.set_ylim(len(hops), 0)
    axes.set_facecolor("#f7f9fa")
    for spine in axes.spines.values():
        spine.set_visible(False)
    _axis(axes, start, span)
    _steps(axes, hops, start, span, lens)
    for row, hop in enumerate(hops):
        _hop(axes, row, hop, start, span, lens)
    _boundary(axes, hops, lens)


def _span(hops: tuple[Hop, ...]) -> tuple[datetime | None, float]:
    """The earliest date and the seconds to the latest, at least one."""
    dated = [hop.date_utc for hop in hops if hop.date_utc]
    if not dated:
        return None, 1.0
    return min(dated), max((max(dated) - min(dated)).total_seconds(), 1.0)


def _at(hop: Hop, start: datetime | None) -> float | None:
    return (hop.date_utc - start).total_seconds() if hop.date_utc and start else None


def _axis(axes: Any, start: datetime | None, span: float) -> None:  # noqa: ANN401 - Axes
    """Ticks at round times of UTC, under the rows."""
    if start is None:
        return
    step = next((step for step in _TICKS if span / step <= 5), math.ceil(span / 5 / 86400) * 86400)
    midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = math.ceil((start - midnight).total_seconds() / step)
    for number in range(first, first + 8):
        offset = (midnight - start).total_seconds() + number * step
        if offset > span * 1.02:
            break
        axes.axvline(offset, color="#d5dce1", linewidth=0.8, zorder=1)
        time = _tick(midnight + timedelta(seconds=number * step), step, first=number == first)
        _text(axes, offset, axes.get_ylim()[0], time, 11, va="top", ha="center", color=paper.MUTED, shift=-4)


def _tick(time: datetime, step: float, *, first: bool) -> str:
    """``13:05:10`` or ``13:05``; the first with its date below."""
    clock = time.strftime("%Y-%m-%d" if step >= 86400 else "%H:%M" if step >= 60 else "%H:%M:%S")
    return clock if step >= 86400 or not first else f"{clock}\n{time:%Y-%m-%d}"


def _hop(axes: Any, row: int, hop: Hop, start: datetime | None, span: float, lens: Lens) -> None:  # noqa: ANN401 - Axes
    """One line: which server wrote it, and when."""
    at = _at(hop, start)
    server = lens.text(hop.by[:120]) if hop.by else _say(lens, "unnamed")
    said = _cut(_say(lens, "by", number=str(hop.index), server=" ".join(server.split())), paper.WIDTH - 150)
    trusted = hop.trust is not Trust.UNVERIFIED
    color = paper.INK if trusted else paper.MUTED
    _text(axes, axes.get_xlim()[0], row + 0.06, said, 12.5, va="top", ha="left", color=color, shift=0)
    if at is None:
        _text(axes, axes.get_xlim()[1], row + 0.06, _say(lens, "undated"), 11.5, va="top", ha="right", color=color)
        return
    face = (paper.POINT if hop.trust is Trust.RECEIVER else paper.AREA) if trusted else paper.PAPER
    edge = face if trusted else paper.MUTED
    shape = "D" if hop.trust is Trust.BOUNDARY else "o"
    axes.plot([at], [row + 0.68], shape, markersize=7.5, markerfacecolor=face, markeredgecolor=edge, zorder=6)


def _steps(axes: Any, hops: tuple[Hop, ...], start: datetime | None, span: float, lens: Lens) -> None:  # noqa: ANN401 - Axes
    """The way from each dated line to the next newer one, with the time that it took."""
    dated = [(row, hop, at) for row, hop in enumerate(hops) if (at := _at(hop, start)) is not None]
    for (row, hop, at), (older_row, older, older_at) in zip(dated, dated[1:], strict=False):
        dashed = Trust.UNVERIFIED in (hop.trust, older.trust)
        back = at < older_at
        color = paper.AREA if back else paper.MUTED
        axes.plot(
            [older_at, at], [older_row + 0.68, row + 0.68], color=color, linewidth=1.4, zorder=4,
            linestyle=(0, (4, 2.5)) if dashed else "solid",
        )  # fmt: skip
        took = _duration(at - older_at) + (f"  {_say(lens, 'back')}" if back else "")
        _text(axes, axes.get_xlim()[1], row + 0.06, took, 11.5, va="top", ha="right", color=color, bold=back)


def _duration(seconds: float) -> str:
    """``+1 s``, ``−5 min 3 s``, ``+2 h 4 min``, ``+3 d 1 h``: the two largest units."""
    sign, whole = "−" if seconds < 0 else "+", round(abs(seconds))
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, whole = divmod(whole, size)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
    return sign + " ".join(parts[:2])


def _boundary(axes: Any, hops: tuple[Hop, ...], lens: Lens) -> None:  # noqa: ANN401 - Axes
    """The line below the last hop that a server of the receiver wrote."""
    rows = [row for row, hop in enumerate(hops) if hop.trust is Trust.BOUNDARY]
    if not rows:
        return
    y = max(rows) + 1.0
    axes.axhline(y, color=paper.AREA, linewidth=1.8, zorder=5, clip_on=False)


def _kinds(hops: tuple[Hop, ...]) -> list[str]:
    """The kinds of lines that stand in the chart, for its key."""
    words = {Trust.RECEIVER: "receiver", Trust.BOUNDARY: "edge", Trust.UNVERIFIED: "unverified"}
    kinds = [words[trust] for trust in Trust if any(hop.trust is trust for hop in hops)]
    return [*kinds, "boundary"] if "edge" in kinds else kinds


def _key(sheet: paper.Sheet, kind: str, top: float, lens: Lens) -> None:
    axes = sheet.panel(MARGIN, top, 26, 20)
    axes.set_axis_off()
    axes.set_xlim(0, 26)
    axes.set_ylim(20, 0)
    if kind == "boundary":
        axes.plot([0, 24], [11, 11], color=paper.AREA, linewidth=1.8)
    else:
        if kind == "unverified":
            axes.plot([0, 24], [11, 11], color=paper.MUTED, linewidth=1.4, linestyle=(0, (4, 2.5)))
        face = {"receiver": paper.POINT, "edge": paper.AREA, "unverified": paper.PAPER}[kind]
        edge = paper.MUTED if kind == "unverified" else face
        shape = "D" if kind == "edge" else "o"
        axes.plot([12], [11], shape, markersize=7, markerfacecolor=face, markeredgecolor=edge)
    sheet.write(MARGIN + 34, top + 3, _say(lens, kind), size=12.5)


def _text(axes: Any, x: float, y: float, text: str, size: float, *, shift: float = 0, **style: Any) -> None:  # noqa: ANN401 - Axes
    letters = paper.typeset(text, size, bold=style.pop("bold", False), color=style.pop("color", paper.INK))
    axes.annotate(
        letters.pop("s"), (x, y), xytext=(0, shift), textcoords="offset points", annotation_clip=False,
        zorder=7, **letters, **style,
    )  # fmt: skip


def _cut(text: str, width: float) -> str:
    lines = paper.wrapped(text, width, 12.5)
    return lines[0] if len(lines) == 1 else lines[0].rstrip() + "…"


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"pictures.timeline.{sentence}", **values)
