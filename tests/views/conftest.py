"""Places and a browser for the tests of what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from phishlab.records import Holder, Holders, Place, PointClass
from tests.views import sight

Look = Callable[..., AbstractContextManager[sight.Seen]]


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    """Opens a page in Chromium: ``with look(html) as seen``."""
    from phishlab.errors import MissingExtraError
    from phishlab.wire import visit

    try:
        chromium = visit.find()
    except MissingExtraError as missing:
        pytest.skip(str(missing))
    with sight.browser(chromium) as context:
        yield partial(sight.opened, context)


TOKYO = Place(
    ip="74.226.196.215",
    lat=35.6764,
    lon=139.65,
    radius_km=None,
    country_code="JP",
    country="Japan",
    region="Tokyo",
    city="Shibuya City",
    database="DB-IP City Lite",
    built=datetime(2026, 6, 5, 13, 43, tzinfo=UTC),
    attribution="IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0",
    point=PointClass.SHARED_CITY,
    shared_by=8_291_635,
    shared_share=0.041,
    registered_country="US",
)
HOLDERS = Holders(
    largest=(
        Holder(asn=4713, name="NTT DOCOMO BUSINESS,Inc.", share=0.412),
        Holder(asn=64500, name="", share=0.0001),
    ),
    unknown=0.03,
    database="ASN (RouteViews, NRO, DB-IP)",
    built=datetime(2026, 6, 17, tzinfo=UTC),
)
KOWLOON = replace(
    TOKYO,
    ip="8.217.61.41",
    lat=22.3193,
    lon=114.169,
    country_code="HK",
    country="Hong Kong",
    region="Kowloon",
    city="Hong Kong",
    shared_by=10_300_000,
    shared_share=0.432,
    registered_country=None,
)


@pytest.fixture
def two() -> tuple[Place, Place]:
    """What the article pins: the sender's address and the page's."""
    return TOKYO, KOWLOON


@pytest.fixture
def place() -> Callable[..., Place]:
    """A place that nobody shares, with the given fields."""

    def make(**fields: Any) -> Place:
        plain = replace(TOKYO, point=PointClass.OTHER, shared_by=None, shared_share=None)
        return replace(plain, **fields)

    return make
