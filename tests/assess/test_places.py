from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phishlab.assess import places
from phishlab.records import Cloud, Direction, Lookup, Outcome, Place, PointClass


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
