"""What the servers of bytes have in common: threads on a loopback port."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket], None]
"""What a server does with one connection."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    talk: Talk
    tls: ssl.SSLContext | None = None


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        connection = self.request
        connection.settimeout(10)
        # What a client that hangs up does to a server is no failure of the test.
        with suppress(OSError):
            if self.server.tls is not None:
                connection = self.server.tls.wrap_socket(connection, server_side=True)
            with connection:
                self.server.talk(connection)


@contextmanager
def serving(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, int]]:
    """Address and port of a TCP server that does *talk* with each connection, over TLS where given."""
    with _Server(("127.0.0.1", 0), _Connection) as server:
        server.talk = talk
        server.tls = tls
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield ("127.0.0.1", server.server_address[1])
        finally:
            server.shutdown()


def drip(connection: socket.socket, content: bytes, every: float) -> None:
    """Send *content* a byte at a time, *every* seconds one."""
    stop = threading.Event()
    for byte in content:
        connection.sendall(bytes([byte]))
        stop.wait(every)
