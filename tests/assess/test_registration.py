from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phishlab.assess import registration
from phishlab.records import (
    Addresses,
    Cloud,
    CloudRange,
    Direction,
    DomainRegistration,
    Lookup,
    NetworkRegistration,
    Outcome,
    PassiveDns,
    Sighting,
)

MAILED = datetime(2024, 1, 16, tzinfo=UTC)


def _lookup(created: datetime | None = None, **known: str) -> Lookup[DomainRegistration]:
    record = DomainRegistration(
        domain="x.example", registrant=known.get("registrant"), registrar=None, created=created, updated=None,
        expires=None, status=(), name_servers=(), privacy=known.get("privacy"),
    )  # fmt: skip
    return Lookup(source="rdap", subject="x.example", outcome=Outcome.ANSWERED, record=record)


@pytest.mark.parametrize(
    ("age", "finding", "direction"),
    [
        (3, "domain-young", Direction.FOR),
        (29, "domain-young", Direction.FOR),
        (30, "domain-age", Direction.NEUTRAL),
        (4000, "domain-age", Direction.NEUTRAL),
        (-5, "domain-after-mail", Direction.NEUTRAL),
    ],
)
def test_age_is_counted_at_the_time_of_the_mail(age: int, finding: str, direction: Direction) -> None:
    (found,) = registration.domain_findings(_lookup(MAILED - timedelta(days=age)), MAILED, "link")
    assert (found.id, found.direction) == (finding, direction)


def test_a_privacy_service_is_named_and_no_reproach() -> None:
    found = registration.domain_findings(_lookup(privacy="Domains By Proxy"), MAILED, "link")
    assert [(finding.id, finding.direction) for finding in found] == [
        ("domain-privacy", Direction.NEUTRAL),
        ("domain-age-unknown", Direction.NEUTRAL),
    ]


@pytest.mark.parametrize(
    ("outcome", "finding"),
    [
        (Outcome.NO_SUCH_NAME, "from-domain-unregistered"),
        (Outcome.NOT_ASKED, "registration-unknown"),
        (Outcome.FAILED, "registration-unknown"),
        (Outcome.REFUSED, "registration-unknown"),
    ],
)
def test_only_the_registrys_own_no_means_unregistered(outcome: Outcome, finding: str) -> None:
    looked_up: Lookup[DomainRegistration] = Lookup(source="rdap", subject="x.example", outcome=outcome)
    (found,) = registration.domain_findings(looked_up, MAILED, "from")
    assert found.id == finding


def _range(ip: str, service: str, region: str | None) -> Lookup[CloudRange]:
    record = CloudRange(
        ip=ip, network="74.226.128.0/17", service=service, region=region, region_place=None, database="L",
        built=MAILED,
    )  # fmt: skip
    return Lookup(source="cloud-range", subject=ip, outcome=Outcome.ANSWERED, record=record)


def _named(ip: str, service: str, region: str | None) -> Lookup[Cloud]:
    record = Cloud(service=service, region=region, region_place=None, rule="r", name="x.example")
    return Lookup(source="reverse-name", subject=ip, outcome=Outcome.ANSWERED, record=record)


@pytest.mark.parametrize(
    ("ranged", "named", "finding"),
    [
        (("Microsoft Azure", "japaneast"), ("Microsoft Azure", "japaneast"), "cloud-agrees"),
        (("Microsoft Azure (AzureSQL)", None), ("Microsoft Azure", "japaneast"), "cloud-agrees"),
        (("Amazon Web Services", "us-east-1"), ("Amazon Web Services (EC2)", "us-east-1"), "cloud-agrees"),
        (("Microsoft Azure", "japanwest"), ("Microsoft Azure", "japaneast"), "cloud-disagrees"),
        (("Google Cloud", None), ("Microsoft Azure", None), "cloud-disagrees"),
    ],
)
def test_reverse_name_and_published_range_stand_beside_each_other(
    ranged: tuple[str, str | None], named: tuple[str, str | None], finding: str
) -> None:
    ip = "74.226.196.215"
    found = registration.cloud_findings(
        [_range(ip, *ranged)], [_named(ip, *named), _named("192.0.2.1", "X", None)]
    )
    assert [one.id for one in found] == ["cloud-range-region" if ranged[1] else "cloud-range", finding]
    assert {one.direction for one in found} == {Direction.NEUTRAL}


def test_no_published_range_is_no_finding() -> None:
    nothing: Lookup[CloudRange] = Lookup(source="cloud-range", subject="x", outcome=Outcome.NO_DATA)
    assert registration.cloud_findings([nothing], [_named("x", "Microsoft Azure", None)]) == ()


def _seen(*spans: tuple[str, str, str]) -> Lookup[PassiveDns]:
    sightings = tuple(
        Sighting(
            name="sgogoj.com", rdtype="A", value=value,
            first=datetime.fromisoformat(first).replace(tzinfo=UTC),
            last=datetime.fromisoformat(last).replace(tzinfo=UTC),
        )
        for value, first, last in spans
    )  # fmt: skip
    record = PassiveDns(name="sgogoj.com", origin="o", sightings=sightings)
    return Lookup(source="pdns", subject="sgogoj.com", outcome=Outcome.ANSWERED, record=record)


def _now(*values: str) -> Lookup[Addresses]:
    record = Addresses(name="sgogoj.com", rdtype="A", values=values, canonical="sgogoj.com")
    return Lookup(source="dns", subject="sgogoj.com", outcome=Outcome.ANSWERED, record=record)


THEN = ("8.217.61.41", "2024-01-13", "2024-01-20")


@pytest.mark.parametrize(
    ("seen", "now", "findings"),
    [
        ([THEN], ("8.217.61.41",), ["pdns-then", "pdns-same"]),
        ([THEN], ("192.0.43.10",), ["pdns-then", "pdns-moved"]),
        ([THEN], (), ["pdns-then"]),
        ([("8.217.61.41", "2024-02-01", "2024-03-01")], ("8.217.61.41",), ["pdns-unseen"]),
        # Seen on the very day, an hour after the mail: sensors tell days, not order.
        ([("8.217.61.41", "2024-01-16T01:00", "2024-01-16T02:00")], (), ["pdns-then"]),
    ],
)
def test_whether_todays_address_was_seen_when_the_mail_was_sent(
    seen: list[tuple[str, str, str]], now: tuple[str, ...], findings: list[str]
) -> None:
    found = registration.passive_findings([_seen(*seen)], [_now(*now)] if now else [], MAILED)
    assert [one.id for one in found] == findings
    assert registration.passive_findings([_seen(*seen)], [], None) == ()


@pytest.mark.parametrize(
    ("known", "holder"),
    [
        ({"holder": "Example KK", "holder_ja": "例題株式会社"}, "例題株式会社 / Example KK"),
        ({"holder": "例題株式会社", "holder_ja": "例題株式会社"}, "例題株式会社"),
        ({"holder": None, "name": "EXAMPLE-NET"}, "EXAMPLE-NET"),
        ({"holder": None}, "—"),
    ],
)
def test_a_holder_in_both_languages(known: dict[str, str | None], holder: str) -> None:
    record = NetworkRegistration(
        **{"cidr": None, "name": None, "country": "JP", "registry": "jpnic", **known}  # type: ignore[arg-type] # texts
    )
    looked_up = Lookup(source="x", subject="192.0.2.1", outcome=Outcome.ANSWERED, record=record)
    (found,) = registration.network_findings([looked_up], "hosting")
    assert dict(found.values)["holder"] == holder
