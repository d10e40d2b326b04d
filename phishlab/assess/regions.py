"""Which first-level region of the shipped base map a point lies in: a prefecture, a state, a district.

The shapes are Natural Earth's, simplified (data/basemap/README.md): GeoJSON features whose geometry is a
MultiPolygon of ``[longitude, latitude]`` in degrees; a longitude may pass 180. They are rough: the
border of Tokyo and Kanagawa runs four kilometres off the river that it follows. Islets are missing: a point off
the coast lies in no region.
"""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

from phishlab import shipped
from phishlab.assess import placenames
from phishlab.classes import dataclass
from phishlab.errors import DataError

Feature: TypeAlias = dict[str, Any]
Ring: TypeAlias = Sequence[Sequence[float]]

DEGREE_KM = 111.2
"""Kilometres of one degree of latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region of the base map: the country's ISO 3166-1 alpha-3 code, and its name there."""

    country: str
    name: str
    shape: Feature


def containing(lat: float, lon: float) -> Region | None:
    """The region that a point (degrees) lies in; None at sea, or where the base map has none."""
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return None
    for code in _candidates(lat, lon):
        for shape in _finest(code):
            if _inside(lat, lon, shape):
                return Region(country=code, name=shape["properties"]["name"], shape=shape)
    return None


def named(country: str, name: str) -> Region | None:
    """The one region of a country (alpha-3) that is called *name*; None where none is, or several are."""
    wanted = placenames.bare(name)
    found = [
        shape
        for shape in _finest(country)
        if wanted and placenames.bare(shape["properties"]["name"]) == wanted
    ]
    if len(found) != 1:
        return None
    return Region(country=country, name=found[0]["properties"]["name"], shape=found[0])


def distance_km(lat: float, lon: float, region: Region) -> float:
    """From a point (degrees) to a region's outline, 0 inside it; on a plane around the point, so for near ones."""
    if _inside(lat, lon, region.shape):
        return 0.0
    return min(
        _to_ring_km(lat, lon + turn, part[0])
        for part in region.shape["geometry"]["coordinates"]
        for turn in (-360, 0, 360)
    )


def breadth_km(region: Region) -> float:
    """The side of a square as large as the region: how large it is, in one number."""
    return math.sqrt(sum(_area(part[0]) for part in region.shape["geometry"]["coordinates"])) * DEGREE_KM


def _area(ring: Ring) -> float:
    """Square degrees of latitude (shoelace), longitudes shrunk as at the ring's first corner."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))
    return abs(twice) / 2 * math.cos(math.radians(ring[0][1]))


def _to_ring_km(lat: float, lon: float, ring: Ring) -> float:
    shrink = math.cos(math.radians(lat))
    flat = [((corner[0] - lon) * shrink * DEGREE_KM, (corner[1] - lat) * DEGREE_KM) for corner in ring]
    return min(_to_segment(a, b) for a, b in pairwise([*flat, flat[0]]))


def _to_segment(a: tuple[float, float], b: tuple[float, float]) -> float:
    """From the origin to the segment between *a* and *b*."""
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    part = 0.0 if length == 0 else min(1.0, max(0.0, -(a[0] * along[0] + a[1] * along[1]) / length))
    return math.hypot(a[0] + part * along[0], a[1] + part * along[1])


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Between two points (latitude, longitude in degrees) on a sphere of the earth's mean radius, 6,371 km."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b[1] - a[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(chord, 1.0)))


# --- the shapes that are shipped ------------------------------------------------------------------------


@cache
def index() -> dict[str, Any]:
    """By alpha-3 code: ``boxes`` that a country lies in (west, south, east, north), and ``bytes`` of its shapes."""
    read: dict[str, Any] = json.loads(_member("index") or b"{}")
    return read


@cache
def shapes(name: str) -> tuple[Feature, ...]:
    """The features of ``JPN`` (thin) or ``JPN-fine``; none where there is no such member."""
    data = _member(name)
    return tuple(json.loads(data)["features"]) if data else ()


def _member(name: str) -> bytes:
    try:
        with zipfile.ZipFile(shipped.path("basemap/regions.zip")) as pack:
            return pack.read(f"{name}.json") if f"{name}.json" in pack.NameToInfo else b""
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"the base map cannot be read ({error}): install phishlab again") from error


def _finest(code: str) -> tuple[Feature, ...]:
    return shapes(f"{code}-fine") or shapes(code)


def _candidates(lat: float, lon: float) -> Iterator[str]:
    for code, entry in index().items():
        for west, south, east, north in entry["boxes"]:
            if south <= lat <= north and any(west <= lon + turn <= east for turn in (-360, 0, 360)):
                yield code
                break


def _inside(lat: float, lon: float, shape: Feature) -> bool:
    return any(
        _crossings(lat, lon + turn, part[0])
        and not any(_crossings(lat, lon + turn, hole) for hole in part[1:])
        for part in shape["geometry"]["coordinates"]
        for turn in (-360, 0, 360)
    )


def _crossings(lat: float, lon: float, ring: Ring) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times (even-odd rule)."""
    odd = False
    before = ring[-1]
    for corner in ring:
        if (corner[1] > lat) != (before[1] > lat):
            cut = (before[0] - corner[0]) * (lat - corner[1]) / (before[1] - corner[1]) + corner[0]
            odd ^= lon < cut
        before = corner
    return odd
