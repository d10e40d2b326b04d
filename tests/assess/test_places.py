from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab.assess import places
from phishlab.records import Cloud, Direction, Finding, Holder, Holders, Lookup, Outcome, Place, PointClass


def _lookup(point: PointClass, shared_by: int | None = None, registered: str | None = None) -> Lookup[Place]:
    record = Place(
        ip="192.0.2.1", lat=35.6764, lon=139.65, radius_km=None, country_code="JP", country="Japan", region="Tokyo",
        city="Shibuya City", database="D", built=datetime(2026, 6, 5, tzinfo=UTC), attribution="A", point=point,
        shared_by=shared_by, shared_share=0.0408 if shared_by else None, registered_country=registered,
    )  # fmt: skip
    return Lookup(source="geoip", subject="192.0.2.1", outcome=Outcome.ANSWERED, record=record)


@pytest.mark.parametrize(
    ("point", "shared_by", "finding"),
    [
        (PointClass.COUNTRY_DEFAULT, None, "pin-country-default"),
        (PointClass.REGION_DEFAULT, None, "pin-region-default"),
        (PointClass.SHARED_CITY, 8_291_635, "pin-shared"),
        (PointClass.SHARED_CITY, None, "pin-city"),
        (PointClass.OTHER, None, "pin-estimate"),
    ],
)
def test_each_class_of_point_is_named_and_none_speaks_for_or_against(
    point: PointClass, shared_by: int | None, finding: str
) -> None:
    (found,) = places.findings([_lookup(point, shared_by)])
    assert (found.id, found.direction, found.caveat) == (finding, Direction.NEUTRAL, "pin")
    assert dict(found.values)["point"] == "35.6764, 139.65"


def test_how_many_addresses_share_a_point_is_said_in_full() -> None:
    (found,) = places.findings([_lookup(PointClass.SHARED_CITY, 8_291_635)])
    assert dict(found.values)["shared_by"] == "8,291,635"
    assert dict(found.values)["share"] == "4.1"


HOLDERS = Holders(
    largest=(Holder(asn=4713, name="NTT", share=0.5), Holder(asn=8075, name="Microsoft", share=0.25)),
    unknown=0.125,
    database="ASN",
    built=datetime(2026, 6, 17, tzinfo=UTC),
)


def _held(holders: Holders | None, shared_by: int | None = 8_291_635) -> tuple[Finding, ...]:
    lookup = _lookup(PointClass.SHARED_CITY, shared_by)
    assert lookup.record is not None
    return places.findings([replace(lookup, record=replace(lookup.record, holders=holders))])


def test_who_announces_the_addresses_of_a_shared_point_is_said_with_shares_others_and_unknown() -> None:
    shared, announced = _held(HOLDERS)
    assert (shared.id, announced.id, announced.caveat) == ("pin-shared", "pin-announced", "announced")
    assert announced.direction is Direction.NEUTRAL
    assert dict(announced.values) == {
        "shared_by": "8,291,635",
        "systems": "AS4713 NTT (50.0 %), AS8075 Microsoft (25.0 %)",
        "others": "12.5",
        "unknown": "12.5",
        "database": "ASN",
        "built": "2026-06-17",
    }


def test_addresses_that_the_asn_database_does_not_know_are_of_unknown_holders() -> None:
    _, unknown = _held(replace(HOLDERS, largest=(), unknown=1.0))
    assert unknown.id == "pin-announced-unknown"


def test_nothing_is_said_of_holders_where_the_kept_answer_says_nothing_of_them() -> None:
    assert [finding.id for finding in _held(None)] == ["pin-shared"]
    assert [finding.id for finding in _held(HOLDERS, None)] == ["pin-city"]


def test_a_network_registered_in_another_country_is_said_so() -> None:
    found = places.findings([_lookup(PointClass.OTHER, registered="US")])
    assert [finding.id for finding in found] == ["pin-estimate", "pin-registered-elsewhere"]


def test_an_address_that_no_database_knows_has_no_pin_and_no_finding() -> None:
    nothing: Lookup[Place] = Lookup(source="geoip", subject="192.0.2.1", outcome=Outcome.NO_DATA)
    assert places.pins([nothing]) == ()
    assert places.findings([nothing]) == ()


def test_a_cloud_without_a_known_region_is_named_without_one() -> None:
    cloud = Cloud(service="Azure", region=None, region_place=None, rule="r", name="x.cloudapp.azure.com")
    lookup = Lookup(source="reverse-name", subject="192.0.2.1", outcome=Outcome.ANSWERED, record=cloud)
    (found,) = places.findings((), [lookup])
    assert (found.id, found.caveat) == ("cloud", "reverse-name")


def _at(**fields: Any) -> Lookup[Place]:
    lookup = _lookup(PointClass.OTHER)
    assert lookup.record is not None
    return replace(lookup, record=replace(lookup.record, **fields))


DBIP = _at(database="DB-IP City Lite", attribution="IP Geolocation by DB-IP (https://db-ip.com)")
MAXMIND = {"database": "GeoLite2-City", "attribution": "GeoLite2 Data created by MaxMind"}


@pytest.mark.parametrize(
    ("other", "finding", "km", "caveat"),
    [
        (_at(lat=35.6893, lon=139.6899, city="Shibuya-City", **MAXMIND), "places-agree", "3.9", "pin"),
        (_at(lat=35.6893, lon=139.6899, city="Tokyo", radius_km=20, **MAXMIND), "places-agree-radius", "3.9", "pin"),
        (_at(lat=34.6937, lon=135.5023, city="Osaka", radius_km=20, **MAXMIND), "places-agree-country", "392", "pin"),
        (_at(lat=35.69, lon=139.69, city=None, radius_km=500, point=PointClass.COUNTRY_DEFAULT, **MAXMIND),
         "places-agree-country", "3.9", "pin"),
        (_at(lat=33.84, lon=-84.38, country_code="US", city="Atlanta (Buckhead)", database="DBIP-City-Lite",
             attribution="IP Geolocation by DB-IP (https://db-ip.com)"), "places-differ", "11,033", "one-publisher"),
    ],
)  # fmt: skip
def test_two_databases_are_held_against_each_other(
    other: Lookup[Place], finding: str, km: str, caveat: str
) -> None:
    (found,) = [one for one in places.findings([DBIP, other]) if one.id.startswith("places-")]
    assert (found.id, found.caveat, found.direction) == (finding, caveat, Direction.NEUTRAL)
    assert dict(found.values)["km"] == km


def test_databases_are_compared_only_on_one_address_and_only_where_both_name_a_country() -> None:
    elsewhere = replace(_at(**MAXMIND), subject="192.0.2.2")
    nothing: Lookup[Place] = Lookup(source="geoip", subject="192.0.2.1", outcome=Outcome.NO_DATA)
    for other in (elsewhere, nothing, _at(country_code=None)):
        assert not [one for one in places.findings([DBIP, other]) if one.id.startswith("places-")]


HONG_KONG = {"lat": 22.3193, "lon": 114.169, "country_code": "HK", "city": "Hong Kong"}


def test_the_hong_kong_pin_lies_across_the_harbour_from_the_label_of_2023() -> None:
    found = places.findings([_at(region="Central and Western", **HONG_KONG)])
    (outside,) = [one for one in found if one.id == "pin-outside-label"]
    assert dict(outside.values) | {"km": ""} == {
        "ip": "192.0.2.1", "point": "22.3193, 114.169", "region": "Yau Tsim Mong", "label": "Central and Western",
        "km": "", "database": "D",
    }  # fmt: skip
    assert 3 < float(dict(outside.values)["km"]) < 6
    assert outside.caveat == "label-and-pin"


@pytest.mark.parametrize(
    "fields",
    [
        {"region": "Kowloon", **HONG_KONG},  # a name that the base map does not use: nothing can be compared
        {"region": "Yau Tsim Mong", **HONG_KONG},
        {"region": None, **HONG_KONG},
        {"region": "Tokyo"},
        {
            "region": "Kanagawa",
            "lat": 35.61,
            "lon": 139.66,
        },  # by the river: the base map has the border 4 km off
        {"region": "Osaka", "lat": 35.69, "lon": 139.69, "city": None, "point": PointClass.COUNTRY_DEFAULT},
        {"region": "Hawaii", "lat": 0.0, "lon": -150.0},  # at sea
    ],
)
def test_label_and_pin_are_not_set_against_each_other_where_that_would_be_unfair(
    fields: dict[str, Any],
) -> None:
    assert not [one for one in places.findings([_at(**fields)]) if one.id == "pin-outside-label"]


def test_anycast_and_cloud_addresses_say_that_no_pin_can_be_theirs() -> None:
    assert [one.id for one in places.findings([_at(anycast=True)])] == ["pin-estimate", "pin-anycast"]
    cloud = Cloud(service="Azure", region=None, region_place=None, rule="r", name="x.cloudapp.azure.com")
    lookup = Lookup(source="reverse-name", subject="192.0.2.1", outcome=Outcome.ANSWERED, record=cloud)
    (found,) = places.hosted(lookup)
    assert (found.id, dict(found.values)["service"], found.caveat) == ("pin-cloud", "Azure", "reverse-name")
    assert places.hosted(replace(lookup, record=None)) == ()
