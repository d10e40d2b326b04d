"""From fields that mail programs read differently."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from phishlab.mail import address, headers, message

SHAPES = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text(encoding="utf-8"))[
    "from_shapes"
]
A, B, KAGOYA = "a@first.com", "b@second.com", "support@kagoya.com"
EXPECTED: dict[str, tuple[list[str], bool]] = {
    "two From": ([A, B], True),
    "space before colon": ([A, B], True),
    "leading space line": ([A, B], True),
    "folded empty": ([A], False),
    "two addrs": ([A, B], True),
    "display addr": ([B], False),
    "unquoted display addr": ([B, KAGOYA], True),
    "encoded display": ([B, KAGOYA], True),
    "encoded addr": ([B, A], True),
    "route": ([B], True),
    "quoted pair": ([A, B], True),
    "comment": ([B, A], True),
    "group": ([A, B], True),
    "NUL": (["a@first.com@second.com", A], True),
    "two at": (["a@first.com@second.com", A], True),
    "idn": (["a@例え.jp"], False),
    "rtl": ([B], False),
    "empty": ([], False),
    "no From": ([], False),
}


@pytest.mark.parametrize(("name", "block"), SHAPES["cases"].items())
def test_each_hostile_from_lists_every_reading(name: str, block: str) -> None:
    sender = message.parse(block.encode("latin-1") + b"To: v@example.jp\r\n\r\nx").from_
    assert (list(sender.candidates), sender.ambiguous) == EXPECTED[name]


@pytest.mark.parametrize(
    ("raw", "found", "name"),
    [
        (
            '"Kagoya Active! Mail" <postmaster@aica-interior.co.jp>',
            "postmaster@aica-interior.co.jp",
            "Kagoya Active! Mail",
        ),
        ("Kundenservice, jehd <service@shop.example>", "service@shop.example", "Kundenservice, jehd"),
        ("=?iso-2022-jp?B?GyRCJSslNCVkGyhC?= <a@b.example>", "a@b.example", "カゴヤ"),
        ("a@b.example (Some Body)", "a@b.example", "Some Body"),
        ("a@b.example", "a@b.example", ""),
        ("Nobody", None, ""),
    ],
)
def test_the_address_that_a_reader_sees_and_its_name(raw: str, found: str | None, name: str) -> None:
    sender = address.parse(raw)
    assert (sender.address, sender.display_name, sender.ambiguous) == (found, name, False)


def test_the_sender_of_real_phishing_is_found_wherever_one_stands(shared_data: Path) -> None:
    blind = []
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml"))[::5]:
        raw = next(
            (
                header.raw
                for header in message.parse(path.read_bytes()).headers
                if header.name.lower() == "from"
            ),
            "",
        )
        if "@" in raw and address.parse(raw).address is None:
            blind.append(path.name)
    assert len(blind) <= 2, blind


PIECES = [
    *("Name", " ", "  ", ",", '"', "<", ">", "(", ")", "@", "\\", '\\"', ":", ";", "[", "\x00", "\xa0", "é", "'"),
    *("a@b.example", "<a@b.example>", "c@d.example", "<c@d.example>", "a" * 70, '"Q"', '"a <b> c"', '"a@b.example"'),
    *("=?utf-8?Q?N?=", "=?utf-8?Q?c@d.example?=", "=?utf-8?Q?=3Ca=40b.example=3E?=", "=?utf-8?Q?=22?=", "=?x?="),
]  # fmt: skip


def _slowly(line: str) -> tuple[str, ...]:
    return tuple(address._unique([found.lower() for found in address._BARE.findall(line)]))


def test_what_nearly_all_write_is_read_as_anything_is() -> None:
    chance = random.Random(3)
    usual = 0
    for _ in range(100_000):
        line = headers.plain("".join(chance.choices(PIECES, k=chance.randrange(1, 7))))
        quick = address._usual(line)
        assert quick in {None, address._any(line)}, line
        assert address.addresses(line) == _slowly(line), line
        usual += quick is not None
    assert usual > 4_000


def test_real_senders_and_recipients_are_read_as_anything_is(shared_data: Path) -> None:
    usual = []
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml")):
        fields, _ = headers.read(path.read_bytes(), [])
        for raw in (*fields.raws("from"), *fields.raws("to"), *fields.raws("reply-to")):
            line = headers.plain(raw)
            assert address._usual(line) in {None, address._any(line)}
            assert address.addresses(line) == _slowly(line)
        usual += [address._usual(headers.plain(raw)) is not None for raw in fields.raws("from")]
    assert sum(usual) > len(usual) * 0.7
