"""Where the boxes of a layered graph stand: columns from left to right, few crossings, no box on another.

The same ties give the same places: nothing here is left to chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Node: TypeAlias = tuple[str, str]
"""Kind and name; ``("", …)`` is a bend, where a line crosses a column without stopping there."""
Edge: TypeAlias = tuple[Node, Node]

_SWEEPS = 4
_BEND = 5.0


@dataclass(slots=True)
class Places:
    """The columns in order, each from the top down, the pieces of the lines, and each box's top and height."""

    columns: list[list[Node]]
    pieces: list[Edge]
    top: dict[Node, float] = field(default_factory=dict)
    height: dict[Node, float] = field(default_factory=dict)

    def middle(self, node: Node) -> float:
        """Half-way down the box."""
        return self.top[node] + self.height[node] / 2

    @property
    def bottom(self) -> float:
        """Where the lowest box ends."""
        return max((self.top[node] + self.height[node] for node in self.top), default=0.0)


def place(
    edges: Sequence[Edge], column: Mapping[Node, int], height: Mapping[Node, float], gap: float
) -> Places:
    """Each node of *edges* in its *column*, ordered so that lines cross little, *gap* between two boxes."""
    places = _bent(edges, column)
    places.height = {node: height.get(node, _BEND) for nodes in places.columns for node in nodes}
    left, right = _neighbours(places.pieces)
    for _ in range(_SWEEPS):
        _sweep(places.columns[1:], places.columns[:-1], left)
        _sweep(places.columns[-2::-1], places.columns[:0:-1], right)
    for _ in range(_SWEEPS):
        for at in range(len(places.columns)):
            _swap(places.columns, at, left, right)
    _set(places, left, right, gap)
    return places


def _bent(edges: Sequence[Edge], column: Mapping[Node, int]) -> Places:
    """A line over several columns becomes pieces from bend to bend, so that it has room of its own in each."""
    columns: list[list[Node]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    pieces: list[Edge] = []
    for node in dict.fromkeys(node for edge in edges for node in edge):
        columns[column[node]].append(node)
    for number, (start, end) in enumerate(edges):
        at = start
        for between in range(column[start] + 1, column[end]):
            bend = ("", f"{number}:{between}")
            columns[between].append(bend)
            pieces.append((at, bend))
            at = bend
        pieces.append((at, end))
    return Places(columns=columns, pieces=pieces)


def _neighbours(pieces: Sequence[Edge]) -> tuple[dict[Node, list[Node]], dict[Node, list[Node]]]:
    left: dict[Node, list[Node]] = {}
    right: dict[Node, list[Node]] = {}
    for start, end in pieces:
        left.setdefault(end, []).append(start)
        right.setdefault(start, []).append(end)
    return left, right


def _sweep(
    columns: Sequence[list[Node]], beside: Sequence[list[Node]], neighbours: Mapping[Node, list[Node]]
) -> None:
    """Order each column by the mean place of each box's neighbours in the column beside it."""
    for nodes, other in zip(columns, beside, strict=True):
        rank = {node: (at + 0.5) / len(other) for at, node in enumerate(other)}
        own = {node: (at + 0.5) / len(nodes) for at, node in enumerate(nodes)}
        nodes.sort(key=lambda node: _mean([rank[one] for one in neighbours.get(node, ())], own[node]))


def _swap(
    columns: Sequence[list[Node]],
    at: int,
    left: Mapping[Node, list[Node]],
    right: Mapping[Node, list[Node]],
) -> None:
    """Exchange two boxes that stand one below the other wherever that saves crossings."""
    nodes = columns[at]
    before = {node: rank for rank, node in enumerate(columns[at - 1])} if at else {}
    after = {node: rank for rank, node in enumerate(columns[at + 1])} if at + 1 < len(columns) else {}
    for upper in range(len(nodes) - 1):
        one, other = nodes[upper], nodes[upper + 1]
        as_is = _crossings(left, before, one, other) + _crossings(right, after, one, other)
        turned = _crossings(left, before, other, one) + _crossings(right, after, other, one)
        if turned < as_is:
            nodes[upper], nodes[upper + 1] = other, one


def _crossings(
    neighbours: Mapping[Node, list[Node]], rank: Mapping[Node, int], upper: Node, lower: Node
) -> int:
    """How often the lines of two boxes of one column cross on the way to one side."""
    return sum(
        rank[one] > rank[other] for one in neighbours.get(upper, ()) for other in neighbours.get(lower, ())
    )


def _set(
    places: Places, left: Mapping[Node, list[Node]], right: Mapping[Node, list[Node]], gap: float
) -> None:
    """Stack each column, then pull boxes level with their neighbours as far as the stack leaves room."""
    total = max((_stacked(places, nodes, gap) for nodes in places.columns), default=0.0)
    for nodes in places.columns:
        slack = (total - _stacked(places, nodes, gap)) / (len(nodes) + 1)
        top = slack
        for node in nodes:
            places.top[node] = top
            top += places.height[node] + gap + slack
    for neighbours in (left, right, left, right):
        for nodes in places.columns:
            _level(places, nodes, neighbours, gap, total)


def _stacked(places: Places, nodes: Sequence[Node], gap: float) -> float:
    return sum(places.height[node] + gap for node in nodes) - gap


def _level(
    places: Places, nodes: Sequence[Node], neighbours: Mapping[Node, list[Node]], gap: float, total: float
) -> None:
    """Down the column: as near to the neighbours as the box above allows; then up again from the bottom."""
    above = 0.0
    for node in nodes:
        middle = _mean([places.middle(one) for one in neighbours.get(node, ())], places.middle(node))
        places.top[node] = max(above, middle - places.height[node] / 2)
        above = places.top[node] + places.height[node] + gap
    below = total
    for node in reversed(nodes):
        places.top[node] = min(places.top[node], below - places.height[node])
        below = places.top[node] - gap


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
