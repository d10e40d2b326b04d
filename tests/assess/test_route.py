"""The trust boundary: what the receiver wrote, what the sender could have written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from phishlab import wording
from phishlab.assess import boundary, receivers, route
from phishlab.mail import message
from phishlab.records import Confidence, Finding, Message, ReceiverProfile, Route, Trust

DATE = "Tue, 16 Jan 2024 10:00:00 +0900"
OURS = ReceiverProfile(
    name="ours",
    title="Ours",
    networks=("203.0.113.0/28",),
    by_suffixes=("ours.example",),
    authserv_ids=("mx.ours.example",),
)
EDGE = f"Received: from Praisemmm (p.example.net [198.51.100.7]) by mx.ours.example (Postfix) with ESMTP id 1; {DATE}"
INNER = (
    f"Received: from mx.ours.example (mx.ours.example [203.0.113.2]) by box.ours.example with LMTP; {DATE}"
)
FORGED = (
    f"Received: from www.bank.example (www.bank.example [192.0.2.80]) by p.example.net with ESMTP; {DATE}"
)


def _mail(*lines: str) -> Message:
    return message.parse("\r\n".join([*lines, "From: a@b.example", f"Date: {DATE}", "", "x"]).encode())


def _trusts(found: Route) -> list[str]:
    return [hop.trust.value for hop in found.hops]


def test_the_origin_is_what_the_edge_server_wrote_down() -> None:
    found = route.trace(_mail(INNER, EDGE, FORGED), OURS)
    assert (found.origin.ip, found.origin.hop, found.origin.confidence) == (
        "198.51.100.7",
        1,
        Confidence.HIGH,
    )
    assert _trusts(found) == ["receiver", "boundary", "unverified"]


def test_a_forged_line_below_changes_nothing() -> None:
    forged = "Received: from x (x [192.0.2.1]) by mx.ours.example (Postfix) with ESMTP; " + DATE
    found = route.trace(_mail(EDGE, forged, forged), OURS)
    assert (found.origin.ip, _trusts(found)) == ("198.51.100.7", ["boundary", "unverified", "unverified"])


def test_a_helo_that_claims_to_be_the_receiver_does_not_move_the_boundary() -> None:
    edge = (
        f"Received: from mx.ours.example (evil.example [198.51.100.7]) by mx.ours.example with ESMTP; {DATE}"
    )
    assert route.trace(_mail(edge, FORGED), OURS).origin.ip == "198.51.100.7"


def test_without_a_line_of_the_receiver_there_is_no_origin_and_a_reason() -> None:
    found = route.trace(_mail(FORGED), OURS)
    assert (found.origin.ip, found.origin.confidence) == (None, Confidence.NONE)
    assert found.origin.reasons[-1] == "route.reason.top-not-receiver|p.example.net"
    assert _trusts(found) == ["unverified"]


def test_a_stranger_between_the_receiver_s_lines_ends_the_walk() -> None:
    found = route.trace(_mail(INNER, FORGED, EDGE), OURS)
    assert (found.origin.ip, found.origin.reasons[-1]) == (None, "route.reason.left-receiver|p.example.net")


def test_a_mail_without_received_has_no_origin() -> None:
    found = route.trace(_mail(), OURS)
    assert (found.origin.ip, found.origin.reasons) == (None, ("route.reason.no-hops",))


def test_a_guess_never_gives_more_than_low() -> None:
    mail = _mail(EDGE)
    found = route.trace(mail, receivers.infer(mail), named=False)
    assert (found.origin.ip, found.origin.confidence) == ("198.51.100.7", Confidence.LOW)
    assert "route.reason.assumed|ours.example" in found.origin.reasons


def test_a_profile_without_facts_is_a_guess_too() -> None:
    assert route.trace(_mail(EDGE), receivers.load("generic")).origin.confidence is Confidence.LOW


def test_servers_known_by_name_alone_give_moderate() -> None:
    kagoya = EDGE.replace("mx.ours.example", "mss-g2-140.kagoya.net")
    assert route.trace(_mail(kagoya), receivers.load("kagoya")).origin.confidence is Confidence.MODERATE


def test_a_relay_taken_for_the_receiver_s_by_name_costs_confidence() -> None:
    peer = "from fsav1.sakura.ne.jp (fsav1.sakura.ne.jp [198.51.100.9])"
    inner = f"Received: {peer} by www1.sakura.ne.jp with ESMTP; {DATE}"
    edge = EDGE.replace("mx.ours.example", "fsav1.sakura.ne.jp")
    found = route.trace(_mail(inner, edge), receivers.load("sakura"))
    assert (found.origin.ip, found.origin.confidence) == ("198.51.100.7", Confidence.LOW)


def test_gmail_s_inner_line_without_a_peer_is_passed() -> None:
    mail = _mail(
        f"Received: by 2002:a05:7011:1195:b0:319:8a75:dc0 with SMTP id a; {DATE}",
        f"Received: from x.example (x.example. [198.51.100.7]) by mx.google.com with ESMTPS id b; {DATE}",
    )
    found = route.trace(mail, receivers.load("gmail"))
    assert (found.origin.ip, found.origin.confidence) == ("198.51.100.7", Confidence.HIGH)


AR = "Authentication-Results: {}; spf=pass smtp.mailfrom=b.example"


@pytest.mark.parametrize(
    ("lines", "trusted"),
    [
        ([AR.format("mx.ours.example"), EDGE], [True]),
        ([EDGE, AR.format("mx.ours.example")], [False]),
        ([AR.format("mx.bank.example"), EDGE], [False]),
        ([AR.format("mx.ours.example"), EDGE, AR.format("mx.ours.example")], [True, False]),
        ([AR.format("evil-mx.ours.example"), EDGE], [False]),
        (["Authentication-Results: spf=pass smtp.mailfrom=b.example", EDGE], [False]),
    ],
)
def test_a_result_counts_by_its_id_and_above_the_boundary(lines: list[str], trusted: list[bool]) -> None:
    mail = _mail(*lines)
    results = route.trusted_authentication(mail, route.trace(mail, OURS), OURS)
    assert [result.trusted for result in results] == trusted


def test_gmail_s_result_right_below_its_line_counts_and_only_the_first() -> None:
    gmail = receivers.load("gmail")
    edge = EDGE.replace("mx.ours.example (Postfix)", "mx.google.com")
    own = AR.format("mx.google.com")
    mail = _mail(edge, "Received-SPF: pass (google.com: x)", own, own, "DKIM-Signature: v=1", own)
    results = route.trusted_authentication(mail, route.trace(mail, gmail), gmail)
    assert [result.trusted for result in results if result.field == "Authentication-Results"] == [
        True,
        False,
        False,
    ]


def _trusted(profile: ReceiverProfile, *lines: str) -> dict[tuple[str, str, str | None], bool]:
    mail = _mail(*lines)
    results = route.trusted_authentication(mail, route.trace(mail, profile), profile)
    return {(result.method, result.result, result.domain): result.trusted for result in results}


OWN = "Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom="
FAIL = "Authentication-Results: mx.ours.example; dmarc=fail (p=none) header.from=bank.example"


@pytest.mark.parametrize(
    "smuggled",
    [
        # a careless server copies the sender's MAIL FROM without quotes, or with a bare carriage return in it
        OWN + "x; dmarc=pass header.from=bank.example;@evil.example",
        OWN + f"x\r{OWN}x; dmarc=pass header.from=bank.example",
        OWN + "x dmarc=pass header.from=bank.example",
        OWN + '"x; dmarc=pass header.from=bank.example',
        OWN + "(; dmarc=pass header.from=bank.example",
    ],
)
def test_a_pass_that_the_receiver_s_other_result_refutes_is_not_trusted(smuggled: str) -> None:
    found = _trusted(OURS, smuggled, FAIL, EDGE)
    assert not found.get(("dmarc", "pass", "bank.example"), False)
    assert not found.get(("dmarc", "pass", None), False)
    assert found[("dmarc", "fail", "bank.example")]


def test_a_signature_that_is_not_there_refutes_its_own_pass_and_a_second_one_that_fails_does_not() -> None:
    line = "Authentication-Results: mx.ours.example; dkim=pass header.d=bank.example; dkim={}"
    assert not _trusted(OURS, line.format("none"), EDGE)[("dkim", "pass", "bank.example")]
    assert _trusted(OURS, line.format("fail header.d=list.example"), EDGE)[("dkim", "pass", "bank.example")]


def test_two_identities_of_spf_refute_each_other_only_for_one_domain() -> None:
    line = "Authentication-Results: mx.ours.example; spf=none smtp.helo=h.example; spf=pass smtp.mailfrom={}"
    assert _trusted(OURS, line.format("b.example"), EDGE)[("spf", "pass", "b.example")]
    assert not _trusted(OURS, line.format("h.example"), EDGE)[("spf", "pass", "h.example")]


def test_a_value_with_two_readings_is_no_trusted_pass() -> None:
    line = "Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=any@bank.example(.evil.example"
    assert _trusted(OURS, line, EDGE) == {("spf", "pass", None): False}


def test_what_arc_says_is_its_sealer_s_claim_wherever_it_stands() -> None:
    arc = "ARC-Authentication-Results: i=1; mx.ours.example; dmarc=pass header.from=bank.example"
    assert set(_trusted(OURS, arc, EDGE).values()) == {False}
    assert set(_trusted(OURS, EDGE, arc).values()) == {False}


def test_a_forged_result_under_the_receiver_s_own_id_is_a_claim() -> None:
    forged = AR.format("mx.ours.example").replace("spf=pass", "spf=pass smtp.helo=h.example; dmarc=pass")
    found = _trusted(OURS, EDGE, forged, FORGED, FAIL)
    assert set(found.values()) == {False}


def test_exchange_s_result_without_an_id_counts_by_its_place_alone() -> None:
    exchange = receivers.load("exchange-online")
    server = "AM1FT018.mail.protection.outlook.com (10.152.92.162) with Microsoft SMTP Server id 15.20"
    edge = f"Received: from Praisemmm (198.51.100.7) by {server}; {DATE}"
    result = "Authentication-Results: spf=fail (sender IP is 198.51.100.7) smtp.mailfrom=b.example"
    assert set(_trusted(exchange, result, edge).values()) == {True}
    assert set(_trusted(exchange, edge, result).values()) == {False}


def test_icloud_s_two_lines_and_its_five_ids_below_them() -> None:
    icloud = receivers.load("icloud")
    top = f"Received: from ci74p00im-1.me.com by p116-mailgateway-smtp-6m (mailgateway 24) with SMTP id 4; {DATE}"
    edge = EDGE.replace("mx.ours.example", "ci74p00im-1.me.com")
    own = [
        "X-ICL-SCORE: 3.3",
        "Authentication-Results: dmarc.icloud.com; dmarc=fail header.from=bank.example",
        "X-DMARC-Policy: none",
        "Authentication-Results: spf.icloud.com; spf=pass smtp.mailfrom=evil.example",
    ]
    forged = "Authentication-Results: dmarc.icloud.com; dmarc=pass header.from=bank.example"
    mail = _mail(top, edge, *own, forged)
    assert route.trace(mail, icloud).origin.ip == "198.51.100.7"
    found = _trusted(icloud, top, edge, *own, forged)
    assert found[("dmarc", "fail", "bank.example")]
    assert found[("spf", "pass", "evil.example")]
    assert not found[("dmarc", "pass", "bank.example")]


def test_fastmail_s_inner_names_are_passed_and_taken_for_fastmail_by_its_edge() -> None:
    lines = [
        f"Received: from compute1.internal (compute1.internal [10.202.2.41]) by store52m.internal with LMTPA; {DATE}",
        f"Received: from mx3.messagingengine.com ([10.202.2.202]) by compute1.internal (LMTPProxy); {DATE}",
        EDGE.replace("mx.ours.example", "mx3.messagingengine.com"),
    ]
    mail = _mail(*lines)
    guess = receivers.infer(mail)
    assert guess is not None
    assert guess.name == "fastmail"
    assert route.trace(mail, guess, named=False).origin.ip == "198.51.100.7"


def test_a_line_by_a_customer_s_machine_is_not_the_hoster_s() -> None:
    rented = EDGE.replace("mx.ours.example", "v133-18-108-210.vir.kagoya.net")
    found = route.trace(_mail(rented), receivers.load("kagoya"))
    assert (found.origin.ip, found.origin.confidence) == (None, Confidence.NONE)


@pytest.mark.parametrize(
    "peer",
    [
        "h.example.org",
        "h.example.org (h.example.org)",
        "h.example.org ([])",
        "h.example.org ([198.51.100.400])",
        "h.example.org ([Thu, 28 Sep 2023 05:29:36 -0700])",
        "(192.0.2.80) (p.example.net [198.51.100.7])",
        "a (192.0.2.80) (198.51.100.7)",
        "x (y(z [198.51.100.7])",
    ],
)
def test_an_edge_line_whose_peer_cannot_be_read_never_hands_the_walk_to_what_the_sender_wrote(
    peer: str,
) -> None:
    edge = f"Received: from {peer} by mx.ours.example (Postfix) with ESMTP id 1; {DATE}"
    forged = f"Received: from www.bank.example (www.bank.example [192.0.2.80]) by mx.ours.example with ESMTP; {DATE}"
    found = route.trace(_mail(edge, forged), OURS)
    assert found.origin.ip in {None, "198.51.100.7"}
    if found.origin.ip is None:
        assert found.origin.confidence is Confidence.NONE
        assert found.origin.reasons[-1].partition("|")[0] in {
            "route.reason.peer-unread", "route.reason.top-not-receiver",
        }  # fmt: skip


EXCHANGE_FIELD = "X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp"
CLAIMED = {
    "X-Originating-IP: [192.0.2.4]": "192.0.2.4",
    "x-originating-ip: 2001:db8::4": "2001:db8::4",
    "X-Yahoo-Post-IP: 192.0.2.4": "192.0.2.4",
    "X-SenderIP: 192.0.2.4": "192.0.2.4",
    "X-Sender-IP: 192.0.2.4": "192.0.2.4",
    "X-Client-IP: 192.0.2.4, 10.0.0.1": "192.0.2.4",
    f"{EXCHANGE_FIELD}: TenantId=84df;Ip=[192.0.2.4];Helo=[h.example]": "192.0.2.4",
    "X-Originating-IP: nonsense": None,
    "X-Originating-IP:": None,
    "X-Mailer: 192.0.2.4": None,
}


@pytest.mark.parametrize("line", CLAIMED)
def test_an_address_that_a_provider_noted_is_a_provider_s_claim_and_never_the_origin(line: str) -> None:
    mail = _mail(line, EDGE)
    said = CLAIMED[line]
    claims = route.provider_claims(mail)
    assert [(claim.text, claim.by) for claim in claims] == ([(said, "provider")] if said else [])
    assert route.trace(mail, OURS).origin.ip == "198.51.100.7"
    for fact in route.provider_facts(mail):
        assert fact.claimed
        assert all(wording.known(lang, f"label.{fact.label}") for lang in wording.LANGUAGES)
        assert all(wording.known(lang, f"remark.{fact.remark}") for lang in wording.LANGUAGES)


def test_a_provider_s_note_is_no_origin_where_there_is_no_boundary() -> None:
    mail = _mail("X-Originating-IP: [192.0.2.4]", FORGED)
    assert route.trace(mail, OURS).origin.ip is None
    assert len(route.provider_claims(_mail(*[f"X-Originating-IP: 192.0.2.{n}" for n in range(1, 60)]))) == 10


@pytest.mark.parametrize(
    ("peer", "remark", "value"),
    [
        ("(p.example.net [198.51.100.7])", "reverse-noted", "p.example.net · 2024-01-16T01:00:00Z"),
        (
            "(p.example.net [198.51.100.7] (may be forged))",
            "reverse-unconfirmed",
            "p.example.net · 2024-01-16T01:00:00Z",
        ),
        ("(unknown [198.51.100.7])", "reverse-none", "— · 2024-01-16T01:00:00Z"),
        ("(198.51.100.7)", "reverse-not-noted", "— · 2024-01-16T01:00:00Z"),
    ],
)
def test_the_reverse_name_at_receipt_is_told_with_its_state_and_time(
    peer: str, remark: str, value: str
) -> None:
    edge = f"Received: from h.example {peer} by mx.ours.example (Postfix) with ESMTP; {DATE}"
    (fact,) = route.reverse_fact(route.trace(_mail(edge), OURS))
    assert (fact.remark, fact.value) == (remark, value)
    assert all(wording.known(lang, f"remark.{remark}") for lang in wording.LANGUAGES)
    assert route.reverse_fact(route.trace(_mail(FORGED), OURS)) == ()


def _ids(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.id for finding in findings}


def _judged(*lines: str) -> tuple[Finding, ...]:
    mail = _mail(*lines)
    return route.findings(route.trace(mail, OURS), mail)


@pytest.mark.parametrize(
    ("lines", "id_"),
    [
        ([EDGE], "route-boundary"),
        ([EDGE], "route-helo-not-a-name"),
        ([FORGED], "route-no-boundary"),
        ([EDGE, FORGED], "route-bottom-differs"),
        (
            [
                EDGE,
                f"Received: from r.example ([Thu, 28 Sep 2023 05:29:36 -0700]) by q.example with NNFMP; {DATE}",
            ],
            "route-date-in-ip",
        ),
        (
            [EDGE, f"Received: from r.example (r.example [198.51.100.400]) by q.example; {DATE}"],
            "route-impossible-address",
        ),
        ([EDGE, "Received: from a by b; Tue, 16 Jan 2024 10:02:00 +0900"], "route-time-suspicious"),
        ([EDGE, "Received: from a by b; Tue, 16 Jan 2024 12:02:00 +0900"], "route-time-implausible"),
        ([EDGE, "Date: Tue, 16 Jan 2024 02:00:00 +0900"], "route-date-behind"),
        ([EDGE, "Date: Tue, 16 Jan 2024 22:00:00 +0900"], "route-date-ahead"),
        ([EDGE.replace("Praisemmm", "q.example")], "route-helo-differs"),
        ([EDGE.replace("p.example.net", "unknown")], "route-no-reverse-name"),
    ],
)
def test_each_sign_is_found_and_worded(lines: list[str], id_: str) -> None:
    findings = _judged(*lines)
    assert id_ in _ids(findings)
    for finding in findings:
        assert finding.because or finding.id == "route-no-boundary"
        for lang in wording.LANGUAGES:
            said = wording.say(lang, f"finding.{finding.id}", **dict(finding.values))
            assert "{" not in said
            assert said != f"finding.{finding.id}"
            assert finding.caveat is None or wording.known(lang, f"caveat.{finding.caveat}")


def test_an_honest_line_raises_no_sign() -> None:
    honest = EDGE.replace("Praisemmm", "p.example.net")
    assert _ids(_judged(INNER, honest)) == {"route-boundary"}


def test_every_reason_is_worded() -> None:
    source = Path(boundary.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'_reason\(\s*"([a-z-]+)"', source)) | {
        "left-receiver",
        "top-not-receiver",
        "named",
        "assumed",
        "peer-unread",
    }
    assert len(named) >= 9
    assert all(wording.known(lang, f"route.reason.{name}") for lang in wording.LANGUAGES for name in named)


_ANSWERS = re.compile(
    rb"(?i)(x-sender-ip|authentication-results|received-spf|x-sid|x-forefront|arc-authentication-results)"
)


def _without_answers(data: bytes) -> bytes:
    """The mail without the fields that name the peer: it has to be found, not read."""
    head, blank, rest = re.split(rb"(\r?\n\r?\n)", data, maxsplit=1)
    fields = re.split(rb"\r?\n(?![ \t])", head)
    return b"\r\n".join(field for field in fields if not _ANSWERS.match(field)) + blank + rest


def test_the_origin_of_real_phishing_is_the_address_that_outlook_saw(shared_data: Path) -> None:
    truths = [
        json.loads(line) for line in (shared_data / "mail" / "phishing-truth.jsonl").read_text().splitlines()
    ]
    profile = receivers.load("exchange-online")
    wrong: list[str] = []
    known = [truth for truth in truths if truth["sender_ip"]]
    for truth in known:
        mail = message.parse(
            _without_answers((shared_data / "mail" / "phishing" / truth["file"]).read_bytes())
        )
        found = route.trace(mail, profile)
        route.findings(found, mail)
        if found.origin.ip != truth["sender_ip"]:
            wrong.append(truth["file"])
            assert found.origin.ip is None, "a miss has to be said, never guessed"
    assert len(known) > 900
    assert len(wrong) / len(known) <= 0.01, wrong


def test_a_hop_below_the_boundary_is_never_called_the_receiver_s() -> None:
    found = route.trace(_mail(INNER, EDGE, INNER), OURS)
    assert [hop.trust for hop in found.hops] == [Trust.RECEIVER, Trust.BOUNDARY, Trust.UNVERIFIED]
