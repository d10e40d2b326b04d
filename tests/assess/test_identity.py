from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phishlab.assess import identity
from phishlab.mail import message
from phishlab.records import (
    Addresses,
    Confidence,
    Direction,
    Exchange,
    Level,
    Lookup,
    Message,
    Origin,
    Outcome,
    Provenance,
    Route,
    Weight,
)
from tests.mails import parsed

ASKED = datetime(2024, 1, 17, tzinfo=UTC)


def _ids(message: Message) -> list[str]:
    return [finding.id for finding in identity.findings(message)]


def _lookup(*values: str) -> Lookup[Addresses]:
    exchange = Exchange(
        id="urn:uuid:1", run="1", question="dns:one.example?type=A", level=Level.ACTIVE, peer="", asked_at=ASKED,
        sha256="", size=0, origin=Provenance.RECORDED, outcome=Outcome.ANSWERED,
    )  # fmt: skip
    record = Addresses(name="one.example", rdtype="A", values=values, canonical="one.example")
    return Lookup(
        source="dns", subject="one.example", outcome=Outcome.ANSWERED, record=record, evidence=(exchange,)
    )


def _route(ip: str | None) -> Route:
    origin = Origin(ip=ip, hop=None, helo=None, rdns=None, profile="generic", confidence=Confidence.LOW)
    return Route(hops=(), origin=origin)


def test_a_brand_in_the_display_name_over_a_foreign_domain_is_strong() -> None:
    mail = parsed(from_='"Kagoya Active! Mail" <postmaster@aica-interior.co.jp>')
    found = {finding.id: finding for finding in identity.findings(mail)}["brand-domain-differs"]
    assert (found.direction, found.weight) == (Direction.FOR, Weight.STRONG)
    assert dict(found.values)["domain"] == "aica-interior.co.jp"
    assert found.because


def test_a_brand_over_its_own_domain_is_no_reproach_and_no_proof() -> None:
    mail = parsed(from_="Kagoya <support@kagoya.com>")
    (found,) = [f for f in identity.findings(mail) if f.id == "brand-domain-fits"]
    assert found.direction is Direction.NEUTRAL
    assert found.caveat == "from-can-be-forged"


def test_a_brand_in_the_subject_alone_is_weaker_than_in_the_display_name() -> None:
    mail = parsed(from_="Info <a@one.example>", subject="Amazon prime")
    (found,) = [f for f in identity.findings(mail) if f.id == "brand-domain-differs"]
    assert found.weight is Weight.MODERATE


def test_a_subject_that_only_mentions_a_brand_is_no_claim() -> None:
    mail = parsed(from_="Info <a@one.example>", subject="Google? Not in China")
    assert identity.claimed(mail) == ()
    assert _ids(mail) == []


def test_a_body_that_speaks_as_a_brand_is_the_weakest_claim() -> None:
    mail = parsed("いつもアマゾンをご利用いただきありがとうございます。", from_="Info <a@one.example>")
    (found,) = identity.findings(mail)
    assert (found.id, found.weight) == ("brand-in-body-differs", Weight.WEAK)
    assert identity.claim(mail).field == "body"


def test_a_newsletter_that_mentions_a_brand_claims_nothing() -> None:
    mail = parsed("Amazon and Google sell more than before, said a report.", from_="News <a@one.example>")
    assert identity.claimed(mail) == ()


def test_a_name_in_look_alike_letters_is_a_claim_and_one_finding() -> None:
    mail = parsed(from_="三井住友力ード <a@one.example>")
    assert [brand.id for brand in identity.claimed(mail)] == ["smbc-card"]
    assert _ids(mail) == ["name-lookalike"]


def test_one_table_says_who_claims_to_be_whom() -> None:
    mail = parsed(
        "https://evil.example/",
        from_="Kagoya <a@one.example>",
        reply_to="x@two.example",
        return_path="<b@three.example>",
        message_id="<1@four.example>",
    )
    table = {fact.label: (fact.value, fact.remark) for fact in identity.names(mail)}
    assert table == {
        "display-name": ("Kagoya", "self-declared"),
        "from-address": ("a@one.example", "self-declared"),
        "from-domain": ("one.example", ""),
        "reply-to": ("x@two.example", ""),
        "return-path": ("b@three.example", "return-path"),
        "message-id-domain": ("four.example", ""),
        "claimed-brand": ("KAGOYA JAPAN", "named-in-display-name"),
        "brand-domains": ("kagoya.com, kagoya.jp, kagoya.net", "brand-list"),
        "link-domains": ("evil.example", ""),
    }


def test_honest_mails_of_the_corpus_claim_no_brand_by_subject_or_body(shared_data: Path) -> None:
    fields = Counter(
        identity.claim(message.parse(path.read_bytes())).field
        for path in sorted((shared_data / "mail" / "ham").glob("*.eml"))[::3]
    )
    assert set(fields) <= {"", "display-name"}
    assert fields["display-name"] <= 4


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"from_": "nobody"}, "no-from-address"),
        ({"from_": "<a@one.example>, <b@two.example>"}, "from-ambiguous"),
        ({"from_": '"support@kagoya.com" <b@two.example>'}, "address-in-display-name"),
        ({"reply_to": "x@elsewhere.example"}, "reply-to-differs"),
        ({"return_path": "<bounce@elsewhere.example>"}, "return-path-differs"),
    ],
)
def test_each_oddity_of_the_sender_fields_is_noticed(fields: dict[str, str], finding: str) -> None:
    assert finding in _ids(parsed(**fields))


def test_an_ordinary_mail_gives_no_finding() -> None:
    assert _ids(parsed(reply_to="b@mail.one.example")) == []


@pytest.mark.parametrize(
    ("ip", "addresses", "result"),
    [
        ("192.0.2.1", ("192.0.2.1", "192.0.2.2"), "match"),
        ("192.0.2.9", ("192.0.2.1",), "mismatch"),
        (None, ("192.0.2.1",), "not-evaluable"),
    ],
)
def test_the_address_check_always_carries_its_caveat(
    ip: str | None, addresses: tuple[str, ...], result: str
) -> None:
    looked_up = _lookup(*addresses)
    comparison = identity.address_check(parsed(), _route(ip), looked_up)
    assert comparison.result == result
    (finding,) = identity.address_check_findings(comparison, looked_up, _route(ip))
    assert finding.caveat == "address-check"
    assert finding.weight is Weight.WEAK


def test_a_domain_that_was_not_looked_up_is_not_evaluable_rather_than_a_mismatch() -> None:
    not_asked: Lookup[Addresses] = Lookup(source="dns", subject="one.example", outcome=Outcome.NOT_ASKED)
    assert identity.address_check(parsed(), _route("192.0.2.1"), not_asked).result == "not-evaluable"
