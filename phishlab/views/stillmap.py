"""The still twin of a map: the same points, the same words, on paper.

One look at all places, one near look for each point (at most four), and the table beneath.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from phishlab import wording
from phishlab.views import basemap, paper, pins
from phishlab.views.basemap import Box
from phishlab.views.pins import Leg, Listed, Pin
from phishlab.views.safe import Lens

MARGIN = 14
NEAR_LOOKS = 4
_LINE = 17.5


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
    text = _table(places, lens, legs=bool(legs))
    near = _near(points)
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
    _look(sheet.panel(MARGIN, top, inner, inner * 0.55), points, land, _wide(points, 1 / 0.55), legs)
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
            _close(pin, width / look_height),
            legs,
        )
    _write(sheet, text, maps_end + 14)
    return sheet.bytes(format)


# --- the table ----------------------------------------------------------------------------------------------


def _table(places: Listed, lens: Lens, *, legs: bool) -> list[tuple[str, dict[str, Any], float]]:
    """Lines of text with their style and height, in order."""
    out: list[tuple[str, dict[str, Any], float]] = []

    def add(text: str, indent: float = 0, **style: Any) -> None:  # noqa: ANN401 - matplotlib's styles
        width = paper.WIDTH - 2 * MARGIN - indent - 4
        lines = paper.wrapped(text, width, style.get("size", 13))
        out.extend((line, {"indent": indent} | style, _LINE) for line in lines)

    add(_say(lens, "caveat"), color=paper.MUTED)
    if not places:
        add(_say(lens, "none"), bold=True)
    marks = pins.marks(places)
    for entry in pins.entries(places, lens):
        out.append(("", {"rule": True}, 8))
        out.append((str(entry.number), {"mark": marks[entry.number]}, 0))
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


def _write(sheet: paper.Sheet, text: list[tuple[str, dict[str, Any], float]], top: float) -> None:
    from matplotlib.lines import Line2D

    for line, style, height in text:
        style = dict(style)
        if style.pop("rule", False):
            y = 1 - (top + 2) / sheet.height
            ends = (MARGIN / sheet.width, 1 - MARGIN / sheet.width)
            sheet.figure.add_artist(Line2D(ends, (y, y), color="#b8c2ca", linewidth=0.75))
        elif kind := style.pop("mark", None):
            _key(sheet, line, kind, top)
        elif line:
            sheet.write(MARGIN + style.pop("indent", 0), top, line, **style)
        top += height


def _key(sheet: paper.Sheet, label: str, kind: str, top: float) -> None:
    """A mark in the table, as it stands on the map."""
    axes = sheet.panel(MARGIN, top - 1, 32, 24)
    axes.set_axis_off()
    axes.set_xlim(0, 32)
    axes.set_ylim(0, 24)
    if kind.startswith("leg-"):
        _line(axes, ((13, 2), (13, 27)), sure=kind == "leg-sure")
    elif kind == "radius":
        axes.add_patch(_circle(14, 13, 9, 9, paper.POINT, dashed=False))
    else:
        _label(axes, (14, 13), label, kind, at=(14, 13), size=11.5)


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
    _line(axes, path, sure=sure)
    (lat, lon), middle, _ = path
    tail = (middle[1] + (lon - middle[1]) * 0.02, middle[0] + (lat - middle[0]) * 0.02)
    axes.annotate(
        "", (middle[1], middle[0]), xytext=tail, zorder=4.6, annotation_clip=True,
        arrowprops={"arrowstyle": "-|>", "color": paper.INK, "mutation_scale": 15, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _line(axes: Any, path: tuple[tuple[float, float], ...], *, sure: bool) -> None:  # noqa: ANN401 - Axes
    """Solid, or dashed where the sender could have written it."""
    axes.plot(
        [lon for _, lon in path], [lat for lat, _ in path], color=paper.INK, linewidth=1.8, zorder=4.5,
        linestyle="solid" if sure else (0, (4, 2.5)), scalex=False, scaley=False,
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
            axes.add_patch(_circle(pin.lon, pin.lat, wide, high, kind, dashed=pin.stands_for_area))
    for pin, (x, y) in zip(shown, _spread(axes, shown, view), strict=True):
        kind = "area" if pin.stands_for_area else "point"
        _label(axes, (pin.lon, pin.lat), pin.label, kind, at=(x, y))


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


def _label(
    axes: Any,  # noqa: ANN401 - Axes
    point: tuple[float, float],
    label: str,
    kind: str,
    *,
    at: tuple[float, float],
    size: float = 13,
) -> None:
    """A mark: solid for a point, hollow and dashed for what stands for an area; a dot where the point is.

    ``absent`` is a bare number: what is in the table and not on the map.
    """
    lon, lat = point
    if kind == "absent":
        axes.text(
            lon, lat, ha="center", va="center_baseline", **paper.typeset(label, size, color=paper.MUTED)
        )
        return
    if at != point:
        axes.plot([lon, at[0]], [lat, at[1]], color=paper.INK, linewidth=1, zorder=5)
    axes.plot([lon], [lat], "o", color=paper.INK, markersize=3.2, zorder=6)
    area = kind == "area"
    box = {
        "boxstyle": "circle,pad=0.32" if len(label) <= 2 else "round,pad=0.32,rounding_size=0.8",
        "facecolor": (1, 1, 1, 0.85) if area else paper.POINT,
        "edgecolor": paper.AREA if area else paper.POINT,
        "linestyle": (0, (3, 1.6)) if area else "solid",
        "linewidth": 1.6,
    }
    text = paper.typeset(label, size, bold=True, color=paper.INK if area else paper.PAPER)
    axes.text(at[0], at[1], ha="center", va="center_baseline", bbox=box, zorder=7, **text)


def _circle(lon: float, lat: float, wide: float, high: float, color: str, *, dashed: bool) -> Any:  # noqa: ANN401 - a patch
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Ellipse

    return Ellipse(
        (lon, lat), 2 * wide, 2 * high, facecolor=to_rgba(color, 0.12), edgecolor=color, linewidth=1.4,
        linestyle=(0, (5, 3)) if dashed else "solid", zorder=4,
    )  # fmt: skip


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


def _wide(points: tuple[Pin, ...], shape: float) -> Box:
    """A view of all pins with land around them; the world where there are none."""
    if not points:
        return -170.0, -58.0, 190.0, 84.0
    reach = [(pin, min((pin.radius_km or 0) / 111.2, 25)) for pin in points]
    west, east = min(pin.lon - r for pin, r in reach), max(pin.lon + r for pin, r in reach)
    south, north = min(pin.lat - r for pin, r in reach), max(pin.lat + r for pin, r in reach)
    across, up = (east - west) * 1.35, (north - south) * 1.5
    return _framed((west + east) / 2, (south + north) / 2, across=across, up=up, shape=shape, least=16)


def _near(points: tuple[Pin, ...]) -> list[tuple[Pin, str]]:
    """The points that get a near look of their own, with the labels seen in it; none where there are many."""
    looks: list[tuple[Pin, list[str]]] = []
    for pin in points:
        for first, labels in looks:
            half = _reach(first) / 2
            if (
                abs(pin.lat - first.lat) < half
                and abs(pin.lon - first.lon) < half
                and _reach(pin) <= _reach(first)
            ):
                labels.append(pin.label)
                break
        else:
            looks.append((pin, [pin.label]))
    return [(pin, ", ".join(labels[:6])) for pin, labels in looks] if len(looks) <= NEAR_LOOKS else []


def _reach(pin: Pin) -> float:
    """Degrees of latitude from a pin to the edge of its near look: its radius, or about a hundred kilometres."""
    return max(1.0, min((pin.radius_km or 0) / 111.2 * 1.25, 25))


def _close(pin: Pin, shape: float) -> Box:
    """A near look at one pin."""
    reach = _reach(pin)
    return _framed(pin.lon, pin.lat, across=0, up=2 * reach, shape=shape, least=2 * reach)


def _framed(lon: float, lat: float, *, across: float, up: float, shape: float, least: float) -> Box:
    """A view of the wanted shape (width by height on the ground) around a centre, at least *least* degrees high."""
    shrink = max(math.cos(math.radians(min(abs(lat), 75))), 0.25)
    up = max(up, across * shrink / shape, least)
    across = up * shape / shrink
    if across > 360:
        across, up = 360.0, min(360 * shrink / shape, 170.0)
    south = min(max(lat - up / 2, -88), 88 - up)
    return lon - across / 2, south, lon + across / 2, south + up


def _say(lens: Lens, sentence: str, **values: str) -> str:
    return wording.say(lens.lang, f"pictures.map.{sentence}", **values)
