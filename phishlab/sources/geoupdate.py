"""Bringing a newer GeoIP database: from DB-IP itself, or from a file that the user has.

A file is looked into before it replaces another: its type, its date, and whether its records can be read. Then
it takes the other's place in one step, and the other stays beside it as ``….mmdb.previous``. No case changes by
it: a case keeps the answers that it was given.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO

import maxminddb

from phishlab.errors import DataError, InputError
from phishlab.sources import geodatabases, geoip
from phishlab.sources.geodatabases import DatabaseStatus
from phishlab.wire import clock, download

PUBLISHED = "https://download.db-ip.com/free/dbip-city-lite-{month}.mmdb.gz"
"""DB-IP City Lite of a month (https://db-ip.com/db/download/ip-to-city-lite), CC BY 4.0."""
UNPACKED = 2_000_000_000
"""Bytes of an unpacked database at most."""
_KINDS = {"city": ("city", "enterprise"), "asn": ("asn", "isp")}
_TRIED = 2_000
"""Records that are read to see whether a file can be: the first of a database may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A database that was put in place."""

    status: DatabaseStatus
    source: str
    """The file or the URL that it came from."""
    sha256: str
    """Of what came, packed as it was."""
    replaced: DatabaseStatus | None
    previous: Path | None
    """Where the replaced one lies now."""


def fetch(
    month: str = "",
    *,
    sha256: str = "",
    door: download.Door | None = None,
    on_progress: download.Progress | None = None,
) -> Update:
    """DB-IP City Lite of *month* (``2026-11``, by default the current one), fetched and put in place.

    Raises InputError for what is no month, DataError for all that can go wrong on the way: nothing is
    replaced then.
    """
    if month and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise InputError(f"not a month: {month!r}; write it as 2026-11")
    url = PUBLISHED.format(month=month or f"{clock.utc():%Y-%m}")
    with _scratch() as folder:
        packed = folder / "city.mmdb.gz"
        try:
            download.fetch(url, packed, door=door, on_progress=on_progress)
        except DataError as error:
            raise DataError(
                f"{error}. Name a month (--month) or a file that you have: phishlab data update FILE"
            ) from error
        return _placed(packed, url, sha256, folder)


def take(path: Path, *, sha256: str = "") -> Update:
    """A copy of the user's file (``.mmdb`` or ``.mmdb.gz``), put in place; the file itself stays as it is.

    *sha256*: what the publisher says that the file's digest is. Raises InputError where it cannot be
    read, DataError where it is not what it should be: nothing is replaced then.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    with _scratch() as folder:
        return _placed(path, str(path), sha256, folder)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder beside the databases, so that the last step is a rename; OSErrors say what to do."""
    target = geodatabases.data_folder()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="update-", dir=target) as folder:
            yield Path(folder)
    except OSError as error:
        raise DataError(f"cannot write to {target} ({error.strerror or error}): make room there") from error


def _placed(given: Path, source: str, expected: str, folder: Path) -> Update:
    with given.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if expected and digest != expected.strip().lower():
        raise DataError(f"{source} is not the file that was meant: its SHA-256 is {digest}")
    copy = folder / given.name.removesuffix(".gz")
    if copy == given:
        raise DataError(f"{source} lies where databases are made ready: name another file")
    _unpack(given, copy, source)
    found = _looked_into(copy, source)
    target = geodatabases.data_folder() / _name(found)
    replaced, previous = _set_aside(found.name, target)
    copy.replace(target)
    return Update(
        status=geodatabases.own(found.name, target).status,
        source=source,
        sha256=digest,
        replaced=replaced,
        previous=previous,
    )


def _unpack(given: Path, copy: Path, source: str) -> None:
    """The file itself, or what a gzip file (RFC 1952) holds: told by its first bytes, not by its name."""
    with given.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(given) if packed else given.open("rb") as stream, copy.open("wb") as target:
            _copied(stream.read, target, source)
            target.flush()
            os.fsync(target.fileno())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{source} is damaged or was cut short ({error}): get it again") from error


def _copied(read: Callable[[int], bytes], target: IO[bytes], source: str) -> None:
    size = 0
    while chunk := read(1 << 20):
        size += len(chunk)
        if size > UNPACKED:
            raise DataError(f"{source} holds more than {UNPACKED:,} bytes: it is no GeoIP database")
        target.write(chunk)


def _looked_into(path: Path, source: str) -> DatabaseStatus:
    """What the file says of itself, its records tried; DataError where it is not fit to be used."""
    try:
        with maxminddb.open_database(path) as reader:
            stated = reader.metadata().database_type
            kind = _kind(stated, source)
            tried = [
                (net, record) for net, record in islice(reader, _TRIED) if geoip.understood(kind, record)
            ]
            if not tried or reader.get(str(tried[0][0].network_address)) != tried[0][1]:
                raise DataError(f"{source} ({stated}) has no records that phishlab can read")
    except (maxminddb.InvalidDatabaseError, ValueError, OSError) as error:
        raise DataError(f"{source} is no MaxMind database (.mmdb), or a damaged one ({error})") from error
    status = geodatabases.own(kind, path).status
    _dated(status.built, source)
    return status


def _kind(stated: str, source: str) -> str:
    for kind, words in _KINDS.items():
        if any(word in stated.lower() for word in words):
            return kind
    raise DataError(f"{source} is a database of another kind ({stated}): City, and ASN or ISP, are used")


def _dated(built: datetime | None, source: str) -> None:
    if built is None or built > clock.utc() + timedelta(days=2) or built.year < 2010:
        raise DataError(
            f"{source} says that it was built on {built:%Y-%m-%d}, which cannot be: nothing is replaced"
        )


def _name(found: DatabaseStatus) -> str:
    """Under which name it is looked for: see geodatabases."""
    words = found.title.lower()
    if found.publisher == "MaxMind":
        edition = "GeoLite2" if "geolite2" in words else "GeoIP2"
        kind = {"city": "City", "asn": "ASN" if edition == "GeoLite2" else "ISP"}[found.name]
        return f"{edition}-{kind}.mmdb"
    if found.publisher == "DB-IP":
        return f"dbip-{found.name}{'-lite' if found.licence == 'CC BY 4.0' else ''}.mmdb"
    return f"{found.name}.mmdb"


def _set_aside(kind: str, target: Path) -> tuple[DatabaseStatus | None, Path | None]:
    """The file that stands at *target* is kept as ``.previous``; it stays in place until it is replaced."""
    if not target.is_file():
        return None, None
    try:
        replaced = geodatabases.own(kind, target).status
    except DataError:
        replaced = None
    previous = target.with_name(f"{target.name}.previous")
    part = target.with_name(f"{target.name}.previous.part")
    part.unlink(missing_ok=True)
    try:
        os.link(target, part)
    except OSError:  # a file system without links
        shutil.copyfile(target, part)
    part.replace(previous)
    return replaced, previous
