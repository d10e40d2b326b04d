"""Writes the mails of the corpus and their labels from mails.toml: ``python -m tests.corpus.make``.

Deterministic: the same table gives the same bytes. A mail is written by hand in the table, header line by header
line, so that what is tested can be read there; this script adds only defaults, line ends, charsets and MIME.
In header lines and in texts, ``{b:iso-2022-jp:カゴヤ}`` and ``{q:utf-8:カゴヤ}`` make encoded words (RFC 2047).
"""

from __future__ import annotations

import binascii
import json
import quopri
import re
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLE = HERE / "mails.toml"
MAILS = HERE / "mails"

_WORD = re.compile(r"\{(?P<form>[bq]):(?P<charset>[a-z0-9_-]+):(?P<text>[^{}]*)\}")
_LABELS = ("why", "lang", "kind", "twin_of", "receiver", "subject_says")
_FACTS = (
    "origin",
    "boundary",
    "from",
    "ambiguous",
    "authentication",
    "doubtful",
    "links",
    "resources",
    "never",
    "must",
)


def table() -> list[dict[str, Any]]:
    """Every mail of the table, its gaps filled with the defaults."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    defaults: dict[str, Any] = read["defaults"]
    expected: dict[str, Any] = defaults.pop("expected")
    return [{**defaults, **row, "expected": {**expected, **row.get("expected", {})}} for row in read["mail"]]


def files() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file that the table makes."""
    for row in table():
        yield f"{row['name']}.eml", mail(row)
        yield f"{row['name']}.json", label(row)


def mail(row: dict[str, Any]) -> bytes:
    """The mail of one row, with CRLF."""
    lines = [*_lines(row["top"])]
    lines += [f"From: {value}" for value in row["from_lines"]]
    lines += [f"To: {row['to']}"] if row["to"] else []
    lines += [f"Subject: {row['subject']}", f"Date: {row['date']}", f"Message-ID: {row['message_id']}"]
    lines += _lines(row["more"])
    head = "\r\n".join(map(_words, lines)).encode(row["header_bytes"])
    return head + b"\r\n" + _content(row)


def label(row: dict[str, Any]) -> bytes:
    """What is true of it, as JSON."""
    facts: dict[str, Any] = {name: row[name] for name in _LABELS}
    facts["subject"] = facts.pop("subject_says") or row["subject"]
    facts |= {name: _null(row["expected"][name]) for name in _FACTS}
    facts["a_record"] = row["a_record"] or None
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _null(value: object) -> object:
    """TOML has no null: ``none`` stands for it."""
    return None if value == "none" else value


def _lines(block: str) -> list[str]:
    return [line for line in block.strip("\n").split("\n") if line]


def _words(line: str) -> str:
    def encode(found: re.Match[str]) -> str:
        data = found["text"].encode(found["charset"])
        if found["form"] == "b":
            return f"=?{found['charset']}?B?{b64encode(data).decode()}?="
        return f"=?{found['charset']}?Q?{''.join(f'={byte:02X}' for byte in data)}?="

    return _WORD.sub(encode, line)


def _content(row: dict[str, Any]) -> bytes:
    if row["raw_body"]:
        return "\r\n".join(row["raw_body"].strip("\n").split("\n")).encode(row["bytes"]) + b"\r\n"
    parts = [_text(row, kind) for kind in ("plain", "html") if row[kind]]
    whole = parts[0] if len(parts) == 1 else _multipart("alternative", row["name"], parts)
    if row["attach"]:
        whole = _multipart("mixed", row["name"], [whole, *map(_attachment, row["attach"])])
    return (b"MIME-Version: 1.0\r\n" if row["charset"] or len(parts) > 1 else b"") + whole


def _text(row: dict[str, Any], kind: str) -> bytes:
    data = "\r\n".join(row[kind].strip("\n").split("\n")).encode(row["bytes"] or row["charset"]) + b"\r\n"
    if not row["charset"]:
        return b"\r\n" + data
    head = f"Content-Type: text/{kind}; charset={row['charset']}\r\n"
    head += f"Content-Transfer-Encoding: {row['transfer']}\r\n\r\n"
    return head.encode() + _transferred(data, row["transfer"])


def _transferred(data: bytes, how: str) -> bytes:
    if how == "base64":
        text = binascii.b2a_base64(data, newline=False)
        return b"".join(text[at : at + 76] + b"\r\n" for at in range(0, len(text), 76))
    if how == "quoted-printable":
        return quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return data


def _multipart(kind: str, name: str, parts: list[bytes]) -> bytes:
    boundary = f"={kind}-{name}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    mark = f"--{boundary}".encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _attachment(row: dict[str, Any]) -> bytes:
    head = f'Content-Type: {row["type"]}; name="{row["file"]}"\r\n'
    head += f'Content-Disposition: attachment; filename="{row["file"]}"\r\n'
    if row["type"] == "message/rfc822":
        return head.encode() + b"\r\n" + "\r\n".join(row["text"].strip("\n").split("\n")).encode() + b"\r\n"
    return (head + "Content-Transfer-Encoding: base64\r\n\r\n").encode() + _transferred(
        row["text"].encode(), "base64"
    )


def main() -> None:
    """Write all files; what the table no longer names is removed."""
    MAILS.mkdir(exist_ok=True)
    made = dict(files())
    for old in MAILS.iterdir():
        if old.name not in made:
            old.unlink()
    for name, data in made.items():
        (MAILS / name).write_bytes(data)


if __name__ == "__main__":
    main()
