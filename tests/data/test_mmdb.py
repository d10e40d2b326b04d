"""The writer of MaxMind DB files, read back by MaxMind's own reader."""

from __future__ import annotations

import importlib.util
import itertools
import random
import sys
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from types import ModuleType
from typing import Any

import maxminddb
import pytest


@pytest.fixture(scope="module")
def mmdb() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "mmdb", Path(__file__).parents[2] / "data" / "build" / "mmdb.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mmdb"] = module
    spec.loader.exec_module(module)
    return module


def write(mmdb: ModuleType, path: Path, ranges: list[Any], records: list[Any], ip_version: int) -> None:
    mmdb.write(
        path,
        ranges,
        records,
        ip_version=ip_version,
        database_type="Test",
        build_epoch=1780666922,
        description="a test",
    )


@pytest.mark.parametrize("ip_version", [4, 6])
def test_every_address_at_the_edges_of_random_ranges_has_its_record(
    mmdb: ModuleType, tmp_path: Path, ip_version: int
) -> None:
    dice = random.Random(ip_version)
    bits = 32 if ip_version == 4 else 128
    edges = sorted({dice.randrange(1 << dice.randint(1, bits)) for _ in range(2000)})
    ranges = [
        mmdb.Range(first, dice.randint(first, after - 1), dice.randrange(50))
        for first, after in itertools.pairwise(edges)
    ]
    write(mmdb, tmp_path / "x.mmdb", ranges, [{"number": number} for number in range(50)], ip_version)
    asked = {
        edge
        for each in ranges
        for edge in (each.first - 1, each.first, each.last, each.last + 1)
        if edge >= 0
    }
    with maxminddb.open_database(tmp_path / "x.mmdb") as reader:
        for number in asked:
            ip = IPv4Address(number) if ip_version == 4 else IPv6Address(number)
            owner = next((each.record for each in ranges if each.first <= number <= each.last), None)
            assert reader.get(ip) == (None if owner is None else {"number": owner})


def test_values_of_every_kind_and_size_come_back(mmdb: ModuleType, tmp_path: Path) -> None:
    records = [
        {"text": "x" * size, "again": "x" * size, "numbers": [0, 1, 65536, 2**32 - 1], "half": 0.5}
        for size in (0, 1, 28, 29, 284, 285, 65820)
    ]
    records.append({"single": mmdb.Single(35.6764), "short": mmdb.Uint(500, 2), "アイカ": "インテリア"})
    ranges = [mmdb.Range(number << 8, (number << 8) + 255, number) for number in range(len(records))]
    write(mmdb, tmp_path / "x.mmdb", ranges, records, 4)
    with maxminddb.open_database(tmp_path / "x.mmdb") as reader:
        assert [reader.get(ip_address(number << 8)) for number in range(7)] == records[:7]
        assert reader.get("0.0.7.1") == {
            "single": pytest.approx(35.6764),
            "short": 500,
            "アイカ": "インテリア",
        }
        metadata = reader.metadata()
    assert (metadata.build_epoch, metadata.ip_version, metadata.database_type) == (1780666922, 4, "Test")
    assert metadata.description == {"en": "a test"}


def test_twenty_megabytes_of_records_need_a_wider_tree_and_longer_pointers(
    mmdb: ModuleType, tmp_path: Path
) -> None:
    records = [
        {"name": f"{number:05}" + "x" * 995, "kind": f"kind {number % 7 + number // 19990}"}
        for number in range(20000)
    ]
    ranges = [mmdb.Range(number << 8, (number << 8) + 255, number) for number in range(20000)]
    write(mmdb, tmp_path / "x.mmdb", ranges, records, 4)
    with maxminddb.open_database(tmp_path / "x.mmdb") as reader:
        assert reader.metadata().record_size == 28
        for number in (0, 6, 7, 529, 12345, 19999):
            assert reader.get(ip_address(number << 8)) == records[number]


def test_neighbours_with_one_record_are_one_network(mmdb: ModuleType, tmp_path: Path) -> None:
    ranges = [mmdb.Range(0, 127, 0), mmdb.Range(128, 255, 0), mmdb.Range(256, 511, 1)]
    write(mmdb, tmp_path / "x.mmdb", ranges, [{"a": 1}, {"a": 2}], 4)
    with maxminddb.open_database(tmp_path / "x.mmdb") as reader:
        assert reader.get_with_prefix_len("0.0.0.200") == ({"a": 1}, 24)


@pytest.mark.parametrize("second", [(5, 20), (10, 20), (0, 3), (30, 29)])
def test_ranges_that_overlap_or_run_backwards_are_refused(
    mmdb: ModuleType, tmp_path: Path, second: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="sorted and disjoint"):
        write(mmdb, tmp_path / "x.mmdb", [mmdb.Range(4, 10, 0), mmdb.Range(*second, 0)], [{"a": 1}], 4)
