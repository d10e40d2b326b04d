"""A GET is put again when the server says after how long, and that fits; nothing else is put twice."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.errors import StoppedError
from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Question
from phishlab.wire import retry
from phishlab.wire.live import LiveWire
from phishlab.wire.replay import ReplayWire
from phishlab.wire.reply import Reply
from tests.servers import dns_odd, web, whois

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URI = "http://rdap.example/domain/x"


def _busy(status: str, **headers: str) -> bytes:
    return web.page("busy", status=status, **headers)


@contextmanager
def _serving(*said: bytes) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
    """A wire's options, and the requests that came to a server which says these one after the other."""
    asked: list[bytes] = []
    left = list(said)

    def talk(connection: socket.socket) -> None:
        connection.sendall(left.pop(0) if left else b"")

    with dns_odd.serving() as server, web.serving({"rdap.example/domain/x": talk}, asked=asked) as site:
        dial = {(dns_odd.GOOD, 80): site}
        yield {"nameservers": [server], "dial": dial, "timeout": 0.75, "pace": {}}, asked


def _ask(archive: Archive, options: dict[str, Any], **more: Any) -> Answer:
    return LiveWire(archive, Level.ACTIVE, "1", **options).ask(Question(uri=URI, level=Level.ACTIVE, **more))


@pytest.mark.loopback
@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests"])
def test_a_busy_server_is_asked_again_when_it_says_when(archive: Archive, status: str) -> None:
    with _serving(_busy(status, Retry_After="1"), web.page("now")) as (options, asked):
        began = time.monotonic()
        answer = _ask(archive, options)
        spent = time.monotonic() - began
    assert (answer.status, answer.data, len(asked)) == (200, b"now", 2)
    assert answer.note == f"asked again after HTTP {status[:3]}"
    assert spent >= 1
    assert ReplayWire(archive, Level.ACTIVE, "1").ask(Question(uri=URI, level=Level.ACTIVE)) == answer


@pytest.mark.loopback
@pytest.mark.parametrize(
    "said",
    [
        _busy("503 Service Unavailable"),
        _busy("503 Service Unavailable", Retry_After="600"),
        _busy("503 Service Unavailable", Retry_After="soon"),
        _busy("429 Too Many Requests", Retry_After="-1"),
        _busy("500 Internal Server Error", Retry_After="0"),
        _busy("404 Not Found", Retry_After="0"),
        web.page("fine", Retry_After="0"),
    ],
    ids=["no-word", "too-long", "no-number", "negative", "500", "404", "200"],
)
def test_else_it_is_asked_once(archive: Archive, said: bytes) -> None:
    with _serving(said, web.page("now")) as (options, asked):
        answer = _ask(archive, options)
    assert len(asked) == 1
    assert (answer.outcome, answer.note) == (Outcome.ANSWERED, "")


@pytest.mark.loopback
def test_a_server_that_stays_busy_is_left_alone_in_the_end(archive: Archive) -> None:
    with _serving(*[_busy("503 Service Unavailable", Retry_After="0")] * 9) as (options, asked):
        answer = _ask(archive, options)
    assert (answer.status, len(asked)) == (503, 1 + retry.MOST)


@pytest.mark.loopback
def test_what_was_posted_is_not_posted_twice(archive: Archive) -> None:
    with _serving(_busy("503 Service Unavailable", Retry_After="0"), web.page("now")) as (options, asked):
        answer = _ask(archive, options, body=b"{}", media_type="application/json")
    assert (answer.status, len(asked)) == (503, 1)


@pytest.mark.loopback
def test_a_stop_does_not_wait_for_the_time_that_a_server_named(archive: Archive) -> None:
    with _serving(_busy("503 Service Unavailable", Retry_After="2"), web.page("now")) as (options, asked):
        wire = LiveWire(archive, Level.ACTIVE, "1", **options)
        ended: list[BaseException] = []

        def ask() -> None:
            try:
                wire.ask(Question(uri=URI, level=Level.ACTIVE))
            except StoppedError as stopped:
                ended.append(stopped)

        thread = threading.Thread(target=ask)
        thread.start()
        while not asked:
            time.sleep(0.01)
        time.sleep(0.1)
        wire.stop()
        thread.join(1)
        assert not thread.is_alive()
    assert len(ended) == len(asked) == 1
    assert not [one for one in archive.exchanges() if one.question == URI]


@pytest.mark.loopback
@pytest.mark.parametrize("name", ["cut.jp", "nothing.jp"])
def test_a_whois_server_is_never_asked_twice(archive: Archive, name: str, tmp_path: Path) -> None:
    lines: list[str] = []
    with dns_odd.serving() as server, whois.serving({name: lambda _connection: None}, lines) as site:
        dial = {(dns_odd.GOOD, 43): site}
        wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], dial=dial, timeout=0.5, pace={})
        for _ in range(2):
            answer = wire.ask(Question(uri=f"whois://whois.example/{name}", level=Level.PASSIVE))
            assert answer.outcome is Outcome.FAILED
    assert lines == [name]


@pytest.mark.parametrize(
    ("status", "stated", "seconds"),
    [
        (503, "0", 0.0),
        (429, "120", 120.0),
        (503, "Tue, 24 Nov 2026 12:00:30 GMT", 30.0),
        (503, "Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        (503, "Tue, 24 Nov 2026 12:00:30 -0000", 30.0),
        (503, "9" * 400, None),
        (503, "٣", None),
        (503, "Tue, 99 Nov 2026", None),
        (503, "", None),
        (200, "5", None),
    ],
)
def test_what_the_header_says(status: int, stated: str, seconds: float | None) -> None:
    head = f"HTTP/1.1 {status} Busy\r\nRetry-After: {stated}\r\n\r\n".encode("latin-1", "replace")
    assert retry.after(Reply(outcome=Outcome.ANSWERED, kept=head), NOON) == seconds
