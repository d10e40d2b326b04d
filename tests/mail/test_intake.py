"""What is a mail, and one clear line for what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from phishlab.errors import InputError
from phishlab.mail import intake


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\r\n", "is empty"),
        (b"\xff\xd8\xff\xe0JFIF" + b"\0" * 100, "image/jpeg"),
        (b"%PDF-1.7\nFrom: inside", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"<!DOCTYPE html><p>From: x", "text/html"),
        (b"hello world", "no mail header"),
        (b"\x00\x01" * 500, "no mail header"),
    ],
)
def test_what_is_no_mail_is_named_in_one_line(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.eml"
    path.write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        intake.read(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_a_folder_and_a_large_file_are_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    large = tmp_path / "l.eml"
    large.write_bytes(b"From: a@b.example\r\n\r\n" + b"x" * 1000)
    for path, words in ((tmp_path / "no.eml", "no such file"), (empty, "is a folder"), (large, "--max")):
        with pytest.raises(InputError, match=words):
            intake.read(path, limit=1000)


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b.example\r\nSubject: cut",
        b"Subject: no received\r\n\r\nbody",
        b"Received: from a by b; x\r\nReceived: from c by a; x",
        b"From nobody Tue Jan 16 10:00:00 2024\nFrom: a@b.example\n\nx",
        b"\xef\xbb\xbfReturn-Path: <>\nFrom: a@b.example\n\nx",
    ],
)
def test_a_truncated_mail_and_a_paste_of_headers_are_mails(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.eml"
    path.write_bytes(data)
    assert intake.read(path) == data
