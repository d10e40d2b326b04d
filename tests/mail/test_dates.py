"""Dates as mail programs write them."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime

import pytest

from phishlab.mail import dates

TEN = datetime(2024, 1, 16, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "offset", "standard"),
    [
        ("Tue, 16 Jan 2024 10:00:00 +0900 (JST)", TEN, 540, True),
        ("16 Jan 24 01:00 GMT", TEN, 0, True),
        ("Tue, 16 Jan 2024 01:00:00 -0000", TEN, None, True),
        ("Tue, 16 Jan 2024 10:00:00 AM +0900", TEN, 540, False),
        ("2024-01-16 01:00:00 +0000 UTC m=+17.9", TEN, 0, False),
        ("2024-01-16T01:00:00Z", TEN, 0, False),
        ("Tue Jan 16 01:00:00 UTC 2024", TEN, 0, False),
        ("Tue, 16 Jan\r\n 2024\r\n\t10:00:00\r\n +0900", TEN, 540, True),
        ("16-Jan-2024 10:00:00 +0900", TEN, 540, True),
        ("Tue Jan 16 10:00:00 2024 +0900", TEN, 540, False),
        ("Tue, 16 Jan 2024 10:00:00 +0900" + " (a long comment)" * 100, TEN, 540, True),
        ("x" * 2000 + " Tue, 16 Jan 2024 10:00:00 +0900", TEN, 540, True),
        ("Tue, 16 Jan 2024 10:00:00 +2500", None, 1500, True),
        ("Tue, 16 Jan 2024 10:00:00 +1500", datetime(2024, 1, 15, 19, tzinfo=UTC), 900, True),
        ("Tue, 16 Jan 2024 01:00:00", None, None, False),
        ("Tue, 16 Jan 2024 01:00:00 XYZ", None, None, True),
        ("Tue, 31 Feb 2024 01:00:00 +0000", None, None, False),
        ("Tue, 16 Jan 2024 25:00:00 +0000", None, None, False),
    ],
)
def test_a_date_and_its_offset(
    text: str, moment: datetime | None, offset: int | None, standard: bool
) -> None:
    found = dates.find(text)
    assert found is not None
    assert (found.utc, found.offset_min, found.standard) == (moment, offset, standard)


@pytest.mark.parametrize("text", ["", "yesterday", "10:00:00", "16 Foo 2024"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.find(text) is None


def test_a_date_that_stands_alone_is_read_as_any_other() -> None:
    chance = random.Random(5)
    odd = (
        "",
        " ",
        "\r\n ",
        "31",
        "Feb",
        "0024",
        "24",
        "60",
        "-0000",
        "+2500",
        "(JST)",
        "AM",
        "GMT",
        "\x1c",
        ":",
    )
    seen = 0
    for _ in range(20_000):
        pieces = re.findall(
            r"\s+|\w+|[^\w\s]\d*", f" Tue, 16 Jan 2024 {chance.randrange(30)}:00:00 +0900 (JST)"
        )
        for _ in range(chance.choice((0, 1, 1, 2))):
            pieces[chance.randrange(len(pieces))] = chance.choice(odd)
        text = "".join(pieces)
        alone = dates._alone(text)
        if alone is not None:
            seen += 1
            assert alone == dates._find(text, 0), text
    assert seen > 2_000
