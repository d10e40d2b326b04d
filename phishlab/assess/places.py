"""What a pin on a map is worth."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from phishlab.assess import holders, neutral, regions
from phishlab.records import Cloud, Direction, Finding, Lookup, Place, PointClass, Weight

BORDER_KM = 2.0
"""A pin nearer than this to its label's region, or than a tenth of that region's breadth, may well be in it.

The base map is that rough: its border between Tokyo and Kanagawa lies four kilometres off.
"""


def findings(places: Sequence[Lookup[Place]], clouds: Sequence[Lookup[Cloud]] = ()) -> tuple[Finding, ...]:
    """For each place what its point stands for; whether label and pin, and two databases, agree; clouds."""
    found = [finding for lookup in places for finding in _of(lookup)]
    found.extend(
        finding
        for at, first in enumerate(places)
        for second in places[at + 1 :]
        if first.subject == second.subject
        for finding in compared(first, second)
    )
    found.extend(finding for lookup in clouds for finding in _cloud(lookup))
    return tuple(found)


def pins(places: Sequence[Lookup[Place]]) -> tuple[Place, ...]:
    """The places that can be drawn."""
    return tuple(lookup.record for lookup in places if lookup.record is not None)


def hosted(cloud: Lookup[Cloud]) -> tuple[Finding, ...]:
    """That a pin of an address which reads as a cloud's shows the cloud at best, never its customer."""
    record = cloud.record
    if record is None:
        return ()
    values = (("ip", cloud.subject), ("service", record.service), ("name", record.name))
    return (neutral.finding("pin-cloud", values, cloud.evidence, "reverse-name"),)


def compared(first: Lookup[Place], second: Lookup[Place]) -> tuple[Finding, ...]:
    """Whether two databases agree on an address: the country, then the city's name or the given radius."""
    a, b = first.record, second.record
    if a is None or b is None or not (a.country_code and b.country_code):
        return ()
    kilometres = regions.great_circle_km((a.lat, a.lon), (b.lat, b.lon))
    values = (
        ("ip", a.ip),
        *_side("first", a),
        *_side("second", b),
        ("km", _kilometres(kilometres)),
        ("radius", f"{_reach(a, b):g}"),
        ("country", a.country_code),
    )
    caveat = "one-publisher" if _publisher(a) == _publisher(b) else "pin"
    return (
        neutral.finding(_agreement(a, b, kilometres), values, (*first.evidence, *second.evidence), caveat),
    )


def _agreement(a: Place, b: Place, kilometres: float) -> str:
    if a.country_code != b.country_code:
        return "places-differ"
    if a.city and b.city and _plain(a.city) == _plain(b.city):
        return "places-agree"
    # A country's default point has a radius as wide as the country: to be within it says no more than the code.
    if PointClass.COUNTRY_DEFAULT not in {a.point, b.point} and kilometres <= _reach(a, b):
        return "places-agree-radius"
    return "places-agree-country"


def _publisher(place: Place) -> str:
    """Whose data it is, by its attribution: a publisher names one file in several ways."""
    return next((name for name in ("DB-IP", "MaxMind") if name in place.attribution), place.database)


def _reach(a: Place, b: Place) -> float:
    """The larger radius that a database gives, in kilometres; 0 where none does."""
    return max(a.radius_km or 0.0, b.radius_km or 0.0)


def _side(name: str, place: Place) -> tuple[tuple[str, str], ...]:
    return (
        (name, place.database),
        (f"{name}_built", place.built.date().isoformat()),
        (f"{name}_label", _label(place)),
        (f"{name}_country", place.country_code or "—"),
    )


def _kilometres(distance: float) -> str:
    """As exact as the points are: one decimal below ten kilometres, none above."""
    return f"{distance:.1f}" if distance < 10 else f"{distance:,.0f}"


def _plain(name: str) -> str:
    """A name without accents, case and the bracketed quarter that DB-IP adds: ``Tokyo (Ginza)``."""
    bare = unicodedata.normalize("NFKD", name.partition("(")[0]).casefold()
    return "".join(char for char in bare if char.isalnum())


def _label(place: Place) -> str:
    return " / ".join(part for part in (place.region, place.city) if part) or "—"


def _outside(lookup: Lookup[Place], place: Place) -> Iterator[Finding]:
    """Where the pin lies in another region than the one that the label names.

    Said only where the base map has one region of the label's name in the country that the pin lies in, and
    the pin is farther from it than the borders may be off. A default point is no claim to a region.
    """
    if not place.region or place.point is PointClass.COUNTRY_DEFAULT:
        return
    inside = regions.containing(place.lat, place.lon)
    labelled = regions.named(inside.country, place.region) if inside else None
    if inside is None or labelled is None or labelled.name == inside.name:
        return
    kilometres = regions.distance_km(place.lat, place.lon, labelled)
    if kilometres > max(BORDER_KM, regions.breadth_km(labelled) / 10):
        values = (
            ("ip", place.ip),
            ("point", f"{place.lat:g}, {place.lon:g}"),
            ("region", inside.name),
            ("label", labelled.name),
            ("km", _kilometres(kilometres)),
            ("database", place.database),
        )
        yield neutral.finding("pin-outside-label", values, lookup.evidence, "label-and-pin")


def _of(lookup: Lookup[Place]) -> Iterator[Finding]:
    place = lookup.record
    if place is None:
        return
    values = (
        ("ip", place.ip),
        ("point", f"{place.lat:g}, {place.lon:g}"),
        ("label", _label(place)),
        ("database", place.database),
        ("built", place.built.date().isoformat()),
        ("shared_by", "—" if place.shared_by is None else f"{place.shared_by:,}"),
        ("share", "—" if place.shared_share is None else f"{place.shared_share * 100:.1f}"),
        ("country", place.country_code or "—"),
    )
    kind = {
        PointClass.COUNTRY_DEFAULT: "pin-country-default",
        PointClass.REGION_DEFAULT: "pin-region-default",
        PointClass.SHARED_CITY: "pin-shared" if place.shared_by else "pin-city",
        PointClass.OTHER: "pin-estimate",
    }[place.point]
    yield Finding(
        id=kind,
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=values,
        because=lookup.evidence,
        caveat="pin",
    )
    if place.holders is not None and place.shared_by:
        told = (("shared_by", f"{place.shared_by:,}"), *holders.values(place.holders))
        yield neutral.finding(f"pin-{holders.sentence(place.holders)}", told, lookup.evidence, "announced")
    yield from _outside(lookup, place)
    if place.anycast:
        anycast = (("ip", place.ip), ("database", place.database))
        yield neutral.finding("pin-anycast", anycast, lookup.evidence, "pin")
    registered = place.registered_country
    if registered and place.country_code and registered != place.country_code:
        yield Finding(
            id="pin-registered-elsewhere",
            direction=Direction.NEUTRAL,
            weight=Weight.WEAK,
            values=(("ip", place.ip), ("located", place.country_code), ("registered", registered)),
            because=lookup.evidence,
        )


def _cloud(lookup: Lookup[Cloud]) -> Iterator[Finding]:
    cloud = lookup.record
    if cloud is None:
        return
    yield Finding(
        id="cloud-region" if cloud.region else "cloud",
        direction=Direction.NEUTRAL,
        weight=Weight.WEAK,
        values=(
            ("service", cloud.service),
            ("region", cloud.region or "—"),
            ("place", cloud.region_place or "—"),
            ("name", cloud.name),
        ),
        because=lookup.evidence,
        caveat="reverse-name",
    )
