"""What stands in the cells of registrations, networks, clouds and passive DNS: every value hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phishlab import wording
from phishlab.records import (
    Addresses,
    CloudRange,
    DomainRegistration,
    Exhibit,
    Lookup,
    NetworkRegistration,
    Outcome,
    PassiveDns,
    Sighting,
)
from phishlab.views import cells, tables
from phishlab.views.safe import Lens

EN = Lens()
DAY = datetime(2024, 1, 13, tzinfo=UTC)


def _domain(**more: Any) -> DomainRegistration:
    known: dict[str, Any] = {
        "domain": "x.com", "registrant": None, "registrar": "R Inc.", "created": DAY, "updated": None,
        "expires": DAY, "status": ("active",), "name_servers": ("ns1.x.com",),
    }  # fmt: skip
    return DomainRegistration(**{**known, **more})


def test_only_what_the_registrar_says_otherwise_is_shown() -> None:
    theirs = _domain(expires=DAY + timedelta(days=365), registrant="evil.example <b>", status=())
    shown = cells.registrar_says(_domain(registrar_answer=theirs), EN)
    assert shown.splitlines() == [
        "Expires: 2025-01-12T00:00:00Z",
        "Registrant: evil[.]example <b>",
    ]
    assert cells.registrar_says(_domain(registrar_answer=_domain()), EN) == "no difference"
    assert cells.registrar_says(_domain(), EN) == cells.NOTHING


def test_every_alias_on_the_way() -> None:
    record = Addresses(
        name="www.x.com",
        rdtype="A",
        values=("192.0.2.1",),
        canonical="c.net",
        chain=("www.x.com", "b.net", "c.net"),
    )
    assert cells.aliases(record, EN) == "b[.]net → c[.]net"
    assert cells.aliases(Addresses(name="a", rdtype="A", values=(), canonical="a"), EN) == cells.NOTHING


def test_a_network_in_two_languages_and_two_systems() -> None:
    record = NetworkRegistration(
        cidr="192.0.2.0/24", name="N", holder="Example KK", country="JP", registry="jpnic",
        holder_ja="例題株式会社", asn=1, as_name="ONE", origins=((1, "ONE"), (2, "")),
    )  # fmt: skip
    assert cells.network_holder(record, EN) == "例題株式会社\nExample KK"
    assert cells.asn(record, EN) == "AS1 ONE\nAS2"


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_a_range_among_networks_and_by_itself(lang: str) -> None:
    record = CloudRange(
        ip="74.226.196.215", network="74.226.128.0/17", service="Microsoft Azure", region="japaneast",
        region_place="Tokyo", database="L", built=DAY,
    )  # fmt: skip
    lookup = Lookup(source="cloud-range", subject=record.ip, outcome=Outcome.ANSWERED, record=record)
    for kind in ("networks", "clouds"):
        (row,) = tables.rows(Exhibit(kind=kind, items=(lookup,)), Lens(lang=lang)).rows
        assert "Microsoft Azure" in row
        assert "japaneast" in row
        assert any("2024-01-13" in cell for cell in row)


def test_sightings_are_counted_beyond_twenty() -> None:
    seen = tuple(
        Sighting(name="x.com", rdtype="A", value=f"192.0.2.{number}", first=DAY, last=DAY, count=1_000)
        for number in range(25)
    )
    shown = cells.sightings(PassiveDns(name="x.com", origin="o", sightings=seen), EN).splitlines()
    assert shown[0] == "A 192[.]0[.]2[.]0: 2024-01-13 – 2024-01-13 (1,000)"
    assert (len(shown), shown[-1]) == (21, "(+5)")
    assert cells.sightings(PassiveDns(name="x.com", origin="o", sightings=()), EN) == cells.NOTHING
