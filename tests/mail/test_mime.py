"""MIME fields: what is read by one pattern is what the standard library reads."""

from __future__ import annotations

import itertools
from email.message import Message
from pathlib import Path

import pytest

from phishlab.mail import headers, mime
from phishlab.records import Header
from tests.corpus.reading import corpus

PARAMETERS = ("boundary", "charset", "filename", "name", "format")

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


def _same(fields: tuple[Header, ...]) -> None:
    plain = Message()
    for field in fields:
        if field.name.lower().startswith("content-"):
            plain[field.name] = headers.unfold(field.raw)[:8192]
    found = mime.read(fields)
    assert found.get_content_type() == plain.get_content_type()
    for name, header in itertools.product(PARAMETERS, ("Content-Type", "content-disposition")):
        expected = plain.get_param(name, failobj="", header=header)
        assert found.get_param(name, failobj="", header=header) == expected, (name, header)
    for name in ("Content-Transfer-Encoding", "Content-Disposition", "content-id"):
        assert found.get(name, "") == plain.get(name, "")


@pytest.mark.parametrize(("value", "usual"), VALUES)
def test_each_way_to_write_it_is_read_as_the_standard_library_does(value: str, usual: bool) -> None:
    _same((_header("Content-Type", value),))
    _same((_header("content-type", "text/html"), _header("CONTENT-DISPOSITION", value)))
    _same((_header("Content-Disposition", value), _header("Content-Disposition", "inline; filename=b")))
    assert isinstance(mime.read((_header("Content-Type", value),)), mime.Usual) is usual


def test_without_a_field_it_is_plain_text() -> None:
    _same(())
    _same((_header("Subject", "Content-Type: text/html"),))


def _fields(data: bytes) -> tuple[Header, ...]:
    block, _ = headers.split(data)
    return tuple(headers.parse(block, []))


def test_the_fields_of_the_corpus_are_usual_and_the_same() -> None:
    mails = [_fields(mail.data) for mail in corpus()]
    for fields in mails:
        _same(fields)
    assert sum(isinstance(mime.read(fields), mime.Usual) for fields in mails) > len(mails) * 0.9


def test_the_fields_of_real_mails_are_the_same(shared_data: Path) -> None:
    for path in sorted((shared_data / "mail" / "torture").rglob("*.eml"))[:300]:
        _same(_fields(path.read_bytes()))


def test_a_hostile_field_takes_no_longer_for_being_long() -> None:
    for value in ("a" * 1_000_000, "; " * 500_000, ';a="' * 250_000, "text/plain" + ";a=b" * 250_000):
        _same((_header("Content-Type", value),))
