"""No registry, service, database or name server hears of an address that nobody can hold: the whole walkthrough."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
import pytest

from phishlab import case as cases
from phishlab import walkthrough
from phishlab.case import Case
from phishlab.records import Level, ReceiverProfile, Trust
from tests.sources.conftest import ScriptedWire

SPECIAL = {
    "private": "10.1.2.3",
    "private, middle": "172.20.30.40",
    "private, small": "192.168.77.5",
    "carrier NAT": "100.72.102.28",
    "loopback": "127.0.0.5",
    "link-local": "169.254.169.254",
    "documentation 1": "192.0.2.80",
    "documentation 2": "198.51.100.80",
    "documentation 3": "203.0.113.80",
    "benchmarking": "198.18.7.7",
    "protocol assignments": "192.0.0.9",
    "multicast": "224.0.0.251",
    "reserved": "240.1.2.3",
    "broadcast": "255.255.255.255",
    "this network": "0.1.2.3",
    "loopback, IPv6": "::1",
    "link-local, IPv6": "fe80::1234:5678",
    "unique local": "fd12:3456:789a::1",
    "documentation, IPv6": "2001:db8::80",
    "documentation, IPv6 of 2024": "3fff::80",
    "multicast, IPv6": "ff02::fb",
    "translated": "64:ff9b::a01:203",
    "6to4 of a private one": "2002:a01:203::1",
    "mapped private one": "::ffff:10.1.2.3",
}
PUBLIC = "8.217.61.41"
DATE = "Tue, 16 Jan 2024 10:00:00 +0900"
OURS = ReceiverProfile(name="ours", title="Ours", by_suffixes=("ours.example",))


def _received(ip: str, by: str, helo: str = "p.example.net") -> str:
    literal = f"IPv6:{ip}" if ":" in ip else ip
    return f"Received: from {helo} (p.example.net [{literal}]) by {by} (Postfix) with ESMTP id 1; {DATE}"


def _mail(*received: str, link: str = "http://phish.example.com/login") -> bytes:
    return "\r\n".join(
        [*received, "From: Bank <info@bank.example.com>", "To: me@mine.example.jp", f"Date: {DATE}",
         "Subject: s", "Content-Type: text/plain; charset=utf-8", "", f"Look: {link}"]
    ).encode()  # fmt: skip


def _worked_out(
    original: bytes, tmp_path: Path, script: Callable[[str], Any] = lambda _: None
) -> tuple[Case, list[str]]:
    """The case with all its steps done over a wire that may ask anything, and the questions that it heard."""
    case = cases.create(original, tmp_path / "case")
    wire = ScriptedWire(script, Level.ACTIVE)
    case.wire = wire
    case.profile, case.profile_named = OURS, True
    walkthrough.casefile(case)
    return case, [question.uri for question in wire.asked]


def _spellings(ip: str) -> set[str]:
    """The ways in which an address is written in questions: as it is, in full, backwards for PTR and lists."""
    found = ip_address(ip)
    mapped = getattr(found, "ipv4_mapped", None)
    written = {
        ip,
        found.exploded,
        found.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa"),
    }
    return written | (_spellings(str(mapped)) if mapped else set())


def _about(ip: str, questions: list[str]) -> list[str]:
    return [
        uri for uri in questions if any(spelling in uri for spelling in _spellings(ip) if len(spelling) > 3)
    ]


@pytest.mark.parametrize("kind", SPECIAL)
def test_an_origin_of_that_kind_is_shown_and_never_asked_about(kind: str, tmp_path: Path) -> None:
    ip = SPECIAL[kind]
    case, questions = _worked_out(_mail(_received(ip, "mx.ours.example")), tmp_path)
    assert case.message.hops[0].ip is not None, "the address was read"
    assert questions, "other things were asked"
    assert _about(ip, questions) == []


@pytest.mark.parametrize("kind", SPECIAL)
def test_a_hop_of_that_kind_is_never_asked_about(kind: str, tmp_path: Path) -> None:
    ip = SPECIAL[kind]
    original = _mail(
        _received(ip, "box.ours.example", "mx.ours.example"),
        _received(PUBLIC, "mx.ours.example"),
        _received(ip, "p.example.net"),
        f"X-Originating-IP: [{ip}]",
    )
    case, questions = _worked_out(original, tmp_path)
    assert {hop.ip for hop in case.message.hops if hop.trust is not Trust.BOUNDARY} >= {
        case.message.hops[0].ip
    }
    assert _about(ip, questions) == []


def test_a_public_origin_is_asked_about_so_that_the_others_prove_something(tmp_path: Path) -> None:
    case, questions = _worked_out(_mail(_received(PUBLIC, "mx.ours.example")), tmp_path)
    assert case.route.origin.ip == PUBLIC
    assert len(_about(PUBLIC, questions)) >= 4, "PTR, registry, blocklist, place"


@pytest.mark.parametrize("kind", [kind for kind, ip in SPECIAL.items() if ":" not in ip])
def test_a_link_s_host_that_resolves_to_one_is_not_looked_up_further(kind: str, tmp_path: Path) -> None:
    ip = SPECIAL[kind]

    def script(uri: str) -> Any:
        if uri == "dns:phish.example.com?type=A":
            answer = dns.message.make_response(dns.message.make_query("phish.example.com", "A", id=0))
            answer.answer.append(dns.rrset.from_text("phish.example.com.", 60, "IN", "A", ip))
            return answer.to_wire()
        return None

    _, questions = _worked_out(_mail(_received(PUBLIC, "mx.ours.example")), tmp_path, script)
    assert "dns:phish.example.com?type=A" in questions
    assert _about(ip, questions) == []


def test_nobody_outside_hears_of_hops_below_the_boundary_or_of_a_provider_s_note(tmp_path: Path) -> None:
    """The attacker may have typed them: only the database on this machine places them, for the dashed line."""
    note = "8.8.4.4"
    lower = "9.9.9.9"
    original = _mail(
        _received(PUBLIC, "mx.ours.example"), _received(lower, "p.example.net"), f"X-Originating-IP: [{note}]"
    )
    case, questions = _worked_out(original, tmp_path)
    assert case.route.origin.ip == PUBLIC
    assert _about(note, questions) == []
    assert _about(lower, questions) == [f"geoip:city/{lower}"]
    facts = [item for each in walkthrough.step(case, "route").exhibits for item in each.items]
    assert any(getattr(fact, "value", "") == f"X-Originating-IP: {note}" for fact in facts)
