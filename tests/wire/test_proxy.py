"""The page's only way out: what it lets through, what it refuses, and that it writes down both."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler

import pytest
import trustme

from phishlab.records import Outcome
from phishlab.wire import guard, proxy
from phishlab.wire.proxy import Proxy, Seen
from tests.servers import page

pytestmark = pytest.mark.loopback

PUBLIC = "8.217.61.41"


@pytest.fixture
def site() -> Iterator[page.PageServer]:
    pages: dict[str, page.Page] = {
        "/": page.html("hello", Connection="keep-alive"),
        "/go": page.redirect("/"),
        "/long": page.html("x" * 5_000),
        "/hints": _after_hints,
    }
    with page.serving(pages) as server:
        yield server


def _after_hints(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n")
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@contextmanager
def _serving(
    site: page.PageServer, resolve: Callable[[str], Sequence[str]] = lambda _: [PUBLIC]
) -> Iterator[Proxy]:
    with Proxy(
        asked="sgogoj.com", resolve=resolve, dial={(PUBLIC, 80): ("127.0.0.1", site.port)}
    ).serving() as way:
        yield way


def _say(way: Proxy, *lines: str) -> bytes:
    """All that the proxy answers to a request of these lines, until it hangs up."""
    with socket.create_connection(("127.0.0.1", way.port), timeout=5) as browser:
        browser.sendall("\r\n".join([*lines, "", ""]).encode())
        said = b""
        while chunk := browser.recv(65536):
            said += chunk
    return said


def _get(way: Proxy, url: str) -> bytes:
    return _say(way, f"GET {url} HTTP/1.1", "Host: sgogoj.com", "Proxy-Connection: keep-alive")


def test_a_page_at_a_public_address_comes_through_and_is_written_down(site: page.PageServer) -> None:
    with _serving(site) as way:
        said = _get(way, "http://sgogoj.com/go?login=a")
    assert said.startswith(b"HTTP/1.1 302 ")
    assert way.log == [
        Seen(
            method="GET",
            target="http://sgogoj.com/go?login=a",
            host="sgogoj.com",
            port=80,
            address=PUBLIC,
            status=302,
        )
    ]
    assert site.asked == [("GET", "/go?login=a")]


def test_headers_between_browser_and_proxy_go_no_further_either_way(site: page.PageServer) -> None:
    with _serving(site) as way:
        said = _get(way, "http://sgogoj.com/").lower()
    assert "proxy-connection" not in site.heads[0]
    assert site.heads[0]["connection"] == "close"
    assert b"keep-alive" not in said
    assert said.endswith(b"connection: close\r\n\r\nhello")
    assert way.log[0].size == len("hello")


def test_interim_answers_are_passed_over(site: page.PageServer) -> None:
    with _serving(site) as way:
        assert _get(way, "http://sgogoj.com/hints").startswith(b"HTTP/1.1 200 OK\r\n")
    assert way.log[0].status == 200


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.5",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "192.0.2.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1",
        "fd00::1",
        "not an address",
    ],
)
def test_a_name_that_leads_inside_is_refused_without_a_word(site: page.PageServer, address: str) -> None:
    # A refusal that was an HTTP answer would be taken for the site's.
    with _serving(site, lambda _: [PUBLIC, address]) as way:
        assert _get(way, "http://sgogoj.com/") == b""
    assert [(seen.reason, seen.address) for seen in way.log] == [("not-public", None)]
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://[::1]/", "http://[::ffff:7f00:1]/"],
)
def test_an_address_in_any_spelling_is_judged_without_asking_the_resolver(
    site: page.PageServer, url: str
) -> None:
    with _serving(site, _fail) as way:
        way._began = True
        assert _get(way, url) == b""
    assert way.log[0].reason == "not-public"


def test_a_name_that_moves_after_its_check_stays_where_it_was_checked(site: page.PageServer) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with _serving(site, lambda _: next(answers)) as way:
        first, second = (_get(way, "http://sgogoj.com/") for _ in range(2))
    assert first == second != b""
    assert [seen.address for seen in way.log] == [PUBLIC, PUBLIC]


def _fail(host: str) -> Sequence[str]:
    pytest.fail(f"asked for {host}")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_nothing_is_uploaded(site: page.PageServer, method: str) -> None:
    with _serving(site) as way:
        said = _say(way, f"{method} http://sgogoj.com/kagoya/post.php HTTP/1.1", "Content-Length: 0")
    assert said == b""
    assert way.log[0].reason == "upload"
    assert site.asked == []


def test_before_the_page_is_asked_for_everything_is_the_browsers_own(site: page.PageServer) -> None:
    with _serving(site) as way:
        assert b" 403 " in _say(way, "CONNECT somewhere.example:443 HTTP/1.1")
        _get(way, "http://sgogoj.com/")
        assert _get(way, "http://update.googleapis.com/service/update2/json") == b""
        assert _get(way, "http://elsewhere.example/") != b""
    assert [(seen.host, seen.own, seen.reason) for seen in way.log] == [
        ("somewhere.example", True, "browser-own"),
        ("sgogoj.com", False, ""),
        ("update.googleapis.com", True, "browser-own"),
        ("elsewhere.example", False, ""),
    ]


def test_a_page_that_lies_at_such_a_host_is_still_visited(site: page.PageServer) -> None:
    dial = {(PUBLIC, 80): ("127.0.0.1", site.port)}
    with Proxy(asked="accounts.google.com", resolve=lambda _: [PUBLIC], dial=dial).serving() as way:
        assert _get(way, "http://accounts.google.com/").endswith(b"hello")


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (RuntimeError("whatever"), "unresolved"),
        (guard.NotDialledError(Outcome.FAILED, "timed out"), "unresolved"),
        (guard.NotDialledError(Outcome.NO_SUCH_NAME, "no such name"), "no-such-name"),
        (None, "no-address"),
    ],
)
def test_a_name_without_an_address_is_asked_for_once(
    site: page.PageServer, trouble: Exception | None, reason: str
) -> None:
    asked = []

    def resolve(host: str) -> Sequence[str]:
        asked.append(host)
        if trouble:
            raise trouble
        return []

    with _serving(site, resolve) as way:
        _get(way, "http://sgogoj.com/")
        _get(way, "http://sgogoj.com/")
    assert [seen.reason for seen in way.log] == [reason, reason]
    assert asked == ["sgogoj.com"]


def test_a_place_that_the_test_did_not_name_is_not_dialled(site: page.PageServer) -> None:
    with _serving(site) as way:
        assert _get(way, "http://sgogoj.com:81/") == b""
    assert way.log[0].reason == "unreachable"


def test_a_dead_server_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dial = {(PUBLIC, 80): ("127.0.0.1", int(free.getsockname()[1]))}
    with Proxy(asked="sgogoj.com", resolve=lambda _: [PUBLIC], dial=dial).serving() as way:
        assert _get(way, "http://sgogoj.com/") == b""
    assert (way.log[0].reason, way.log[0].address) == ("unreachable", None)


def test_a_response_is_cut_at_its_limit(site: page.PageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "MAX_RESPONSE", 1_000)
    with _serving(site) as way:
        said = _get(way, "http://sgogoj.com/long")
    assert way.log[0].reason == "too-large"
    assert len(said.partition(b"\r\n\r\n")[2]) <= 1_000


def test_a_visit_has_so_many_connections(site: page.PageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "MAX_CONNECTIONS", 2)
    with _serving(site) as way:
        assert [bool(_get(way, "http://sgogoj.com/")) for _ in range(3)] == [True, True, False]
    assert way.log[2].reason == "too-many"


@pytest.mark.parametrize(
    "line",
    [
        "GET",
        "GET / HTTP/1.1",
        "GET ftp://sgogoj.com/ HTTP/1.1",
        "CONNECT : HTTP/1.1",
        "\x00\xff",
        "GET http://[ H",
    ],
)
def test_a_request_that_is_none_is_refused_and_written_down(site: page.PageServer, line: str) -> None:
    with _serving(site) as way:
        _say(way, line)
    assert [seen.reason for seen in way.log] == ["malformed"]
    assert site.asked == []


def test_a_head_without_end_is_hung_up_on(site: page.PageServer) -> None:
    with _serving(site) as way:
        with suppress(ConnectionResetError):  # an orderly end is as good
            assert _say(way, "GET http://sgogoj.com/ HTTP/1.1", "X: " + "x" * proxy.MAX_HEAD) == b""
        assert way.log == []


def test_tls_passes_through_unopened_to_the_checked_address() -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("sgogoj.com").configure_cert(server)
    authority.configure_trust(client)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_greet, args=(listening, server), daemon=True).start()
        dial = {(PUBLIC, 443): ("127.0.0.1", int(listening.getsockname()[1]))}
        with (
            Proxy(asked="sgogoj.com", resolve=lambda _: [PUBLIC], dial=dial).serving() as way,
            socket.create_connection(("127.0.0.1", way.port), timeout=5) as browser,
        ):
            browser.sendall(b"CONNECT sgogoj.com:443 HTTP/1.1\r\n\r\n")
            assert browser.recv(100) == b"HTTP/1.1 200 Connection established\r\n\r\n"
            with client.wrap_socket(browser, server_hostname="sgogoj.com") as secure:
                assert secure.recv(100) == b"hello"
    assert (way.log[0].target, way.log[0].address, way.log[0].reason) == ("sgogoj.com:443", PUBLIC, "")
    assert way.log[0].size > 500  # the certificate alone is larger


def _greet(listening: socket.socket, context: ssl.SSLContext) -> None:
    with listening.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as secure:
        secure.sendall(b"hello")


def test_a_tunnel_that_does_not_begin_with_tls_is_cut(site: page.PageServer) -> None:
    with _serving(site) as way, socket.create_connection(("127.0.0.1", way.port), timeout=5) as browser:
        browser.sendall(b"CONNECT sgogoj.com:80 HTTP/1.1\r\n\r\n")
        assert browser.recv(100).startswith(b"HTTP/1.1 200 ")
        browser.sendall(b"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
        assert browser.recv(100) == b""
    assert way.log[0].reason == "not-tls"
    assert site.asked == []
