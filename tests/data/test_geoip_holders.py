"""The join of city ranges with who announces them."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from ipaddress import IPv4Address
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SYSTEMS = [
    {"autonomous_system_number": 64500, "autonomous_system_organization": "One"},
    {"autonomous_system_number": 64501, "autonomous_system_organization": "Two"},
    {"autonomous_system_number": 64500, "autonomous_system_organization": "One, renamed"},
    {"autonomous_system_number": 64502, "autonomous_system_organization": "Three"},
    {"autonomous_system_number": 64503, "autonomous_system_organization": "Four"},
]
RANGES = [("1.0.0.0", "1.0.0.255", 0), ("1.0.1.0", "1.0.1.63", 1), ("1.0.2.0", "1.0.3.255", 2)]


@pytest.fixture
def holders(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script's module, whose neighbours lie beside it."""
    folder = Path(__file__).parents[2] / "data" / "build"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("geoip_holders", folder / "geoip_holders.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "geoip_holders", module)
    spec.loader.exec_module(module)
    return module


def announced(holders: ModuleType) -> Any:
    ranges = [
        holders.Range(int(IPv4Address(first)), int(IPv4Address(last)), number)
        for first, last, number in RANGES
    ]
    return holders.Announced(ranges, SYSTEMS)


def counted(asked: Any, first: str, last: str) -> Counter[int]:
    found: Counter[int] = Counter()
    asked.count(int(IPv4Address(first)), int(IPv4Address(last)), found)
    return found


def test_a_network_is_counted_by_the_addresses_that_each_system_announces(holders: ModuleType) -> None:
    asked = announced(holders)
    assert counted(asked, "0.0.0.0", "0.255.255.255") == {}
    assert counted(asked, "1.0.0.128", "1.0.1.255") == {0: 128, 1: 64}
    assert counted(asked, "1.0.2.0", "1.0.2.0") == {2: 1}
    assert counted(asked, "1.0.2.1", "1.0.3.255") == {2: 511}
    assert counted(asked, "9.0.0.0", "9.0.0.255") == {}


def test_one_network_may_lie_in_a_range_that_the_next_one_shares(holders: ModuleType) -> None:
    asked = announced(holders)
    assert [counted(asked, f"1.0.0.{at}", f"1.0.0.{at + 63}")[0] for at in range(0, 256, 64)] == [64] * 4


def test_a_system_of_two_names_is_one_by_the_name_of_more_and_what_nobody_announces_is_unknown(
    holders: ModuleType,
) -> None:
    cells = announced(holders).cells(Counter({0: 256, 1: 64, 2: 512}), 1024)
    assert cells == (64500, "One, renamed", 0.75, 64501, "Two", 0.0625, "", "", "", 0.1875)
    assert len(cells) + 2 == len(holders.COLUMNS)


def test_three_are_named_the_larger_first_and_the_lower_number_where_two_are_equal(
    holders: ModuleType,
) -> None:
    cells = announced(holders).cells(Counter({0: 1, 1: 4, 3: 4, 4: 2}), 11)
    assert cells[::3] == (64501, 64502, 64503, 0.0)


def test_a_point_of_nobody_is_unknown_whole_and_one_without_ipv4_says_nothing(holders: ModuleType) -> None:
    asked = announced(holders)
    assert asked.cells(Counter(), 8) == (*[""] * 9, 1.0)
    assert asked.cells(Counter(), 0) == (*[""] * 9, "")
