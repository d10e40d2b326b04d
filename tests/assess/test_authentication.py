from __future__ import annotations

import pytest

from phishlab.assess import authentication
from phishlab.records import Authentication, Direction, Lookup, Outcome
from tests.mails import parsed


def _result(result: str, *, trusted: bool = True, method: str = "dmarc") -> Authentication:
    return Authentication(
        method=method, result=result, domain="one.example", authserv_id="mx.mine.example",
        field="Authentication-Results", position=0, raw=f"{method}={result}", trusted=trusted,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("result", "finding", "direction"),
    [
        ("pass", "authentication-passed", Direction.NEUTRAL),
        ("bestguesspass", "authentication-passed", Direction.NEUTRAL),
        ("fail", "authentication-failed", Direction.FOR),
        ("none", "authentication-undecided", Direction.NEUTRAL),
        ("temperror", "authentication-undecided", Direction.NEUTRAL),
        ("permerror", "authentication-undecided", Direction.NEUTRAL),
    ],
)
def test_only_a_failure_that_the_receiver_recorded_speaks_against_the_mail(
    result: str, finding: str, direction: Direction
) -> None:
    (found,) = authentication.findings([_result(result)], (), parsed())
    assert (found.id, found.direction) == (finding, direction)
    assert found.because


def test_a_pass_that_the_sender_may_have_written_is_a_claim_and_nothing_counts_as_recorded() -> None:
    found = authentication.findings([_result("pass", trusted=False)], (), parsed())
    assert [finding.id for finding in found] == ["authentication-not-recorded", "authentication-claims"]
    assert all(finding.direction is Direction.NEUTRAL for finding in found)


def test_a_result_of_today_says_so() -> None:
    now = Lookup(source="spf", subject="x", outcome=Outcome.ANSWERED, record=_result("fail", method="spf"))
    found = authentication.findings((), (now,), parsed())
    assert found[-1].caveat == "authentication-now"


@pytest.mark.parametrize(
    ("domain", "aligned"),
    [("one.example", True), ("bounce@mail.one.example", True), ("two.example", False), (None, False)],
)
def test_alignment_is_that_of_the_organisational_domain(domain: str | None, aligned: bool) -> None:
    from dataclasses import replace

    result = replace(_result("pass", method="spf"), domain=domain)
    assert authentication.aligned(result, parsed()) is aligned


def test_a_mailing_list_is_recognised_by_its_field() -> None:
    assert authentication.indirect(parsed(list_id="<l.example>"))
    assert not authentication.indirect(parsed())
