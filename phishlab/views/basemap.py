"""The land under a map, and the script that draws it: Natural Earth and Leaflet, from this machine alone.

Shapes are GeoJSON features whose geometry is a MultiPolygon of ``[longitude, latitude]`` in degrees.
A longitude may pass 180: a shape that crosses the date line is in one piece. See data/basemap/README.md.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from phishlab import shipped
from phishlab.assess import regions
from phishlab.errors import DataError

Feature: TypeAlias = regions.Feature
Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

NEAR = 1.0
"""Degrees around a pin within which a country's regions are drawn."""
FINE = 0.4
"""Degrees around a pin within which a region is drawn in full detail."""
REGION_BYTES = 130_000
"""GeoJSON of regions on one map; the country of a pin is drawn even beyond it, up to twice this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """What lies under the pins: whole countries, and first-level regions where the pins are."""

    countries: tuple[Feature, ...]
    regions: tuple[Feature, ...]

    @property
    def features(self) -> tuple[Feature, ...]:
        """All shapes, countries first."""
        return self.countries + self.regions


def around(points: Sequence[tuple[float, float]]) -> Land:
    """The world, with regions in place of the countries near the *points* (latitude, longitude)."""
    codes = _near(points)
    divided = tuple(shape for code in codes for shape in _regions(code, points))
    countries = tuple(shape for shape in _world() if shape["properties"].get("code") not in codes)
    return Land(countries=countries, regions=divided)


def box(feature: Feature) -> Box:
    """The box around a shape."""
    outer = [point for part in feature["geometry"]["coordinates"] for point in part[0]]
    lons, lats = [point[0] for point in outer], [point[1] for point in outer]
    return min(lons), min(lats), max(lons), max(lats)


@cache
def leaflet() -> tuple[str, str]:
    """Leaflet's script and style sheet, without what would ask for another file."""
    folder = shipped.path("basemap") / "leaflet"
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"\n//# sourceMappingURL=.*", "", script), re.sub(r"url\((?!#)[^)]*\)", "none", style)


def _near(points: Sequence[tuple[float, float]]) -> list[str]:
    """Codes of the countries whose regions lie near the points, the small ones first, as far as a page bears."""
    index, chosen, size = regions.index(), [], 0
    for reach, limit in ((0.0, 2 * REGION_BYTES), (NEAR, REGION_BYTES)):
        found = [
            code for code in index if code not in chosen and _touches(index[code]["boxes"], points, reach)
        ]
        for code in sorted(found, key=lambda code: (index[code]["bytes"], code)):
            if size + index[code]["bytes"] <= limit:
                chosen.append(code)
                size += index[code]["bytes"]
    return chosen


def _touches(boxes: list[Box], points: Sequence[tuple[float, float]], reach: float) -> bool:
    return any(
        west - reach <= lon + turn <= east + reach and south - reach <= lat <= north + reach
        for west, south, east, north in boxes
        for lat, lon in points
        for turn in (0, 360)
    )


@cache
def _world() -> tuple[Feature, ...]:
    try:
        data = gzip.decompress(shipped.path("basemap/world.json.gz").read_bytes())
        return tuple(json.loads(data)["features"])
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DataError(f"the base map cannot be read ({error}): install phishlab again") from error


def _regions(code: str, points: Sequence[tuple[float, float]]) -> tuple[Feature, ...]:
    """The regions of a country: fine where a point is near, thin elsewhere."""
    fine = {shape["properties"]["number"]: shape for shape in regions.shapes(f"{code}-fine")}
    return tuple(
        near if near and _touches([box(near)], points, FINE) else shape
        for shape in regions.shapes(code)
        for near in (fine.get(shape["properties"]["number"]),)
    )
