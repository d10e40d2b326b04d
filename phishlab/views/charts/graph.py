"""The names of a case and what they have in common: field, name, address, network, who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phishlab import wording
from phishlab.records import Tie
from phishlab.views import paper
from phishlab.views.charts import frame, layers
from phishlab.views.charts.frame import Board
from phishlab.views.charts.layers import Node
from phishlab.views.safe import Lens

WIDTH = 840
"""CSS pixels: five columns of names need more than half a page."""
MOST = 14
"""Boxes in one column; the rest are counted, those that are shared last."""

_COLUMN = {"field": 0, "name": 1, "address": 2, "network": 3, "holder": 4, "registrant": 4, "registrar": 4}
_WIDTHS = (88, 182, 138, 132, 144)
_GAP, _HEAD = 9, 22
_BETWEEN = (WIDTH - 2 * frame.MARGIN - sum(_WIDTHS)) / (len(_WIDTHS) - 1)
_LEFT = tuple(sum(_WIDTHS[:at]) + at * _BETWEEN for at in range(len(_WIDTHS)))
_SIZE, _SMALL = 11.5, 10.5


@paper.plain()
def draw(items: Sequence[Tie], lens: Lens, *, format: str = "png") -> bytes:  # noqa: A002 - matplotlib's word
    """Boxes in five columns; a line from each to what it leads to; what two or more lines reach has a thick frame."""
    ties = [tie for tie in items if tie.kind in _COLUMN and _COLUMN[tie.kind] < _COLUMN.get(tie.to_kind, 0)]
    edges, left_out = chosen(
        list(dict.fromkeys(((tie.kind, tie.name), (tie.to_kind, tie.to)) for tie in ties))
    )
    labels = {node: _label(node, lens) for edge in edges for node in edge}
    places = layers.place(
        edges,
        {node: _COLUMN[node[0]] for node in labels},
        {node: _height(node, lines) for node, lines in labels.items()},
        _GAP,
    )
    notes = [_say(lens, "none")] if not edges else []
    notes += [_say(lens, "more", count=str(left_out))] if left_out else []
    height = _HEAD + places.bottom if edges else 0
    board = Board(_say(lens, "title"), height, notes=notes, width=WIDTH)
    if edges:
        _heads(board, lens)
        common = shared(edges)
        _lines(board, places, common)
        for node, lines in labels.items():
            _box(board, places, node, lines, lens, thick=node in common)
    return board.bytes(format)


def shared(edges: Sequence[layers.Edge]) -> set[Node]:
    """The nodes that two or more others lead to."""
    into: dict[Node, set[Node]] = {}
    for start, end in edges:
        into.setdefault(end, set()).add(start)
    return {node for node, starts in into.items() if len(starts) > 1}


def chosen(edges: list[layers.Edge]) -> tuple[list[layers.Edge], int]:
    """The lines between at most MOST boxes a column, shared ones first, and how many boxes are left out."""
    common = shared(edges)
    nodes = list(dict.fromkeys(node for edge in edges for node in edge))
    kept: set[Node] = set()
    for at in range(len(_WIDTHS)):
        own = [node for node in nodes if _COLUMN[node[0]] == at]
        kept.update(sorted(own, key=lambda node: node not in common)[:MOST])
    left = [edge for edge in edges if edge[0] in kept and edge[1] in kept]
    return left, len(nodes) - len({node for edge in left for node in edge})


# --- drawing ------------------------------------------------------------------------------------------------


def _label(node: Node, lens: Lens) -> list[str]:
    kind, name = node
    text = _say(lens, f"field.{name}") if kind == "field" else frame.shown(name, lens)
    return frame.cut(
        text, _WIDTHS[_COLUMN[kind]] - 12, _SIZE, lines=3 if kind in ("address", "network") else 2
    )


def _kind(kind: str, lens: Lens) -> str:
    """What a box in the last column is; the other columns say it at their head."""
    return _say(lens, f"kind.{kind}") if _COLUMN[kind] == len(_WIDTHS) - 1 else ""


def _height(node: Node, lines: Sequence[str]) -> float:
    small = frame.leading(_SMALL) if _COLUMN[node[0]] == len(_WIDTHS) - 1 else 0
    return len(lines) * frame.leading(_SIZE) + small + 8


def _heads(board: Board, lens: Lens) -> None:
    for at, (left, width) in enumerate(zip(_LEFT, _WIDTHS, strict=True)):
        text = frame.cut(_say(lens, f"column.{at}"), width + _BETWEEN - 4, 11.5, bold=True)[0]
        board.text(left, 0, text, 11.5, color=paper.MUTED, bold=True)


def _lines(board: Board, places: layers.Places, common: set[Node]) -> None:
    """Curves from box to box between the columns; level where a line crosses a column, so that it meets no box."""
    column = {node: at for at, nodes in enumerate(places.columns) for node in nodes}
    ends = _ends(places)
    for start, end in places.pieces:
        left, right = _LEFT[column[start]] + _WIDTHS[column[start]], _LEFT[column[end]]
        xs, ys = _curve(left, _HEAD + places.middle(start), right, _HEAD + places.middle(end))
        if not end[0]:
            xs, ys = [*xs, right + _WIDTHS[column[end]]], [*ys, ys[-1]]
        thick = ends[end] in common
        color, width = (paper.AREA, 1.9) if thick else ("#8796a2", 1.2)
        board.line(xs, ys, color=color, linewidth=width, zorder=2.5 if thick else 2)


def _ends(places: layers.Places) -> Mapping[Node, Node]:
    """Where each piece leads in the end: a bend to the box behind it."""
    following = {start: end for start, end in places.pieces if not start[0]}
    ends: dict[Node, Node] = {}
    for _, end in places.pieces:
        last = end
        while not last[0]:
            last = following[last]
        ends[end] = last
    return ends


def _curve(x: float, y: float, to_x: float, to_y: float) -> tuple[list[float], list[float]]:
    """A line that leaves and arrives level."""
    steps = [at / 16 for at in range(17)]
    return [x + (to_x - x) * t for t in steps], [y + (to_y - y) * (3 * t * t - 2 * t**3) for t in steps]


def _box(
    board: Board, places: layers.Places, node: Node, lines: Sequence[str], lens: Lens, *, thick: bool
) -> None:
    left, width = _LEFT[_COLUMN[node[0]]], _WIDTHS[_COLUMN[node[0]]]
    top = _HEAD + places.top[node]
    board.box(
        left, top, width, places.height[node], zorder=4,
        facecolor="#fdf1e7" if thick else frame.GROUND,
        edgecolor=paper.AREA if thick else paper.BORDER, linewidth=2.2 if thick else 0.9,
    )  # fmt: skip
    kind = _kind(node[0], lens)
    if kind:
        board.text(left + 6, top + 4, kind, _SMALL, color=paper.MUTED)
        top += frame.leading(_SMALL)
    board.lines(left + 6, top + 5, lines, _SIZE)


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"chart.names.{sentence}", **values)
