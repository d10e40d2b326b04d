"""One HTTP/1.1 request to an address that was checked (RFC 9112). Redirects are not followed here."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from phishlab import indicators
from phishlab.evidence import response
from phishlab.records import Outcome, Question
from phishlab.wire import gate
from phishlab.wire.clock import Deadline
from phishlab.wire.guard import NotDialledError, Target
from phishlab.wire.reply import Reply, failed

LIMIT = 10_000_000
"""Bytes of a body."""
_OWN = (("User-Agent", "phishlab"), ("Accept-Encoding", "identity"), ("Connection", "close"))


def ask(question: Question, find: Callable[[str, int], Target], timeout: float, ca_file: str | None) -> Reply:
    """The response to a GET of ``https://rdap.example/domain/x``, or a POST where the question has a body.

    Within *timeout* seconds in all.

    It is kept as it came: status line, headers, body with its content encoding; only the chunks of the
    transfer are put together. Certificates are checked against *ca_file*, or the system's authorities.
    """
    url = indicators.url(question.uri)
    if url is None or url.scheme not in {"http", "https"} or not url.host or url.username:
        return failed("not a web address that can be asked")
    try:
        target = find(url.host, url.port or (443 if url.scheme == "https" else 80))
    except NotDialledError as refused:
        return Reply(outcome=refused.outcome, note=refused.note)
    asked = _Request(
        target=url.path + (f"?{url.query}" if url.query else ""),
        headers=(("Host", _host(url)), *question.headers, *_default(question.headers), *_posted(question)),
        secret_headers=question.secret_headers,
        body=question.body,
    )
    tls = ssl.create_default_context(cafile=ca_file) if url.scheme == "https" else None
    reply, request = _put(target, asked, Deadline(timeout), tls), asked.shown
    if _repeats(reply.kept, question.secret_headers):
        return failed(
            "the server repeats a secret of the request: nothing of it is kept", target.peer, request
        )
    return Reply(
        outcome=reply.outcome,
        kept=reply.kept,
        peer=target.peer,
        note=reply.note,
        request=request,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    target: str
    headers: tuple[tuple[str, str], ...]
    secret_headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"

    @property
    def shown(self) -> bytes:
        """As it is kept: without its secrets."""
        return _head(f"{self.method} {self.target} HTTP/1.1", self.headers) + self.body


def _posted(question: Question) -> tuple[tuple[str, str], ...]:
    if not question.body:
        return ()
    media_type = question.media_type or "application/octet-stream"
    return ("Content-Type", media_type), ("Content-Length", str(len(question.body)))


def _repeats(kept: bytes, secrets: Sequence[tuple[str, str]]) -> bool:
    """Whether a secret stands in what came back: as it is, percent-encoded, escaped, as base64 or as hex."""
    values = [value for _, value in secrets if value]
    if not values:
        return False
    return any(gate.names(text.decode("latin-1"), values) for text in (kept, response.parse(kept).body))


def _put(target: Target, asked: _Request, deadline: Deadline, tls: ssl.SSLContext | None) -> Reply:
    try:
        with connected(target, deadline, tls) as server:
            kept = _exchange(server, target, asked)
    except TimeoutError:
        return failed(deadline.words)
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        # A cut at the deadline shows as whatever the reader was doing just then.
        return failed(deadline.words if deadline.passed else trouble(error))
    if deadline.passed:
        return failed(deadline.words)
    if kept is None:
        return failed(f"the body has more than {LIMIT} bytes")
    return Reply(outcome=Outcome.ANSWERED, kept=kept)


@contextmanager
def connected(target: Target, deadline: Deadline, tls: ssl.SSLContext | None) -> Iterator[socket.socket]:
    """A connection that is cut at the deadline, whatever it is doing: a drip of bytes resets no clock."""
    server = socket.create_connection(target.dialled, timeout=deadline.left())
    # A second handle on the same connection: the TLS layer takes the first one over.
    other = server.dup()
    timer = threading.Timer(deadline.left(), _cut, [other])
    timer.daemon = True
    timer.start()
    try:
        if tls is not None:
            server = tls.wrap_socket(server, server_hostname=target.host)
        yield server
    finally:
        timer.cancel()
        server.close()
        other.close()


def _cut(server: socket.socket) -> None:
    with suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)


def _exchange(server: socket.socket, target: Target, asked: _Request) -> bytes | None:
    """The response; None where its body is too long."""
    # The connection is made: with its socket set, urllib3 resolves and dials nothing.
    connection = HTTPConnection(*target.dialled)
    connection.sock = server
    connection.request(
        asked.method,
        asked.target,
        body=asked.body or None,
        headers=dict([*asked.headers, *asked.secret_headers]),
        preload_content=False,
        decode_content=False,
    )
    answer = connection.getresponse()
    body = bytearray()
    while chunk := answer.read1(65_536, decode_content=False):
        body += chunk
        if len(body) > LIMIT:
            return None
    return _status_line(answer) + bytes(body)


def _status_line(answer: HTTPResponse) -> bytes:
    """Status line and headers as they came, but for the transfer encoding, which is undone."""
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() != "transfer-encoding"]
    version = "1.0" if answer.version == 10 else "1.1"
    return _head(f"HTTP/{version} {answer.status} {answer.reason or ''}".rstrip(), headers)


def _head(first: str, headers: Sequence[tuple[str, str]]) -> bytes:
    lines = [first, *(f"{name}: {' '.join(value.splitlines())}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _default(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    names = {name.lower() for name, _ in given}
    return [(name, value) for name, value in _OWN if name.lower() not in names]


def _host(url: indicators.Url) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return host if url.port is None else f"{host}:{url.port}"


def trouble(error: Exception) -> str:
    """What went wrong, in words for a person."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not stand: {error.verify_message}"
    if isinstance(error, http.client.RemoteDisconnected):
        return "the server answered nothing"
    if isinstance(error, http.client.HTTPException | HTTPError | ValueError):
        return f"the answer is no whole HTTP response: {type(error).__name__}"
    return f"the server was not reached: {getattr(error, 'strerror', None) or type(error).__name__}"
