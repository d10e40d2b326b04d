"""A web server on loopback that says exactly the bytes that a test gives it, over HTTP and HTTPS."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.servers import sockets


@dataclass(frozen=True)
class Answering:
    """Makes the response from the whole request: its head and its body."""

    make: Callable[[bytes], bytes]


Page = bytes | Answering | Callable[[socket.socket], None]
"""A whole response, what makes it from the request, or what does with the connection what it wants."""

Pages = Mapping[str, Page]
"""By host and target: ``rdap.verisign.com/com/v1/domain/sgogoj.com``."""


def page(
    body: bytes | str, media_type: str = "text/html; charset=utf-8", status: str = "200 OK", **more: str
) -> bytes:
    """A response with *body*."""
    body = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": media_type, "Content-Length": str(len(body)), **more}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


def rdap(found: Mapping[str, Any], status: str = "200 OK") -> bytes:
    """An RDAP answer (RFC 7480)."""
    return page(json.dumps(found, ensure_ascii=False), "application/rdap+json", status)


def redirect(location: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return page(b"", status=status, Location=location)


def dripping(content: bytes, every: float) -> Page:
    """*content*, a byte at a time."""
    return lambda connection: sockets.drip(connection, content, every)


def endless(block: bytes = b"\0" * 65_536) -> Page:
    """A response whose body never ends."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n")
        while True:
            connection.sendall(block)

    return talk


@contextmanager
def serving(
    pages: Pages, tls: ssl.SSLContext | None = None, asked: list[bytes] | None = None
) -> Iterator[tuple[str, int]]:
    """Address and port; *asked* collects the requests. An unknown target gets a 404."""

    def talk(connection: socket.socket) -> None:
        request = _request(connection)
        if asked is not None:
            asked.append(request)
        found = pages.get(_target(request), page("nothing here", status="404 Not Found"))
        if isinstance(found, Answering):
            connection.sendall(found.make(request))
        elif callable(found):
            found(connection)
        else:
            connection.sendall(found)

    with sockets.serving(talk, tls) as address:
        yield address


def body(request: bytes) -> bytes:
    """What was posted."""
    return request.partition(b"\r\n\r\n")[2]


def _request(connection: socket.socket) -> bytes:
    request = b""
    while _is_short(request) and (chunk := connection.recv(4096)):
        request += chunk
    return request


def _is_short(request: bytes) -> bool:
    head, end, sent = request.partition(b"\r\n\r\n")
    stated = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return not end or (stated is not None and len(sent) < int(stated[1]))


def _target(request: bytes) -> str:
    first, *lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    host = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "")
    return host + [*first.split(" "), ""][1]
