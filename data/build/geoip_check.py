"""Compare the built GeoIP files with the packages that they were made of."""

from __future__ import annotations

import csv
import random
from bisect import bisect_right
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import maxminddb

CITY_FIELDS = ("country_code", "state1", "city", "latitude", "longitude")
SAMPLE = 2000


def check(city: Path, asn: Path, city_package: Path, asn_package: Path) -> dict[str, Any]:
    """How many of SAMPLE random addresses of each family answer as the packages do."""
    rows = {version: _rows(asn_package / f"asn-ipv{version}-num.csv") for version in (4, 6)}
    found: dict[str, Any] = {"sample": SAMPLE}
    with maxminddb.open_database(city) as new_city, maxminddb.open_database(asn) as new_asn:
        for version, asked in ((4, _random_v4()), (6, _random_v6(rows[6]))):
            with maxminddb.open_database(city_package / f"dbip-city-ipv{version}.mmdb") as old:
                pairs = [(_place(old.get(ip)), _place(new_city.get(ip))) for ip in asked]
            owners = [(_claims(rows[version], ip), _system(new_asn.get(ip))) for ip in asked]
            found[f"ipv{version}"] = {
                "city_same": sum(one == other for one, other in pairs),
                "city_located": sum(one is not None for one, _ in pairs),
                "asn_same": sum(other in claims if claims else other is None for claims, other in owners),
                "asn_known": sum(bool(claims) for claims, _ in owners),
            }
    return found


def _random_v4() -> list[Any]:
    dice = random.Random(4)
    return [ip_address(dice.randrange(1 << 32)) for _ in range(SAMPLE)]


def _random_v6(rows: list[tuple[int, int, tuple[int, str]]]) -> list[Any]:
    """Out of announced ranges: hardly any other address is in use."""
    dice = random.Random(6)
    return [ip_address(dice.randint(first, last)) for first, last, _ in dice.choices(rows, k=SAMPLE)]


def _rows(path: Path) -> list[tuple[int, int, tuple[int, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted((int(row[0]), int(row[1]), (int(row[2]), row[3])) for row in csv.reader(file))


def _claims(rows: list[tuple[int, int, tuple[int, str]]], ip: Any) -> list[tuple[int, str] | None]:  # noqa: ANN401 - an address
    """Every system that the csv gives *ip* to; None too where two ranges overlap, as those are left out."""
    number = int(ip)
    near = bisect_right(rows, number, key=lambda row: row[0])
    claims = [row[2] for row in rows[max(0, near - 3) : near] if row[0] <= number <= row[1]]
    return [*claims, None] if len(claims) > 1 else list(claims)


def _place(record: Any) -> tuple[Any, ...] | None:  # noqa: ANN401 - a record of either file
    return tuple(record[field] for field in CITY_FIELDS) if record else None


def _system(record: Any) -> tuple[int, str] | None:  # noqa: ANN401 - a record of our file
    return tuple(record.values()) if record else None
