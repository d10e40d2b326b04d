"""HTTP responses are read from the kept bytes, whatever they are."""

from __future__ import annotations

import gzip
import zlib

import pytest

from phishlab.evidence import response


@pytest.mark.parametrize(
    ("kept", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.0 404\r\n\r\n", 404, b""),
        (b"HTTP/1.1 302 Found\r\nLocation: /x\r\n", 302, b""),
        (b"HTTP/1.1 999999\r\n\r\n", 999, b""),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", None, b""),
        ("HTTP/1.1 ２００ OK\r\n\r\n".encode(), None, b""),
        (b"SSH-2.0-OpenSSH\r\n\r\nx", None, b"x"),
        (b"", None, b""),
    ],
)
def test_the_status_is_read_or_unknown(kept: bytes, status: int | None, body: bytes) -> None:
    read = response.parse(kept)
    assert (read.status, read.body) == (status, body)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"x" * 99, mtime=0)),
        ("GZIP ", gzip.compress(b"x" * 99, mtime=0)),
        ("deflate", zlib.compress(b"x" * 99)),
    ],
)
def test_a_content_encoding_is_undone(encoding: str, packed: bytes) -> None:
    assert (
        response.parse(f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n".encode() + packed).body
        == b"x" * 99
    )


@pytest.mark.parametrize(
    "body", [b"no gzip at all", gzip.compress(bytes(response.LIMIT + 1), 1)], ids=["no", "bomb"]
)
def test_what_does_not_unpack_stays_as_it_came(body: bytes) -> None:
    assert response.parse(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body).body == body


def test_the_first_of_two_headers_counts_and_parameters_are_cut_off() -> None:
    read = response.parse(
        b"HTTP/1.1 200 OK\r\ncontent-TYPE: Text/HTML; charset=x\r\nContent-Type: b\r\nno colon\r\n\r\n"
    )
    assert read.media_type == "text/html"
    assert read.header("X") == ""
