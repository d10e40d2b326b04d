"""The rule table of the From domain's assessment, and what it takes to call a mail deceptive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phishlab.assess import verdict
from phishlab.records import (
    Authentication,
    Comparison,
    Confidence,
    Direction,
    Exchange,
    Finding,
    Level,
    Lookup,
    Outcome,
    Provenance,
    Weight,
)
from tests.mails import parsed

MAILED = "Tue, 16 Jan 2024 10:00:00 +0900"
SENT = datetime(2024, 1, 16, 1, tzinfo=UTC)


def _result(method: str, result: str, domain: str = "one.example", **properties: str) -> Authentication:
    return Authentication(
        method=method, result=result, domain=domain, authserv_id="mx.mine.example",
        field="Authentication-Results", position=1, raw="", trusted=True, properties=tuple(properties.items()),
    )  # fmt: skip


def _now(result: Authentication, asked: datetime) -> Lookup[Authentication]:
    exchange = Exchange(
        id="x", run="1", question="dns:one.example?type=TXT", level=Level.ACTIVE, peer="", asked_at=asked,
        sha256="", size=0, origin=Provenance.RECORDED, outcome=Outcome.ANSWERED,
    )  # fmt: skip
    return Lookup(
        source="spf", subject="one.example", outcome=Outcome.ANSWERED, record=result, evidence=(exchange,)
    )


def _comparison(result: str = "not-evaluable") -> Comparison:
    return Comparison(domain="one.example", addresses=(), origin_ip=None, result=result, asked_at=None)


def _answer(
    *recorded: Authentication,
    now: tuple[Lookup[Authentication], ...] = (),
    check: str = "not-evaluable",
    **fields: str,
) -> tuple[str, Confidence]:
    mail = parsed(date=MAILED, **fields)
    made = verdict.from_domain(mail, recorded, now, _comparison(check), ())
    return made.answer, made.confidence


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ([_result("dmarc", "pass")], ("authenticated", Confidence.HIGH)),
        ([_result("dkim", "pass", "mail.one.example")], ("authenticated", Confidence.HIGH)),
        ([_result("dkim", "pass", "elsewhere.test")], ("undetermined", Confidence.NONE)),
        ([_result("spf", "pass")], ("authenticated-by-path", Confidence.MODERATE)),
        ([_result("spf", "pass", "bounce.elsewhere.test")], ("undetermined", Confidence.NONE)),
        ([_result("dmarc", "fail", policy="reject")], ("spoofed", Confidence.HIGH)),
        ([_result("dmarc", "fail", action="quarantine")], ("spoofed", Confidence.HIGH)),
        ([_result("dmarc", "fail", action="oreject")], ("spoofed", Confidence.HIGH)),
        ([_result("dmarc", "fail", comment="p=REJECT sp=REJECT dis=NONE")], ("spoofed", Confidence.HIGH)),
        ([_result("dmarc", "fail", comment="p=reject")], ("spoofed", Confidence.HIGH)),
        ([_result("dmarc", "fail", comment="p=NONE sp=REJECT")], ("probably-spoofed", Confidence.MODERATE)),
        ([_result("dmarc", "fail", policy="none")], ("probably-spoofed", Confidence.MODERATE)),
        ([_result("spf", "fail")], ("probably-spoofed", Confidence.MODERATE)),
        ([_result("spf", "fail", "elsewhere.test")], ("undetermined", Confidence.NONE)),
        ([_result("spf", "softfail")], ("undetermined", Confidence.NONE)),
        ([_result("dmarc", "fail"), _result("dkim", "pass")], ("authenticated", Confidence.HIGH)),
    ],
)
def test_what_the_receiver_recorded_decides(
    recorded: list[Authentication], expected: tuple[str, Confidence]
) -> None:
    assert _answer(*recorded) == expected


def test_an_untrusted_pass_decides_nothing() -> None:
    from dataclasses import replace

    assert _answer(replace(_result("dmarc", "pass"), trusted=False)) == ("undetermined", Confidence.NONE)


def test_what_an_inferred_receiver_recorded_is_worth_no_more_than_the_inference() -> None:
    mail = parsed(date=MAILED)
    made = verdict.from_domain(
        mail, (_result("dmarc", "pass"),), (), _comparison(), (), boundary=Confidence.LOW
    )
    assert (made.answer, made.confidence) == ("authenticated", Confidence.LOW)
    assert "receiver-assumed" in made.caveats


def test_a_list_or_a_forwarder_makes_a_failure_undetermined() -> None:
    failed = _result("dmarc", "fail", policy="reject")
    assert _answer(failed, list_id="<l.example>") == ("undetermined", Confidence.LOW)


@pytest.mark.parametrize("from_", ["nobody", "<a@one.example>, <b@two.example>"])
def test_a_from_without_one_domain_cannot_be_attributed(from_: str) -> None:
    assert _answer(_result("dmarc", "pass"), from_=from_) == ("not-attributable", Confidence.HIGH)


def test_an_address_comparison_alone_never_says_more_than_leaning_at_low_confidence() -> None:
    assert _answer(check="mismatch") == ("leaning-spoofed", Confidence.LOW)
    assert _answer(check="match") == ("leaning-authentic", Confidence.LOW)


def test_answers_of_today_for_an_old_mail_cap_at_low() -> None:
    fresh = _now(_result("dkim", "pass"), SENT + timedelta(days=2))
    stale = _now(_result("dkim", "pass"), SENT + timedelta(days=31))
    assert _answer(now=(fresh,)) == ("authenticated", Confidence.HIGH)
    assert _answer(now=(stale,)) == ("authenticated", Confidence.LOW)


def test_what_was_recorded_then_outweighs_what_is_computed_now() -> None:
    now = _now(_result("dmarc", "pass"), SENT)
    assert _answer(_result("dmarc", "fail", policy="reject"), now=(now,)) == ("spoofed", Confidence.HIGH)


def _finding(name: str, weight: Weight, direction: Direction = Direction.FOR) -> Finding:
    return Finding(id=name, direction=direction, weight=weight)


@pytest.mark.parametrize(
    ("findings", "answer"),
    [
        ([], "no-sign"),
        ([_finding("link-unencrypted", Weight.WEAK)], "undetermined"),
        ([_finding("listed", Weight.STRONG)], "undetermined"),
        ([_finding("link-a", Weight.STRONG), _finding("link-b", Weight.STRONG)], "undetermined"),
        ([_finding("brand-x", Weight.MODERATE), _finding("link-a", Weight.MODERATE)], "suspicious"),
        ([_finding("listed", Weight.STRONG), _finding("link-a", Weight.MODERATE)], "likely"),
        (
            [
                _finding("listed", Weight.STRONG),
                _finding("page-asks-password", Weight.STRONG),
                _finding("link-a", Weight.MODERATE),
            ],
            "very-likely",
        ),
    ],
)
def test_no_single_kind_of_finding_makes_a_mail_deceptive(findings: list[Finding], answer: str) -> None:
    assert verdict.deceptive(findings).answer == answer


def test_the_assessment_shows_both_sides_strongest_first() -> None:
    made = verdict.deceptive(
        [
            _finding("link-a", Weight.WEAK),
            _finding("brand-b", Weight.STRONG),
            _finding("address-check-match", Weight.WEAK, Direction.AGAINST),
        ]
    )
    assert [finding.id for finding in made.supporting] == ["brand-b", "link-a"]
    assert [finding.id for finding in made.opposing] == ["address-check-match"]


def test_a_password_page_that_was_seen_names_the_purpose_and_a_hint_does_not() -> None:
    seen = verdict.purpose((), [_finding("page-asks-password", Weight.STRONG)])
    hinted = verdict.purpose((), [_finding("link-carries-recipient", Weight.MODERATE)])
    assert (seen.answer, seen.confidence) == ("credentials", Confidence.HIGH)
    assert (hinted.answer, hinted.confidence) == ("unknown", Confidence.NONE)


def test_advice_for_a_hostile_mail_begins_with_not_opening_it() -> None:
    deceived = verdict.deceptive([_finding("listed", Weight.STRONG), _finding("link-a", Weight.MODERATE)])
    aim = verdict.purpose((), [_finding("page-asks-password", Weight.STRONG)])
    assert verdict.advice(deceived, aim)[0] == "do-not-open"
    assert "password-given" in verdict.advice(deceived, aim)
