from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phishlab.assess import registration
from phishlab.records import Direction, DomainRegistration, Lookup, Outcome

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
