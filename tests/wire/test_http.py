"""HTTP and HTTPS to the checked address: kept as it came, with caps, a deadline, and certificates checked."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from warcio.archiveiterator import ArchiveIterator

from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Question
from tests.servers import sockets, web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

PACKED = gzip.compress(b'{"objectClassName": "domain"}', mtime=0)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def silent(connection: socket.socket) -> None:
    connection.recv(1)


PAGES: dict[str, web.Page] = {
    "sgogoj.com/": web.page("<title>ようこそ</title>"),
    "sgogoj.com/?a=1&b=%20": web.page("query"),
    "sgogoj.com/empty": web.page(b"", status="204 No Content"),
    "sgogoj.com/500": web.page("oops", status="500 Internal Server Error"),
    "sgogoj.com/gzip": web.page(PACKED, "application/rdap+json", Content_Encoding="gzip"),
    "sgogoj.com/chunked": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    "sgogoj.com/no-length": OK + b"\r\nuntil the end",
    "sgogoj.com/latin": OK + b"X-Name: \xe9\xff\r\nContent-Length: 1\r\n\r\nx",
    "sgogoj.com/folded": OK + b"X-Long: one\r\n two\r\nContent-Length: 1\r\n\r\nx",
    "sgogoj.com/short": OK + b"Content-Length: 99\r\n\r\nhalf",
    "sgogoj.com/garbage": b"\x00\xff\x00 no http\r\n\r\n",
    "sgogoj.com/nothing": b"",
    "sgogoj.com/many-headers": OK + b"".join(b"X-%d: y\r\n" % number for number in range(500)) + b"\r\n",
    "sgogoj.com/long-header": OK + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
    "sgogoj.com/bad-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "sgogoj.com/silent": silent,
    "sgogoj.com/drip-body": web.dripping(OK + b"Content-Length: 999\r\n\r\n" + b"." * 999, 0.05),
    "sgogoj.com/drip-endless": web.dripping(OK + b"\r\n" + b"." * 999, 0.05),
    "sgogoj.com/drip-head": web.dripping(OK + b"X: " + b"y" * 999, 0.05),
    "sgogoj.com/huge": web.endless(),
    "sgogoj.com/echo": web.page("your key is canary-key-3f9d"),
    "sgogoj.com/packed-echo": web.page(gzip.compress(b"canary-key-3f9d"), Content_Encoding="gzip"),
    "wrong-name.example.com/": web.page("unreachable"),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zones = {
        "sgogoj.com": "@ IN A 8.217.61.41\n",
        "dead.example": "@ IN A 11.0.9.9\n",
        "other.example": "@ IN A 8.217.61.41\n",
        "inside.example": "@ IN A 169.254.169.254\n",
        "mapped.example": "@ IN AAAA ::ffff:127.0.0.1\n",
        "six.example": "@ IN AAAA 2606:4700::1111\n",
        "slow-tls.example": "@ IN A 11.0.9.8\n",
    }
    pages = {**PAGES, "other.example/": web.page("other"), "six.example/": web.page("six")}
    with world(tmp_path_factory.mktemp("world"), zones=zones, pages=pages) as made:
        made.dial["11.0.9.9", 80] = ("127.0.0.1", 9)
        with sockets.serving(
            lambda connection: sockets.drip(connection, b"\x16\x03\x03\x40\x00" * 99, 0.05)
        ) as slow:
            made.dial["11.0.9.8", 443] = slow
            yield made


def get(here: World, archive: Archive, uri: str, **more: Any) -> Answer:
    return here.wire(archive, **more).ask(Question(uri=uri, level=Level.ACTIVE))


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("path", "status", "data"),
    [
        ("/", 200, "<title>ようこそ</title>".encode()),
        ("/?a=1&b=%20", 200, b"query"),
        ("/empty", 204, b""),
        ("/500", 500, b"oops"),
        ("/unknown", 404, b"nothing here"),
        ("/gzip", 200, b'{"objectClassName": "domain"}'),
        ("/chunked", 200, b"abcde"),
        ("/no-length", 200, b"until the end"),
        ("/latin", 200, b"x"),
        ("/folded", 200, b"x"),
    ],
)
def test_a_response_is_answered_whatever_its_status(
    here: World, archive: Archive, scheme: str, path: str, status: int, data: bytes
) -> None:
    answer = get(here, archive, f"{scheme}://sgogoj.com{path}")
    assert (answer.outcome, answer.status, answer.data) == (Outcome.ANSWERED, status, data)
    assert answer.exchange is not None
    assert answer.exchange.peer == f"8.217.61.41:{80 if scheme == 'http' else 443}"


def test_the_response_is_kept_as_it_came_but_for_its_chunks(here: World, archive: Archive) -> None:
    for path in ("gzip", "latin", "chunked"):
        answer = get(here, archive, f"http://sgogoj.com/{path}")
        assert answer.exchange is not None
        kept = archive.body(answer.exchange)
        sent = PAGES[f"sgogoj.com/{path}"]
        assert kept == (sent if path != "chunked" else OK + b"\r\nabcde")


def test_the_pair_is_kept(here: World, archive: Archive) -> None:
    get(here, archive, "http://sgogoj.com/")
    with archive.path.open("rb") as file:
        kept = {
            record.rec_type: record.content_stream().read()
            for record in ArchiveIterator(file, no_record_parse=True)
        }
    assert kept["request"] == (
        b"GET / HTTP/1.1\r\nHost: sgogoj.com\r\nUser-Agent: phishlab\r\nAccept-Encoding: identity\r\n"
        b"Connection: close\r\n\r\n"
    )
    assert kept["response"].startswith(b"HTTP/1.1 200 OK\r\n")
    assert here.web_asked[-1] == kept["request"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("/short", "the answer is no whole HTTP response: ProtocolError"),
        ("/garbage", "the answer is no whole HTTP response"),
        ("/nothing", "the server answered nothing"),
        ("/many-headers", "the answer is no whole HTTP response"),
        ("/long-header", "the answer is no whole HTTP response: LineTooLong"),
        ("/bad-chunk", "the answer is no whole HTTP response"),
        ("/silent", "timed out after 0.4 s"),
        ("/drip-body", "timed out after 0.4 s"),
        ("/drip-endless", "timed out after 0.4 s"),
        ("/drip-head", "timed out after 0.4 s"),
    ],
)
def test_what_is_no_whole_response_is_a_failure_in_time(
    here: World, archive: Archive, scheme: str, path: str, note: str
) -> None:
    began = time.monotonic()
    answer = get(here, archive, f"{scheme}://sgogoj.com{path}", timeout=0.1)
    assert time.monotonic() - began < 4
    assert (answer.outcome, answer.data, answer.status) == (Outcome.FAILED, b"", None)
    assert note in answer.note


def test_a_handshake_that_drips_is_cut_at_the_deadline(here: World, archive: Archive) -> None:
    began = time.monotonic()
    answer = get(here, archive, "https://slow-tls.example/", timeout=0.1)
    assert time.monotonic() - began < 4
    assert (answer.outcome, answer.note) == (Outcome.FAILED, "timed out after 0.4 s")


def test_a_body_without_end_is_cut_at_ten_megabytes(here: World, archive: Archive) -> None:
    answer = get(here, archive, "http://sgogoj.com/huge", timeout=5.0)
    assert (answer.outcome, answer.data) == (Outcome.FAILED, b"")
    assert answer.note == "the body has more than 10000000 bytes"
    assert archive.path.stat().st_size < 10_000


@pytest.mark.parametrize(
    ("uri", "outcome", "note"),
    [
        ("http://inside.example/latest/meta-data/", Outcome.REFUSED, "169.254.169.254, which is no public"),
        ("http://mapped.example/", Outcome.REFUSED, "::ffff:127.0.0.1, which is no public"),
        ("http://127.0.0.1/", Outcome.REFUSED, "no public address"),
        ("http://0x7f.1/", Outcome.REFUSED, "no public address"),
        ("http://2130706433/", Outcome.REFUSED, "no public address"),
        ("http://[::1]/", Outcome.REFUSED, "no public address"),
        ("http://[64:ff9b::7f00:1]/", Outcome.REFUSED, "no public address"),
        ("http://dead.example/", Outcome.FAILED, "the server was not reached: Connection refused"),
        ("http://nobody.sgogoj.com/", Outcome.FAILED, "nobody.sgogoj.com: no such name"),
        ("http://user@sgogoj.com/", Outcome.FAILED, "not a web address that can be asked"),
        ("http:///", Outcome.FAILED, "not a web address that can be asked"),
        ("http://a..b/", Outcome.FAILED, "not a name and type that DNS can be asked for"),
    ],
)
def test_what_may_not_or_cannot_be_dialled(
    here: World, archive: Archive, uri: str, outcome: Outcome, note: str
) -> None:
    here.web_asked.clear()
    answer = get(here, archive, uri)
    assert answer.outcome is outcome
    assert note in answer.note
    assert here.web_asked == []


def test_a_host_with_ipv6_alone_is_dialled_there(here: World, archive: Archive) -> None:
    answer = get(here, archive, "http://six.example/")
    assert answer.exchange is not None
    assert (answer.data, answer.exchange.peer) == (b"six", "[2606:4700::1111]:80")


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "valid", "note"),
    [
        ("sgogoj.com", {}, ""),
        ("another.example", {}, "its certificate does not stand: Hostname mismatch"),
        (
            "sgogoj.com",
            {"not_before": NOW - timedelta(days=9), "not_after": NOW - timedelta(days=2)},
            "its certificate does not stand: certificate has expired",
        ),
        (
            "sgogoj.com",
            {"not_before": NOW + timedelta(days=2), "not_after": NOW + timedelta(days=9)},
            "its certificate does not stand: certificate is not yet valid",
        ),
    ],
    ids=["good", "wrong-name", "expired", "not-yet"],
)
def test_only_a_certificate_that_stands_is_talked_to(
    here: World, archive: Archive, name: str, valid: dict[str, Any], note: str
) -> None:
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name, **valid).configure_cert(context)
    authority = archive.path.parent.parent / "ca.pem"
    authority.parent.mkdir(parents=True)
    ca.cert_pem.write_to_path(authority)
    asked: list[bytes] = []
    with web.serving(PAGES, context, asked=asked) as server:
        made = {**here.dial, ("8.217.61.41", 443): server}
        answer = get(here, archive, "https://sgogoj.com/", dial=made, ca_file=authority)
    assert note in answer.note
    assert (answer.outcome is Outcome.ANSWERED) == (not note)
    assert len(asked) == (not note)


def test_an_authority_that_is_not_trusted_does_not_stand(here: World, archive: Archive) -> None:
    answer = get(here, archive, "https://sgogoj.com/", ca_file=None)
    assert answer.outcome is Outcome.FAILED
    assert "its certificate does not stand" in answer.note


@pytest.mark.parametrize("path", ["echo", "packed-echo"])
def test_a_server_that_repeats_a_secret_gets_nothing_kept(here: World, archive: Archive, path: str) -> None:
    secret = (("Auth-Key", "canary-key-3f9d"),)
    question = Question(uri=f"http://sgogoj.com/{path}", level=Level.ACTIVE, secret_headers=secret)
    answer = here.wire(archive).ask(question)
    assert (answer.outcome, answer.data) == (Outcome.FAILED, b"")
    assert answer.note == "the server repeats a secret of the request: nothing of it is kept"


def test_headers_travel_and_secrets_are_never_kept(here: World, archive: Archive) -> None:
    key = "canary-key-3f9d"
    answer = here.wire(archive).ask(
        Question(
            uri="https://sgogoj.com/",
            level=Level.ACTIVE,
            headers=(("Accept", "application/rdap+json"), ("User-Agent", "phishtank/phishlab")),
            secret_headers=(("Auth-Key", key),),
        )
    )
    assert answer.outcome is Outcome.ANSWERED
    head = here.web_asked[-1].decode()
    assert f"Auth-Key: {key}\r\n" in head
    assert "Accept: application/rdap+json\r\n" in head
    assert head.count("User-Agent") == 1
    for path in archive.path.parent.parent.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert key.encode() not in content
        assert not path.name.endswith(".gz") or key.encode() not in gzip.decompress(content)


def test_a_body_is_posted_and_kept_with_its_answer(here: World, archive: Archive) -> None:
    asked = [
        Question(
            uri="https://sgogoj.com/",
            level=Level.ACTIVE,
            body=body,
            media_type="application/x-www-form-urlencoded",
        )
        for body in (b"url=http%3A%2F%2Fa.example%2F", b"url=http%3A%2F%2Fb.example%2F")
    ]
    wire = here.wire(archive)
    for one in (*asked, *asked):
        assert wire.ask(one).outcome is Outcome.ANSWERED
    assert [
        exchange.question for exchange in archive.exchanges() if exchange.question.startswith("https")
    ] == [
        "https://sgogoj.com/?__wb_method=POST&url=http%3A%2F%2Fa.example%2F",
        "https://sgogoj.com/?__wb_method=POST&url=http%3A%2F%2Fb.example%2F",
    ]
    with archive.path.open("rb") as file:
        requests = [
            record.content_stream().read()
            for record in ArchiveIterator(file, no_record_parse=True)
            if record.rec_type == "request"
        ]
    assert requests[-1] == here.web_asked[-1]
    assert requests[-1].startswith(b"POST / HTTP/1.1\r\n")
    assert web.body(requests[-1]) == b"url=http%3A%2F%2Fb.example%2F"
