"""When each server noted the mail, with delays, clock trouble and the trust boundary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from phishlab import wording
from phishlab.records import Hop, Trust
from phishlab.views import paper
from phishlab.views.charts import axis, frame
from phishlab.views.charts.frame import DASHES, GROUND, MARGIN
from phishlab.views.safe import Lens

MOST = 50
"""Received lines in one chart; older ones are counted."""
_INNER = paper.WIDTH - 2 * MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hop in the chart: *top* in CSS pixels from the chart's top, *at* in seconds since the first date."""

    hop: Hop
    top: float
    height: float
    at: float | None

    @property
    def mark(self) -> float:
        """Where its mark stands, below its text."""
        return self.top + self.height * 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rows, newest at the top, the time axis (*start* UTC, *span* seconds) and where the boundary runs."""

    rows: tuple[Row, ...]
    start: datetime | None
    span: float
    boundary: float | None
    height: float


@paper.plain()
def hop_timeline(hops: Sequence[Hop], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """When each server noted the mail: time to the right in UTC, the newest line at the top, as in the table.

    Lines that the sender could have written are hollow and dashed, below the line of the trust boundary.
    ``png`` at twice a screen's density, ``svg`` or ``pdf``; ValueError for another word.
    """
    plan = _plan(hops)
    keys = _kinds(plan.rows)
    notes = [line for note in _notes(hops, lens) for line in paper.wrapped(note, _INNER, 12.5)]
    title = paper.wrapped(_say(lens, "title"), _INNER, 16)
    head, axis = MARGIN + 22 * len(title) + 8, 38 if plan.start else 8
    sheet = paper.Sheet(head + plan.height + axis + 21 * len(keys) + 17 * len(notes) + 4 + MARGIN)
    for number, line in enumerate(title):
        sheet.write(MARGIN, MARGIN + 22 * number, line, size=16, bold=True)
    if plan.rows:
        _draw(sheet.panel(MARGIN, head, _INNER, plan.height), plan, lens)
    top = head + plan.height + axis
    below = top + 21 * len(keys) + 4
    for number, kind in enumerate(keys):
        _key(sheet, kind, top + 21 * number, lens)
    for number, line in enumerate(notes):
        sheet.write(MARGIN, below + 17 * number, line, size=12.5, color=paper.MUTED)
    return sheet.bytes(format)


# --- where everything stands --------------------------------------------------------------------------------


def _plan(hops: Sequence[Hop]) -> Plan:
    """Rows of equal height, closer where there are many, and room below the boundary for its label."""
    shown = tuple(hops[:MOST])
    dated = [hop.date_utc for hop in shown if hop.date_utc]
    start = min(dated) if dated else None
    height = 46.0 if len(shown) <= 12 else 36.0
    edge = max((row for row, hop in enumerate(shown) if hop.trust is Trust.BOUNDARY), default=None)
    rows, top = [], 0.0
    boundary = None
    for number, hop in enumerate(shown):
        at = (hop.date_utc - start).total_seconds() if hop.date_utc and start else None
        rows.append(Row(hop=hop, top=top, height=height, at=at))
        top += height
        if number == edge:
            boundary = top + 3
            top += 26
    span = max((max(dated) - min(dated)).total_seconds(), 1.0) if dated else 1.0
    return Plan(rows=tuple(rows), start=start, span=span, boundary=boundary, height=top)


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


# --- drawing ------------------------------------------------------------------------------------------------


def _draw(axes: Any, plan: Plan, lens: Lens) -> None:  # noqa: ANN401 - Axes
    """Down in CSS pixels from the top, to the right in seconds since the earliest date."""
    axes.set_xlim(-0.05 * plan.span, 1.05 * plan.span)
    axes.set_ylim(plan.height, 0)
    axes.set_facecolor(GROUND)
    for spine in axes.spines.values():
        spine.set_visible(False)
    _ticks(axes, plan)
    asides = _steps(axes, plan, lens)
    for row in plan.rows:
        _hop(axes, row, lens, asides.get(row.hop.index, 130.0))
    if plan.boundary is not None:
        axes.axhline(plan.boundary, color=paper.AREA, linewidth=1.8, zorder=5)
        _text(axes, "left", plan.boundary + 3, _say(lens, "boundary"), 12, color=paper.AREA)


def _ticks(axes: Any, plan: Plan) -> None:  # noqa: ANN401 - Axes
    """Round times of UTC, under the rows."""
    if plan.start is None:
        return
    for offset, time in axis.ticks(plan.start, plan.span):
        axes.axvline(offset, color=frame.RULE, linewidth=0.8, zorder=1)
        axes.annotate(
            xy=(offset, plan.height), xytext=(0, -4), textcoords="offset points", annotation_clip=False,
            va="top", ha="center", **_letters(time, 11, paper.MUTED),
        )  # fmt: skip


def _steps(axes: Any, plan: Plan, lens: Lens) -> dict[int, float]:  # noqa: ANN401 - Axes
    """The way from each dated line to the next newer one, with the time that it took; how wide that is, by hop."""
    asides: dict[int, float] = {}
    dated = [(row, row.at) for row in plan.rows if row.at is not None]
    for (row, at), (older, older_at) in pairwise(dated):
        seconds = row.hop.delay_s if row.hop.delay_s is not None else at - older_at
        back = seconds < 0
        color = paper.AREA if back else paper.MUTED
        dashed = Trust.UNVERIFIED in (row.hop.trust, older.hop.trust)
        axes.plot(
            [older_at, at], [older.mark, row.mark], color=color, linewidth=1.4, zorder=3,
            linestyle=DASHES if dashed else "solid",
        )  # fmt: skip
        _text(axes, "right", row.top + 3, _took(seconds, lens), 12, color=color, bold=back)
        asides[row.hop.index] = frame.bold_extent(_took(seconds, lens), 12)
    return asides


def _took(seconds: float, lens: Lens) -> str:
    return f"{_say(lens, 'back')}  {duration(seconds)}" if seconds < 0 else duration(seconds)


def _hop(axes: Any, row: Row, lens: Lens, aside: float) -> None:  # noqa: ANN401 - Axes
    """One line: which server wrote it, and when; *aside* is the room that the text at the right takes."""
    hop = row.hop
    undated = _say(lens, "undated")
    aside = paper.extent(undated, 12) if row.at is None else aside
    server = frame.shown(hop.by, lens) if hop.by else _say(lens, "unnamed")
    said = frame.cut(_say(lens, "by", number=str(hop.index), server=server), _INNER - aside - 24, 12.5)[0]
    color = paper.MUTED if hop.trust is Trust.UNVERIFIED else paper.INK
    _text(axes, "left", row.top + 3, said, 12.5, color=color)
    if row.at is None:
        _text(axes, "right", row.top + 3, undated, 12, color=color)
    else:
        _mark(axes, row.at, row.mark, hop.trust)


def _mark(axes: Any, x: float, y: float, trust: Trust) -> None:  # noqa: ANN401 - Axes
    """A dot for the receiver's line, a diamond for its edge server's, hollow for what the sender could write."""
    shape = "D" if trust is Trust.BOUNDARY else "o"
    color = {Trust.RECEIVER: paper.POINT, Trust.BOUNDARY: paper.AREA, Trust.UNVERIFIED: paper.MUTED}[trust]
    face = paper.PAPER if trust is Trust.UNVERIFIED else color
    axes.plot([x], [y], shape, markersize=7, markerfacecolor=face, markeredgecolor=color, zorder=6)


def _kinds(rows: tuple[Row, ...]) -> list[Trust]:
    """The kinds of lines that stand in the chart, for its key."""
    return [trust for trust in Trust if any(row.hop.trust is trust for row in rows)]


def _key(sheet: paper.Sheet, trust: Trust, top: float, lens: Lens) -> None:
    axes = sheet.panel(MARGIN, top, 26, 20)
    axes.set_axis_off()
    axes.set_xlim(0, 26)
    axes.set_ylim(20, 0)
    style = DASHES if trust is Trust.UNVERIFIED else "solid"
    axes.plot([0, 24], [10, 10], color=paper.MUTED, linewidth=1.4, linestyle=style)
    _mark(axes, 12, 10, trust)
    sheet.write(MARGIN + 34, top + 3, _say(lens, f"key.{trust.value}"), size=12.5)


def duration(seconds: float) -> str:
    """``+1 s``, ``−5 min 3 s``, ``+2 h 4 min``, ``+3 d 1 h``: the two largest units."""
    whole = round(abs(seconds))
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, whole = divmod(whole, size)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
    return ("−" if seconds < 0 else "+") + " ".join(parts[:2])


def _text(axes: Any, side: str, y: float, text: str, size: float, **style: Any) -> None:  # noqa: ANN401 - Axes
    """Text at the left or right edge, *y* CSS pixels from the top, on a ground that hides the lines behind."""
    left, right = axes.get_xlim()
    x = left + (right - left) * (0.008 if side == "left" else 0.992)
    ground = {"facecolor": GROUND, "edgecolor": "none", "pad": 1.5}
    axes.text(x, y, va="top", ha=side, bbox=ground, zorder=4, **paper.typeset(text, size, **style))


def _letters(text: str, size: float, color: str) -> dict[str, Any]:
    letters = paper.typeset(text, size, color=color)
    return letters | {"text": letters.pop("s")}


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"pictures.timeline.{sentence}", **values)
