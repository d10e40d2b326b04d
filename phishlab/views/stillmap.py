"""The still twin of a map: the same points, the same words, on paper.

One look at all places, one near look for each point (at most four), and the table beneath.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from phishlab import wording
from phishlab.views import basemap, extents, marks, paper, pins, stilltable
from phishlab.views.basemap import Box
from phishlab.views.pins import Leg, Listed, Pin
from phishlab.views.safe import Lens

MARGIN = paper.MARGIN


@paper.plain()
def draw(
    places: Listed,
    lens: Lens,
    *,
    title: str = "",
    format: str = "png",  # noqa: A002 - matplotlib's word
    legs: Sequence[Leg] = (),
) -> bytes:
    """The map as a picture: ``png`` at twice a screen's density, ``svg`` or ``pdf``."""
    heading = lens.text(title[: pins.LONGEST]) if title else lens.say("pictures.map.title")
    points = pins.pins(places)
    text = stilltable.lines(places, lens, legs=bool(legs))
    near = extents.near(points)
    inner = paper.WIDTH - 2 * MARGIN
    head = paper.wrapped(heading, inner, 16)
    top = MARGIN + 22 * len(head) + 6
    look_height = (inner - 10) / 2 * 0.72
    rows = math.ceil(len(near) / 2)
    maps_end = top + inner * 0.55 + rows * (look_height + 28)
    sheet = paper.Sheet(maps_end + 14 + sum(height for *_, height in text) + MARGIN)
    for number, line in enumerate(head):
        sheet.write(MARGIN, MARGIN + 22 * number, line, size=16, bold=True)
    land = basemap.around([(pin.lat, pin.lon) for pin in points])
    _look(sheet.panel(MARGIN, top, inner, inner * 0.55), points, land, extents.wide(points, 1 / 0.55), legs)
    for index, (pin, seen) in enumerate(near):
        left = MARGIN + (index % 2) * (inner + 10) / 2
        look_top = top + inner * 0.55 + (index // 2) * (look_height + 28) + 26
        said = _say(lens, "detail", label=seen)
        sheet.write(left, look_top - 20, said, size=12.5, color=paper.MUTED)
        width = inner if len(near) == 1 else (inner - 10) / 2
        _look(
            sheet.panel(left, look_top, width, look_height),
            points,
            land,
            extents.close(pin, width / look_height),
            legs,
        )
    stilltable.write(sheet, text, maps_end + 14)
    return sheet.bytes(format)


# --- one look -----------------------------------------------------------------------------------------------


def _look(axes: Any, points: tuple[Pin, ...], land: basemap.Land, view: Box, legs: Sequence[Leg]) -> None:  # noqa: ANN401 - Axes
    """The part of the world in *view*, its pins, the lines between them, and a scale."""
    west, south, east, north = view
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("auto")
    axes.set_facecolor(paper.SEA)
    for spine in axes.spines.values():
        spine.set_color(paper.BORDER)
        spine.set_linewidth(0.75)
    for shapes, edge, width in ((land.countries, paper.BORDER, 0.6), (land.regions, paper.REGION, 0.5)):
        _shapes(axes, shapes, view, edge, width)
    for leg in legs:
        for turn in (-360, 0, 360):
            _leg(axes, tuple((lat, lon + turn) for lat, lon in leg.path), sure=leg.sure)
    _marks(axes, points, view)
    _scale(axes, [pin for pin in points if west <= pin.lon <= east and south <= pin.lat], view)


def _leg(axes: Any, path: tuple[tuple[float, float], ...], *, sure: bool) -> None:  # noqa: ANN401 - Axes
    """A line with an arrow at its middle."""
    marks.line(axes, path, sure=sure)
    (lat, lon), middle, _ = path
    tail = (middle[1] + (lon - middle[1]) * 0.02, middle[0] + (lat - middle[0]) * 0.02)
    axes.annotate(
        "", (middle[1], middle[0]), xytext=tail, zorder=4.6, annotation_clip=True,
        arrowprops={"arrowstyle": "-|>", "color": paper.INK, "mutation_scale": 15, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _shapes(axes: Any, shapes: tuple[basemap.Feature, ...], view: Box, edge: str, width: float) -> None:  # noqa: ANN401 - Axes
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    paths = []
    for shape in shapes:
        for turn in (-360, 0, 360):
            for part in shape["geometry"]["coordinates"]:
                lons = [point[0] + turn for point in part[0]]
                if max(lons) < view[0] or min(lons) > view[2]:
                    continue
                rings = [[(lon + turn, lat) for lon, lat in ring] for ring in part]
                paths.append(Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)))
    axes.add_collection(
        PathCollection(paths, facecolors=paper.LAND, edgecolors=edge, linewidths=width), autolim=False
    )


def _marks(axes: Any, points: tuple[Pin, ...], view: Box) -> None:  # noqa: ANN401 - Axes
    west, south, east, north = view
    shown = [pin for pin in points if west <= pin.lon <= east and south <= pin.lat <= north]
    for pin in shown:
        if pin.radius_km:
            high = pin.radius_km / 111.2
            wide = high / max(math.cos(math.radians(pin.lat)), 0.05)
            kind = paper.AREA if pin.stands_for_area else paper.POINT
            axes.add_patch(marks.circle(pin.lon, pin.lat, wide, high, kind, dashed=pin.stands_for_area))
    for pin, (x, y) in zip(shown, _spread(axes, shown, view), strict=True):
        kind = "area" if pin.stands_for_area else "point"
        marks.pin(axes, (pin.lon, pin.lat), pin.label, kind, at=(x, y))


def _spread(axes: Any, shown: list[Pin], view: Box) -> list[tuple[float, float]]:  # noqa: ANN401 - Axes
    """Where the labels stand: at their points, or pushed apart where they would lie on one another."""
    west, south, east, north = view
    box = axes.get_window_extent()
    across, up = (east - west) / (box.width / paper.DENSITY), (north - south) / (box.height / paper.DENSITY)
    spots = [[pin.lon / across, pin.lat / up] for pin in shown]
    for _ in range(60):
        for i, a in enumerate(spots):
            for j, b in enumerate(spots[:i]):
                dx, dy = a[0] - b[0], a[1] - b[1]
                far = math.hypot(dx, dy)
                apart = 28 + 4 * max(len(shown[i].label), len(shown[j].label))
                if far >= apart:
                    continue
                if far < 0.5:
                    dx, dy, far = 1.0, 0.3 * (i - j), math.hypot(1.0, 0.3 * (i - j))
                push = (apart - far) / 2 / far
                a[0], a[1], b[0], b[1] = (
                    a[0] + dx * push,
                    a[1] + dy * push,
                    b[0] - dx * push,
                    b[1] - dy * push,
                )
    return [(x * across, y * up) for x, y in spots]


def _scale(axes: Any, points: list[Pin], view: Box) -> None:  # noqa: ANN401 - Axes
    """A bar of a round length, true at the middle of the view, in the lower corner that has no pin."""
    west, south, east, north = view
    per_degree = 111.2 * math.cos(math.radians((south + north) / 2))
    room = (east - west) * per_degree / 4
    power = 10 ** math.floor(math.log10(max(room, 1e-6)))
    length = max(step * power for step in (1, 2, 5) if step * power <= room)
    left = not any(pin.lon < (west * 2 + east) / 3 and pin.lat < (south * 2 + north) / 3 for pin in points)
    x = west + (east - west) * 0.04 if left else east - (east - west) * 0.04 - length / per_degree
    y, up, end = south + (north - south) * 0.06, (north - south) * 0.02, x + length / per_degree
    axes.plot([x, x, end, end], [y + up, y, y, y + up], color=paper.INK, linewidth=1.2, zorder=8)
    axes.text(
        (x + end) / 2, y + 1.2 * up, ha="center", va="bottom", zorder=8, **paper.typeset(f"{length:g} km", 11)
    )


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"pictures.map.{sentence}", **values)
