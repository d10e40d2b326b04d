"""When each domain was registered, when it runs out, and where the mail falls in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from phishlab import wording
from phishlab.records import Lifetime, Outcome
from phishlab.views import paper
from phishlab.views.charts import axis, frame
from phishlab.views.charts.frame import Board, Mark
from phishlab.views.safe import Lens

MOST = 12
"""Domains in one chart; the rest are counted."""

_INSET = 26
_ROW, _BARE = 66, 44
_AXIS = 22
_BEGAN = Mark(shape="o", color=paper.POINT)
_ENDS = Mark(shape="s", color=paper.MUTED, filled=False)
_YOUNG = 30
"""Days: a domain younger than this when it mailed is drawn in the colour that warns."""


@paper.plain()
def draw(items: Sequence[Lifetime], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """A line for each domain on one scale of years; what a registry does not tell is said, not drawn."""
    shown = items[:MOST]
    scale = _Scale(shown)
    notes = [_say(lens, "more", count=str(len(items) - MOST))] if len(items) > MOST else []
    if scale.mailed is None:
        notes.insert(0, _say(lens, "no-date"))
    tops = _tops(shown)
    bottom = tops[-1]
    board = Board(
        _say(lens, "title"), bottom + (_AXIS if scale.ticks else 0), key=_key(shown, lens), notes=notes
    )
    board.box(0, 20, board.width, bottom - 20)
    _years(board, scale, bottom)
    if scale.mailed is not None:
        _mail(board, scale.at(scale.mailed), bottom, _say(lens, "mail", date=lens.when(scale.mailed)[:10]))
    for top, below, one in zip(tops, tops[1:], shown, strict=False):
        _row(board, scale, one, (top, below), lens)
    return board.bytes(format)


def _tops(items: Sequence[Lifetime]) -> list[float]:
    """Where each row begins, and where the last one ends; lower where there is nothing to draw."""
    tops = [20.0]
    for one in items:
        tops.append(tops[-1] + (_ROW if one.created or one.expires else _BARE))
    return tops


class _Scale:
    """From a time to the field's pixels; all dates that are told fall inside."""

    def __init__(self, items: Sequence[Lifetime]) -> None:
        dates = [date for one in items for date in (one.created, one.expires, one.mailed) if date]
        self.mailed = next((one.mailed for one in items if one.mailed), None)
        self.start = min(dates, default=None)
        self.end = max(dates, default=None)
        self.ticks = axis.years(self.start, self.end) if self.start and self.end else []
        self.width = paper.WIDTH - 2 * frame.MARGIN - 2 * _INSET

    def at(self, time: datetime) -> float:
        if self.start is None or self.end is None or self.end == self.start:
            return _INSET + self.width / 2
        return _INSET + self.width * ((time - self.start) / (self.end - self.start))


def _years(board: Board, scale: _Scale, bottom: float) -> None:
    for time, year in scale.ticks:
        x = scale.at(time)
        board.line([x, x], [20, bottom], color=frame.RULE, linewidth=0.8)
        board.text(x, bottom + 4, year, 11, ha="center", color=paper.MUTED)


def _mail(board: Board, x: float, bottom: float, text: str) -> None:
    """The day of the mail, through all rows, its date above."""
    board.line([x, x], [18, bottom], color=paper.AREA, linewidth=1.6, zorder=3)
    half = frame.bold_extent(text, 12) / 2
    board.text(min(max(x, half), board.width - half), 1, text, 12, ha="center", color=paper.AREA, bold=True)


def _row(board: Board, scale: _Scale, one: Lifetime, room: tuple[float, float], lens: Lens) -> None:
    """One domain; *room* is where its row begins and ends."""
    top, below = room
    board.line([0, board.width], [top, top], color=paper.PAPER, linewidth=1.2)
    role = _say(lens, f"role.{one.role}")
    left = board.width - 16 - paper.extent(role, 12) - 12
    name = frame.cut(frame.shown(one.domain, lens), left, 12.5, bold=True)[0]
    _plate(board, 8, top + 5, name, 12.5, bold=True)
    _plate(board, board.width - 8, top + 5, role, 12, ha="right", color=paper.MUTED)
    _life(board, scale, one, top + 33)
    said, warns = told(one, lens)
    for text in frame.cut(said, board.width - 16, 11.5):
        _plate(board, 8, below - 20, text, 11.5, color=paper.AREA if warns else paper.MUTED)


def _plate(board: Board, x: float, y: float, text: str, size: float, **style: str | bool) -> None:
    """Text on a ground that hides the lines behind it."""
    width = paper.extent(paper.drawable(text), size) * (1.08 if style.get("bold") else 1)
    left = x - width if style.get("ha") == "right" else x
    board.box(left - 2, y, width + 4, size * 1.3, zorder=4)
    board.text(x, y, text, size, **style)


def _life(board: Board, scale: _Scale, one: Lifetime, y: float) -> None:
    """From registration to expiry; an open end is dashed to the mail's day, beyond which nothing is known."""
    if one.created and one.expires:
        board.line([scale.at(one.created), scale.at(one.expires)], [y, y], color=paper.POINT, linewidth=2.2)
    elif one.created and one.mailed and one.created < one.mailed:
        xs = [scale.at(one.created), scale.at(one.mailed)]
        board.line(xs, [y, y], color=paper.POINT, linewidth=1.6, linestyle=frame.DASHES)
    if one.created:
        board.mark(scale.at(one.created), y, _BEGAN)
    if one.expires:
        board.mark(scale.at(one.expires), y, _ENDS)


def told(one: Lifetime, lens: Lens) -> tuple[str, bool]:
    """What the registry tells in words, and whether the domain was young, not yet there or run out at the mail."""
    if one.outcome is not Outcome.ANSWERED:
        return _say(lens, "no-answer", outcome=lens.say(f"outcome.{one.outcome}")), False
    began, young = _began(one, lens)
    ended = one.expires is not None and one.mailed is not None and one.expires < one.mailed
    ends = "expired" if ended else "expires" if one.expires else "expiry-not-told"
    expiry = _say(lens, ends, date=lens.when(one.expires)[:10])
    return _say(lens, "both", began=began, expiry=expiry), young or ended


def _began(one: Lifetime, lens: Lens) -> tuple[str, bool]:
    if one.created is None:
        return _say(lens, "created-not-told"), False
    date = lens.when(one.created)[:10]
    if one.mailed is None:
        return _say(lens, "created", date=date), False
    days = (one.mailed.astimezone(UTC) - one.created.astimezone(UTC)).days
    sentence = "before" if days >= 0 else "after"
    return _say(lens, sentence, date=date, days=f"{abs(days):,}"), days < _YOUNG


def _key(items: Sequence[Lifetime], lens: Lens) -> list[tuple[Mark, str]]:
    began = [(_BEGAN, _say(lens, "key.created"))] if any(one.created for one in items) else []
    return [*began, *([(_ENDS, _say(lens, "key.expires"))] if any(one.expires for one in items) else [])]


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"chart.ages.{sentence}", **values)
