"""Who was asked, when, and who could notice: the answers of a case in time, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from phishlab import wording
from phishlab.records import Exchange, Level, Outcome, Provenance
from phishlab.views import paper
from phishlab.views.charts import axis, frame
from phishlab.views.charts.frame import Board, Mark
from phishlab.views.safe import Lens

MOST = 30
"""Rows in one chart; those beyond are counted."""

_NAME, _COUNT = 232, 30
_ROW, _HEAD = 21, 24
_INSET = 22
_SHAPES = {
    Provenance.RECORDED: ("o", paper.POINT),
    Provenance.RECONSTRUCTED: ("D", paper.AREA),
    Provenance.IMPORTED: ("s", paper.INK),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One that was asked, and all that it answered."""

    level: Level
    who: str
    exchanges: tuple[Exchange, ...]


@paper.plain()
def draw(items: Sequence[Exchange], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """Time to the right in UTC; a row for each that was asked, under its level; the shape is that of the origin."""
    found = rows(items, lens)
    shown = found[:MOST]
    times = [one.asked_at for row in shown for one in row.exchanges]
    notes = _notes(items, found, lens)
    bottom = _ROW * len(shown) + _HEAD * len({row.level for row in shown})
    board = Board(
        _say(lens, "title"), bottom + (34 if len(set(times)) > 1 else 4), key=_key(shown, lens), notes=notes
    )
    if times:
        board.box(_NAME, 0, board.width - _NAME - _COUNT, bottom)
        lane = _lane(board, times)
        _ticks(board, lane, bottom)
        _all(board, shown, lane, lens)
    return board.bytes(format)


def rows(items: Iterable[Exchange], lens: Lens) -> list[Row]:
    """The exchanges by level and by who was asked, each in the order of the first question."""
    found: dict[tuple[Level, str], list[Exchange]] = {}
    for one in sorted(items, key=lambda one: (one.level, one.asked_at)):
        found.setdefault((one.level, asked(one, lens)), []).append(one)
    return [Row(level=level, who=who, exchanges=tuple(each)) for (level, who), each in found.items()]


def asked(exchange: Exchange, lens: Lens) -> str:
    """Who was asked, read from the question: a server's name, a service, DNS, or a database on this machine."""
    scheme, _, rest = exchange.question.partition(":")
    if scheme in ("https", "http", "whois"):
        return frame.shown(rest.removeprefix("//").split("/", 1)[0], lens)
    if scheme == "dns":
        return _say(lens, "who.dns", peer=frame.shown(exchange.peer, lens)) if exchange.peer else "DNS"
    if scheme in ("geoip", "observed"):
        return _say(lens, f"who.{scheme}", name=frame.shown(rest.split("/", 1)[0], lens))
    if scheme == "visit":
        return _say(lens, "who.visit", name=frame.shown(_host(rest), lens))
    if wording.known(lens.lang, f"chart.asked.who.{scheme}"):
        return _say(lens, f"who.{scheme}")
    return frame.shown(scheme, lens)


def _host(url: str) -> str:
    return url.partition("://")[2].split("/", 1)[0].split("?", 1)[0]


# --- drawing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lane:
    """From a time to the field's pixels; the middle where all was asked at once."""

    left: float
    width: float
    start: datetime
    span: float

    def at(self, seconds: float) -> float:
        return self.left + (self.width * seconds / self.span if self.span else self.width / 2)


def _lane(board: Board, times: Sequence[datetime]) -> _Lane:
    width = board.width - _NAME - _COUNT - 2 * _INSET
    span = (max(times) - min(times)).total_seconds()
    return _Lane(left=_NAME + _INSET, width=width, start=min(times), span=span)


def _ticks(board: Board, lane: _Lane, bottom: float) -> None:
    """The axis under the rows; without times where all was asked at once, which a note says."""
    for offset, time in axis.ticks(lane.start, lane.span, 4) if lane.span else [(0.0, "")]:
        x = lane.at(offset)
        board.line([x, x], [0, bottom], color=frame.RULE, linewidth=0.8, zorder=1.5)
        board.text(x, bottom + 4, time, 11, ha="center", color=paper.MUTED)


def _all(board: Board, shown: Sequence[Row], lane: _Lane, lens: Lens) -> None:
    top = 0.0
    for level in dict.fromkeys(row.level for row in shown):
        _heading(board, level, top, lens)
        top += _HEAD
        for row in (row for row in shown if row.level is level):
            _row(board, row, top, lane)
            top += _ROW


def _heading(board: Board, level: Level, top: float, lens: Lens) -> None:
    board.box(0, top, board.width, _HEAD - 3, facecolor="#e6ecf0", zorder=2)
    name, meaning = (lens.say(f"{group}.{level.word}") for group in ("level", "level-meaning"))
    board.text(6, top + 4.5, name, 12, bold=True)
    left = 6 + frame.bold_extent(name, 12) + 8
    board.text(left, top + 4.5, frame.cut(meaning, board.width - left - 6, 11.5)[0], 11.5, color=paper.MUTED)


def _row(board: Board, row: Row, top: float, lane: _Lane) -> None:
    board.text(6, top + 4.5, frame.cut(row.who, _NAME - 16, 11.5)[0], 11.5)
    for one in row.exchanges:
        x = lane.at((one.asked_at - lane.start).total_seconds())
        board.mark(x, top + _ROW / 2, _mark(one))
    count = f"{len(row.exchanges)}"
    board.text(board.width - 6, top + 4.5, count, 11.5, ha="right", color=paper.MUTED)


def _mark(exchange: Exchange) -> Mark:
    shape, color = _SHAPES[exchange.origin]
    return Mark(shape=shape, color=color, filled=exchange.outcome is Outcome.ANSWERED, size=8)


def _key(shown: Iterable[Row], lens: Lens) -> list[tuple[Mark, str]]:
    """The shapes that stand in the chart, and hollow where a question brought no answer."""
    found = [one for row in shown for one in row.exchanges]
    key = [
        (Mark(shape=shape, color=color, size=8), lens.say(f"provenance.{origin}"))
        for origin, (shape, color) in _SHAPES.items()
        if any(one.origin is origin for one in found)
    ]
    if any(one.outcome is not Outcome.ANSWERED for one in found):
        hollow = Mark(shape="o", color=paper.MUTED, filled=False, size=8)
        key.append((hollow, _say(lens, "key.no-answer")))
    return key


def _notes(items: Sequence[Exchange], found: Sequence[Row], lens: Lens) -> list[str]:
    if not items:
        return [_say(lens, "none")]
    times = {one.asked_at for one in items}
    notes = [_say(lens, "same", time=lens.when(min(times)))] if len(times) == 1 else []
    return [*notes, *([_say(lens, "more", count=str(len(found) - MOST))] if len(found) > MOST else [])]


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"chart.asked.{sentence}", **values)
