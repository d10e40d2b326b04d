"""The GeoIP databases on this machine: which one answers, what it is, and the cache it is read from.

A file that the user names is taken first, then one in the user's data folder, then where geoipupdate puts
MaxMind's, then the shipped one (DB-IP City Lite and AS numbers, CC BY 4.0: data/geoip/README.md). The
shipped files are packed; they are unpacked once into the user's cache folder, which ``PHISHLAB_CACHE`` moves.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import IO, Any, NoReturn

import maxminddb
import platformdirs

from phishlab import shipped
from phishlab.errors import DataError

KINDS = ("city", "asn")
_NAMED = {"city": "PHISHLAB_GEOIP_CITY", "asn": "PHISHLAB_GEOIP_ASN"}
_USUAL = {
    "city": ("GeoIP2-City.mmdb", "GeoLite2-City.mmdb", "dbip-city*.mmdb", "city.mmdb"),
    "asn": ("GeoIP2-ISP.mmdb", "GeoLite2-ASN.mmdb", "dbip-asn*.mmdb", "asn.mmdb"),
}
_SYSTEM = (Path("/var/lib/GeoIP"), Path("/usr/share/GeoIP"))  # the first is geoipupdate's, GeoIP.conf(5)
_CHUNK = 1 << 20
_unpacking = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """One database file. *trouble* is empty, or why it cannot be read."""

    name: str
    """What it answers: ``city`` or ``asn``."""
    title: str
    path: Path
    built: datetime | None
    publisher: str
    licence: str
    attribution: str
    source: str
    """``user`` or ``shipped``."""
    sha256: str
    """Of the file that is read (the shipped one unpacked)."""
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An open database."""

    status: DatabaseStatus
    reader: maxminddb.Reader

    def record(self, ip: str) -> tuple[object, int]:
        """What is stored for *ip* (None where nothing is), and its network's prefix length."""
        try:
            return self.reader.get_with_prefix_len(ip)
        except (maxminddb.InvalidDatabaseError, ValueError, OSError) as error:
            _damaged(self.status.path, error)


# --- choosing -------------------------------------------------------------------------------------------


def choose(kind: str, version: int, named: Path | None = None) -> Database:
    """The database of *kind* that answers for IP *version* (4 or 6); *named* goes before all others.

    Raises DataError where a file that the user named is missing, or the chosen one cannot be read.
    """
    for path in _users(kind, named):
        found = own(kind, path)
        if found.reader.metadata().ip_version >= version:
            return found
    return _shipped(kind)


def beside(kind: str, version: int, named: Path | None = None) -> Database | None:
    """The database to ask next to the chosen one: the user's next of another publisher, else the shipped one.

    None where the chosen one is all there is. Two files of one publisher are no two opinions, but two dates.
    """
    first = choose(kind, version, named).status
    if not has_other(first):
        return None
    for path in _users(kind, named):
        other = own(kind, path)
        if other.status.publisher != first.publisher and other.reader.metadata().ip_version >= version:
            return other
    return _shipped(kind)


def has_other(first: DatabaseStatus) -> bool:
    """Whether another database stands beside the chosen one: it does where that is a file of the user's own."""
    return (
        first.source == "user" and first.sha256 != manifest()["databases"][first.name]["unpacked"]["sha256"]
    )


def status() -> tuple[DatabaseStatus, ...]:
    """Every database that is found, in the order in which they are asked; nothing is unpacked for it."""
    found: list[DatabaseStatus] = []
    for kind in KINDS:
        found += [_own_status(kind, path) for path in _found(kind, None)]
        found.append(_shipped_status(kind))
    return tuple(found)


def _own_status(kind: str, path: Path) -> DatabaseStatus:
    try:
        return own(kind, path).status
    except DataError as error:
        return DatabaseStatus(
            name=kind,
            title=path.name,
            path=path,
            built=None,
            publisher="",
            licence="",
            attribution="",
            source="user",
            sha256="",
            trouble=str(error),
        )


def _users(kind: str, named: Path | None) -> Iterator[Path]:
    """The user's files; the ones that were named have to be there."""
    for path in _found(kind, named):
        if not path.is_file():
            raise DataError(f"there is no GeoIP database {path}: correct its name, or unset {_NAMED[kind]}")
        yield path


def _found(kind: str, named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named
    if os.environ.get(_NAMED[kind]):
        yield Path(os.environ[_NAMED[kind]]).expanduser()
    for folder in (data_folder(), *_SYSTEM):
        for pattern in _USUAL[kind]:
            yield from sorted(folder.glob(pattern), reverse=True)  # dbip-city-lite-2026-10 before 2026-09


def own(kind: str, path: Path) -> Database:
    """A file of the user's own, opened; DataError where it cannot be read."""
    reader = _open(path)
    metadata = reader.metadata()
    publisher, licence, attribution = published(f"{metadata.database_type} {path.name}")
    return Database(
        reader=reader,
        status=DatabaseStatus(
            name=kind,
            title=metadata.database_type or path.name,
            path=path,
            built=_built(path, metadata.build_epoch),
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            source="user",
            sha256=_digest(path),
        ),
    )


def _built(path: Path, epoch: int) -> datetime:
    try:
        return datetime.fromtimestamp(epoch, UTC)
    except (OverflowError, ValueError, OSError) as error:
        _damaged(path, error)


def published(name: str) -> tuple[str, str, str]:
    """Publisher, licence and attribution, told from the type a database gives itself and its file name."""
    words = name.lower()
    maxmind = "created by MaxMind, available from https://www.maxmind.com/."
    dbip = "IP Geolocation by DB-IP (https://db-ip.com)"
    if "geolite2" in words:
        licence = "GeoLite2 End User License Agreement"
        return "MaxMind", licence, f"This product includes GeoLite2 Data {maxmind}"
    if "geoip2" in words:
        return "MaxMind", "the user's own agreement", f"This product includes GeoIP2 Data {maxmind}"
    if "dbip" in words or "db-ip" in words:
        lite = "lite" in words or "ip-location-db" in words
        return "DB-IP", "CC BY 4.0" if lite else "the user's own agreement", dbip
    return "unknown", "unknown: see where the file came from", ""


# --- the shipped ones -----------------------------------------------------------------------------------


def unpack() -> tuple[Path, ...]:
    """Prepare the cache in advance: where the shipped databases lie now, city first.

    Raises DataError where the cache folder is not writable or full.
    """
    return tuple(_unpacked(kind) for kind in KINDS)


def _shipped(kind: str) -> Database:
    return Database(status=_shipped_status(kind), reader=_open(_unpacked(kind)))


def _shipped_status(kind: str) -> DatabaseStatus:
    entry = manifest()["databases"][kind]
    return DatabaseStatus(
        name=kind,
        title=entry["title"],
        path=shipped.path(f"geoip/{entry['file']}"),
        built=datetime.fromisoformat(entry["built"]),
        publisher=entry["publisher"],
        licence=entry["licence"],
        attribution=entry["attribution"],
        source="shipped",
        sha256=entry["unpacked"]["sha256"],
    )


@cache
def manifest() -> dict[str, Any]:
    """What data/geoip/manifest.json says of the shipped files."""
    read: dict[str, Any] = json.loads(shipped.path("geoip/manifest.json").read_text(encoding="utf-8"))
    return read


@cache
def shared_points() -> dict[tuple[str, float, float], dict[str, str]]:
    """DB-IP's shared points by country code, latitude and longitude in degrees to four decimals (11 m).

    Each is a row of dbip_shared_points.csv: ``JP,35.6764,139.65,Tokyo/Shibuya City,8291635,4545,0.04082,`` and
    who announces its addresses (holders.parse).
    """
    packed = shipped.path(f"geoip/{manifest()['shared_points']['file']}")
    text = lzma.decompress(packed.read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(text))
    return {(row["country"], float(row["lat"]), float(row["lon"])): row for row in rows}


def data_folder() -> Path:
    """Where a database of the user's own is put, and looked for."""
    return platformdirs.user_data_path("phishlab", appauthor=False) / "geoip"


def cache_folder() -> Path:
    """Where the shipped databases are unpacked to."""
    chosen = os.environ.get("PHISHLAB_CACHE")
    root = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("phishlab", appauthor=False)
    return root / "geoip"


def _unpacked(kind: str) -> Path:
    """The unpacked file; a damaged one is made again. Its digest is in its name: versions do not mix."""
    entry = manifest()["databases"][kind]
    expected = entry["unpacked"]["sha256"]
    path = cache_folder() / f"{kind}-{expected[:12]}.mmdb"
    with _unpacking:
        try:
            if not path.is_file() or _digest(path) != expected:
                _unpack(shipped.path(f"geoip/{entry['file']}"), path, expected)
        except OSError as error:
            size = round(entry["unpacked"]["bytes"] / 1e6)
            raise DataError(
                f"cannot unpack {size} MB into {path.parent} ({error.strerror or error}): "
                "make room there, or set PHISHLAB_CACHE to a folder that can be written"
            ) from error
    return path


def _unpack(packed: Path, path: Path, expected: str) -> None:
    """Into a file of its own, then renamed: two processes at once each finish, none sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as target, lzma.open(packed) as source:
            digest = _copy(source, target)
    except (lzma.LZMAError, EOFError) as error:
        raise DataError(f"phishlab's own {packed} is damaged ({error}): install phishlab again") from error
    else:
        if digest != expected:
            raise DataError(f"phishlab's own {packed} is not what its manifest says: install phishlab again")
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    """The SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


# --- reading --------------------------------------------------------------------------------------------


def _open(path: Path) -> maxminddb.Reader:
    try:
        return _reader(path, *_stamp(path))
    except (maxminddb.InvalidDatabaseError, OSError, ValueError) as error:
        _damaged(path, error)


@lru_cache(maxsize=8)
def _reader(path: Path, *_stamp: int) -> maxminddb.Reader:
    return maxminddb.open_database(path)


def _digest(path: Path) -> str:
    """SHA-256 of a file, computed once as long as the file stays what it is."""
    return _sha256(path, *_stamp(path))


@lru_cache(maxsize=32)
def _sha256(path: Path, *_stamp: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when the file does."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _damaged(path: Path, error: Exception) -> NoReturn:
    raise DataError(f"the GeoIP database {path} cannot be read ({error}): replace or remove it") from error
