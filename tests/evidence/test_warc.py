"""Records that are not phishlab's, or not records at all, are passed over."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta, timezone

import pytest

from phishlab.evidence import warc

FOREIGN = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:x>\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"\r\n\r\n",
        FOREIGN,
        FOREIGN[:30],
        b"WARC/1.1\r\nPhishlab-Outcome: answered\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["empty", "letter", "blank", "foreign", "cut", "bare"],
)
def test_what_is_no_answer_is_none(content: bytes) -> None:
    assert warc.parse(content) is None


def test_a_record_without_a_digest_is_not_intact() -> None:
    assert not warc.intact(FOREIGN)
    assert not warc.intact(b"rubbish")


def test_members_end_where_the_gzip_ends() -> None:
    first, second = gzip.compress(b"one"), gzip.compress(b"two" * 99_999)
    found = list(warc.members(first + second + b"rest"))
    assert [(member.start, member.end) for member in found] == [
        (0, len(first)),
        (len(first), len(first + second)),
    ]
    assert [member.content[:3] for member in found] == [b"one", b"two"]


def test_a_time_is_written_in_utc() -> None:
    tokyo = datetime(2024, 1, 16, 10, 0, tzinfo=timezone(timedelta(hours=9)))
    assert warc.stamp(tokyo) == warc.stamp(tokyo.astimezone(UTC)) == "2024-01-16T01:00:00Z"
