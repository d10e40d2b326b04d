"""A kept HTTP response: status line, headers and body, read from the kept bytes alone."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

LIMIT = 50_000_000
"""Bytes that a compressed body may unpack to; beyond, it stays as it came."""

_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An HTTP/1 response. *body* has its content encoding undone where that is gzip or deflate."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name, or an empty text."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    @property
    def media_type(self) -> str:
        """``application/rdap+json``: the type alone, in lower case, without its parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()


def parse(kept: bytes) -> Response:
    r"""The response that *kept* holds; *status* is None where it does not begin with a status line.

    ``HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n\r\n{…}``
    """
    head, _, body = kept.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple(_header(line) for line in lines if ":" in line)
    plain = Response(status=_status(status_line), headers=headers, body=body)
    unpacked = _unpack(body, plain.header("Content-Encoding").strip().lower())
    return Response(status=plain.status, headers=headers, body=unpacked)


def body_offset(kept: bytes) -> int:
    """Where the body begins in *kept*: what the WARC payload digest is computed from."""
    head, end, _ = kept.partition(b"\r\n\r\n")
    return len(head) + len(end)


def _status(line: str) -> int | None:
    protocol, _, rest = line.partition(" ")
    code = rest[:3]
    good = protocol.startswith("HTTP/") and len(code) == 3 and code.isascii() and code.isdecimal()
    return int(code) if good else None


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _unpack(body: bytes, encoding: str) -> bytes:
    window = _WINDOW.get(encoding)
    if window is None:
        return body
    inflate = zlib.decompressobj(window)
    try:
        unpacked = inflate.decompress(body, LIMIT)
    except zlib.error:
        return body
    return body if inflate.unconsumed_tail else unpacked
