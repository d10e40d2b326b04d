"""Places and autonomous systems from the shipped databases, from a user's own, and from kept answers."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import lzma
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phishlab import shipped
from phishlab.errors import DataError
from phishlab.records import (
    Answer,
    AutonomousSystem,
    Holder,
    Holders,
    Level,
    Lookup,
    Outcome,
    Place,
    PointClass,
)
from phishlab.sources import geodatabases, geoip, holders

BUILT = datetime(2026, 6, 5, 13, 43, 16, tzinfo=UTC)


@pytest.fixture(scope="session")
def mmdb() -> ModuleType:
    """The writer that the shipped files are made with."""
    path = Path(__file__).parents[2] / "data" / "build" / "mmdb.py"
    spec = importlib.util.spec_from_file_location("mmdb", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mmdb"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def written(mmdb: ModuleType, tmp_path: Path) -> Callable[..., Path]:
    """``written("x.mmdb", "GeoLite2-City", {"8.8.8.0/24": {…}})``: a database of these networks."""

    def write(name: str, kind: str, networks: dict[str, Any], ip_version: int = 6, epoch: int = 0) -> Path:
        from ipaddress import ip_network

        ranges = sorted(
            mmdb.Range(int(net.network_address), int(net.broadcast_address), number)
            for number, net in enumerate(map(ip_network, networks))
        )
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mmdb.write(
            path,
            ranges,
            list(networks.values()),
            ip_version=ip_version,
            database_type=kind,
            build_epoch=epoch or int(BUILT.timestamp()),
            description="made by a test",
        )
        return path

    return write


@pytest.fixture
def small(
    written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Path]]:
    """``small({"8.8.8.0/24": {…}})``: phishlab ships this instead; the folder it lies in comes back."""

    def ship(networks: dict[str, Any]) -> Path:
        data = written("made/city.mmdb", "DBIP-City-Lite (ip-location-db)", networks).read_bytes()
        folder = tmp_path / "installed" / "geoip"
        folder.mkdir(parents=True)
        (folder / "city.mmdb.xz").write_bytes(lzma.compress(data))
        (folder / "points.csv.xz").write_bytes(lzma.compress(b"country,lat,lon,label\n"))
        entry = {
            "file": "city.mmdb.xz",
            "title": "Small",
            "publisher": "DB-IP",
            "licence": "CC BY 4.0",
            "attribution": "by a test",
            "built": "2026-06-05T13:43:16Z",
            "unpacked": {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        }
        manifest = {"databases": {"city": entry, "asn": entry}, "shared_points": {"file": "points.csv.xz"}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder

    monkeypatch.setattr(shipped, "_INSTALLED", tmp_path / "installed")
    monkeypatch.setenv("PHISHLAB_CACHE", str(tmp_path / "cache"))
    for kept in (geodatabases.manifest, geodatabases.shared_points):
        kept.cache_clear()
    yield ship
    for kept in (geodatabases.manifest, geodatabases.shared_points):
        kept.cache_clear()


HERE = {"country_code": "ZZ", "state1": "", "city": "Here", "latitude": 1.5, "longitude": 2.5}


class Kept:
    """A wire that replays: it never calls *read*."""

    level = Level.OFFLINE

    def __init__(self, data: bytes) -> None:
        self.data = data

    def consult(self, question: object, read: object) -> Answer:
        return Answer(outcome=Outcome.ANSWERED, data=self.data)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nothing else is asked of the wire: {name}")


class Keeping(Kept):
    """A wire that remembers the bytes that it was given."""

    def __init__(self) -> None:
        super().__init__(b"")

    def consult(self, question: Any, read: Any) -> Answer:
        self.question = question
        self.data = read()
        return super().consult(question, read)


def located(wire: Any, ip: str, **more: Any) -> Place:
    found: Lookup[Place] = geoip.place(wire, ip, **more)
    assert found.outcome is Outcome.ANSWERED, found
    assert found.record is not None
    return found.record


# --- the shipped databases ------------------------------------------------------------------------------


def test_the_articles_sender_is_put_on_a_point_that_eight_million_addresses_share(scripted: Any) -> None:
    found = geoip.place(scripted({}), "74.226.196.215")
    assert found.evidence[0].question == "geoip:city/74.226.196.215"
    assert found.record == Place(
        ip="74.226.196.215",
        lat=35.6764,
        lon=139.65,
        radius_km=None,
        country_code="JP",
        country="Japan",
        region="Tokyo",
        city="Shibuya City",
        database="DB-IP City Lite",
        built=BUILT,
        attribution="IP Geolocation by DB-IP (https://db-ip.com)",
        network="74.226.128.0/17",
        point=PointClass.SHARED_CITY,
        shared_by=8291635,
        shared_share=0.04082,
        holders=Holders(
            largest=(
                Holder(asn=16509, name="Amazon.com, Inc.", share=0.55175),
                Holder(asn=8075, name="Microsoft Corporation", share=0.19165),
                Holder(asn=396982, name="Google LLC", share=0.04354),
            ),
            unknown=0.01009,
            database="ASN (RouteViews, NRO, DB-IP)",
            built=datetime(2026, 6, 17, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("ip", "lat", "lon", "country", "region", "city"),
    [
        ("8.217.61.41", 22.3193, 114.169, "HK", "Kowloon", "Hong Kong"),
        ("153.123.7.53", 35.6916, 139.768, "JP", "Tokyo", "Chiyoda City"),
        ("2a00:1450:4001:800::1", 50.1109, 8.68213, "DE", "Hesse", "Frankfurt am Main"),
        ("2001:200:dff:fff1:216:3eff:feb1:44d7", 35.3882, 139.428, "JP", "Kanagawa", "Fujisawa"),
    ],
)
def test_an_address_of_either_family_has_a_place(
    scripted: Any, ip: str, lat: float, lon: float, country: str, region: str, city: str
) -> None:
    found = located(scripted({}), ip)
    assert (found.lat, found.lon) == (lat, lon)
    assert (found.country_code, found.region, found.city) == (country, region, city)


@pytest.mark.parametrize(
    ("ip", "asn", "name", "network"),
    [
        ("74.226.196.215", 8075, "Microsoft Corporation", "74.224.0.0/14"),
        ("8.217.61.41", 45102, "Alibaba (US) Technology Co., Ltd.", "8.217.0.0/16"),
        ("153.123.7.53", 131921, "GMO GlobalSign Holdings K.K.", "153.123.0.0/20"),
        ("2a00:1450:4001:800::1", 15169, "Google LLC", "2a00:1450::/32"),
    ],
)
def test_an_address_of_either_family_has_an_announcer(
    scripted: Any, ip: str, asn: int, name: str, network: str
) -> None:
    found = geoip.autonomous_system(scripted({}), ip)
    assert found.record == AutonomousSystem(
        ip=ip,
        asn=asn,
        name=name,
        database="ASN (RouteViews, NRO, DB-IP)",
        built=datetime(2026, 6, 17, 19, tzinfo=UTC),
        network=network,
    )


def test_the_shipped_files_are_those_of_the_manifest_and_small_enough_for_a_repository() -> None:
    manifest = geodatabases.manifest()
    entries = [*manifest["databases"].values(), manifest["shared_points"]]
    total = 0
    for entry in entries:
        packed = shipped.path(f"geoip/{entry['file']}").read_bytes()
        assert hashlib.sha256(packed).hexdigest() == entry["packed"]["sha256"]
        assert entry["attribution"]
        total += len(packed)
    assert total <= 36_000_000


def test_the_shipped_readme_gives_the_attribution_and_the_digests() -> None:
    readme = shipped.path("geoip/README.md").read_text(encoding="utf-8")
    for entry in geodatabases.manifest()["databases"].values():
        assert entry["attribution"] in readme
        assert entry["packed"]["sha256"] in readme
        assert entry["unpacked"]["sha256"] in readme


def test_every_row_of_the_shared_points_tells_of_its_holders_where_it_has_ipv4_addresses() -> None:
    rows = list(geodatabases.shared_points().values())
    told = [holders.parse(row) for row in rows]
    assert [found is None for found in told] == [row["v4_addresses"] == "0" for row in rows]
    known = [found for found in told if found is not None]
    assert sum(not found.largest for found in known) == 31  # nobody is known to announce any of them
    for found in known:
        shares = [one.share for one in found.largest]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) + found.unknown <= 1.0001
        assert (
            found.built.date()
            == datetime.fromisoformat(geodatabases.manifest()["databases"]["asn"]["built"]).date()
        )


def test_every_sampled_address_answered_as_the_packages_do_when_the_files_were_built() -> None:
    checked = geodatabases.manifest()["check"]
    for family in ("ipv4", "ipv6"):
        assert checked[family]["city_same"] == checked[family]["asn_same"] == checked["sample"] == 2000
        assert checked[family]["city_located"] > 1000


# --- not asked, not known -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ip",
    ["10.0.0.1", "127.0.0.1", "192.0.2.1", "100.64.0.1", "224.0.0.1", "::1", "2001:db8::1", "fe80::1%eth0"],
)
def test_an_address_nobody_can_hold_is_not_asked_about(scripted: Any, ip: str) -> None:
    wire = scripted({})
    for found in (geoip.place(wire, ip), geoip.autonomous_system(wire, ip)):
        assert (found.outcome, found.record) == (Outcome.NOT_ASKED, None)
        assert "not a public address" in found.note
    assert wire.asked == []


@pytest.mark.parametrize("ip", ["", "aica-interior.co.jp", "1.2.3", "1.2.3.4.5", "\0", "٣.٣.٣.٣"])
def test_what_is_no_address_is_not_asked_about(scripted: Any, ip: str) -> None:
    found = geoip.place(scripted({}), ip)
    assert (found.outcome, found.note) == (Outcome.NOT_ASKED, "not an address")


def test_an_address_that_is_not_in_the_database_is_no_data_and_the_database_is_named(
    scripted: Any, small: Callable[..., Path]
) -> None:
    small({"8.8.8.0/24": HERE})
    found = geoip.place(scripted({}), "9.9.9.9")
    assert (found.outcome, found.record, found.note) == (Outcome.NO_DATA, None, "Small does not know")
    assert found.evidence


def test_a_bracketed_or_mapped_address_is_asked_about_in_its_plain_form(scripted: Any) -> None:
    wire = scripted({})
    geoip.place(wire, "[IPv6:::ffff:74.226.196.215]")
    assert wire.asked[0].uri == "geoip:city/74.226.196.215"
    assert wire.asked[0].level is Level.OFFLINE


# --- a user's own file ----------------------------------------------------------------------------------


def maxmind(city: str | None, region: str | None, radius: int | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "country": {"iso_code": "JP", "names": {"en": "Japan", "ja": "日本"}},
        "registered_country": {"iso_code": "US", "names": {"en": "United States"}},
        "location": {"latitude": 35.6893, "longitude": 139.6899},
    }
    if radius is not None:
        record["location"]["accuracy_radius"] = radius
    if region:
        record["subdivisions"] = [{"iso_code": "13", "names": {"en": region, "ja": "東京都"}}]
    if city:
        record["city"] = {"names": {"en": city, "ja": "東京"}}
    return record


def test_a_maxmind_file_that_the_user_names_is_asked_before_the_shipped_one(
    scripted: Any, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written("mine.mmdb", "GeoLite2-City", {"::4ae2:c400/120": maxmind("Tokyo", "Tokyo", 20)})
    monkeypatch.setenv("PHISHLAB_GEOIP_CITY", str(path))
    assert located(scripted({}), "74.226.196.215") == Place(
        ip="74.226.196.215",
        lat=35.6893,
        lon=139.6899,
        radius_km=20,
        country_code="JP",
        country="Japan",
        region="Tokyo",
        city="Tokyo",
        database="GeoLite2-City",
        built=BUILT,
        attribution="This product includes GeoLite2 Data created by MaxMind, "
        "available from https://www.maxmind.com/.",
        network="74.226.196.0/24",
        point=PointClass.SHARED_CITY,
        registered_country="US",
        names_ja=(("country", "日本"), ("region", "東京都"), ("city", "東京")),
    )


# --- two databases side by side -------------------------------------------------------------------------


def test_with_the_shipped_database_alone_nothing_else_is_asked_or_kept(scripted: Any) -> None:
    wire = scripted({})
    (found,) = geoip.places(wire, "74.226.196.215")
    assert found.record == located(scripted({}), "74.226.196.215")
    assert {question.uri for question in wire.asked} == {"geoip:city/74.226.196.215"}


def test_beside_a_users_file_the_shipped_one_is_asked_too_under_a_question_of_its_own(
    scripted: Any, written: Callable[..., Path]
) -> None:
    path = written("mine.mmdb", "GeoLite2-City", {"::4ae2:c400/120": maxmind("Tokyo", "Tokyo", 20)})
    wire = scripted({})
    first, second = geoip.places(wire, "74.226.196.215", path)
    assert first.record is not None
    assert second.record is not None
    assert (first.record.database, second.record.database) == ("GeoLite2-City", "DB-IP City Lite")
    assert [question.uri for question in wire.asked] == [
        "geoip:city/74.226.196.215",
        "geoip:city-2/74.226.196.215",
    ]


def test_the_other_database_is_of_another_publisher_where_there_is_one(
    scripted: Any, written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    for name, kind in (("dbip-city-lite-2026-10", "DBIP-City-Lite"), ("GeoLite2-City", "GeoLite2-City")):
        written(f"geoip/{name}.mmdb", kind, {"2a00::/16": maxmind("One", "One", 20)})
    named = written("dbip-city-lite.mmdb", "DBIP-City-Lite", {"2a00::/16": maxmind("Two", "Two", None)})
    databases = [
        found.record and found.record.database for found in geoip.places(scripted({}), "2a00::1", named)
    ]
    assert databases == ["DBIP-City-Lite", "GeoLite2-City"]


def test_a_replay_asks_for_the_second_answer_only_where_the_kept_first_one_tells_of_it(
    scripted: Any, written: Callable[..., Path]
) -> None:
    path = written("mine.mmdb", "GeoLite2-City", {"8.8.8.0/24": maxmind("Tokyo", None, 1)}, ip_version=4)
    with_two, with_one = Keeping(), Keeping()
    geoip.place(with_two, "8.8.8.8", path)
    geoip.place(with_one, "8.8.8.8")
    assert b'"beside":true' in with_two.data
    assert b"beside" not in with_one.data
    assert len(geoip.places(Kept(with_two.data), "8.8.8.8")) == 2
    assert len(geoip.places(Kept(with_one.data), "8.8.8.8")) == 1


def test_the_shipped_file_named_by_the_user_is_no_second_opinion(scripted: Any) -> None:
    assert len(geoip.places(scripted({}), "74.226.196.215", geoip.unpack()[0])) == 1


def test_a_database_that_knows_nothing_does_not_silence_the_other(
    scripted: Any, written: Callable[..., Path]
) -> None:
    path = written("mine.mmdb", "GeoLite2-City", {"2a00::/16": maxmind("Tokyo", None, 1)})
    first, second = geoip.places(scripted({}), "74.226.196.215", path)
    assert (first.outcome, second.outcome) == (Outcome.NO_DATA, Outcome.ANSWERED)


@pytest.mark.parametrize(
    ("traits", "flagged"),
    [({"is_anycast": True}, True), ({"is_anycast": 1}, False), ({}, False), (None, False)],
)
def test_anycast_is_what_the_database_flags_and_nothing_else(traits: object, flagged: bool) -> None:
    kept = {"built": BUILT.isoformat(), "record": maxmind("Tokyo", None, 1) | {"traits": traits}}
    assert located(Kept(json.dumps(kept).encode()), "2a00::1").anycast is flagged


@pytest.mark.parametrize(
    ("city", "region", "radius", "point"),
    [
        (None, None, 500, PointClass.COUNTRY_DEFAULT),
        (None, "Tokyo", 100, PointClass.REGION_DEFAULT),
        ("Tokyo", "Tokyo", 20, PointClass.SHARED_CITY),
        ("Tokyo", "Tokyo", 5, PointClass.OTHER),
        ("Tokyo", None, None, PointClass.OTHER),
    ],
)
def test_what_maxmind_leaves_unnamed_says_what_its_point_stands_for(
    scripted: Any,
    written: Callable[..., Path],
    city: str | None,
    region: str | None,
    radius: int | None,
    point: PointClass,
) -> None:
    path = written("mine.mmdb", "GeoIP2-City", {"2a00::/16": maxmind(city, region, radius)})
    assert located(scripted({}), "2a00::1", database=path).point is point


def test_a_file_given_as_an_argument_goes_before_one_in_the_environment(
    scripted: Any, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = written("one.mmdb", "GeoLite2-City", {"2a00::/16": maxmind("One", None, 1)})
    other = written("other.mmdb", "GeoLite2-City", {"2a00::/16": maxmind("Other", None, 1)})
    monkeypatch.setenv("PHISHLAB_GEOIP_CITY", str(one))
    assert located(scripted({}), "2a00::1", database=other).city == "Other"
    assert located(scripted({}), "2a00::1").city == "One"


def test_a_file_in_the_users_data_folder_is_found_the_newest_month_first(
    scripted: Any, written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    for month in ("2026-09", "2026-10"):
        record = {
            "city": {"names": {"en": month}},
            "country": {"iso_code": "JP"},
            "location": {"latitude": 35.6764, "longitude": 139.65},
        }
        written(f"geoip/dbip-city-lite-{month}.mmdb", "DBIP-City-Lite", {"2a00::/16": record})
    found = located(scripted({}), "2a00::1")
    assert (found.city, found.database, found.shared_by) == ("2026-10", "DBIP-City-Lite", 8291635)


def test_a_file_of_ipv4_alone_leaves_ipv6_to_the_next_database(
    scripted: Any, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written("geolite2-city-ipv4.mmdb", "city ipv4", {"8.8.8.0/24": HERE}, ip_version=4)
    monkeypatch.setenv("PHISHLAB_GEOIP_CITY", str(path))
    assert located(scripted({}), "8.8.8.8").city == "Here"
    assert located(scripted({}), "2a00:1450:4001:800::1").database == "DB-IP City Lite"


def test_a_users_asn_file_is_asked_before_the_shipped_one(
    scripted: Any, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"autonomous_system_number": 64500, "autonomous_system_organization": "Mine"}
    path = written("mine.mmdb", "GeoLite2-ASN", {"2a00::/16": record})
    monkeypatch.setenv("PHISHLAB_GEOIP_ASN", str(path))
    found = geoip.autonomous_system(scripted({}), "2a00::1").record
    assert found is not None
    assert (found.asn, found.name, found.network) == (64500, "Mine", "2a00::/16")


def test_a_record_with_a_country_but_no_point_is_no_data(scripted: Any, written: Callable[..., Path]) -> None:
    record = {"registered_country": {"iso_code": "AU", "names": {"en": "Australia"}}}
    path = written("mine.mmdb", "GeoLite2-City", {"::101:100/120": record})
    assert geoip.place(scripted({}), "1.1.1.1", path).outcome is Outcome.NO_DATA


def test_a_named_file_that_is_missing_or_no_database_is_said_in_one_line(
    scripted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHISHLAB_GEOIP_CITY", str(tmp_path / "absent.mmdb"))
    with pytest.raises(DataError, match=r"there is no GeoIP database .*absent\.mmdb: .*PHISHLAB_GEOIP_CITY"):
        geoip.place(scripted({}), "8.8.8.8")
    damaged = tmp_path / "damaged.mmdb"
    damaged.write_bytes(b"no database")
    with pytest.raises(DataError, match=r"damaged\.mmdb cannot be read .*: replace or remove it") as caught:
        geoip.place(scripted({}), "8.8.8.8", damaged)
    assert "\n" not in str(caught.value)


# --- the cache ------------------------------------------------------------------------------------------


def test_a_damaged_cache_is_made_again(scripted: Any, small: Callable[..., Path]) -> None:
    small({"8.8.8.0/24": HERE})
    path, other = geoip.unpack()
    whole = path.read_bytes()
    for damage in (whole[:-9], b"", whole.replace(b"Here", b"Hers")):
        path.write_bytes(damage)
        geodatabases._sha256.cache_clear()  # as in the next process; within one, a clock tick may hide a change
        assert located(scripted({}), "8.8.8.8").city == "Here"
        assert path.read_bytes() == whole
    assert set(path.parent.iterdir()) == {path, other}


def test_a_cache_that_cannot_be_written_is_said_with_what_to_do(
    small: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small({"8.8.8.0/24": HERE})
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PHISHLAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"make room there, or set PHISHLAB_CACHE to a folder") as caught:
        geoip.unpack()
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_said_and_leaves_no_half_file(
    small: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small({"8.8.8.0/24": HERE})

    def full(source: object, target: Any) -> str:
        target.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(geodatabases, "_copy", full)
    with pytest.raises(DataError, match="No space left on device"):
        geoip.unpack()
    assert list((tmp_path / "cache" / "geoip").iterdir()) == []


@pytest.mark.parametrize(
    "packed", [b"", b"no xz", lzma.compress(b"another file"), lzma.compress(b"cut")[:-4]]
)
def test_a_damaged_installation_is_said_and_nothing_is_cached(
    small: Callable[..., Path], tmp_path: Path, packed: bytes
) -> None:
    folder = small({"8.8.8.0/24": HERE})
    (folder / "city.mmdb.xz").write_bytes(packed)
    with pytest.raises(DataError, match="install phishlab again"):
        geoip.unpack()
    assert list((tmp_path / "cache" / "geoip").iterdir()) == []


def test_processes_that_unpack_at_the_same_time_all_get_a_whole_file(
    small: Callable[..., Path], tmp_path: Path
) -> None:
    networks = {
        f"8.{high}.{low}.0/24": {**HERE, "city": f"City {high}.{low}"}
        for high in range(64)
        for low in range(64)
    }
    folder = small(networks)
    program = (
        "import pathlib, sys; from phishlab import shipped; shipped._INSTALLED = pathlib.Path(sys.argv[1]);"
        "from phishlab.sources import geodatabases; sys.stdin.readline();"
        "print(geodatabases.choose('city', 4).record('8.63.63.1')[0]['city'])"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for each in started:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert [each.communicate(timeout=60)[0] for each in started] == ["City 63.63\n"] * 4
    assert len(list((tmp_path / "cache" / "geoip").iterdir())) == 1


def test_the_status_names_every_database_in_the_order_it_is_asked(
    small: Callable[..., Path], written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small({"8.8.8.0/24": HERE})
    path = written("mine.mmdb", "GeoLite2-City", {"2a00::/16": maxmind("One", None, 1)})
    monkeypatch.setenv("PHISHLAB_GEOIP_CITY", str(path))
    monkeypatch.setenv("PHISHLAB_GEOIP_ASN", str(tmp_path / "absent.mmdb"))
    own, city, absent, asn = geoip.status()
    assert (own.name, own.source, own.publisher, own.built) == ("city", "user", "MaxMind", BUILT)
    assert own.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (city.name, city.source, city.title, city.licence) == ("city", "shipped", "Small", "CC BY 4.0")
    assert (absent.name, absent.source, absent.built) == ("asn", "user", None)
    assert "absent.mmdb cannot be read" in absent.trouble
    assert (asn.name, asn.source, asn.trouble) == ("asn", "shipped", "")
    assert not (tmp_path / "cache").exists()


# --- kept answers ---------------------------------------------------------------------------------------


def test_the_kept_answer_is_canonical_json_with_the_files_digest_and_date(small: Callable[..., Path]) -> None:
    small({"8.8.8.0/24": HERE})
    wire = Keeping()
    geoip.place(wire, "8.8.8.8")
    digest = geodatabases.manifest()["databases"]["city"]["unpacked"]["sha256"]
    assert wire.data.decode() == (
        '{"attribution":"by a test","built":"2026-06-05T13:43:16+00:00","database":"Small",'
        '"licence":"CC BY 4.0","network":"8.8.8.0/24","publisher":"DB-IP",'
        '"record":{"city":"Here","country_code":"ZZ","latitude":1.5,"longitude":2.5,"state1":""},'
        f'"sha256":"{digest}","shared_point":null}}'
    )


def test_a_replay_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    live = Keeping()
    found = geoip.place(live, "74.226.196.215")
    monkeypatch.setattr(geodatabases, "choose", lambda *_: pytest.fail("the database was opened"))
    assert geoip.place(Kept(live.data), "74.226.196.215") == found
    assert found.record is not None
    assert found.record.shared_by == 8291635
    assert found.record.holders is not None


def test_an_answer_kept_before_the_list_told_of_holders_replays_as_it_was() -> None:
    live = Keeping()
    found = geoip.place(live, "74.226.196.215").record
    assert found is not None
    kept = json.loads(live.data)
    kept["shared_point"] = {
        name: value for name, value in kept["shared_point"].items() if not name.startswith("as")
    }
    then = geoip.place(Kept(json.dumps(kept).encode()), "74.226.196.215").record
    assert then == replace(found, holders=None)


def test_the_wires_refusal_is_handed_on(scripted: Any) -> None:
    class Refusing(Kept):
        def consult(self, question: object, read: object) -> Answer:
            return Answer(outcome=Outcome.NOT_ASKED, note="not kept")

    found = geoip.autonomous_system(Refusing(b""), "8.8.8.8")
    assert (found.outcome, found.note, found.record) == (Outcome.NOT_ASKED, "not kept", None)


BUILT_THEN = '"built":"2026-06-05T00:00:00Z"'


@pytest.mark.parametrize(
    ("kept", "outcome"),
    [
        ("", Outcome.FAILED),
        ("\0\0", Outcome.FAILED),
        ("null", Outcome.FAILED),
        ("[]", Outcome.FAILED),
        ("{}", Outcome.FAILED),
        ('{"built":null}', Outcome.FAILED),
        ('{"built":"yesterday"}', Outcome.FAILED),
        ('{"built":"2026-06-05T00:00:00"}', Outcome.FAILED),
        ("[" * 100_000, Outcome.FAILED),
        ('{"built":' + "9" * 5000 + "}", Outcome.FAILED),
        (f'{{{BUILT_THEN},"record":null}}', Outcome.NO_DATA),
        (f'{{{BUILT_THEN},"record":[1,2]}}', Outcome.NO_DATA),
        (f'{{{BUILT_THEN},"record":{{"latitude":NaN,"longitude":1}}}}', Outcome.NO_DATA),
        (f'{{{BUILT_THEN},"record":{{"latitude":91,"longitude":1}}}}', Outcome.NO_DATA),
        (f'{{{BUILT_THEN},"record":{{"latitude":1e999,"longitude":1}}}}', Outcome.NO_DATA),
        (f'{{{BUILT_THEN},"record":{{"latitude":true,"longitude":"x"}}}}', Outcome.NO_DATA),
        (
            f'{{{BUILT_THEN},"record":{{"location":{{"latitude":{"9" * 400},"longitude":1}}}}}}',
            Outcome.NO_DATA,
        ),
        (
            f'{{{BUILT_THEN},"record":{{"latitude":1,"longitude":1,"city":[],"subdivisions":{{}}}}}}',
            Outcome.ANSWERED,
        ),
    ],
)
def test_a_kept_answer_of_any_shape_is_an_outcome(kept: str, outcome: Outcome) -> None:
    assert geoip.place(Kept(kept.encode()), "8.8.8.8").outcome is outcome


@pytest.mark.parametrize("asn", ["null", '"x"', "-1", "4294967296", "1e400", "{}", "1.5"])
def test_a_kept_number_that_is_no_as_number_is_no_data(asn: str) -> None:
    kept = f'{{{BUILT_THEN},"record":{{"autonomous_system_number":{asn}}}}}'
    assert geoip.autonomous_system(Kept(kept.encode()), "8.8.8.8").outcome is Outcome.NO_DATA
