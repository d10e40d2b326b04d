"""Archives that are listed: names, sizes and locks, whatever is cut off or changed in them."""

from __future__ import annotations

import gzip
import lzma
import random
import struct
import time
import zlib
from pathlib import Path

import pytest

from phishlab.mail import attachments
from phishlab.mail.formats import MOST_ENTRIES
from phishlab.mail.limits import STANDARD, Allowance, Limits
from phishlab.records import Limit
from tests.mail.test_archives import read

ARCHIVES = Path(__file__).parent / "data" / "archives"
LISTED = {("a.txt", 23), ("empty.txt", 0), ("請求書/invoice.exe", 4)}


def kept(name: str) -> bytes:
    data = (ARCHIVES / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


def inside(found: attachments.Found) -> set[tuple[str, int]]:
    return {(file.name, file.size) for file in found.files[1:]}


# --- RAR, as the one program that makes it writes it ------------------------------------------------------


def _fourth(kind: int, flags: int, body: bytes, packed: bytes = b"") -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + packed


def _fourth_file(name: bytes, content: bytes, flags: int = 0, above: int = 0) -> bytes:
    fixed = struct.pack(
        "<IIBIIBBHI",
        len(content),
        len(content),
        2,
        zlib.crc32(content),
        0x58305000,
        20,
        0x30,
        len(name),
        0x20,
    )
    high = struct.pack("<II", 0, above) if flags & 0x100 else b""
    return _fourth(0x74, 0x8000 | flags, fixed + high + name, content)


def rar4(*files: bytes, main: int = 0) -> bytes:
    return b"Rar!\x1a\x07\0" + _fourth(0x73, main, bytes(6)) + b"".join(files) + _fourth(0x7B, 0x4000, b"")


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _fifth(kind: int, body: bytes, extra: bytes = b"", packed: bytes | None = None) -> bytes:
    flags = bool(extra) | 2 * (packed is not None)
    sizes = (_number(len(extra)) if extra else b"") + (_number(len(packed)) if packed is not None else b"")
    head = _number(kind) + _number(flags) + sizes + body + extra
    head = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + (packed or b"")


def _fifth_file(name: str, content: bytes, *, locked: bool = False, folder: bool = False) -> bytes:
    raw = name.encode()
    body = (
        _number(4 | folder) + _number(len(content)) + _number(0x20) + struct.pack("<I", zlib.crc32(content))
    )
    body += _number(0) + _number(1) + _number(len(raw)) + raw
    lock = _number(1) + _number(0) + _number(0) + bytes([15]) + bytes(32)
    return _fifth(2, body, _number(len(lock)) + lock if locked else b"", content)


def rar5(*files: bytes, first: bytes = b"") -> bytes:
    return b"Rar!\x1a\x07\x01\0" + first + _fifth(1, _number(0)) + b"".join(files) + _fifth(5, _number(0))


URL = b"https://evil.example/a\n"
FOUR = rar4(
    _fourth_file("請求書".encode(), b"", 0x200 | 0xE0),
    _fourth_file(b"a.txt", URL),
    _fourth_file(b"empty.txt", b""),
    _fourth_file("請求書\\invoice.exe".encode(), b"MZ\0\0", 0x200),
)
FIVE = rar5(
    _fifth_file("請求書", b"", folder=True),
    _fifth_file("a.txt", URL),
    _fifth_file("empty.txt", b""),
    _fifth_file("請求書/invoice.exe", b"MZ\0\0"),
)
WHOLE = {
    "x.7z": kept("packed.7z"),
    "bare.7z": kept("bare.7z"),
    "filtered.7z": kept("filtered.7z"),
    "x.cab": kept("cabinet.cab"),
    "x4.rar": FOUR,
    "x5.rar": FIVE,
}
IMAGES = {name: kept(f"{name}.iso.gz") for name in ("joliet", "rock", "udf")}


@pytest.mark.parametrize("name", WHOLE)
def test_an_archive_of_a_kind_that_is_not_unpacked_is_listed(name: str) -> None:
    found, limits = read(WHOLE[name], name)
    assert inside(found) == LISTED
    assert limits == ["archive-listed"]
    (program,) = [file for file in found.files if file.name.endswith("invoice.exe")]
    assert (program.inside, program.safe_name, program.sha256) == (name, "invoice.exe", "")
    assert {"runs", "not-unpacked"} <= set(program.marks)


@pytest.mark.parametrize("name", ["joliet", "rock"])
def test_the_files_of_a_disk_image_are_read(name: str) -> None:
    found, limits = read(IMAGES[name], "x.iso")
    assert inside(found) == LISTED
    assert limits == []
    assert [(link.url, link.inside) for link in found.links] == [("https://evil.example/a", "x.iso / a.txt")]
    assert all(file.sha256 for file in found.files)


def test_a_second_directory_of_a_disk_image_is_said_to_be_unread() -> None:
    found, limits = read(IMAGES["udf"], "x.iso")
    assert {size for _, size in inside(found)} == {0, 4, 23}
    assert limits == ["archive-second-directory"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (kept("locked.7z"), "x.7z"),
        (rar4(_fourth_file(b"a.txt", URL, 4)), "x.rar"),
        (rar5(_fifth_file("a.txt", URL, locked=True)), "x.rar"),
    ],
)
def test_what_is_behind_a_password_is_listed_and_marked(data: bytes, name: str) -> None:
    found, limits = read(data, name)
    assert ("a.txt", 23) in inside(found)
    assert "encrypted" in found.files[0].marks
    assert [file.marks for file in found.files if file.name == "a.txt"] == [("encrypted",)]
    assert limits == ["archive-listed"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (kept("hidden.7z"), "x.7z"),
        (rar4(bytes(100), main=0x80), "x.rar"),
        (rar5(first=_fifth(4, bytes(35))), "x.rar"),
    ],
)
def test_an_archive_that_hides_its_names_says_so(data: bytes, name: str) -> None:
    found, limits = read(data, name)
    assert [file.name for file in found.files] == [name]
    assert "encrypted" in found.files[0].marks
    assert limits == ["archive-locked"]


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("請求書.exe".encode("cp932"), 0, "請求書.exe"),
        (b"plain.exe", 0, "plain.exe"),
        # Two bytes each, one byte, and a run of the plain name; under a common high byte; a run that is shifted.
        (b"??x.exe\0\x00\xa3\xcb\x8a\x42\x6c\x78\x02", 0x200, "請求x.exe"),
        (b"??.exe\0\x66\x5c\xf8\x6a\x02", 0x200, "書晪.exe"),
        (b"ab.exe\0\x66\xf0\x80\x97\x02", 0x200, "書曹.exe"),
    ],
)
def test_a_name_in_the_fourth_form_is_read_in_each_coding(raw: bytes, flags: int, name: str) -> None:
    found, _ = read(rar4(_fourth_file(raw, b"x", flags)), "x.rar")
    assert found.files[1].name == name


def test_a_file_of_more_than_four_gigabytes_has_its_size() -> None:
    found, _ = read(rar4(_fourth_file(b"a.txt", URL, 0x100, above=2)), "x.rar")
    assert found.files[1].size == (2 << 32) + len(URL)


@pytest.mark.parametrize("name", [*WHOLE, *IMAGES])
def test_no_cut_and_no_change_of_an_archive_raises_or_takes_long(name: str) -> None:
    whole = WHOLE.get(name) or IMAGES[name]
    chance = random.Random(name)  # the same changes at each run
    begun = time.process_time()
    for turn in range(400):
        mutant = bytearray(whole[: chance.randrange(len(whole)) if turn % 2 else len(whole)])
        for _ in range(chance.randrange(1, 6)):
            at = chance.choice([chance.randrange(len(whole)), chance.randrange(0x8000, 0xC000)]) % max(
                1, len(mutant)
            )
            mutant[at : at + 1] = bytes([chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])])
        read(bytes(mutant), "x")
    assert time.process_time() - begun < 10


def _seven(header: bytes) -> bytes:
    start = struct.pack("<QQI", 0, len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + header


def _seven_packed(header: bytes, size: int, settings: bytes) -> bytes:
    """A directory that is packed, and says that it unpacks to *size* bytes."""
    described = b"\x17\x06\x00\x01\x09\xf0" + struct.pack("<I", len(header)) + b"\0"
    described += (
        b"\x07\x0b\x01\0\x01\x23\x03\x01\x01\x05" + settings + b"\x0c\xf0" + struct.pack("<I", size) + b"\0\0"
    )
    start = struct.pack("<QQI", len(header), len(described), zlib.crc32(described))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + header + described


def _iso(folders: int) -> bytes:
    """Folders without end: each holds all of the others."""
    volume = bytearray(2048)
    volume[0:6] = b"\x01CD001"
    struct.pack_into("<H", volume, 128, 2048)

    def record(block: int, size: int, flags: int, name: bytes) -> bytes:
        fixed = struct.pack("<BBII", 33 + len(name) + 1, 0, block, 0) + struct.pack("<II", size, 0) + bytes(7)
        return fixed + bytes([flags, 0, 0]) + bytes(4) + bytes([len(name)]) + name + b"\0"

    size = 2048 * folders
    volume[156:190] = record(17, size, 2, b"\0")[:34]
    one = record(17, size, 2, b"d")
    blocks = [
        b"".join(record(17 + at, size, 2, b"%d" % at) for at in range(n, n + 40)) for n in range(folders)
    ]
    assert len(one) < 2048
    return bytes(16 * 2048) + bytes(volume) + b"".join(block.ljust(2048, b"\0") for block in blocks)


HUGE = b"\xff" * 9
LZMA_SETTINGS = bytes([93]) + struct.pack("<I", 0xFFFFFFFF)
BOMBS = {
    "a million headers, fourth form": rar4(*[_fourth(0x7A, 0, b"")] * 1_000_000),
    "a million files, fourth form": rar4(*[_fourth_file(b"a", b"")] * 300_000),
    "a million headers, fifth form": rar5(*[_fifth(3, b"")] * 1_000_000),
    "a header of no length": b"Rar!\x1a\x07\0" + bytes(1_000_000),
    "a number without an end": b"Rar!\x1a\x07\x01\0" + b"\xff" * 1_000_000,
    "directory of zeros": _seven_packed(
        lzma.compress(bytes(8_000_000), lzma.FORMAT_ALONE)[13:],
        8_000_000,
        bytes([93]) + struct.pack("<I", 1 << 23),
    ),
    "a window of four gigabytes": _seven_packed(b"\0" + bytes(100), 1000, LZMA_SETTINGS),
    "a directory of four gigabytes": _seven_packed(b"\0" + bytes(100), 0xFFFFFFFF, LZMA_SETTINGS),
    "numbers without end": _seven(b"\x01\x04\x06\0" + b"\xc0\x4e\x20" + b"\x09" + bytes(5_000_000)),
    "files without names": _seven(b"\x01\x05" + HUGE + b"\0\0"),
    "folders without coders": _seven(b"\x01\x04\x07\x0b" + HUGE + b"\0" + bytes(1000)),
    "many coders": _seven(b"\x01\x04\x07\x0b\xc0\x4e\x20\0" + b"\xc0\x4e\x20" + b"\0" * 5_000_000),
    "streams without sizes": _seven(
        b"\x01\x04\x07\x0b\x01\0\x01\x01\0\x0c\x01\0\x08\x0d\xc0\x20\x4e\0\0\x05\x01\0\0" + bytes(100)
    ),
    "a cabinet of one name": b"MSCF"
    + struct.pack("<IIIIII", 0, 9, 0, 36, 0, 0x103)
    + b"\xff\xff\0\0"
    + bytes(1_200_000),
    "folders inside each other": _iso(2_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_directory_without_end_ends_in_a_limit(name: str) -> None:
    data = BOMBS[name].ljust(0x9000, b"\0")
    bounds = Limits(archive_members=10 * MOST_ENTRIES)
    limits: list[Limit] = []
    begun = time.process_time()
    file = attachments.File(name="x", media_type="", data=data)
    found = attachments.Found()
    attachments.read(file, Allowance(bounds, limits), found)
    assert time.process_time() - begun < 5
    assert [limit.what for limit in limits][-1:] == ["archive-damaged"] or len(found.files) == 1
    assert len(found.files) <= MOST_ENTRIES + 2


def test_no_more_is_listed_than_the_mail_may_hold() -> None:
    found, limits = read(rar5(*[_fifth_file("a", b"")] * 600), "x.rar", STANDARD)
    assert len(found.files) == STANDARD.archive_members + 1
    assert limits == ["archive-listed", "archive-members"]
