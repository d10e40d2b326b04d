"""The only way out of the visited page: a proxy on loopback that resolves, checks, dials and writes down.

The browser resolves no name and dials no address itself. Each name is resolved once, through the wire, and
pinned for the visit; every address has to be public (``guard``); what is dialled is
the address that was checked. Plain HTTP is read (GET and HEAD alone: nothing is uploaded); TLS passes
through a tunnel unopened (RFC 9110 section 9.3.6), and a tunnel that does not begin with TLS is cut.
"""

from __future__ import annotations

import ipaddress
import re
import select
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import ada_url

from phishlab.records import Outcome
from phishlab.wire import guard

Resolve = Callable[[str], Sequence[str]]
"""The addresses of a name, as texts; empty where it has none. What it raises counts as "unresolved"."""

MAX_HEAD = 64 * 1024
"""Bytes of a request's or a response's head."""
MAX_RESPONSE = 10_000_000
"""Bytes of one response."""
MAX_VISIT = 40_000_000
"""Bytes of all responses of a visit."""
MAX_CONNECTIONS = 600
"""Requests and tunnels of a visit."""
IDLE = 10.0
"""Seconds that a connection may be silent."""

OWN_HOSTS = re.compile(
    r"(update|content-autofill|clientservices|optimizationguide-pa|safebrowsing|android|chromewebstore"
    r"|sb-ssl|chromesyncpasswords-pa|passwordsleakcheck-pa|discover-pa|chrome-sync)\.(google|googleapis)\.com"
    r"|(accounts|clients\d*|mtalk|dl|tools|redirector)\.google\.com|(.+\.)?gvt[12]\.com|edgedl\.me\.gvt1\.com"
)
"""Hosts that Chromium calls for itself in spite of every switch (seen: updates, autofill, accounts)."""

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te"}
    | {"upgrade", "trailer"}
)
_TLS_HANDSHAKE = 0x16


@dataclass(kw_only=True)
class Seen:
    """One request or tunnel that came to the proxy: what was asked, what was dialled, or why not.

    *reason* is empty for what was let through: ``not-public``, ``no-such-name``, ``no-address``,
    ``unresolved``, ``upload``,
    ``browser-own``, ``too-many``, ``too-large``, ``not-tls``, ``unreachable``,
    ``malformed``.
    """

    method: str
    target: str
    """The URL; for a tunnel ``host:port``."""
    host: str = ""
    port: int = 0
    address: str | None = None
    """Dialled, after it was checked."""
    status: int | None = None
    size: int = 0
    """Bytes that came back."""
    reason: str = ""
    own: bool = False
    """True for what the browser asks for itself."""


class _Refused(Exception):  # noqa: N818 - a decision that ends one request, not an error
    """Why a request goes no further."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(kw_only=True)
class Proxy:
    """What is allowed, and all that was asked. *asked* is the visited host, the first that may be dialled."""

    asked: str
    resolve: Resolve
    dial: guard.Dial | None = None
    """Where there is any, nothing else is dialled: a test's page reaches the test's servers alone."""
    log: list[Seen] = field(default_factory=list)
    pins: dict[str, tuple[str, ...] | str] = field(default_factory=dict)
    port: int = 0
    _began: bool = False
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _resolving: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def serving(self) -> Iterator[Proxy]:
        """The proxy at work on ``127.0.0.1``, on the *port* that it got."""
        with _Server(("127.0.0.1", 0), _Connection) as server:
            server.proxy = self
            self.port = server.server_address[1]
            # A short poll: leaving the block should not cost half a second.
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            try:
                yield self
            finally:
                server.shutdown()
                server.hang_up()

    def enter(self, seen: Seen) -> None:
        """Write *seen* down; what the browser asks for itself, or too often, is refused."""
        with self._lock:
            self.log.append(seen)
            if seen.reason:
                raise _Refused(seen.reason)
            self._began = self._began or seen.host == self.asked
            # Before the page's own host is asked for, nothing can be the page's.
            seen.own = seen.host != self.asked and (not self._began or bool(OWN_HOSTS.fullmatch(seen.host)))
            if seen.own:
                raise _Refused("browser-own")
            if len(self.log) > MAX_CONNECTIONS:
                raise _Refused("too-many")

    def connect(self, seen: Seen) -> socket.socket:
        """A connection to the checked address of the host that *seen* asks for."""
        addresses = self._addresses(seen.host)
        if not all(guard.is_public(address) for address in addresses):
            raise _Refused("not-public")
        for address in addresses:
            with suppress(OSError):
                place = (address, seen.port)
                if self.dial and place not in self.dial:
                    continue
                connection = socket.create_connection(self.dial[place] if self.dial else place, timeout=IDLE)
                seen.address = address
                return connection
        raise _Refused("unreachable")

    def _addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of *host*, pinned at the first question so that no later answer can move it."""
        literal = host.removeprefix("[").removesuffix("]")
        with suppress(ValueError):
            return (str(ipaddress.ip_address(literal)),)
        with (
            self._resolving
        ):  # one question at a time: the wire that keeps the answers need not be thread-safe
            if host not in self.pins:
                self.pins[host] = self._resolved(host)
        found = self.pins[host]
        if isinstance(found, str):
            raise _Refused(found)
        return found

    def _resolved(self, host: str) -> tuple[str, ...] | str:
        """The addresses of *host*, or the reason for which there are none."""
        try:
            return tuple(self.resolve(host)) or "no-address"
        except guard.NotDialledError as trouble:
            return "no-such-name" if trouble.outcome is Outcome.NO_SUCH_NAME else "unresolved"
        except Exception:  # noqa: BLE001 - whatever a resolver raises, the page just does not get there
            return "unresolved"

    def count(self, seen: Seen, size: int) -> None:
        """Add *size* bytes that came back; too many end the response."""
        with self._lock:
            seen.size += size
            self._bytes += size
            if seen.size > MAX_RESPONSE or self._bytes > MAX_VISIT:
                raise _Refused("too-large")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    proxy: Proxy

    def __init__(self, address: tuple[str, int], handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def keep(self, connection: socket.socket) -> None:
        """Close *connection* when the visit is over, should it still be open."""
        with self._guard:
            self._open.add(connection)

    def hang_up(self) -> None:
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle is no trouble of ours."""


class _Connection(socketserver.StreamRequestHandler):
    """One connection of the browser: one request, or one tunnel."""

    timeout = IDLE
    server: _Server
    _tunnelled = False

    def setup(self) -> None:
        super().setup()
        self.server.keep(self.connection)

    def handle(self) -> None:
        proxy = self.server.proxy
        head = _head(self.rfile.readline)
        if not head:
            return
        seen, headers = _request(head)
        try:
            proxy.enter(seen)
            if seen.method == "CONNECT":
                self._tunnel(proxy, seen)
            else:
                self._forward(proxy, seen, headers)
        except _Refused as refused:
            seen.reason = refused.reason
            self._refuse(seen)
        except OSError:
            seen.reason = seen.reason or ("" if seen.status or seen.size else "unreachable")

    def _refuse(self, seen: Seen) -> None:
        """A tunnel is told; for plain HTTP an answer would read as the site's, so there is none."""
        if seen.method == "CONNECT" and not self._tunnelled:
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def _forward(self, proxy: Proxy, seen: Seen, headers: list[bytes]) -> None:
        if seen.method not in {"GET", "HEAD"}:
            raise _Refused("upload")
        with proxy.connect(seen) as upstream, upstream.makefile("rb") as answer:
            self.server.keep(upstream)
            url = ada_url.URL(seen.target)
            path = url.pathname + url.search
            upstream.sendall(b"\r\n".join([f"{seen.method} {path} HTTP/1.1".encode(), *headers, b"", b""]))
            head = _answer(answer.readline)
            if not head:
                raise _Refused("unreachable")
            seen.status = _status(head[0])
            self.wfile.write(b"\r\n".join([head[0], *_end_to_end(head[1:]), b"Connection: close", b"", b""]))
            whole = _length(head, seen)
            while seen.size < whole and (chunk := answer.read1(min(65536, whole - seen.size))):
                proxy.count(seen, len(chunk))
                self.wfile.write(chunk)

    def _tunnel(self, proxy: Proxy, seen: Seen) -> None:
        with proxy.connect(seen) as upstream:
            self.server.keep(upstream)
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._tunnelled = True
            first = self.connection.recv(65536)
            if not first or first[0] != _TLS_HANDSHAKE:
                raise _Refused("not-tls")
            upstream.sendall(first)
            _relay(self.connection, upstream, lambda size: proxy.count(seen, size))


def _relay(browser: socket.socket, upstream: socket.socket, count: Callable[[int], None]) -> None:
    """Pass bytes both ways until one side ends or both are silent too long."""
    silent_since = time.monotonic()
    while time.monotonic() - silent_since < 3 * IDLE:
        readable, _, _ = select.select([browser, upstream], [], [], 1.0)
        for source in readable:
            chunk = source.recv(65536)
            if not chunk:
                return
            silent_since = time.monotonic()
            if source is upstream:
                count(len(chunk))
            (browser if source is upstream else upstream).sendall(chunk)


def _head(readline: Callable[[int], bytes]) -> list[bytes]:
    """The lines of a head without their ends; empty where none came whole."""
    lines: list[bytes] = []
    size = 0
    while line := readline(MAX_HEAD):
        size += len(line)
        if size > MAX_HEAD or not line.endswith(b"\n"):
            return []
        if line in {b"\r\n", b"\n"}:
            return lines
        lines.append(line.rstrip(b"\r\n"))
    return []


def _answer(readline: Callable[[int], bytes]) -> list[bytes]:
    """The head of the final answer: interim ones (100, 103) are passed over."""
    while (head := _head(readline)) and 100 <= (_status(head[0]) or 0) < 200:
        continue
    return head


def _request(head: list[bytes]) -> tuple[Seen, list[bytes]]:
    """``GET http://sgogoj.com/kagoya/ HTTP/1.1`` or ``CONNECT sgogoj.com:443 …``; and headers to pass on."""
    method, _, rest = head[0].decode("latin-1").partition(" ")
    target = rest.rpartition(" ")[0]
    seen = Seen(method=method, target=target)
    try:
        url = ada_url.URL(f"https://{target}/" if method == "CONNECT" else target)
        seen.host = url.hostname
        seen.port = int(url.port or (443 if url.protocol == "https:" else 80))
        if method != "CONNECT" and url.protocol != "http:":
            seen.reason = "malformed"
    except ValueError:
        seen.reason = "malformed"
    return seen, [*_end_to_end(head[1:]), b"Connection: close"]


def _end_to_end(lines: list[bytes]) -> list[bytes]:
    """The header lines that concern both ends, not this connection (RFC 9110 section 7.6.1)."""
    return [
        line for line in lines if line.partition(b":")[0].strip().lower().decode("latin-1") not in _HOP_BY_HOP
    ]


def _length(head: list[bytes], seen: Seen) -> int:
    """Bytes of the body: a server may keep the connection open behind it (RFC 9112, 6.3)."""
    if seen.method == "HEAD" or seen.status in {204, 304}:
        return 0
    fields = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in head[1:])
    }
    length = fields.get(b"content-length", b"")
    known = length.isdigit() and len(length) < 16 and b"transfer-encoding" not in fields
    return int(length) if known else sys.maxsize


def _status(line: bytes) -> int | None:
    """``HTTP/1.1 302 Found`` is 302; None for what is no status line."""
    parts = line.split(maxsplit=2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() and len(parts[1]) == 3 else None
