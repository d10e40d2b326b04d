"""Why a result came out as it did: the four ways of a signature, the rule of a policy, and hostile records."""

from __future__ import annotations

import pytest

from phishlab.records import Authentication
from phishlab.views import because
from phishlab.views.safe import Lens


def _result(method: str, **properties: str) -> Authentication:
    named = tuple((name.replace("_", "."), value) for name, value in properties.items())
    return Authentication(
        method=method,
        result="x",
        domain="a.jp",
        authserv_id=None,
        field="",
        position=-1,
        raw="",
        properties=named,
    )


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_ways_of_a_signature_read_differently(lang: str) -> None:
    lens = Lens(lang=lang)
    reasons = ("no-signature", "no-key-today", "wrong-signature", "altered-body", "verified", "not-answered")
    assert len({because.now(_result("dkim", reason=reason), lens) for reason in reasons}) == len(reasons)


def test_a_chain_names_who_sealed_it_and_cannot_be_clicked() -> None:
    shown = because.now(_result("arc", reason="verified", arc_chain="i=1 d=evil.example"), Lens())
    assert shown == "the signature holds\nsealed by i=1 d=evil[.]example"


def test_the_rule_of_a_policy_is_printed() -> None:
    shown = because.now(
        _result(
            "dmarc",
            policy_rule="RFC 9989",
            policy_record="v=DMARC1; p=none; sp=reject; t=y",
            policy_at="a.jp",
            policy_published="reject",
            policy_tag="sp",
            policy_testing="t=y",
        ),
        Lens(),
    )
    assert shown.splitlines() == [
        "v=DMARC1; p=none; sp=reject; t=y at a[.]jp, read by RFC 9989",
        "it asks for reject for a subdomain (sp=)",
        "it asks to be spared (t=y)",
        "no pass is of the From domain",
    ]
    assert because.now(_result("dmarc", policy_rule="RFC 7489"), Lens()) == (
        "no policy is published, by RFC 7489"
    )


def test_the_mechanism_that_matched_stands_beside_its_record() -> None:
    record = "v=spf1 ip4:192.0.2.1 -all"
    shown = because.now(_result("spf", policy_record=record, policy_mechanism="-all"), Lens())
    assert shown.startswith("matched -all of v=spf1 ")
    assert because.now(_result("spf", policy_record=record), Lens()).startswith("nothing in v=spf1 ")


def test_hostile_records_are_shown_and_not_obeyed() -> None:
    shown = because.now(_result("spf", policy_record="v=spf1 \u202e\x1b[2J http://x.example -all"), Lens())
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "http://" not in shown
