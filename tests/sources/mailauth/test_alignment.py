"""DMARC: which record counts, under which rule, and what an unknown result may not become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab.records import Authentication, Level, Lookup, Outcome
from phishlab.sources import mailauth
from phishlab.sources.mailauth import alignment

THEN = datetime(2024, 1, 16, tzinfo=UTC)
SINCE = datetime(2026, 6, 1, tzinfo=UTC)


def _result(method: str, result: str, domain: str) -> Lookup[Authentication]:
    record = Authentication(
        method=method, result=result, domain=domain, authserv_id=None, field="", position=-1, raw=""
    )
    return Lookup(source=method, subject=domain, outcome=Outcome.ANSWERED, record=record)


@pytest.fixture
def zone(scripted: Any, dns_says: Any) -> Any:
    """A wire whose names have these DMARC records; all others do not exist."""

    def wire(**records: str) -> Any:
        texts = {name.replace("_", "."): text for name, text in records.items()}

        def answer(uri: str) -> bytes:
            name = uri.removeprefix("dns:").removesuffix("?type=TXT")
            text = texts.get(name.removeprefix("_dmarc."))
            return bytes(
                dns_says(name, "TXT", f'{name}. 60 IN TXT "{text}"')
                if text
                else dns_says(name, "TXT", rcode="NXDOMAIN")
            )

        return scripted(answer)

    return wire


def test_the_walkthroughs_domain_fails_and_its_policy_is_not_cut_to_aica(zone: Any) -> None:
    wire = zone(**{"aica-interior.co.jp": "v=DMARC1; p=none; rua=mailto:x@aica-interior.co.jp"})
    computed = [_result("spf", "fail", "aica-interior.co.jp"), _result("dkim", "none", "")]
    found = mailauth.dmarc(wire, "aica-interior.co.jp", computed, THEN)
    assert found.record is not None
    shown = dict(found.record.properties)
    assert (found.record.result, shown["policy.published"], shown["policy.rule"]) == (
        "fail",
        "none",
        "RFC 7489",
    )
    assert [question.uri for question in wire.asked] == ["dns:_dmarc.aica-interior.co.jp?type=TXT"]
    assert found.note == "by today's DNS, not that of the day of receipt"


@pytest.mark.parametrize(
    ("record", "computed", "result"),
    [
        ("v=DMARC1; p=reject", [("spf", "pass", "a.jp")], "pass"),
        ("v=DMARC1; p=reject", [("spf", "pass", "bounce.a.jp")], "pass"),
        ("v=DMARC1; p=reject; aspf=s", [("spf", "pass", "bounce.a.jp"), ("dkim", "none", "")], "fail"),
        ("v=DMARC1; p=reject; adkim=s", [("spf", "none", "a.jp"), ("dkim", "pass", "mail.a.jp")], "fail"),
        ("v=DMARC1; p=reject", [("dkim", "pass", "esp.example"), ("spf", "fail", "a.jp")], "fail"),
        ("v=DMARC1; p=reject", [("dkim", "permerror", "a.jp"), ("spf", "fail", "a.jp")], "temperror"),
        ("v=DMARC1; p=reject", [("spf", "temperror", "a.jp"), ("dkim", "none", "")], "temperror"),
        ("v=DMARC1; p=reject", [("dkim", "none", "")], "temperror"),  # no address to judge SPF by
        ("v=DMARC1; p=reject", [("dkim", "permerror", "x.jp"), ("spf", "pass", "a.jp")], "pass"),
        ("v=DMARC1; p=reject", [], "temperror"),
        ("v=DMARC1; p=reject", [("spf", "none", "a.jp"), ("dkim", "none", "")], "fail"),
        ("v=DMARC1; p=odd", [("spf", "pass", "a.jp")], "none"),
        ("v=DMARC1; rua=mailto:x@a.jp", [("spf", "pass", "a.jp")], "pass"),
        ("p=reject; v=DMARC1", [("spf", "pass", "a.jp")], "none"),
        ("v=spf1 -all", [("spf", "pass", "a.jp")], "none"),
    ],
)
@pytest.mark.parametrize("at", [THEN, SINCE, None])
def test_alignment(zone: Any, record: str, computed: Any, result: str, at: datetime | None) -> None:
    wire = zone(**{"a.jp": record})
    found = mailauth.dmarc(wire, "A.jp.", [_result(*one) for one in computed], at)
    assert found.record is not None
    assert found.record.result == result


def test_before_may_2026_the_list_finds_the_organisation_and_asks_twice_at_most(zone: Any) -> None:
    wire = zone(**{"a.co.jp": "v=DMARC1; p=reject; sp=quarantine", "co.jp": "v=DMARC1; p=none"})
    found = mailauth.dmarc(wire, "x.y.a.co.jp", [], THEN)
    assert found.record is not None
    shown = dict(found.record.properties)
    assert (shown["policy.at"], shown["policy.published"]) == ("a.co.jp", "quarantine")
    assert len(wire.asked) == 2


def test_since_may_2026_the_tree_is_walked(zone: Any) -> None:
    wire = zone(**{"a.co.jp": "v=DMARC1; p=reject; sp=quarantine"})
    found = mailauth.dmarc(wire, "x.y.a.co.jp", [_result("spf", "pass", "bounce.a.co.jp")], SINCE)
    assert found.record is not None
    shown = dict(found.record.properties)
    assert (found.record.result, shown["policy.organisation"], shown["policy.rule"]) == (
        "pass",
        "a.co.jp",
        "RFC 9989",
    )
    assert shown["policy.published"] == "quarantine"


@pytest.mark.parametrize(
    ("records", "organisation"),
    [
        ({"b.a.jp": "v=DMARC1; p=none; psd=n", "a.jp": "v=DMARC1; p=reject"}, "b.a.jp"),
        ({"a.jp": "v=DMARC1; p=none", "jp": "v=DMARC1; p=reject; psd=y"}, "a.jp"),
        ({"jp": "v=DMARC1; p=reject; psd=y"}, "a.jp"),
        ({"b.a.jp": "v=DMARC1; p=none", "a.jp": "v=DMARC1; p=reject"}, "a.jp"),
    ],
)
def test_the_organisation_of_a_tree_walk(zone: Any, records: dict[str, str], organisation: str) -> None:
    found = mailauth.dmarc(zone(**records), "c.b.a.jp", [], SINCE)
    assert found.record is not None
    assert dict(found.record.properties)["policy.organisation"] == organisation


def test_a_walk_of_fifty_labels_asks_for_eight_names() -> None:
    names = alignment.walk(".".join(f"l{n}" for n in range(50)))
    assert len(names) == 8
    assert names[0].startswith("l0.")
    assert [name.count(".") + 1 for name in names[1:]] == [7, 6, 5, 4, 3, 2, 1]
    assert alignment.walk("a.b.jp") == ["a.b.jp", "b.jp", "jp"]


def test_two_records_are_none(scripted: Any, dns_says: Any) -> None:
    name = "_dmarc.a.jp"
    both = dns_says(
        name, "TXT", *(f'{name}. 60 IN TXT "v=DMARC1; p={policy}"' for policy in ("none", "reject"))
    )
    found = mailauth.dmarc(scripted({f"dns:{name}?type=TXT": both}), "a.jp", [], THEN)
    assert found.record is not None
    assert found.record.result == "none"


def test_a_silent_name_server_is_temperror_and_a_forbidden_question_no_result(scripted: Any) -> None:
    silent = mailauth.dmarc(scripted({}), "a.jp", [_result("spf", "pass", "a.jp")], THEN)
    assert silent.record is not None
    assert (silent.outcome, silent.record.result) == (Outcome.FAILED, "temperror")
    forbidden = mailauth.dmarc(scripted({}, Level.PASSIVE), "a.jp", [], THEN)
    assert (forbidden.outcome, forbidden.record) == (Outcome.NOT_ASKED, None)


@pytest.mark.parametrize("domain", ["", "a..jp", "192.0.2.1", "x" * 80 + ".jp"])
def test_bad_domains_end_in_an_outcome(scripted: Any, domain: str) -> None:
    for at in (THEN, SINCE):
        assert mailauth.dmarc(scripted({}), domain, [], at).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("record", "at", "exists", "published", "tag", "testing"),
    [
        ("v=DMARC1; p=none; sp=quarantine; np=reject", SINCE, False, "reject", "np", None),
        ("v=DMARC1; p=none; sp=quarantine; np=reject", SINCE, True, "quarantine", "sp", None),
        ("v=DMARC1; p=none; sp=quarantine; np=reject", THEN, False, "quarantine", "sp", None),
        ("v=DMARC1; p=reject; np=odd", SINCE, False, "reject", None, None),
        ("v=DMARC1; p=reject; sp=odd", THEN, True, "reject", None, None),
        ("v=DMARC1; p=reject; t=y; pct=20", SINCE, True, "reject", None, "t=y"),
        ("v=DMARC1; p=reject; t=y; pct=20", THEN, True, "reject", None, "pct=20"),
        ("v=DMARC1; p=reject; pct=100", THEN, True, "reject", None, None),
    ],
)
def test_the_policy_for_a_subdomain_and_the_tag_that_says_it(
    scripted: Any,
    dns_says: Any,
    record: str,
    at: datetime,
    exists: bool,
    published: str,
    tag: Any,
    testing: Any,
) -> None:
    def answer(uri: str) -> bytes:
        name, _, rdtype = uri.removeprefix("dns:").partition("?type=")
        if name == "_dmarc.a.jp":
            return bytes(dns_says(name, rdtype, f'{name}. 60 IN TXT "{record}"'))
        if rdtype == "A" and exists:
            return bytes(dns_says(name, rdtype, f"{name}. 60 IN A 192.0.2.1"))
        return bytes(dns_says(name, rdtype, rcode="NXDOMAIN"))

    wire = scripted(answer)
    found = mailauth.dmarc(
        wire, "news.a.jp", [_result("spf", "fail", "a.jp"), _result("dkim", "none", "")], at
    )
    assert found.record is not None
    shown = dict(found.record.properties)
    assert (shown["policy.published"], shown.get("policy.tag"), shown.get("policy.testing")) == (
        published,
        tag,
        testing,
    )
    asked_whether_it_exists = "dns:news.a.jp?type=A" in [question.uri for question in wire.asked]
    assert asked_whether_it_exists is ("np=" in record and at is SINCE)
