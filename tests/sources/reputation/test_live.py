"""All services over real connections: each good answer, each way in which a server fails, and the replay of both."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phishlab import wording
from phishlab.evidence.archive import Archive
from phishlab.records import Level, Link, Listing, ListingState, Lookup, Outcome
from phishlab.sources import reputation
from phishlab.wire import Wire
from phishlab.wire.replay import ReplayWire
from tests.servers import services as real
from tests.servers import web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

LINK = Link(url=real.URL, host=real.HOST, registrable=real.HOST, path="/kagoya/activemail.kagoya")
OVER_DNS = {"Spamhaus DBL", "Spamhaus ZEN", "SURBL"}
BY_HAND = {
    "Google Transparency Report",
    "Norton Safe Web",
    "Cisco Talos",
    "JPCERT/CC phishurl-list",
    "Phishing.Database",
}


def _silent(connection: socket.socket) -> None:
    connection.recv(1)


def _cut(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"query_status": "no_results"')


BAD: dict[str, tuple[web.Page, str]] = {
    "too often": (
        web.page("slow down", status="429 Too Many Requests", Retry_After="60"),
        "asked too often: HTTP 429",
    ),
    "challenge": (
        web.page("<title>Just a moment...</title>", status="403 Forbidden"),
        "the service refuses: HTTP 403",
    ),
    "malformed key": (
        real.document({"message": "Invalid API key format"}, "400 Bad Request"),
        "the service finds the key or the question malformed: HTTP 400",
    ),
    "web page": (web.page("<!doctype html><title>Maintenance</title>"), "the answer"),
    "empty": (web.page(b""), "the answer"),
    "cut": (_cut, "the answer is no whole HTTP response"),
    "silent": (_silent, "timed out after 0.4 s"),
    "hung up": (b"", "the server answered nothing"),
    "elsewhere": (
        web.redirect("http://169.254.169.254/latest/"),
        "169.254.169.254, which is no public address",
    ),
}


def _all(wire: Wire) -> list[Lookup[Listing]]:
    return [*reputation.of_link(wire, LINK, chosen=None), *reputation.of_address(wire, real.IP)]


def _wire(here: World, archive: Archive, **more: Any) -> Wire:
    return here.wire(archive, Level.THIRD_PARTY, keys=lambda _service: "key-0123456789", **more)


@pytest.mark.parametrize("kind", BAD)
def test_a_server_that_fails_is_an_error_at_every_service_and_never_clean(tmp_path: Path, kind: str) -> None:
    page, note = BAD[kind]
    broken: dict[str, web.Page] = dict.fromkeys(real.pages(), page)
    archive = Archive(tmp_path / "answers.warc.gz")
    with world(tmp_path, zones=real.ZONES, pages=broken) as here:
        found = _all(_wire(here, archive, timeout=0.1))
    asked = [one for one in found if one.source not in OVER_DNS | BY_HAND]
    assert len(asked) == 16, "a row for each question"
    for one in asked:
        assert one.record is not None
        assert one.record.state is ListingState.ERROR, one.source
        assert one.outcome in {Outcome.FAILED, Outcome.REFUSED}
        assert note in one.note or one.source == "Google Safe Browsing", (one.source, one.note)
    assert _all(ReplayWire(Archive(archive.path), Level.THIRD_PARTY)) == found


def test_a_certificate_that_does_not_stand_is_an_error(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    with world(tmp_path, zones=real.ZONES, pages=real.pages()) as here:
        found = [
            one for one in _all(_wire(here, archive, ca_file=None)) if one.source not in OVER_DNS | BY_HAND
        ]
        assert here.web_asked == [], "no key went to a server that proved nothing"
    assert {one.record.state for one in found if one.record} == {ListingState.ERROR}
    assert all("its certificate does not stand" in one.note for one in found)


def test_an_answer_without_end_is_cut_and_says_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    with world(
        tmp_path,
        zones=real.ZONES,
        pages=real.pages(otx=web.endless(b" " * 65_536), feed=web.endless(b"\n" * 65_536)),
    ) as here:
        found = {one.source: one for one in _all(_wire(here, archive, timeout=5.0)) if one.subject != real.IP}
    for name in ("OTX", "OpenPhish"):
        record = found[name].record
        assert record is not None
        assert (record.state, found[name].note) == (
            ListingState.ERROR,
            "the body has more than 10000000 bytes",
        )
    assert archive.path.stat().st_size < 100_000


def test_the_questions_as_they_went_over_the_line(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    with world(tmp_path, zones=real.ZONES, pages=real.pages()) as here:
        found = _all(_wire(here, archive))
        asked = {request.split(b"\r\n")[0] + b" " + _host(request): request for request in here.web_asked}
    assert real.fields(asked[b"POST /checkurl/ HTTP/1.1 checkurl.phishtank.com"]) == {
        "url": real.URL,
        "format": "json",
    }
    assert (
        b"\r\nUser-Agent: phishtank/phishlab\r\n" in asked[b"POST /checkurl/ HTTP/1.1 checkurl.phishtank.com"]
    )
    assert real.fields(asked[b"POST /v1/url/ HTTP/1.1 urlhaus-api.abuse.ch"]) == {"url": real.URL}
    threatfox = [request for request in here.web_asked if b"threatfox" in request]
    assert [web.body(request) for request in threatfox] == [
        b'{"query":"search_ioc","search_term":"sgogoj.com"}',
        b'{"query":"search_ioc","search_term":"8.217.61.41"}',
    ]
    keys = {b"Auth-Key", b"x-apikey", b"Key", b"X-OTX-API-KEY", b"X-Goog-Api-Key", b"API-Key"}
    sent = {
        line.partition(b":")[0]
        for one in here.web_asked
        for line in one.split(b"\r\n")
        if b"key-0123456789" in line
    }
    assert sent == keys
    assert not [one.source for one in found if one.record and one.record.state is ListingState.ERROR]
    assert _all(ReplayWire(Archive(archive.path), Level.THIRD_PARTY)) == found


def test_a_feed_is_fetched_once_for_all_links(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    other = Link(url="https://evil.example/login", host="evil.example", registrable="evil.example")
    with world(tmp_path, zones=real.ZONES, pages=real.pages()) as here:
        wire = _wire(here, archive)
        for link in (LINK, other):
            found = {one.source: one for one in reputation.of_link(wire, link, chosen=("openphish",))}[
                "OpenPhish"
            ]
            assert (found.record and found.record.state) is ListingState.LISTED
            assert found.record is not None
            assert found.record.detail == "feed of Tue, 16 Jan 2024 01:00:00 GMT"
        assert sum(b"feed.txt" in request for request in here.web_asked) == 2, "the redirect and the feed"


def _host(request: bytes) -> bytes:
    return next(line[6:] for line in request.split(b"\r\n") if line.lower().startswith(b"host: "))


def test_what_is_told_is_told_in_japanese_too(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    translated: Callable[[str], str] = lambda text: wording.note("ja", text)  # noqa: E731 - read as a word
    with world(tmp_path, zones=real.ZONES, pages=real.pages()) as here:
        found = _all(_wire(here, archive))
    notes = [one.note for one in found if one.note]
    details = [one.record.detail for one in found if one.record and one.record.detail]
    for text in [*notes, *details]:
        assert text.startswith("127.") or all(
            part != translated(part) for part in text.split("; ") if part != "elf, Mozi" and part != "online"
        ), text
