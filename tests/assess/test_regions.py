"""Which region of the shipped base map a point lies in."""

from __future__ import annotations

import math

import pytest

from phishlab.assess import regions


@pytest.mark.parametrize(
    ("lat", "lon", "region"),
    [
        (35.6764, 139.65, ("JPN", "Tokyo")),  # DB-IP's point for the clouds' Tokyo
        (22.3193, 114.169, ("HKG", "Yau Tsim Mong")),  # its point for Hong Kong, on the Kowloon side
        (22.2842, 114.1489, ("HKG", "Central and Western")),
        (37.751, -97.822, ("USA", "Kansas")),  # MaxMind's point for the United States, in a lake
        (
            65.5,
            -179.5,
            ("RUS", "Chukchi Autonomous Okrug"),
        ),  # east of 180 degrees, in a shape that begins west of it
        (0.0, -30.0, None),
        (91.0, 0.0, None),
        (math.nan, 0.0, None),
        (0.0, math.inf, None),
    ],
)
def test_a_point_lies_in_one_region_or_none(lat: float, lon: float, region: tuple[str, str] | None) -> None:
    found = regions.containing(lat, lon)
    assert (found and (found.country, found.name)) == region


@pytest.mark.parametrize(
    ("country", "name", "found"),
    [
        ("HKG", "Central and Western", "Central and Western"),
        ("HKG", "Kowloon", None),  # neither "Kowloon City" nor any other of the 18 districts
        ("JPN", "oita prefecture", "Ōita"),
        ("USA", "State of Washington", "Washington"),
        ("USA", "", None),
        ("USA", "Province", None),
        ("ZZZ", "Tokyo", None),
    ],
)
def test_a_region_is_found_by_its_name_however_it_is_spelt(
    country: str, name: str, found: str | None
) -> None:
    region = regions.named(country, name)
    assert (region and region.name) == found


def test_every_region_of_the_base_map_is_found_at_a_point_inside_it() -> None:
    for shape in regions.shapes("JPN"):
        ring = max((part[0] for part in shape["geometry"]["coordinates"]), key=len)
        west, east = min(point[0] for point in ring), max(point[0] for point in ring)
        lat = sum(point[1] for point in ring) / len(ring)
        hits = [regions.containing(lat, west + (east - west) * step / 40) for step in range(1, 40)]
        assert shape["properties"]["name"] in {hit.name for hit in hits if hit}


def test_kilometres_are_those_of_the_great_circle() -> None:
    assert regions.great_circle_km((35.6764, 139.65), (22.3193, 114.169)) == pytest.approx(2880, abs=15)
    assert regions.great_circle_km((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)
    assert regions.great_circle_km((0, 0), (0, 180)) == pytest.approx(math.pi * 6371)
    central = regions.named("HKG", "Central and Western")
    assert central is not None
    assert 3 < regions.distance_km(22.3193, 114.169, central) < 6
    assert regions.distance_km(22.2842, 114.1489, central) == 0


def test_how_large_a_region_is_agrees_with_the_gazetteer() -> None:
    for country, name, square_km in (("JPN", "Kanagawa", 2416), ("USA", "Kansas", 213_100)):
        region = regions.named(country, name)
        assert region is not None
        assert regions.breadth_km(region) == pytest.approx(square_km**0.5, rel=0.05)
