"""Outlook's .msg: the fields as received, the parts put together again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from phishlab.mail import compressed_rtf, message, outlook
from phishlab.records import Message

pytest.importorskip("olefile")
DATA = Path(__file__).parent / "data" / "outlook"


def parsed(name: str) -> Message:
    return message.parse(outlook.convert((DATA / name).read_bytes()))


def test_a_received_mail_keeps_its_fields_and_gives_bodies_and_attachments() -> None:
    found = parsed("received.msg")
    assert found.headers[0].name == "Received"
    assert [hop.ip for hop in found.hops] == ["203.0.113.7"]
    assert (found.subject.text, found.from_.address) == ("【重要】ご確認", "info@sender.example")
    assert [(link.where, link.url, link.inside) for link in found.links] == [
        ("html-a", "https://evil.example/html", ""),
        ("text", "https://evil.example/login", ""),
        ("text", "https://inner.example/", "message/rfc822"),
        ("attachment-text", "https://evil.example/attached", "請求書.txt"),
    ]
    assert [(limit.what, limit.detail) for limit in found.limits] == [("inner-mail", "1: inner subject")]
    assert sum(header.name == "Content-Type" for header in found.headers) == 1


def test_a_mail_that_was_never_sent_gets_fields_from_its_properties() -> None:
    found = parsed("sent.msg")
    assert (found.from_.address, found.from_.display_name, found.subject.text) == (
        "a@b.example",
        "A B",
        "draft",
    )
    assert found.date_raw == "Tue, 16 Jan 2024 01:00:00 +0000"


def test_a_body_that_is_rich_text_alone_is_read_as_the_html_it_was_made_from() -> None:
    found = parsed("rtf.msg")
    assert found.html == '<html><body><p>本文騛 <a href="https://evil.example/rtf">here</a></p></body></html>'


def test_the_same_bytes_give_the_same_mail() -> None:
    data = (DATA / "received.msg").read_bytes()
    assert outlook.convert(data) == outlook.convert(data)


def test_compressed_rich_text_is_read() -> None:
    # The first example of [MS-OXRTFCP] 3.1.
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert compressed_rtf.decompress(data) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_rich_text_of_no_html_gives_none() -> None:
    assert compressed_rtf.html(b"\0" * 4 + b"\x10\0\0\0MELA\0\0\0\0{\\rtf1 plain}") == ""


@pytest.mark.parametrize("name", ["received.msg", "rtf.msg"])
def test_damage_is_one_line_and_never_another_exception(name: str) -> None:
    whole = (DATA / name).read_bytes()
    chance = random.Random(1)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            message.parse(outlook.convert(bytes(data)))
        except outlook.UnreadableError as trouble:
            assert "\n" not in str(trouble)  # noqa: PT017 - both ends are right
