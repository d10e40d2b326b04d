"""Encrypted PDFs: read where they open without a password, and said to be unread where not."""

from __future__ import annotations

import hashlib
import struct

import pytest

from phishlab import wording
from phishlab.mail import attachments, documents, locked, qr
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Limit

PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
ID = b"0123456789abcdef"
NO_COPYING = -44
"""The permissions that a maker sets who means to forbid copying."""


def _rc4(key: bytes, data: bytes) -> bytes:
    state, at = list(range(256)), 0
    for index in range(256):
        at = (at + state[index] + key[index % len(key)]) % 256
        state[index], state[at] = state[at], state[index]
    out, one, two = bytearray(), 0, 0
    for byte in data:
        one = (one + 1) % 256
        two = (two + state[one]) % 256
        state[one], state[two] = state[two], state[one]
        out.append(byte ^ state[(state[one] + state[two]) % 256])
    return bytes(out)


def _padded(password: bytes) -> bytes:
    return (password + PAD)[:32]


def pdf(target: bytes, password: bytes = b"") -> bytes:
    """A page with one link, by the standard handler's revision 2 (ISO 32000-1 7.6.3): RC4 with 40 bits."""
    owner = _rc4(hashlib.md5(_padded(b"owner")).digest()[:5], _padded(password))
    key = hashlib.md5(_padded(password) + owner + struct.pack("<i", NO_COPYING) + ID).digest()[:5]
    user = _rc4(key, PAD)
    own = hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10]  # of object 4
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [4 0 R] >>",
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 100 100] /A << /S /URI /URI <%s> >> >>"
        % _rc4(own, target).hex().encode(),
        b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>"
        % (owner.hex().encode(), user.hex().encode(), NO_COPYING),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    identity = ID.hex().encode()
    return (
        data + b"xref\n0 6\n0000000000 65535 f \n" + table
        + b"trailer << /Size 6 /Root 1 0 R /Encrypt 5 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF"
        % (identity, identity, len(data))
    )  # fmt: skip


def read(data: bytes, bounds: Limits = STANDARD) -> tuple[attachments.Found, list[Limit]]:
    left, found = Allowance(bounds, []), attachments.Found()
    attachments.read(
        attachments.File(name="invoice.pdf", media_type="application/pdf", data=data), left, found
    )
    return found, left.limits


def test_one_that_opens_without_a_password_is_read_as_a_reader_reads_it() -> None:
    pytest.importorskip("pypdfium2")
    pytest.importorskip("zxingcpp")
    found, limits = read(pdf(b"https://evil.example/pay"))
    assert [(link.url, link.where, link.inside) for link in found.links] == [
        ("https://evil.example/pay", "attachment-pdf", "invoice.pdf")
    ]
    assert limits == []
    assert "encrypted" not in found.files[0].marks


def test_one_that_asks_for_a_password_says_what_could_not_be_read() -> None:
    pytest.importorskip("pypdfium2")
    pytest.importorskip("zxingcpp")
    found, limits = read(pdf(b"https://evil.example/pay", b"2024"))
    assert found.links == []
    assert limits == [
        Limit(what="pdf-encrypted", detail="invoice.pdf"),
        Limit(what="pdf-password", detail="invoice.pdf"),
    ]
    assert found.files[0].marks == ("encrypted",)


def test_without_the_optional_reader_it_is_said_to_be_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr, "installed", lambda: False)
    found, limits = read(pdf(b"https://evil.example/pay"))
    assert (found.links, [limit.what for limit in limits]) == ([], ["pdf-encrypted", "qr-not-installed"])


@pytest.mark.parametrize(
    "damaged", [b"", b"%PDF-1.4\nstartxref\n9\n%%EOF", pdf(b"x")[:-200] + b"startxref\n9\n%%EOF"]
)
def test_what_does_not_open_has_no_targets(damaged: bytes) -> None:
    assert not locked.targets(damaged, 5)


def test_a_word_that_begins_alike_encrypts_nothing() -> None:
    plain = b"%PDF-1.4\n1 0 obj << /EncryptMetadata false /URI (https://evil.example/) >> endobj"
    found = documents.read(plain, "application/pdf", Allowance(STANDARD, []))
    assert (found.locked, [link.host for link in found.links]) == (False, ["evil.example"])


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_the_sentence_names_the_file(lang: str) -> None:
    for what in ("pdf-encrypted", "pdf-password"):
        assert "invoice.pdf" in wording.say(lang, f"limit.{what}", detail="invoice.pdf")
