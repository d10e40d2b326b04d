"""From fields that mail programs read differently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phishlab.mail import address, message

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
