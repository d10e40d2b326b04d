"""Archives are listed and read in memory; each bound ends in a limit."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from phishlab.mail import archives, attachments, signatures
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Limit


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def read(data: bytes, name: str = "x.zip", bounds: Limits = STANDARD) -> tuple[attachments.Found, list[str]]:
    limits: list[Limit] = []
    found = attachments.Found()
    file = attachments.File(name=name, media_type="application/octet-stream", data=data)
    attachments.read(file, Allowance(bounds, limits), found)
    return found, [limit.what for limit in limits]


def names(found: attachments.Found) -> list[tuple[str, str]]:
    return [(file.inside, file.name) for file in found.files]


FILES = (("a.txt", b"https://evil.example/a"), ("b/c.exe", b"MZ\0\0"))


@pytest.mark.parametrize("data", [zipped(*FILES), tarred(*FILES)], ids=["zip", "tar"])
def test_an_archive_is_listed_and_its_members_are_read(data: bytes) -> None:
    found, limits = read(data, "x.zip")
    assert names(found) == [("", "x.zip"), ("x.zip", "a.txt"), ("x.zip", "b/c.exe")]
    assert "runs" in found.files[2].marks
    assert [(link.url, link.inside) for link in found.links] == [("https://evil.example/a", "x.zip / a.txt")]
    assert limits == []


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "x.tgz"), (bz2.compress, "x.tar.bz2"), (lzma.compress, "x.tar.xz")]
)
def test_a_packed_tar_is_opened_layer_by_layer(pack: object, name: str) -> None:
    assert callable(pack)
    found, limits = read(pack(tarred(*FILES)), name)
    assert [file.name for file in found.files] == [name, "x.tar", "a.txt", "b/c.exe"]
    assert limits == []


def test_what_grows_a_thousandfold_is_not_unpacked() -> None:
    data = zipped(("zeros.bin", bytes(50_000_000)))
    assert len(data) < 100_000
    found, limits = read(data)
    assert limits == ["archive-ratio"]
    assert (found.files[1].sha256, found.files[1].marks) == ("", ("not-unpacked",))


def test_gzip_that_grows_a_thousandfold_is_not_unpacked() -> None:
    assert read(gzip.compress(bytes(50_000_000)), "x.gz")[1] == ["archive-ratio"]


def test_all_archives_of_a_mail_share_one_allowance() -> None:
    half = os.urandom(600_000)
    data = zipped(("a", half), ("b", half))
    found, limits = read(data, bounds=replace(STANDARD, archive_bytes=1_000_000))
    assert limits == ["archive-bytes"]
    assert [bool(file.sha256) for file in found.files] == [True, True, False]


def test_archives_four_deep_are_opened_three_deep() -> None:
    data = zipped(("deepest.txt", b"x"))
    for level in (3, 2, 1):
        data = zipped((f"{level}.zip", data))
    found, limits = read(data)
    assert limits == ["archive-depth"]
    assert [file.name for file in found.files] == ["x.zip", "1.zip", "2.zip", "3.zip"]


def test_the_bound_on_members_is_one_that_can_be_raised() -> None:
    data = zipped(*((f"{number}.txt", b"x") for number in range(600)))
    assert (len(read(data)[0].files), read(data)[1]) == (501, ["archive-members"])
    assert len(read(data, bounds=replace(STANDARD, archive_members=1000))[0].files) == 601


def test_a_directory_of_a_million_entries_is_not_even_opened() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    data = b"PK\x03\x04" + entry * 100_000 + b"PK\x05\x06" + bytes(18)
    assert read(data)[1] == ["archive-members"]


def test_a_member_whose_size_is_a_lie_ends_in_a_limit() -> None:
    data = bytearray(zipped(("a.txt", b"A" * 5000)))
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    struct.pack_into("<I", data, data.find(b"PK\x03\x04") + 22, 10)
    found, limits = read(bytes(data))
    assert limits == ["archive-damaged"]
    assert found.files[1].sha256 == ""


def _locked(password: bytes) -> bytes:
    """Bytes of a zip file with one member under the old cipher, made by hand: the library only reads it."""
    import zlib

    content = b"https://evil.example/locked"
    keys = [0x12345678, 0x23456789, 0x34567890]
    table = [_crc_entry(number) for number in range(256)]

    def update(byte: int) -> None:
        keys[0] = table[(keys[0] ^ byte) & 255] ^ (keys[0] >> 8)
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = table[(keys[2] ^ (keys[1] >> 24)) & 255] ^ (keys[2] >> 8)

    for byte in password:
        update(byte)
    out = bytearray()
    check = zlib.crc32(content)
    for byte in bytes(11) + bytes((check >> 24,)) + content:
        key = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (((key * (key ^ 1)) >> 8) & 255))
        update(byte)
    plain = bytearray(zipped(("a.txt", content), method=zipfile.ZIP_STORED))
    header = 30 + len("a.txt")
    rest = plain[header + len(content) :]
    plain = plain[:header] + out + rest
    central = plain.find(b"PK\x01\x02")
    for at, flags, size in ((0, 6, 18), (central, 8, 20)):
        struct.pack_into("<H", plain, at + flags, 1)
        struct.pack_into("<I", plain, at + size, len(out))
    end = plain.find(b"PK\x05\x06")
    struct.pack_into("<I", plain, end + 16, central)
    return bytes(plain)


def _crc_entry(number: int) -> int:
    for _ in range(8):
        number = (number >> 1) ^ (0xEDB88320 if number & 1 else 0)
    return number


def test_a_locked_member_is_listed_and_said_to_be_locked() -> None:
    found, limits = read(_locked(b"secret"))
    assert limits == []
    assert "encrypted" in found.files[0].marks
    assert "encrypted" in found.files[1].marks
    assert found.links == []


def test_the_password_of_malware_samples_is_tried() -> None:
    found, _ = read(_locked(b"infected"))
    assert [link.url for link in found.links] == ["https://evil.example/locked"]


def test_a_japanese_name_without_the_unicode_flag_is_read() -> None:
    data = zipped(("0000.txt", b"x")).replace(b"0000.txt", "請求".encode("cp932") + b".txt")
    assert read(data)[0].files[1].name == "請求.txt"


@pytest.mark.parametrize("data", [zipped(*FILES), tarred(*FILES), gzip.compress(tarred(*FILES), mtime=0)])
def test_no_cut_and_no_flipped_byte_raises(data: bytes) -> None:
    for at in range(0, len(data), max(1, len(data) // 150)):
        read(data[:at])
        read(data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :])


def test_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read(zipped(("../../evil.txt", b"x"), ("/abs.txt", b"y"), ("C:\\w.txt", b"z")))
    assert list(tmp_path.iterdir()) == []


def test_what_is_opened_is_known_by_its_bytes() -> None:
    assert archives.known(signatures.of(zipped(("a", b"x"))))
    assert not archives.known("application/x-virtualbox-vhd")
