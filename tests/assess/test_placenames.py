"""What places are called in Japanese: by the table, never by guessing."""

from __future__ import annotations

import pytest

from phishlab.assess import placenames


@pytest.mark.parametrize(
    ("country", "name", "japanese"),
    [
        ("JP", "Tokyo", "東京都"),
        ("JPN", "Ōita", "大分県"),  # as the base map has it
        ("JP", "Gunma", "群馬県"),
        ("HK", "Kowloon", "九龍"),
        ("HK", "Kowloon City", "九龍城区"),
        ("HK", "Kwai Tsing District", "葵青区"),
        ("US", "California", "カリフォルニア州"),
        ("CN", "Guangdong", "広東省"),
        ("FR", "Ile-de-France", "イル＝ド＝フランス"),
        ("RU", "Moscow", "モスクワ"),
        ("US", "Tokyo", ""),
        ("XX", "Tokyo", ""),
        (None, "Tokyo", ""),
        ("JP", None, ""),
        ("JP", "", ""),
        ("JP", "{{ 7*7 }}", ""),
    ],
)
def test_a_region_by_its_english_name(country: str | None, name: str | None, japanese: str) -> None:
    assert placenames.region(country, name) == japanese


@pytest.mark.parametrize(
    ("country", "region", "name", "japanese"),
    [
        ("JP", "Tokyo", "Shibuya City", "渋谷区"),
        ("JP", "Tokyo", "Minato-ku", "港区"),
        ("JP", "Tokyo", "Minato", "港区"),
        ("JP", "Osaka", "Osaka (Chuo Ward)", "大阪市中央区"),
        ("JP", "Osaka", "Osaka (Kita Horie)", "大阪市"),
        ("JP", "Gunma", "Maebashi (4-chome)", "前橋市"),
        ("JP", "Fukui", "Fukui-shi", "福井市"),
        ("JP", "Tokyo", "Toshima", ""),  # 豊島区 and 利島村
        ("JP", "Ibaraki", "Suginami City", ""),  # Tokyo's, and the database is wrong
        ("HK", "Kowloon", "Hong Kong", "香港"),
        ("US", "California", "Los Angeles", "ロサンゼルス"),
        ("US", "Ohio", "Columbus", ""),
        ("JP", None, "Shibuya City", ""),
        ("JP", "Tokyo", None, ""),
    ],
)
def test_a_city_of_its_region(country: str, region: str | None, name: str | None, japanese: str) -> None:
    assert placenames.city(country, region, name) == japanese


def test_a_name_of_any_length_is_looked_up_at_once() -> None:
    assert placenames.region("JP", "Tokyo " * 1_000_000) == ""
    assert placenames.city("JP", "x" * 1_000_000, "(" * 1_000_000) == ""


def test_every_prefecture_and_every_district_of_the_base_map_has_its_name() -> None:
    from phishlab.assess import regions

    for country, count in (("JPN", 47), ("HKG", 18), ("USA", 51)):
        shapes = regions.shapes(country)
        assert len(shapes) == count
        named = {placenames.region(country, shape["properties"]["name"]) for shape in shapes}
        assert len(named) == count
        assert "" not in named
