"""WHOIS: one deadline for all of it, and nothing that goes wrong reads as "not registered"."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator

import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Level, Outcome, Question
from phishlab.wire import whois as wire_whois
from tests.servers import sockets
from tests.servers import whois as server
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

JPRS = "[ JPRS database provides information on network administration. ]\r\n[登録者名] アイカ\r\n".encode()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(connection: socket.socket) -> None:
    connection.recv(1)


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x" * 65_536)


ANSWERS: dict[str, bytes | Callable[[socket.socket], None]] = {
    "aica-interior.co.jp": JPRS,
    "empty.jp": b"",
    "reset.jp": reset,
    "hang.jp": hang,
    "drip.jp": lambda connection: sockets.drip(connection, JPRS, 0.1),
    "flood.jp": flood,
    "日本.jp": b"ok\r\n",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zones = {"private.jp": "@ IN A 10.0.0.5\n", "dead.jp": "@ IN A 11.0.9.9\n"}
    with world(
        tmp_path_factory.mktemp("world"), zones=zones, whois_answers={"whois.jprs.jp": ANSWERS}
    ) as made:
        # A port that nobody listens on.
        made.dial["11.0.9.9", 43] = ("127.0.0.1", 9)
        yield made


def question(name: str, at: str = "whois.jprs.jp") -> Question:
    return Question(uri=f"whois://{at}/{name}", level=Level.PASSIVE)


@pytest.mark.parametrize(
    ("name", "outcome", "kept"),
    [
        ("aica-interior.co.jp", Outcome.ANSWERED, JPRS),
        ("nobody.jp", Outcome.ANSWERED, server.NO_MATCH),
        ("%E6%97%A5%E6%9C%AC.jp", Outcome.ANSWERED, b"ok\r\n"),
    ],
)
def test_an_answer_is_kept_as_it_came(
    here: World, archive: Archive, name: str, outcome: Outcome, kept: bytes
) -> None:
    answer = here.wire(archive, Level.PASSIVE).ask(question(name))
    assert (answer.outcome, answer.data) == (outcome, kept)
    assert answer.exchange is not None
    assert answer.exchange.peer == "11.0.0.1:43"
    assert [exchange.question for exchange in archive.exchanges()] == [
        "dns:whois.jprs.jp?type=A",
        f"whois://whois.jprs.jp/{name}",
    ]


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("empty.jp", "the server answered nothing"),
        ("reset.jp", "Connection reset by peer"),
        ("hang.jp", "timed out after 0.6 s"),
        ("drip.jp", "timed out after 0.6 s"),
        ("flood.jp", "more than 1000000 bytes"),
    ],
)
def test_no_answer_is_a_failure_and_in_time(here: World, archive: Archive, name: str, note: str) -> None:
    began = time.monotonic()
    answer = here.wire(archive, Level.PASSIVE, timeout=0.3).ask(question(name))
    assert time.monotonic() - began < 4
    assert (answer.outcome, answer.data) == (Outcome.FAILED, b"")
    assert note in answer.note


@pytest.mark.parametrize(
    ("at", "outcome", "note"),
    [
        ("private.jp", Outcome.REFUSED, "private.jp is at 10.0.0.5, which is no public address"),
        ("127.0.0.1", Outcome.REFUSED, "127.0.0.1 is at 127.0.0.1, which is no public address"),
        ("nobody.private.jp", Outcome.FAILED, "nobody.private.jp: no such name"),
        ("dead.jp", Outcome.FAILED, "the server was not reached: Connection refused"),
        ("outside.org", Outcome.FAILED, "outside.org: the server answers REFUSED"),
    ],
)
def test_a_server_that_may_not_or_cannot_be_dialled(
    here: World, archive: Archive, at: str, outcome: Outcome, note: str
) -> None:
    answer = here.wire(archive, Level.PASSIVE).ask(question("x.jp", at))
    assert (answer.outcome, answer.note) == (outcome, note)


@pytest.mark.parametrize(
    "uri", ["whois:", "whois://", "whois://a.jp", "whois://a.jp/x%0D%0Ay", "whois://a.jp:x/y"]
)
def test_what_is_no_question_is_not_sent(uri: str) -> None:
    def find(host: str, port: int) -> None:
        raise AssertionError((host, port))

    reply = wire_whois.ask(uri, find, 1.0)  # type: ignore[arg-type] # it is never called
    assert (reply.outcome, reply.note) == (Outcome.FAILED, "not a WHOIS question")
