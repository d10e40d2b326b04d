"""A header block read in one go is what it is line by line; encoded words in one go what they are one by one."""

from __future__ import annotations

import random
import time
from base64 import b64encode
from pathlib import Path

import pytest

from phishlab.classes import replace
from phishlab.mail import headers
from phishlab.mail.limits import STANDARD
from phishlab.records import Header, Limit

CORPUS = Path(__file__).parents[1] / "corpus" / "mails"
PIECES = (
    b"\r\n\r\n", b"\n", b"\r", b"\x00", b"\xff\xfe", b"\x1b$B", b"=?utf-8?B?", b"?=", b"\r\n ", b"\r\n\t",
    b"\r\n \r\n", b" ", b"\t", b":", b"A:", b"\r\n:", b"From a b\r\n", b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\xa0",
    b"\x7f", b"x" * 120,
)  # fmt: skip


def _agree(data: bytes) -> bool:
    """Whether *data* is read in one go; then as line by line."""
    block, _ = headers.split(data)
    quick = headers._plain_fields(block, STANDARD)
    if quick is None:
        return False
    limits: list[Limit] = []
    assert quick == headers._fields(block, limits, STANDARD), block[:500]
    assert not limits
    return True


def _mutants(seeds: list[bytes], number: int) -> list[bytes]:
    chance = random.Random(number)
    out = []
    for _ in range(number):
        data = bytearray(chance.choice(seeds)[:20_000])
        for _ in range(chance.choice((1, 1, 2, 5))):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.choice((0, 1, 2, 20))] = chance.choice((*PIECES, b""))
        out.append(bytes(data) + b"\r\n\r\nbody")
    return out


def test_the_project_s_own_mails_and_mutants_read_the_same_both_ways() -> None:
    own = [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]
    assert sum(map(_agree, own)) > 0.8 * len(own)
    assert sum(map(_agree, _mutants(own, 4_000))) > 500


def test_real_mails_and_mutants_read_the_same_both_ways(shared_data: Path) -> None:
    files = [path for path in sorted((shared_data / "mail").rglob("*")) if path.is_file()]
    real = [path.read_bytes() for path in files]
    assert sum(map(_agree, real)) > len(real) // 2
    assert sum(map(_agree, _mutants([headers.split(data)[0] for data in real], 4_000))) > 500


def test_fields_are_a_sequence_like_any_other_and_found_by_their_names() -> None:
    limits: list[Limit] = []
    fields = headers.parse(
        b"To: a@b.example\r\nsubject: =?utf-8?Q?=E5?=\r\n =?utf-8?Q?=8F=A3?= x\r\nTO: c", limits
    )
    read = (
        Header(name="To", value="a@b.example", raw="a@b.example"),
        Header(name="subject", value="口 x", raw="=?utf-8?Q?=E5?=\r\n =?utf-8?Q?=8F=A3?= x"),
        Header(name="TO", value="c", raw="c"),
    )
    assert fields == read == tuple(fields)
    assert hash(fields) == hash(read)
    assert repr(fields) == repr(read)
    assert fields != read[:2]
    assert (fields[-1], fields[1:], fields[:-5]) == (read[2], read[1:], ())
    assert (list(fields.places("to")), fields.raws("to")) == ([0, 2], ["a@b.example", "c"])
    assert not fields.places("To")  # asked for in lower case
    assert headers.by_name(read) == read
    with pytest.raises(IndexError):
        fields[3]


def test_a_mail_read_at_once_is_what_its_two_halves_are(shared_data: Path) -> None:
    files = [path for path in sorted((shared_data / "mail").rglob("*")) if path.is_file()]
    starts = [path.read_bytes()[:20_000] for path in files]
    small = replace(STANDARD, header_block=3_000)
    for data in [
        *starts,
        *_mutants(starts, 4_000),
        b"",
        b"A: 1\r\n\r\n",
        b"\xef\xbb\xbfA: 1\r\nB: 2\r\n\r\nbody",
    ]:
        for bounds in (STANDARD, small):
            limits: tuple[list[Limit], list[Limit]] = ([], [])
            block, rest = headers.split(data, bounds)
            read = headers.read(data, limits[0], bounds)
            assert read == (headers.parse(block, limits[1], bounds), rest), data[:500]
            assert limits[0] == limits[1]
            fields = read[0]
            assert fields.bare() == [(each.name, each.raw) for each in fields if not each.raw.isascii()]


@pytest.mark.parametrize("cut", [3, 4, 6, 45])
@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp"])
def test_base64_words_side_by_side_read_as_one(cut: int, charset: str) -> None:
    data = ("口座の確認" * 9).encode(charset)
    words = [f"=?{charset}?B?{b64encode(data[at : at + cut]).decode()}?=" for at in range(0, len(data), cut)]
    assert headers.encoded_words(" ".join(words)) == "口座の確認" * 9
    assert headers.encoded_words("  ".join(words)) == "口座の確認" * 9
    assert headers.encoded_words(" ".join([*words, "tail"])) == "口座の確認" * 9 + " tail"
    assert headers.encoded_words(" ".join([*words, f"=?{charset}?B?QUJD"])).endswith(f" =?{charset}?B?QUJD")


def test_where_the_header_ends_is_the_first_empty_line_of_any_kind() -> None:
    for head in (b"A: 1\n\nb\r\n\r\nc", b"A: 1\r\n\r\nb\n\nc", b"A: 1\r\rb\n\n\r\n\r\n", b"A: 1\r\n\n\r\nb"):
        assert headers.split(head)[0].strip() == b"A: 1"


@pytest.mark.parametrize(
    "piece", [b"a", b"a:\r\n", b"a:\r\n ", b"\r\n ", b"=?utf-8?B?QQ== ", b"=?u?B?QUJD?= ", b"?= =?u?B?"]
)
def test_a_megabyte_of_headers_takes_no_time(piece: bytes) -> None:
    began = time.process_time()
    assert all(field.value is not None for field in headers.parse(b"A: " + piece * (2**20 // len(piece)), []))
    assert time.process_time() - began < 1
