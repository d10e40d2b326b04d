"""Where a database puts an address, and who announces it: estimates with a date, from files on this machine.

The database's answer is evidence like any other: it is kept as JSON, with the file's digest and date, and
the records are made from the kept bytes. A replay needs no database, and the question
(``geoip:city/74.226.196.215``) names no version, so that years later the answer is still found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TypeAlias, TypeVar

from phishlab import indicators, wording
from phishlab.indicators.addresses import Address
from phishlab.records import (
    Answer,
    AutonomousSystem,
    Hop,
    Level,
    Lookup,
    Outcome,
    Place,
    PointClass,
    Question,
    Trust,
    Waypoint,
)
from phishlab.sources import geodatabases, holders
from phishlab.sources.geodatabases import Database, DatabaseStatus, status, unpack
from phishlab.wire import Wire

__all__ = ["DatabaseStatus", "autonomous_system", "place", "places", "status", "unpack", "waypoints"]

_T = TypeVar("_T")
Kept: TypeAlias = dict[str, object]

_WAYPOINTS = 16
_CITY_WIDE_KM = 20.0
"""A radius from which on MaxMind's point stands for a whole city, not for a part of it."""


def place(wire: Wire, ip: str, database: Path | None = None) -> Lookup[Place]:
    """Where the database puts *ip*. NO_DATA where it does not know; addresses nobody can hold are not asked.

    *database*: a MaxMind or DB-IP City file to ask before any other. Where a file that the user named, or the
    cache, cannot be read, the wire meets a DataError; live it makes it NOT_ASKED, with its text as the note.
    """
    return _look_up(wire, ip, "city", database, _place)


def places(wire: Wire, ip: str, database: Path | None = None) -> tuple[Lookup[Place], ...]:
    """Where two databases put *ip*, the preferred first; one look-up where only one is there.

    The first answer itself says that another was asked (``"beside":true``), and the second is kept under
    ``geoip:city-2/74.226.196.215``: what is shown in a replay depends on the case alone.
    """
    asked = indicators.address(ip)
    if asked is None or not indicators.is_public(asked):
        return (place(wire, ip),)
    answer = wire.consult(question("city", asked), lambda: _read("city", asked, database))
    first = _parse(answer, str(asked), _place)
    if not _says_beside(answer):
        return (first,)
    other = wire.consult(question("city-2", asked), lambda: _read_beside(asked, database))
    return first, _parse(other, str(asked), _place)


def waypoints(wire: Wire, hops: Sequence[Hop], *, claimed: bool = False) -> tuple[Waypoint, ...]:
    """The newest hops (16 at most) with their places; nothing where fewer than two addresses have one.

    *claimed*: those too that the sender could have written, which a map draws dashed; else they are named and
    not placed. The database is on this machine: nobody hears of what an attacker may have typed.
    """
    shown = hops[:_WAYPOINTS]
    asked = {hop.index: claimed or hop.trust is not Trust.UNVERIFIED for hop in shown}
    known = {indicators.address(hop.ip or "") for hop in shown if asked[hop.index]} - {None}
    if sum(indicators.is_public(found) for found in known if found is not None) < 2:
        return ()
    made = tuple(
        Waypoint(hop=hop, place=place(wire, hop.ip or "") if asked[hop.index] else _not_looked_up(hop))
        for hop in shown
    )
    located = {one.place.record.ip for one in made if one.place.record is not None}
    return made if len(located) > 1 else ()


def _not_looked_up(hop: Hop) -> Lookup[Place]:
    note = "below the trust boundary: not looked up"
    return Lookup(source="geoip", subject=hop.ip or "", outcome=Outcome.NOT_ASKED, note=note)


def autonomous_system(wire: Wire, ip: str, database: Path | None = None) -> Lookup[AutonomousSystem]:
    """Who announces *ip*, by the database; as for place."""
    return _look_up(wire, ip, "asn", database, _system)


def understood(kind: str, record: object) -> bool:
    """Whether a database's record of *kind* (``city`` or ``asn``) holds what is looked for: a point, a number."""
    kept: Kept = {"record": record, "built": "2000-01-01T00:00:00+00:00"}
    return (_place("", kept) if kind == "city" else _system("", kept)) is not None


def question(kind: str, asked: Address) -> Question:
    """The question under which an answer is kept: ``geoip:asn/8.217.61.41``."""
    return Question(uri=f"geoip:{kind}/{asked}", level=Level.OFFLINE)


def _look_up(
    wire: Wire, ip: str, kind: str, database: Path | None, record: Callable[[str, Kept], _T | None]
) -> Lookup[_T]:
    asked = indicators.address(ip)
    if asked is None or not indicators.is_public(asked):
        note = "not an address" if asked is None else "not a public address: no database knows where it is"
        return Lookup(source="geoip", subject=ip, outcome=Outcome.NOT_ASKED, note=note)
    answer = wire.consult(question(kind, asked), lambda: _read(kind, asked, database))
    return _parse(answer, str(asked), record)


def _says_beside(answer: Answer) -> bool:
    """Whether the kept answer says that another database stood beside its own."""
    kept = _load(answer.data) if answer.outcome is Outcome.ANSWERED else None
    return kept is not None and kept.get("beside") is True


# --- asking ---------------------------------------------------------------------------------------------


def _read(kind: str, asked: Address, named: Path | None) -> bytes:
    """The answer as it is kept: canonical JSON.

    ``{"attribution":…,"built":"2026-06-05T13:43:16+00:00","database":"DB-IP City Lite","licence":…,
    "network":"74.226.128.0/17","publisher":"DB-IP","record":{…},"sha256":…,"shared_point":{…}}``
    """
    database = geodatabases.choose(kind, asked.version, named)
    other = kind == "city" and geodatabases.has_other(database.status)
    return _written(database, asked, beside=other)


def _read_beside(asked: Address, named: Path | None) -> bytes | None:
    """The other database's answer, in the same form."""
    database = geodatabases.beside("city", asked.version, named)
    return None if database is None else _written(database, asked, beside=False)


def _written(database: Database, asked: Address, *, beside: bool) -> bytes:
    record, prefix = database.record(str(asked))
    about = database.status
    kept = {
        "attribution": about.attribution,
        "built": about.built.isoformat() if about.built else None,
        "database": about.title,
        "licence": about.licence,
        "network": str(ip_network((asked, prefix), strict=False)),
        "publisher": about.publisher,
        "record": record,
        "sha256": about.sha256,
        "shared_point": _shared_point(record) if about.publisher == "DB-IP" else None,
    } | ({"beside": True} if beside else {})
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=repr).encode()


def _shared_point(record: object) -> dict[str, str] | None:
    """The row of the list of shared points that *record* falls on: DB-IP itself does not mark them."""
    if not isinstance(record, dict):
        return None
    lat, lon = _point(record)
    code = _text(record, "country_code") or _text(record, "country", "iso_code")
    return geodatabases.shared_points().get((code or "", round(lat, 4), round(lon, 4)))


# --- parsing --------------------------------------------------------------------------------------------


def _parse(answer: Answer, ip: str, record: Callable[[str, Kept], _T | None]) -> Lookup[_T]:
    evidence = (answer.exchange,) if answer.exchange else ()
    outcome, note, found = answer.outcome, answer.note, None
    if outcome is Outcome.ANSWERED:
        outcome, note, found = _judge(answer.data, ip, record)
    return Lookup(source="geoip", subject=ip, outcome=outcome, record=found, evidence=evidence, note=note)


def _judge(data: bytes, ip: str, record: Callable[[str, Kept], _T | None]) -> tuple[Outcome, str, _T | None]:
    kept = _load(data)
    if kept is None:
        return Outcome.FAILED, "the kept answer is not one of a GeoIP database", None
    found = record(ip, kept)
    if found is None:
        return Outcome.NO_DATA, f"{kept.get('database')} does not know", None
    return Outcome.ANSWERED, "", found


def _load(data: bytes) -> Kept | None:
    """The kept answer; None for any other bytes. It has at least its date, with a time zone."""
    try:
        kept: Kept = json.loads(data)
        dated = datetime.fromisoformat(kept["built"]).tzinfo is not None  # type: ignore[arg-type] # TypeError is caught
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return kept if dated else None


def _system(ip: str, kept: Kept) -> AutonomousSystem | None:
    """``{"autonomous_system_number":8075,"autonomous_system_organization":"Microsoft Corporation"}``."""
    number = _number(kept, "record", "autonomous_system_number")
    if number is None or not number.is_integer() or not 0 < number < 1 << 32:
        return None
    return AutonomousSystem(
        ip=ip,
        asn=int(number),
        name=_text(kept, "record", "autonomous_system_organization") or "",
        database=_text(kept, "database") or "",
        built=_built(kept),
        network=_text(kept, "network") or "",
    )


def _place(ip: str, kept: Kept) -> Place | None:
    """The Place of a record in either of two shapes; None where it has no point on the map.

    ip-location-db: ``{"country_code":"JP","state1":"Tokyo","city":"Shibuya City","latitude":35.6763992,…}``;
    MaxMind and DB-IP: ``{"country":{"iso_code":"JP",…},"location":{"latitude":…,"accuracy_radius":20,…}}``.
    """
    record = kept.get("record")
    lat, lon = _point(record)
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # NaN, where there is none, is not within either
        return None
    code = _text(record, "country_code") or _text(record, "country", "iso_code")
    city = _text(record, "city") or _text(record, "city", "names", "en")
    region = _text(record, "state1") or _text(record, "subdivisions", 0, "names", "en")
    radius = _number(record, "location", "accuracy_radius")
    shared_by = _number(kept, "shared_point", "v4_addresses")
    return Place(
        ip=ip,
        lat=lat,
        lon=lon,
        radius_km=radius,
        country_code=code,
        country=_text(record, "country", "names", "en") or _country(code),
        region=region,
        city=city,
        database=_text(kept, "database") or "",
        built=_built(kept),
        attribution=_text(kept, "attribution") or "",
        network=_text(kept, "network") or "",
        point=_class(region, city, radius, shared=bool(kept.get("shared_point"))),
        shared_by=None if shared_by is None else int(shared_by),
        shared_share=_number(kept, "shared_point", "share_of_country"),
        registered_country=_text(record, "registered_country", "iso_code"),
        anycast=_at(record, ("traits", "is_anycast")) is True,
        names_ja=_japanese(record),
        holders=holders.parse(kept.get("shared_point")),
    )


def _japanese(record: object) -> tuple[tuple[str, str], ...]:
    """``{"city":{"names":{"en":"Tokyo","ja":"東京"}},…}``: MaxMind's own Japanese names; DB-IP Lite has none."""
    parts = {
        "country": _text(record, "country", "names", "ja"),
        "region": _text(record, "subdivisions", 0, "names", "ja"),
        "city": _text(record, "city", "names", "ja"),
    }
    return tuple((field, name) for field, name in parts.items() if name)


def _class(region: str | None, city: str | None, radius: float | None, *, shared: bool) -> PointClass:
    """What the point stands for.

    MaxMind names no city where it knows the country or region alone ("default locations at the city, state
    and country level"); its radius is that of 67 % confidence. DB-IP nearly always names one: hence the list.
    """
    if city is None:
        return PointClass.COUNTRY_DEFAULT if region is None else PointClass.REGION_DEFAULT
    if shared or (radius is not None and radius >= _CITY_WIDE_KM):
        return PointClass.SHARED_CITY
    return PointClass.OTHER


def _point(record: object) -> tuple[float, float]:
    """Latitude and longitude in degrees, NaN where there is none.

    ip-location-db keeps four-byte numbers (35.67639923 for 35.6764): seven digits give the publisher's back.
    """
    flat = (_number(record, "latitude"), _number(record, "longitude"))
    if None not in flat:
        lat, lon = (float(f"{value:.7g}") for value in flat if value is not None)
        return lat, lon
    nested = (_number(record, "location", "latitude"), _number(record, "location", "longitude"))
    return tuple(math.nan if value is None else value for value in nested)  # type: ignore[return-value] # two of them


def _country(code: str | None) -> str | None:
    """The English name of a code that the database leaves unnamed."""
    return wording.say("en", f"country.{code}") if code and wording.known("en", f"country.{code}") else None


def _built(kept: Kept) -> datetime:
    return datetime.fromisoformat(str(kept["built"]))


def _text(value: object, *path: str | int) -> str | None:
    found = _at(value, path)
    return found if isinstance(found, str) and found else None


def _number(value: object, *path: str | int) -> float | None:
    """A finite number, also where it is written as text (a row of a csv)."""
    found = _at(value, path)
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        number = float(found)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _at(value: object, path: tuple[str | int, ...]) -> object:
    """What stands at *path* in nested maps and lists; None where there is no such place."""
    for key in path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value
