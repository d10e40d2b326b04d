"""Registries that answer as they should and as they should not, over the live wire on loopback."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import DomainRegistration, Level, Lookup, Outcome
from phishlab.sources import jpnic, network, registration
from phishlab.wire.live import LiveWire
from phishlab.wire.replay import ReplayWire
from tests.servers import sockets, web
from tests.servers.world import ARTICLE, World, world

pytestmark = pytest.mark.loopback

RDAP = "rdap.verisign.com/com/v1/domain/"
DENIC = b"Domain: %s\nNserver: ns1.example.com\nStatus: connect\nChanged: 2018-03-12T21:44:25+01:00\n"
FREE = b"Domain: free.de\nStatus: free\n"
JPNIC = """\
Network Information: [ネットワーク情報]
a. [IPネットワークアドレス]     153.123.0.0/16
f. [組織名]                     例題株式会社
g. [Organization]               Example KK
""".replace("\n", "\r\n").encode("iso2022_jp")
THIN = b"Domain Name: %s.US\nRegistrar WHOIS Server: %s\nRegistrar: R\nCreation Date: 2002-04-18T15:16:22Z\n"


def _reset(connection: socket.socket) -> None:
    connection.sendall(b"Domain: reset.de\n")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"Status: free\n" * 5_000)


def _ask(name: str) -> str:
    return f"-T dn,ace {name}"


WHOIS: dict[str, dict[str, Any]] = {
    "whois.denic.de": {
        _ask("good.de"): DENIC % b"good.de",
        _ask("free.de"): FREE,
        # Cut in the middle: what came says neither that it is registered nor that it is free.
        _ask("cut.de"): b"Domain: cut.de\nStat",
        _ask("empty.de"): b"",
        _ask("reset.de"): _reset,
        _ask("drip.de"): lambda connection: sockets.drip(connection, FREE * 10, 0.1),
        _ask("flood.de"): _flood,
        _ask("busy.de"): b"% Error: 55000000002 Connection refused; access control limit reached.\n",
    },
    "whois.nic.us": {
        "listed.us": THIN % (b"LISTED", b"whois.godaddy.com"),
        "inside.us": THIN % (b"INSIDE", b"whois.gandi.net"),
        "other.us": THIN % (b"OTHER", b"intranet.example"),
    },
    "whois.godaddy.com": {"listed.us": b"Domain Name: listed.us\nRegistrant Organization: Example Inc.\n"},
    "whois.nic.ad.jp": {"153.123.7.53": JPNIC},
}
LATER = iter(
    (
        web.page(b"", "text/plain", "429 Too Many Requests", Retry_After="1"),
        web.rdap({"ldhName": "later.com"}),
    )
)
PAGES: dict[str, Any] = {
    RDAP + "good.com": web.rdap({"ldhName": "GOOD.COM", "status": ["active"]}),
    RDAP + "moved.com": web.redirect("https://rdap.moved.example/domain/moved.com"),
    "rdap.moved.example/domain/moved.com": web.rdap({"ldhName": "moved.com"}),
    RDAP + "inside.com": web.redirect("https://intranet.example/domain/inside.com"),
    RDAP + "none.com": web.rdap({"errorCode": 404}, "404 Not Found"),
    RDAP + "busy.com": web.page(b"slow down", "text/plain", "429 Too Many Requests"),
    RDAP + "tomorrow.com": web.page(b"", "text/plain", "429 Too Many Requests", Retry_After="86400"),
    RDAP + "later.com": web.Answering(lambda _: next(LATER)),
    RDAP + "html.com": web.page(b"<html><h1>Not here</h1></html>"),
    RDAP + "html404.com": web.page(b"<html><h1>Not here</h1></html>", status="404 Not Found"),
    RDAP + "big.com": web.rdap({"ldhName": "big.com", "remarks": ["x" * 1_000_000]}),
    RDAP + "endless.com": web.endless(),
    RDAP + "broken.com": web.page(b'{"ldhName": "broken.com", "status": [', "application/rdap+json"),
    RDAP + "nested.com": web.page(b"[" * 500_000, "application/rdap+json"),
    RDAP + "drip.com": web.dripping(web.rdap({"ldhName": "drip.com"}), 0.1),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zones = {**ARTICLE, "intranet.example": "@ IN A 10.0.0.5\n", "whois.gandi.net": "@ IN A 10.0.0.6\n"}
    with world(tmp_path_factory.mktemp("world"), zones=zones, whois_answers=WHOIS, pages=PAGES) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "outcome", "note"),
    [
        ("good.com", Outcome.ANSWERED, ""),
        ("moved.com", Outcome.ANSWERED, ""),
        ("big.com", Outcome.ANSWERED, ""),
        ("inside.com", Outcome.REFUSED, "intranet.example is at 10.0.0.5, which is no public address"),
        ("none.com", Outcome.NO_SUCH_NAME, "the server knows no such registration"),
        ("busy.com", Outcome.REFUSED, "asked too often"),
        ("html.com", Outcome.FAILED, "the registry's answer is not JSON"),
        ("html404.com", Outcome.FAILED, "the server answered HTTP 404"),
        ("endless.com", Outcome.FAILED, "more than 10000000 bytes"),
        ("broken.com", Outcome.FAILED, "the registry's answer is not JSON"),
        ("nested.com", Outcome.FAILED, "the registry's answer is not JSON"),
        ("drip.com", Outcome.FAILED, "timed out after 2 s"),
        ("good.de", Outcome.ANSWERED, ""),
        ("free.de", Outcome.NO_SUCH_NAME, "whois.denic.de has no such domain"),
        ("cut.de", Outcome.FAILED, "the answer says nothing of a registration"),
        ("empty.de", Outcome.FAILED, "the server answered nothing"),
        ("reset.de", Outcome.FAILED, "reset by peer"),
        ("drip.de", Outcome.FAILED, "timed out after 1 s"),
        ("flood.de", Outcome.FAILED, "more than 1000000 bytes"),
        ("busy.de", Outcome.REFUSED, "asked too often"),
    ],
)
def test_each_behaviour_has_its_outcome_in_time_and_the_same_in_a_replay(
    here: World, tmp_path: Path, name: str, outcome: Outcome, note: str
) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    wire = _wire(here, archive)
    began = time.monotonic()
    found = registration.domain(wire, name)
    assert time.monotonic() - began < 6
    assert (found.outcome, found.note if not note else note in found.note) == (outcome, note and True)
    again = registration.domain(ReplayWire(Archive(archive.path), Level.ACTIVE), name)
    assert json.dumps(again, default=repr) == json.dumps(found, default=repr)


@pytest.mark.parametrize("name", ["busy.com", "tomorrow.com"])
def test_who_asked_too_often_is_not_asked_again_without_the_servers_own_word(
    here: World, tmp_path: Path, name: str
) -> None:
    """RFC 6585, 4: only Retry-After says when; one that is too far off is not waited for."""
    before = len(here.web_asked)
    wire = _wire(here, Archive(tmp_path / "answers.warc.gz"))
    for _ in range(3):
        assert registration.domain(wire, name).outcome is Outcome.REFUSED
    assert len([request for request in here.web_asked[before:] if name.encode() in request]) == 1


def test_who_is_told_to_come_back_in_a_second_does(here: World, tmp_path: Path) -> None:
    found = registration.domain(_wire(here, Archive(tmp_path / "answers.warc.gz")), "later.com")
    assert found.outcome is Outcome.ANSWERED
    assert "asked again after HTTP 429" in found.note


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("listed.us", ""),
        ("inside.us", "whois.gandi.net is at 10.0.0.6, which is no public address"),
        ("other.us", "refers to intranet.example, which is not among the servers that are asked"),
    ],
)
def test_a_referral_goes_to_listed_registrars_at_public_addresses_alone(
    here: World, tmp_path: Path, name: str, note: str
) -> None:
    found = registration.domain(_wire(here, Archive(tmp_path / "answers.warc.gz")), name)
    assert found.outcome is Outcome.ANSWERED
    assert note in found.note
    assert found.record is not None
    assert str(found.record.created) == "2002-04-18 15:16:22+00:00"
    assert (found.record.registrar_answer is not None) == (name == "listed.us")


def test_jpnic_answers_in_japanese(here: World, tmp_path: Path) -> None:
    found = jpnic.network(_wire(here, Archive(tmp_path / "answers.warc.gz")), "153.123.7.53")
    assert found.record is not None
    assert (found.record.holder_ja, found.record.holder) == ("例題株式会社", "Example KK")
    assert "153.123.7.53" in here.whois_asked


@pytest.mark.parametrize("level", [Level.OFFLINE])
def test_offline_no_registry_hears_of_anything(here: World, tmp_path: Path, level: Level) -> None:
    wire = here.wire(Archive(tmp_path / "answers.warc.gz"), level)
    before = (len(here.web_asked), len(here.whois_asked))
    found: list[Lookup[Any]] = [
        registration.domain(wire, "good.com"),
        registration.domain(wire, "good.de"),
        registration.domain(wire, "good.zz"),
        jpnic.network(wire, "153.123.7.53"),
        *network.registrations(wire, "74.226.196.215"),
    ]
    assert {lookup.outcome for lookup in found} == {Outcome.NOT_ASKED}
    assert (len(here.web_asked), len(here.whois_asked)) == before


def test_two_questions_to_one_whois_server_keep_their_distance(here: World, tmp_path: Path) -> None:
    wire = here.wire(Archive(tmp_path / "answers.warc.gz"), pace={"whois": 1.0})
    began = time.monotonic()
    found: list[Lookup[DomainRegistration]] = [
        registration.domain(wire, name) for name in ("good.de", "free.de", "good.de")
    ]
    assert [lookup.outcome for lookup in found] == [
        Outcome.ANSWERED,
        Outcome.NO_SUCH_NAME,
        Outcome.ANSWERED,
    ]
    # The third is kept already: it costs no wait.
    assert 1.0 <= time.monotonic() - began < 2.0


def _wire(here: World, archive: Archive) -> LiveWire:
    return here.wire(archive, timeout=0.5)
