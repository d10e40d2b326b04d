"""MIME fields: what is read by one pattern is what the standard library reads."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from phishlab.mail import headers, mime
from phishlab.records import Header
from tests.corpus.reading import corpus

VALUES = [
    ("text/plain", True),
    ("TEXT/Html; charset=utf-8", True),
    ('text/plain; charset="utf-8"; format=flowed; delsp=yes', True),
    ('multipart/mixed; boundary="=_a;b c?"', True),
    ("multipart/mixed; boundary==_NextPart_000", True),
    ("multipart/mixed;boundary=a ; boundary=b;", True),
    ('attachment; filename="=?utf-8?B?6KuL5rGC5pu4LnBkZg==?="', True),
    ('attachment; FileName = "請求書.pdf"'.encode().decode("latin-1"), True),
    ('attachment; filename=""', True),
    ("text", True),
    ("text/plain/x; charset=us-ascii", True),
    ("; charset=utf-8", True),
    ("text/plain;; charset=utf-8", False),
    ("attachment; filename*=utf-8''%e8%ab%8b.pdf", False),
    ("attachment; filename*0=a; filename*1=b.pdf", False),
    ('attachment; filename="a\\"b.pdf"', False),
    ("attachment; filename=a b.pdf", False),
    ("attachment; filename=<a.pdf>", False),
    ('attachment; filename="a.pdf', False),
    ('text/plain; charset="utf-8" (comment)', False),
    ("text/plain; charset=", False),
    ("text/plain; charset", False),
    ("text/plain charset=utf-8", False),
    ("text/plain; charset=\xa0utf-8", False),
    ('"text/plain"; charset=utf-8', False),
    ("name; name=a", False),
]


def _header(name: str, raw: str) -> Header:
    return Header(name=name, value=raw, raw=raw)


def _read(fields: Iterable[Header]) -> tuple[mime.Described, bool]:
    """What the library reads there, and whether it is read without it: then the same."""
    named = headers.by_name(fields)
    values = {name: mime._value(named, named.places(name)[0]) for name in mime._NAMES if named.places(name)}
    usual = mime._usual(values)
    found = mime._by_library(values)
    assert usual in {None, found}
    assert mime.read(fields) == found
    return found, usual is not None


@pytest.mark.parametrize(("value", "usual"), VALUES)
def test_each_way_to_write_it_is_read_as_the_standard_library_does(value: str, usual: bool) -> None:
    assert _read((_header("Content-Type", value),))[1] is usual
    _read((_header("content-type", "text/html"), _header("CONTENT-DISPOSITION", value)))
    _read((_header("Content-Disposition", value), _header("Content-Disposition", "inline; filename=b")))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "Content-Type: Text/HTML; charset=utf-8; name=a\nContent-Transfer-Encoding: 'Base64' ; x",
            mime.Described("text/html", "utf-8", "", "a", "", "base64"),
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\nContent-Disposition: Inline; filename=c",
            mime.Described("multipart/mixed", "", "b", "c", "inline", ""),
        ),
        (
            'Content-Type: text; name==?utf-8?B?6KuL?=\nContent-Disposition: attachment; size="1\\""',
            mime.Described("text/plain", "", "", "請", "attachment", ""),
        ),
        (
            "Content-Type: text/plain; name*=utf-8''%e8%ab%8b; charset*=utf-8''big5",
            mime.Described("text/plain", "big5", "", "請", "", ""),
        ),
        ("Content-Type: text/plain\nContent-Type: text/html", mime.Described("text/plain", *[""] * 5)),
    ],
)
def test_the_first_field_of_each_name_says_it(lines: str, expected: mime.Described) -> None:
    assert _read(_fields(lines.encode()))[0] == expected


def test_any_order_of_the_pieces_reads_the_same() -> None:
    chance = random.Random(1)
    pieces = [*"; = \" \t/*'\\\xa0(", "; ", "charset", "name", "text/plain", "a", "=?utf-8?Q?=41?=", '"a;b"']
    for _ in range(20_000):
        value = "".join(chance.choices(pieces, k=chance.randrange(1, 12)))
        _read((_header("Content-Type", value), _header("Content-Disposition", f"inline; filename{value}")))
        _read((_header("Content-Disposition", f"{value};filename=b"),))


def test_without_a_field_it_is_plain_text() -> None:
    nothing = mime.Described("text/plain", *[""] * 5)
    assert _read(()) == (nothing, True)
    assert _read((_header("Subject", "Content-Type: text/html"),)) == (nothing, True)


def _fields(data: bytes) -> tuple[Header, ...]:
    block, _ = headers.split(data)
    return tuple(headers.parse(block, []))


def test_the_fields_of_the_corpus_are_usual_and_the_same() -> None:
    mails = [_fields(mail.data) for mail in corpus()]
    assert sum(usual for _, usual in map(_read, mails)) > len(mails) * 0.9


def test_the_fields_of_real_mails_are_the_same(shared_data: Path) -> None:
    for path in sorted((shared_data / "mail" / "torture").rglob("*.eml"))[:300]:
        _read(_fields(path.read_bytes()))


def test_a_hostile_field_takes_no_longer_for_being_long() -> None:
    for value in ("a" * 1_000_000, "; " * 500_000, ';a="' * 250_000, "text/plain" + ";a=b" * 250_000):
        _read((_header("Content-Type", value),))
