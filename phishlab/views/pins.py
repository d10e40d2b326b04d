"""What stands at a point of a map, in words: addresses that share a point share a pin."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TypeAlias

from phishlab import wording
from phishlab.assess import holders, placenames, regions
from phishlab.classes import dataclass
from phishlab.records import Holders, Place, PointClass
from phishlab.views.safe import Lens

MOST = 60
"""Places on one map; the others are counted, so that nothing is left out in silence."""
CREDITS = 6
_HOMES = {"db-ip.com": "db-ip", "www.maxmind.com": "maxmind"}
"""Publishers whose licence asks for a link: their home, and the word that tells them."""
LONGEST = 160
"""Characters of one name from a database; real ones are far shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One row of the table beside a map; without a *place* it is named there and not drawn."""

    number: int
    address: str
    place: Place | None
    remarks: tuple[str, ...] = ()
    """Sentences that are fit to be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A line from one point to another (latitude, longitude in degrees). *sure*: a trusted server noted it."""

    start: tuple[float, float]
    end: tuple[float, float]
    sure: bool

    @property
    def path(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
        """Start, middle and end, the short way round: a longitude may pass 180."""
        lon = self.end[1] - 360 * round((self.end[1] - self.start[1]) / 360)
        middle = ((self.start[0] + self.end[0]) / 2, (self.start[1] + lon) / 2)
        return self.start, middle, (self.end[0], lon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One point of the map: *lat* and *lon* in degrees, and the numbered places that lie on it."""

    lat: float
    lon: float
    places: tuple[tuple[int, Place], ...]

    @property
    def label(self) -> str:
        """``1`` or, for several, ``1, 2``; a long list is cut."""
        numbers = [str(number) for number, _ in self.places]
        return ", ".join(numbers) if len(numbers) <= 4 else f"{numbers[0]}–{numbers[-1]} ({len(numbers)})"

    @property
    def stands_for_area(self) -> bool:
        """Whether the point is known to be a default, or shared: never drawn as a solid pin."""
        return any(
            place.point is not PointClass.OTHER or place.shared_by is not None for _, place in self.places
        )

    @property
    def radius_km(self) -> float | None:
        """The largest radius that a database gives here, None where none does."""
        radii = [
            place.radius_km
            for _, place in self.places
            if place.radius_km is not None and math.isfinite(place.radius_km) and place.radius_km > 0
        ]
        return min(max(radii), 20_000.0) if radii else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the table beside a map, fit to be printed."""

    number: int
    address: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whose data it is, fit to be printed, and the publisher's home where the licence asks for a link."""

    text: str
    homes: tuple[str, ...]


Listed: TypeAlias = Sequence[Place | Stop]
"""What a map shows: places, numbered from 1, or stops with numbers of their own."""


def stops(places: Listed) -> tuple[Stop, ...]:
    """All as stops."""
    return tuple(
        one if isinstance(one, Stop) else Stop(number=number, address=one.ip, place=one)
        for number, one in enumerate(places, start=1)
    )


def pins(places: Listed) -> tuple[Pin, ...]:
    """The points of the places that can be drawn, in the order of their first number."""
    found: dict[tuple[float, float], list[tuple[int, Place]]] = {}
    for stop in stops(places[:MOST]):
        if stop.place is not None and drawable(stop.place):
            found.setdefault((stop.place.lat, stop.place.lon), []).append((stop.number, stop.place))
    return tuple(Pin(lat=lat, lon=lon, places=tuple(there)) for (lat, lon), there in found.items())


def marks(places: Listed) -> dict[int, str]:
    """How each number is drawn: ``point``, ``area``, or ``absent`` where it is not on the map."""
    found = {
        number: "area" if pin.stands_for_area else "point" for pin in pins(places) for number, _ in pin.places
    }
    return {stop.number: found.get(stop.number, "absent") for stop in stops(places[:MOST])}


def entries(places: Listed, lens: Lens) -> tuple[Entry, ...]:
    """The table beside the map."""
    return tuple(
        Entry(
            number=stop.number,
            address=_brief(stop.address, lens) if stop.address else _say(lens, "no-address"),
            name=name(stop.place, lens) if stop.place else _say(lens, "not-drawn"),
            lines=(*stop.remarks, *(_lines(stop.place, lens) if stop.place else ())),
        )
        for stop in stops(places[:MOST])
    )


def name(place: Place, lens: Lens) -> str:
    """What the database calls the place, from small to large: ``Shibuya City, Tokyo, Japan (JP)``.

    In Japanese where the database gives it so; the country's name is known for every code.
    """
    parts = (own_name(place, "city", lens), own_name(place, "region", lens), country(place, lens))
    code = f"({_brief(place.country_code, lens)})" if place.country_code else ""
    known = dict.fromkeys(_brief(part, lens) for part in parts if part)
    return " ".join(part for part in (", ".join(known), code) if part) or _say(lens, "unnamed")


def country(place: Place, lens: Lens) -> str:
    """The country's name in the reader's language, as it came; by its code where that is known."""
    own = dict(place.names_ja).get("country") if lens.lang == "ja" else None
    return own or _named(place.country_code, lens) or place.country or ""


def own_name(place: Place, field: str, lens: Lens) -> str:
    """The ``region`` or ``city`` as the database gives it.

    For a Japanese reader in Japanese: by the database itself, else by the table of names, with what the
    database wrote beside it where that says more: ``大阪市（Osaka (Kita Horie)）``.
    """
    given: str = getattr(place, field) or ""
    if lens.lang != "ja":
        return given
    own = dict(place.names_ja).get(field)
    return own or _japanese(place, field, given) or given


def _japanese(place: Place, field: str, given: str) -> str:
    if field == "region":
        return placenames.region(place.country_code, given)
    found = placenames.city(place.country_code, place.region, given)
    return f"{found}（{given}）" if found and "(" in given else found


def coordinates(place: Place) -> str:
    """Latitude and longitude with no more digits than the databases give (four decimals)."""
    return f"{_degrees(place.lat)}, {_degrees(place.lon)}"


def credits(places: Listed, lens: Lens) -> tuple[Credit, ...]:  # noqa: A001 - site's builtin is not meant
    """The attributions of the places, each once. The address of a known home is taken out of the text."""
    found = []
    for text in _attributions(places)[:CREDITS]:
        homes = tuple(home for home, word in _HOMES.items() if word in text.lower())
        for home in homes:
            # "... (https://db-ip.com)", "..., available from https://www.maxmind.com."
            text = re.sub(
                rf"[,\s]*\(?(available from )?https://{re.escape(home)}/?\)?(?=[\s,.;)]|$)", "", text
            )
        found.append(Credit(text=_say(lens, "credit.data", attribution=_brief(text, lens)), homes=homes))
    return tuple(found)


def _attributions(places: Listed) -> list[str]:
    known = (stop.place.attribution for stop in stops(places) if stop.place is not None)
    return list(dict.fromkeys(text for text in known if text))


def left_out(places: Listed, lens: Lens) -> str:
    """The sentence that counts the places beyond MOST, or nothing."""
    return _say(lens, "more", count=str(len(places) - MOST)) if len(places) > MOST else ""


def alt(places: Listed, lens: Lens) -> str:
    """What the picture shows, for those who do not see it."""
    if not places:
        return _say(lens, "none")
    rows = "; ".join(f"{entry.number}: {entry.address}, {entry.name}" for entry in entries(places, lens)[:12])
    return _say(lens, "alt", count=str(len(places)), rows=rows)


def _lines(place: Place, lens: Lens) -> list[str]:
    """Coordinates and radius, the database and its date, what the point stands for, who registered it."""
    lines = [_where(place, lens), _database(place, lens), _say(lens, f"point.{place.point.value}")]
    if place.shared_by is not None:
        lines.append(_shared(place.shared_by, place.shared_share, lens))
        if place.holders is not None:
            lines.append(_announced(place.holders, lens))
    if place.anycast:
        lines.append(_say(lens, "anycast"))
    if drawable(place) and (inside := regions.containing(place.lat, place.lon)):
        named = placenames.region(inside.country, inside.name) if lens.lang == "ja" else ""
        lines.append(_say(lens, "region", region=_brief(named or inside.name, lens)))
    if place.registered_country and place.country_code:
        located, registered = (
            _country(code, lens) for code in (place.country_code, place.registered_country)
        )
        lines.append(_say(lens, "located-registered", located=located, registered=registered))
    elif place.registered_country:
        lines.append(_say(lens, "registered", country=_country(place.registered_country, lens)))
    return lines


def _where(place: Place, lens: Lens) -> str:
    if not drawable(place):
        return _say(lens, "no-point")
    radius = place.radius_km
    given = radius is not None and math.isfinite(radius) and radius > 0
    extent = _say(lens, "radius", km=f"{radius:g}") if given else _say(lens, "no-radius")
    return f"{coordinates(place)} · {extent}"


def _database(place: Place, lens: Lens) -> str:
    built = lens.when(place.built)[:10]
    return _say(lens, "database", database=_brief(place.database, lens), built=built)


def _shared(count: int, share: float | None, lens: Lens) -> str:
    if share is None or not math.isfinite(share):
        return _say(lens, "shared", count=f"{count:,}")
    return _say(lens, "shared-share", count=f"{count:,}", percent=f"{100 * share:.1f}")


def _announced(found: Holders, lens: Lens) -> str:
    told = {name: " ".join(lens.text(value[: 4 * LONGEST]).split()) for name, value in holders.values(found)}
    return _say(lens, holders.sentence(found), **told)


def _country(code: str, lens: Lens) -> str:
    """The country's name where the code is known, else what stands there."""
    named = _named(code, lens)
    return f"{named} ({code})" if named else _brief(code, lens)


def _named(code: str | None, lens: Lens) -> str:
    """The name of an ISO 3166-1 code in the reader's language; empty where it is none."""
    return lens.say(f"country.{code}") if code and wording.known(lens.lang, f"country.{code}") else ""


def _say(lens: Lens, sentence: str, **values: str) -> str:
    """A sentence of this room; the values have been through the lens, or are phishlab's own numbers."""
    return wording.say(lens.lang, f"pictures.map.{sentence}", **values)


def _brief(text: str, lens: Lens) -> str:
    shown = " ".join(lens.text(text[: 4 * LONGEST]).split())
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"


def _degrees(value: float) -> str:
    return repr(round(value, 4) + 0.0).removesuffix(".0")  # + 0.0: never "-0"


def drawable(place: Place) -> bool:
    """Whether the place has a point on the earth."""
    return (
        math.isfinite(place.lat)
        and math.isfinite(place.lon)
        and abs(place.lat) <= 90
        and abs(place.lon) <= 180
    )
