"""No address inside is reached: not directly, not by a redirect, not by a later one, not by a name, not by WHOIS."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Question
from phishlab.wire.live import LiveWire
from phishlab.wire.proxy import Proxy
from phishlab.wire.replay import ReplayWire
from tests.servers import dns_odd, page, web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

INSIDE = {
    "private 10": "10.0.0.5",
    "private 172.16": "172.16.0.1",
    "private 192.168": "192.168.1.1",
    "carrier NAT": "100.64.0.1",
    "loopback": "127.0.0.1",
    "loopback elsewhere": "127.8.8.8",
    "this host": "0.0.0.0",
    "link-local": "169.254.1.1",
    "metadata": "169.254.169.254",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
    "loopback, IPv6": "::1",
    "unspecified, IPv6": "::",
    "link-local, IPv6": "fe80::1",
    "unique local": "fd00::5",
    "metadata, IPv6": "fd00:ec2::254",
    "multicast, IPv6": "ff02::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "mapped private": "::ffff:10.0.0.5",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64 of metadata": "64:ff9b::a9fe:a9fe",
    "NAT64 of a local prefix": "64:ff9b:1::7f00:1",
    "6to4 of loopback": "2002:7f00:1::",
    "6to4 of private": "2002:a00:5::1",
    "Teredo": "2001::1",
}
KINDS = list(INSIDE)
HOPS = (1, 2, 4)
"""At which redirect the way leads inside."""


def _host(number: int) -> str:
    return f"inside-{number}.example"


def _literal(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _zone(address: str) -> str:
    rdtype = "AAAA" if ipaddress.ip_address(address).version == 6 else "A"
    return f"@ IN {rdtype} {address}\n"


def _pages() -> dict[str, web.Page]:
    """``public.example/2-7-name``: at the second redirect to the seventh address, by its name; two schemes."""
    made: dict[str, web.Page] = {}
    for number, address in enumerate(INSIDE.values()):
        for how, target in (("name", _host(number)), ("number", _literal(address))):
            for scheme in ("http", "https"):
                for left in range(1, max(HOPS) + 1):
                    path = f"/{left}-{number}-{how}-{scheme}"
                    onward = (
                        f"/{left - 1}-{number}-{how}-{scheme}" if left > 1 else f"{scheme}://{target}/latest"
                    )
                    made[f"public.example{path}"] = web.redirect(onward)
    return made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zones = {_host(number): _zone(address) for number, address in enumerate(INSIDE.values())}
    zones |= {"public.example": "@ IN A 8.217.61.41\n"}
    with world(tmp_path_factory.mktemp("world"), zones=zones, pages=_pages()) as made:
        yield made


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every place that is connected to."""
    seen: list[Any] = []
    really = socket.create_connection

    def connect(address: Any, *more: Any, **named: Any) -> socket.socket:
        seen.append(address)
        return really(address, *more, **named)

    monkeypatch.setattr(socket, "create_connection", connect)
    return seen


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("how", ["name", "number"])
@pytest.mark.parametrize("hop", HOPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_redirect_inside_is_refused_wherever_it_stands(
    here: World, archive: Archive, dialled: list[Any], kind: str, hop: int, how: str, scheme: str
) -> None:
    uri = f"{scheme}://public.example/{hop}-{KINDS.index(kind)}-{how}-{scheme}"
    question = Question(uri=uri, level=Level.ACTIVE)
    answer = here.wire(archive).ask(question)
    assert answer.outcome is Outcome.REFUSED
    assert "which is no public address" in answer.note
    assert answer.data == b""
    assert len(dialled) == hop
    assert set(dialled) <= set(here.dial.values())
    assert ReplayWire(archive, Level.ACTIVE, "1").ask(question) == answer


@pytest.mark.parametrize("how", ["name", "number"])
@pytest.mark.parametrize("kind", KINDS)
def test_asked_directly_it_is_refused_too(
    here: World, archive: Archive, dialled: list[Any], kind: str, how: str
) -> None:
    target = _host(KINDS.index(kind)) if how == "name" else _literal(INSIDE[kind])
    for scheme in ("http", "https"):
        answer = here.wire(archive).ask(Question(uri=f"{scheme}://{target}/", level=Level.ACTIVE))
        assert answer.outcome is Outcome.REFUSED
    assert dialled == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_whois_server_that_lies_inside_is_not_asked(
    here: World, archive: Archive, dialled: list[Any], kind: str
) -> None:
    """A referral is a question like any other, whoever names the server."""
    uri = f"whois://{_host(KINDS.index(kind))}/sgogoj.com"
    answer = here.wire(archive).ask(Question(uri=uri, level=Level.PASSIVE))
    assert answer.outcome is Outcome.REFUSED
    assert dialled == []


@pytest.mark.parametrize("how", ["name", "number"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_is_visited_leads_nowhere_inside(kind: str, how: str) -> None:
    """The browser follows redirects through the proxy: each is a request of its own, whichever it is."""
    target = "inside.example" if how == "name" else _literal(INSIDE[kind])
    addresses = {"public.example": ["8.217.61.41"], "inside.example": [INSIDE[kind]]}
    with page.serving({"/": page.redirect(f"http://{target}/")}) as site:
        dial = {("8.217.61.41", 80): ("127.0.0.1", site.port)}
        with Proxy(asked="public.example", resolve=addresses.__getitem__, dial=dial).serving() as way:
            assert _get(way.port, "http://public.example/").startswith(b"HTTP/1.1 302")
            for _ in range(2):
                assert _get(way.port, f"http://{target}/") == b""
    assert len(site.asked) == 1
    assert [seen.reason for seen in way.log] == ["", "not-public", "not-public"]


def _get(port: int, url: str) -> bytes:
    host = url.removeprefix("http://").partition("/")[0]
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(f"GET {url} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        said = b""
        while chunk := client.recv(65_536):
            said += chunk
    return said


def test_a_name_that_turns_inward_after_the_first_redirect_gains_nothing(archive: Archive) -> None:
    """It is looked up once, whichever hop asks for it, by whichever thread: what was checked is dialled."""
    pages: dict[str, web.Page] = {
        "other.example/": web.redirect("http://rebind.example/a"),
        "rebind.example/a": web.redirect("http://rebind.example/b"),
        "rebind.example/b": web.page("public"),
    }
    asked: list[str] = []
    question = Question(uri="http://other.example/", level=Level.ACTIVE)
    answers: list[Answer] = []
    with dns_odd.serving(asked) as server, web.serving(pages) as site:
        dial = {(dns_odd.GOOD, 80): site}
        live = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], dial=dial, timeout=1, pace={})
        threads = [threading.Thread(target=lambda: answers.append(live.ask(question))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [answer.data for answer in answers] == [b"public"] * 4
    assert sorted(asked) == ["other.example A", "rebind.example A"]
