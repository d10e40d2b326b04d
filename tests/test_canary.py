"""No key and no recipient leaves its place: every byte of a case, of its reports, of what was printed and asked."""

from __future__ import annotations

import base64
import gzip
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus

import pytest

from phishlab import case as cases
from phishlab import cli, observing, report, walkthrough
from phishlab.evidence import warc
from phishlab.records import Level, ListingState, Lookup
from phishlab.views.safe import Lens
from tests.servers import services as real
from tests.servers import web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

KEY = "CanaryKey7c1d9e"
VICTIM = "canary.victim@studio.example"
NAMES = ("ABUSE_CH", "VIRUSTOTAL", "ABUSEIPDB", "OTX", "URLSCAN", "GOOGLE_SAFE_BROWSING")
MAIL = (
    "Received: from p.example.net (p.example.net [8.217.61.41]) by mx.studio.example; "
    "Tue, 16 Jan 2024 10:00:00 +0900\r\n"
    f"From: Bank <info@bank.example.com>\r\nTo: {VICTIM}\r\nSubject: s\r\n"
    "Date: Tue, 16 Jan 2024 10:00:00 +0900\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    f"Look: http://{real.HOST}/kagoya/activemail.kagoya?login={VICTIM}\r\n"
).encode()  # fmt: skip


def _echo(request: bytes) -> bytes:
    """A server that sends back all that it was sent, the key among it, in an error of its own kind."""
    return web.page(
        b'{"error": {"code": "NotFoundError"}, "request": "' + request + b'"}', "application/json"
    )


def _echo_packed(request: bytes) -> bytes:
    return web.page(gzip.compress(request), "application/json", Content_Encoding="gzip")


def _echo_hidden(request: bytes) -> bytes:
    return web.page(base64.b64encode(b"you sent " + request), status="403 Forbidden")


ECHOES = {name: web.Answering(_echo) for name in ("vt_url", "otx", "abuseipdb", "urlscan", "phishtank")}
ECHOES |= {name: web.Answering(_echo_packed) for name in ("vt_domain", "urlhaus_url", "google")}
ECHOES |= {
    name: web.Answering(_echo_hidden) for name in ("vt_address", "threatfox", "urlhaus_host", "otx_address")
}


@pytest.fixture(params=["honest", "echoing"])
def here(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The services, as they should be, or as servers that send back what they get."""
    for name in NAMES:
        monkeypatch.setenv(f"PHISHLAB_{name}_KEY", KEY)
    pages = real.pages(**(ECHOES if request.param == "echoing" else {}))
    (tmp_path / "world").mkdir()
    with world(
        tmp_path / "world", zones={**real.ZONES, real.HOST: "@ IN A 8.217.61.41\n"}, pages=pages
    ) as made:
        yield made


def _texts(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what is packed in them."""
    data = path.read_bytes()
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
        for member in warc.members(data):
            kept = warc.parse(member.content)
            body = kept.block.partition(b"\r\n\r\n")[2] if kept else b""
            yield gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def _spelled(word: str) -> tuple[bytes, ...]:
    plain = word.encode()
    return (
        plain,
        plain.lower(),
        quote(word, safe="").encode(),
        plain.hex().encode(),
        base64.b64encode(plain)[:-4],
    )


def test_no_key_is_anywhere_and_no_recipient_in_a_question(
    here: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    made = cases.create(
        MAIL,
        tmp_path / "case",
        level=Level.THIRD_PARTY,
        wire=here.options,
        on_question=lambda question, word: told.append(f"{question!r} {word}"),
    )
    document = walkthrough.casefile(made)
    made.seal()
    observing.observe(made, "norton-safe-web", made.asked_links[0].url, "listed", note="seen")
    report.write(document, made.folder.report_folder, ("en", "ja"), made.attachment)
    printed = [
        report.render(document, kind, Lens(recipients=(VICTIM,))) for kind in ("html", "md", "json", "stix")
    ]
    assert cli.main(["step", "link-reputation", str(made.folder.path)]) == 0
    shown = capsys.readouterr()

    assert any(KEY.encode() in request for request in here.web_asked), "the key did travel"
    for path in made.folder.path.rglob("*"):
        for text in _texts(path) if path.is_file() else ():
            for spelling in _spelled(KEY):
                assert spelling not in text, path
    everything = "\n".join([*told, caplog.text, shown.out, shown.err, *(text.decode() for text in printed)])
    for spelling in _spelled(KEY):
        assert spelling.decode() not in everything
    for request in [*here.web_asked, *(told_.encode() for told_ in told)]:
        seen = unquote_plus(request.decode("latin-1")).lower()
        assert "canary.victim" not in seen
        assert VICTIM.encode().hex() not in seen
    for exchange in made.folder.answers.exchanges():
        assert "canary.victim" not in unquote_plus(exchange.question)
    assert VICTIM not in everything


def _states(document: Any, step: str) -> dict[tuple[str, str], ListingState]:
    items = [
        item
        for one in document.steps
        if one.id == step
        for exhibit in one.exhibits
        if exhibit.kind == "listings"
        for item in exhibit.items
    ]
    return {
        (item.source, item.subject): item.record.state
        for item in items
        if isinstance(item, Lookup) and item.record
    }


def test_what_the_services_say_live_is_what_the_replay_says(
    here: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made = cases.create(MAIL, tmp_path / "case", level=Level.THIRD_PARTY, wire=here.options)
    document = walkthrough.casefile(made)
    made.seal()
    live = report.render(document, "md", Lens(recipients=(VICTIM,)))
    again = cases.open_case(tmp_path / "case")
    assert report.render(walkthrough.casefile(again), "md", Lens(recipients=(VICTIM,))) == live

    states = _states(document, "link-reputation")
    url, listed = real.URL, ListingState.LISTED
    honest = {
        ("Spamhaus DBL", real.HOST): listed, ("SURBL", real.HOST): listed, ("OpenPhish", url): listed,
        ("PhishTank", url): listed, ("Google Safe Browsing", url): listed, ("URLhaus", url): listed,
        ("URLhaus", real.HOST): listed, ("ThreatFox", real.HOST): listed, ("VirusTotal", url): listed,
        ("VirusTotal", real.HOST): listed, ("urlscan.io", real.HOST): ListingState.NOT_LISTED,
        ("OTX", real.HOST): ListingState.NOT_LISTED,
    }  # fmt: skip
    asked = {key: state for key, state in states.items() if state is not ListingState.NOT_ASKED}
    if "honest" in request.node.name:
        assert asked == honest
    else:
        kept = {
            key: honest[key]
            for key in (("Spamhaus DBL", real.HOST), ("SURBL", real.HOST), ("OpenPhish", url))
        }
        assert asked == {**dict.fromkeys(honest, ListingState.ERROR), **kept}
