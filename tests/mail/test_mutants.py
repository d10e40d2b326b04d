"""Ten thousand mutants of mails: no exception, and none takes two seconds. Seeded, so that a failure comes again."""

from __future__ import annotations

import gzip
import io
import os
import random
import time
from pathlib import Path

import pytest

from phishlab.mail import message
from phishlab.mail.limits import STANDARD
from tests import mails
from tests.conftest import KAGOYA
from tests.mail.test_archives import tarred, zipped
from tests.mail.test_documents import RELS

MUTANTS = int(os.environ.get("PHISHLAB_TEST_MUTANTS", "10000"))
SHARDS = 4
LARGEST = 60_000
"""Bytes of the mails that are mutated: half of the corpus is smaller, and time is better spent on many."""
SLOWEST_S = 2.0
DATA = Path(__file__).parent / "data"

PIECES = (
    b"\r\n\r\n", b"\n", b"\r", b"--b", b"--b--\r\n", b"\x00", b"\xff\xfe", b"\x1b$B", b"\x1b(B", b"=?utf-8?B?", b"?=",
    b"=?iso-2022-jp?Q?=1B", b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n", b"Content-Transfer-Encoding: base64\r\n", b"; filename*0*=x''%",
    b"Received: from a (b [192.0.2.1]) by c; ", b'From: "a" <b@c>, <d@e>\r\n', b"((((((((",
    b'<a href="//', b"<base href=",
    b"<!--[if mso]>", b"<div>" * 50, b"http://[::1]:99999/", b"https://\xe3\x80\x82.jp", b"data:image/png;base64,",
    b"%PDF-1.7 stream\n", b"PK\x03\x04", b"BEGIN:VCALENDAR\r\n", b"&#x25", b"\xe2\x96\x80" * 30 + b"\n",
)  # fmt: skip


def _seeds(shared: Path) -> list[bytes]:
    own = [(KAGOYA / "data" / "evidence" / "original.eml").read_bytes(), mails.raw("https://evil.example/")]
    own += [_carrying(name, data) for name, data in _files().items()]
    real = [path for name in ("phishing", "torture") for path in sorted((shared / "mail" / name).rglob("*"))]
    return own * 4 + [path.read_bytes() for path in real if path.is_file() and path.stat().st_size <= LARGEST]


def _files() -> dict[str, bytes]:
    """One small file of each kind that is looked into."""
    page = (
        b"<html><script>var b = new Blob([atob('PGEgaHJlZj1odHRwczovL2V2aWwuZXhhbXBsZS8+')])</script></html>"
    )
    pdf = b"%PDF-1.7\n1 0 obj << /S /URI /URI (https://evil.example/) >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF"
    office = (
        ("[Content_Types].xml", b"<Types/>"),
        ("word/_rels/document.xml.rels", RELS),
        ("word/vbaProject.bin", b"x"),
    )
    return {
        "a.zip": zipped(("a.html", page), ("b.zip", zipped(("c.pdf", pdf)))),
        "a.tgz": gzip.compress(tarred(("a.html", page))),
        "a.docx": zipped(*office),
        "a.html": page,
        "a.pdf": pdf,
        "a.ics": b"BEGIN:VCALENDAR\r\nURL:https://evil.example/\r\nEND:VCALENDAR\r\n",
        "a.rtf": b'{\\rtf1 {\\field{\\*\\fldinst HYPERLINK "https://evil.example/"}}}',
        **{path.name: path.read_bytes() for path in sorted((DATA / "outlook").glob("*.msg"))},
        **_pictures(),
    }


def _pictures() -> dict[str, bytes]:
    try:
        from PIL import Image
    except ImportError:
        return {}
    out = {}
    for kind in ("PNG", "GIF", "JPEG", "TIFF", "WEBP", "PDF"):
        file = io.BytesIO()
        Image.effect_noise((60, 60), 80).save(file, kind)
        out[f"noise.{kind.lower()}"] = file.getvalue()
    return out


def _carrying(name: str, data: bytes) -> bytes:
    """A mail with the file, its bytes bare, so that a mutation strikes the file itself and not its base64."""
    head = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: x/y; name="
    return head.encode() + name.encode() + b"\r\n\r\n" + data + b"\r\n--b--\r\n"


def _mutant(seeds: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 4, 8, 16))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0:
                data[at : at + chance.randrange(1, 64)] = chance.randbytes(chance.randrange(64))
            case 1:
                data[at:at] = chance.choice(PIECES)
            case 2:
                del data[at : at + chance.randrange(1, 1 + max(1, len(data) // 4))]
            case 3:  # a stretch again, many times
                data[at:at] = bytes(data[at : at + chance.randrange(1, 80)]) * chance.choice((2, 10, 100))
            case 4:  # the end of another mail
                other = chance.choice(seeds)
                data[at:] = other[chance.randrange(len(other) + 1) :]
            case 5 if data:
                data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
            case _:
                begin = chance.randrange(len(data) + 1)
                data[at:at] = data[begin : begin + 400]
        del data[4 * LARGEST :]
    return bytes(data)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_mutant_raises_or_takes_two_seconds(shard: int, request: pytest.FixtureRequest) -> None:
    try:
        shared = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        shared = DATA / "no-real-mails"  # the project's own mails alone
    seeds = _seeds(shared)
    for number in range(shard, MUTANTS, SHARDS):
        data = _mutant(seeds, random.Random(number))
        start = time.process_time()
        try:
            found = message.parse(data, STANDARD)
        except Exception as broken:  # noqa: BLE001 - whatever it is, it must not be
            pytest.fail(f"mutant {number} raised {broken!r}")
        took = time.process_time() - start
        assert took < SLOWEST_S, f"mutant {number} took {took:.1f} s"
        assert found.size == len(data)
