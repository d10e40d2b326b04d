"""What a pin on a map is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phishlab.records import Cloud, Direction, Finding, Lookup, Place, PointClass, Weight


def findings(places: Sequence[Lookup[Place]], clouds: Sequence[Lookup[Cloud]] = ()) -> tuple[Finding, ...]:
    """For each place: what its point stands for, and whether a cloud's own region name agrees."""
    found = [finding for lookup in places for finding in _of(lookup)]
    found.extend(finding for lookup in clouds for finding in _cloud(lookup))
    return tuple(found)


def pins(places: Sequence[Lookup[Place]]) -> tuple[Place, ...]:
    """The places that can be drawn."""
    return tuple(lookup.record for lookup in places if lookup.record is not None)


def _of(lookup: Lookup[Place]) -> Iterator[Finding]:
    place = lookup.record
    if place is None:
        return
    values = (
        ("ip", place.ip),
        ("point", f"{place.lat:g}, {place.lon:g}"),
        ("label", " / ".join(part for part in (place.region, place.city) if part) or "—"),
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
