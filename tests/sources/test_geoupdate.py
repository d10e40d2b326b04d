"""A newer GeoIP database: looked into, put in place in one step, the old one kept; or nothing changes at all."""

from __future__ import annotations

import gzip
import hashlib
import resource
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.errors import DataError, InputError
from phishlab.sources import geodatabases, geoip, geoupdate
from phishlab.wire import clock, download
from tests.servers import web
from tests.servers.world import world
from tests.sources.mmdbs import record, written

HOST = "download.db-ip.com"
OCTOBER, NOVEMBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, empty; and a day on which it is asked."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "home")
    monkeypatch.setattr(clock, "utc", lambda: NOW)
    return tmp_path / "home" / "geoip"


def dbip(folder: Path, built: datetime, city: str = "Here", kind: str = "DBIP-City-Lite") -> Path:
    networks = {"8.8.8.0/24": record(city), "2a00::/16": record(city)}
    return written(folder / f"{kind}-{built:%Y-%m}.mmdb", kind, networks, built)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- a file that the user names -------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["mmdb", "mmdb.gz"])
def test_a_file_is_put_in_place_and_asked_from_then_on(
    tmp_path: Path, own_folder: Path, packed: bool, scripted: Any
) -> None:
    given = dbip(tmp_path, NOVEMBER)
    if packed:
        given = tmp_path / "x.mmdb.gz"
        given.write_bytes(gzip.compress(dbip(tmp_path, NOVEMBER).read_bytes()))
    done = geoupdate.take(given)
    assert (done.status.name, done.status.title, done.status.built) == ("city", "DBIP-City-Lite", NOVEMBER)
    assert (done.status.licence, done.replaced, done.previous) == ("CC BY 4.0", None, None)
    assert done.sha256 == hashlib.sha256(given.read_bytes()).hexdigest()
    assert files(own_folder) == ["dbip-city-lite.mmdb"]
    found = geoip.place(scripted({}), "8.8.8.8").record
    assert found is not None
    assert (found.city, found.built) == ("Here", NOVEMBER)
    assert geodatabases.status()[0] == done.status


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("GeoLite2-City", "GeoLite2-City.mmdb"),
        ("GeoIP2-City", "GeoIP2-City.mmdb"),
        ("GeoIP2-Enterprise", "GeoIP2-City.mmdb"),
        ("DBIP-City-Lite", "dbip-city-lite.mmdb"),
        ("DBIP-City", "dbip-city.mmdb"),
        ("Our own City", "city.mmdb"),
    ],
)
def test_every_file_gets_a_name_under_which_it_is_found_again(
    tmp_path: Path, own_folder: Path, kind: str, name: str, scripted: Any
) -> None:
    geoupdate.take(dbip(tmp_path, NOVEMBER, "Found", kind))
    assert files(own_folder) == [name]
    found = geoip.place(scripted({}), "8.8.8.8").record
    assert found is not None
    assert found.city == "Found"


@pytest.mark.parametrize(
    ("kind", "name"), [("GeoLite2-ASN", "GeoLite2-ASN.mmdb"), ("GeoIP2-ISP", "GeoIP2-ISP.mmdb")]
)
def test_a_database_of_systems_goes_to_its_own_place(
    tmp_path: Path, own_folder: Path, kind: str, name: str, scripted: Any
) -> None:
    networks = {"8.8.8.0/24": {"autonomous_system_number": 64500, "autonomous_system_organization": "Mine"}}
    geoupdate.take(written(tmp_path / "x.mmdb", kind, networks, NOVEMBER))
    assert files(own_folder) == [name]
    found = geoip.autonomous_system(scripted({}), "8.8.8.8").record
    assert found is not None
    assert found.asn == 64500


def test_the_old_file_is_kept_as_previous_and_is_no_longer_asked(
    tmp_path: Path, own_folder: Path, scripted: Any
) -> None:
    old = geoupdate.take(dbip(tmp_path, OCTOBER, "Old"))
    before = old.status.path.read_bytes()
    done = geoupdate.take(dbip(tmp_path, NOVEMBER, "New"))
    assert done.replaced is not None
    assert (done.replaced.built, done.status.built) == (OCTOBER, NOVEMBER)
    assert done.previous == own_folder / "dbip-city-lite.mmdb.previous"
    assert done.previous.read_bytes() == before
    assert files(own_folder) == ["dbip-city-lite.mmdb", "dbip-city-lite.mmdb.previous"]
    found = geoip.place(scripted({}), "8.8.8.8").record
    assert found is not None
    assert found.city == "New"


def test_a_damaged_old_file_does_not_stand_in_the_way(tmp_path: Path, own_folder: Path) -> None:
    own_folder.mkdir(parents=True)
    (own_folder / "dbip-city-lite.mmdb").write_bytes(b"half a file")
    done = geoupdate.take(dbip(tmp_path, NOVEMBER))
    assert (done.replaced, done.previous) == (None, own_folder / "dbip-city-lite.mmdb.previous")
    assert (own_folder / "dbip-city-lite.mmdb.previous").read_bytes() == b"half a file"


def bad(tmp_path: Path, name: str) -> Path:
    whole = dbip(tmp_path, NOVEMBER).read_bytes()
    path = tmp_path / "bad.mmdb"
    made: dict[str, Callable[[], object]] = {
        "garbage": lambda: path.write_bytes(b"<html>not found</html>"),
        "empty": lambda: path.write_bytes(b""),
        "cut short": lambda: path.write_bytes(whole[:-40]),
        "packed, cut short": lambda: path.write_bytes(gzip.compress(whole)[:-20]),
        "packed, one byte off": lambda: path.write_bytes(_one_byte_off(gzip.compress(whole, mtime=0))),
        "packed garbage": lambda: path.write_bytes(gzip.compress(b"garbage")),
        "of countries": lambda: written(path, "GeoLite2-Country", {"8.8.8.0/24": record("x")}, NOVEMBER),
        "without points": lambda: written(path, "GeoLite2-City", {"8.8.8.0/24": {"city": {}}}, NOVEMBER),
        "of tomorrow's tomorrow": lambda: dbip(tmp_path, datetime(2027, 1, 1, tzinfo=UTC)).rename(path),
        "of 1970": lambda: dbip(tmp_path, datetime(1970, 1, 2, tzinfo=UTC)).rename(path),
    }
    made[name]()
    return path


def _one_byte_off(data: bytes) -> bytes:
    at = len(data) - 8  # the first byte of the checksum (RFC 1952)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("garbage", "is no MaxMind database"),
        ("empty", "is no MaxMind database"),
        ("cut short", "is no MaxMind database"),
        ("packed, cut short", "damaged or was cut short"),
        ("packed, one byte off", "damaged or was cut short"),
        ("packed garbage", "is no MaxMind database"),
        ("of countries", "is a database of another kind (GeoLite2-Country)"),
        ("without points", "has no records that phishlab can read"),
        ("of tomorrow's tomorrow", "built on 2027-01-01, which cannot be"),
        ("of 1970", "built on 1970-01-02, which cannot be"),
    ],
)
def test_a_file_that_is_not_fit_replaces_nothing(
    tmp_path: Path, own_folder: Path, name: str, why: str
) -> None:
    good = geoupdate.take(dbip(tmp_path, OCTOBER)).status
    with pytest.raises(DataError) as caught:
        geoupdate.take(bad(tmp_path, name))
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files(own_folder) == ["dbip-city-lite.mmdb"]
    assert hashlib.sha256(good.path.read_bytes()).hexdigest() == good.sha256


def test_a_file_with_another_digest_than_the_publisher_says_is_not_taken(
    tmp_path: Path, own_folder: Path
) -> None:
    given = dbip(tmp_path, NOVEMBER)
    right = hashlib.sha256(given.read_bytes()).hexdigest()
    with pytest.raises(DataError, match=f"not the file that was meant: its SHA-256 is {right}"):
        geoupdate.take(given, sha256="0" * 64)
    assert files(own_folder) == []
    assert geoupdate.take(given, sha256=f" {right.upper()}\n").sha256 == right


def test_a_bomb_is_left_before_it_fills_the_disk(
    tmp_path: Path, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geoupdate, "UNPACKED", 3_000_000)
    (tmp_path / "bomb.mmdb.gz").write_bytes(gzip.compress(bytes(50_000_000)))
    with pytest.raises(DataError, match="holds more than 3,000,000 bytes"):
        geoupdate.take(tmp_path / "bomb.mmdb.gz")
    assert files(own_folder) == []


def test_a_full_disk_replaces_nothing_and_says_what_to_do(tmp_path: Path, own_folder: Path) -> None:
    (tmp_path / "large.mmdb").write_bytes(bytes(2_000_000))
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DataError, match=r"cannot write to .*geoip \(File too large\): make room there"):
            geoupdate.take(tmp_path / "large.mmdb")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert files(own_folder) == []


def test_a_file_that_is_not_there_is_a_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*absent\.mmdb: No such file"):
        geoupdate.take(tmp_path / "absent.mmdb")
    with pytest.raises(InputError, match="cannot read"):
        geoupdate.take(tmp_path)


# --- fetched from the publisher -------------------------------------------------------------------------


@pytest.mark.loopback
def test_this_months_file_is_fetched_from_its_publisher_and_put_in_place(
    tmp_path: Path, own_folder: Path
) -> None:
    packed = gzip.compress(dbip(tmp_path, NOVEMBER, "Fetched").read_bytes())
    target = f"{HOST}/free/dbip-city-lite-2026-11.mmdb.gz"
    pages: dict[str, web.Page] = {target: web.page(packed, "application/gzip")}
    with world(tmp_path, pages=pages, zones={}) as here:
        door = download.Door(nameservers=here.nameservers, dial=here.dial, ca_file=str(here.ca_file))
        told: list[int] = []
        done = geoupdate.fetch(door=door, on_progress=lambda come, _of: told.append(come))
        assert told[-1] == len(packed)
        assert done.source == f"https://{target}"
        assert done.sha256 == hashlib.sha256(packed).hexdigest()
        assert (done.status.source, done.status.built) == ("user", NOVEMBER)
        assert files(own_folder) == ["dbip-city-lite.mmdb"]
        with pytest.raises(DataError, match=r"answers 404 Not Found\. Name a month \(--month\) or a file"):
            geoupdate.fetch("2026-12", door=door)
        assert files(own_folder) == ["dbip-city-lite.mmdb"]


@pytest.mark.loopback
@pytest.mark.parametrize("body", [b"<html>come back later</html>", gzip.compress(bytes(1000))[:-9], b""])
def test_what_is_fetched_is_looked_into_before_it_replaces_anything(
    tmp_path: Path, own_folder: Path, body: bytes
) -> None:
    pages: dict[str, web.Page] = {f"{HOST}/free/dbip-city-lite-2026-11.mmdb.gz": web.page(body)}
    with world(tmp_path, pages=pages, zones={}) as here:
        door = download.Door(nameservers=here.nameservers, dial=here.dial, ca_file=str(here.ca_file))
        with pytest.raises(DataError):
            geoupdate.fetch(door=door)
    assert files(own_folder) == []


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "../../x", "november"])
def test_a_word_that_is_no_month_is_asked_of_nobody(month: str) -> None:
    with pytest.raises(InputError, match="not a month"):
        geoupdate.fetch(month)
