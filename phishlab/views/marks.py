"""How a pin, a radius and a line look on a still map, and in the key beneath it."""

from __future__ import annotations

from typing import Any

from phishlab.views import paper


def pin(
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


def circle(lon: float, lat: float, wide: float, high: float, color: str, *, dashed: bool) -> Any:  # noqa: ANN401 - a patch
    """The circle of a radius, on axes where it may be an ellipse: *wide* and *high* are its half axes."""
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Ellipse

    return Ellipse(
        (lon, lat), 2 * wide, 2 * high, facecolor=to_rgba(color, 0.12), edgecolor=color, linewidth=1.4,
        linestyle=(0, (5, 3)) if dashed else "solid", zorder=4,
    )  # fmt: skip


def line(axes: Any, path: tuple[tuple[float, float], ...], *, sure: bool) -> None:  # noqa: ANN401 - Axes
    """Solid, or dashed where the sender could have written it."""
    axes.plot(
        [lon for _, lon in path], [lat for lat, _ in path], color=paper.INK, linewidth=1.8, zorder=4.5,
        linestyle="solid" if sure else (0, (4, 2.5)), scalex=False, scaley=False,
    )  # fmt: skip
