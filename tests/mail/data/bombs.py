"""Sizes and shapes of MIME bombs: bomb(kind, n) -> bytes."""

from __future__ import annotations


def bomb(kind: str, n: int) -> bytes:
    def header(name: bytes, value: bytes) -> bytes:
        return b"From: a@example.com\r\n" + name + b": " + value + b"\r\n\r\nx"

    return {
        "nested": lambda: (
            b"From: a@example.com\r\nMIME-Version: 1.0\r\n"
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(n)
            )
            + b"Content-Type: text/plain\r\n\r\nhi\r\n"
        ),
        "nested822": lambda: (
            b"From: a@example.com\r\n"
            + b"Content-Type: message/rfc822\r\n\r\n" * n
            + b"Content-Type: text/plain\r\n\r\nhi\r\n"
        ),
        "wide": lambda: (
            b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * n
            + b"--b--\r\n"
        ),
        "encoded_words": lambda: header(b"Subject", b" ".join([b"=?utf-8?q?a?="] * n)),
        "addresses": lambda: header(b"To", b", ".join(b"u%d@example.com" % i for i in range(n))),
        "parens": lambda: header(b"To", b"(" * n + b")" * n + b" a@example.com"),
        "parameters": lambda: header(
            b"Content-Type", b"text/plain" + b"".join(b"; p%d=v" % i for i in range(n))
        ),
        "rfc2231": lambda: header(
            b"Content-Disposition", b"attachment" + b"".join(b"; filename*%d=a" % i for i in range(n))
        ),
        "received": lambda: b"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n" * n + b"\r\nx",
        "long_subject": lambda: header(b"Subject", b"a" * n),
        "spaced_subject": lambda: header(b"Subject", b"a " * n),
        "nested_div": lambda: (
            b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n"
            + b"<div>" * n
            + b"<a href='http://deep.example/'>x</a>"
        ),
        "angle_brackets": lambda: b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n" + b"<" * n,
        "from_parens": lambda: b"From: " + b"(" * n + b"\r\n\r\nx",
        "dots": lambda: b"From: a@example.com\r\n\r\n" + b"a." * n,
    }[kind]()


SIZES = [
    ("nested", 100),
    ("nested", 990),
    ("nested", 5000),
    ("nested822", 5000),
    ("wide", 10000),
    ("wide", 100000),
    ("encoded_words", 10000),
    ("addresses", 20000),
    ("parens", 5000),
    ("parameters", 10000),
    ("rfc2231", 10000),
    ("received", 100000),
    ("long_subject", 5_000_000),
    ("spaced_subject", 200_000),
    ("nested_div", 100_000),
    ("angle_brackets", 1_000_000),
    ("from_parens", 50_000),
    ("dots", 500_000),
]
