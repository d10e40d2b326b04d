"""The trust boundary: what the receiver wrote, what the sender could have written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from phishlab import wording
from phishlab.assess import receivers, route
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
    source = Path(route.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'_reason\(\s*"([a-z-]+)"', source)) | {
        "left-receiver",
        "top-not-receiver",
        "named",
        "assumed",
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
