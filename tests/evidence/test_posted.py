"""The name of what was posted, by the convention of web archives (IIPC, CDX for non-GET requests)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from phishlab.evidence import posted
from phishlab.evidence.archive import Archive
from phishlab.records import Level, Outcome, Provenance, Question

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NESTED = {
    "type": "event", "id": 44.0, "values": [True, False, None],
    "source": {"type": "component", "id": "a+b&c= d", "values": [3, 4]},
}  # fmt: skip

EVENTS = (
    "http://example.org/events?__wb_method=POST&type=event&id=44.0&values=True&values.2_=False"
    "&values.3_=None&type.2_=component&id.2_=a%2Bb%26c%3D+d&values.4_=3&values.5_=4"
)


def question(uri: str, body: bytes = b"", media_type: str = "") -> Question:
    return Question(uri=uri, level=Level.THIRD_PARTY, body=body, media_type=media_type)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (question("http://example.org/?page=1"), "http://example.org/?page=1"),
        (
            question("http://example.org/chat", b"hello"),
            "http://example.org/chat?__wb_method=POST&__wb_post_data=aGVsbG8=",
        ),
        (
            question("http://example.org/?page=1", b"foo=b%20r&x=%E6%97%A5", FORM),
            "http://example.org/?page=1&__wb_method=POST&foo=b+r&x=%E6%97%A5",
        ),
        (
            question("http://example.org/?foo&", b"a=", FORM + "; charset=utf-8"),
            "http://example.org/?foo&&__wb_method=POST&a=",
        ),
        (
            question("http://example.org/events", json.dumps(NESTED).encode(), JSON),
            EVENTS,
        ),
    ],
)
def test_the_name_is_that_of_the_guideline(asked: Question, name: str) -> None:
    assert posted.key(asked) == name


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"{broken", JSON), (b"[" * 100_000, JSON), (b"x=\xff\xfe", FORM), (b"\xff", JSON)],
)
def test_what_is_not_as_its_type_says_is_named_by_its_bytes(body: bytes, media_type: str) -> None:
    name = posted.key(question("http://example.org/", body, media_type))
    assert name.partition("__wb_post_data=")[2]
    assert len(name) < 200


def test_a_long_body_and_one_that_shows_nothing_are_named_by_their_digest() -> None:
    for body, media_type in ((b"x=" + b"y" * 5000, FORM), (b"{}", JSON), (b"&&", FORM)):
        name = posted.key(question("http://example.org/", body, media_type))
        assert name.endswith(f"&__wb_post_data=sha256:{sha256(body).hexdigest()}")


def test_the_pair_is_kept_under_the_asked_uri_and_found_by_its_name(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "answers.warc.gz")
    asked = [question("https://example.org/v1/", f"host={host}".encode(), FORM) for host in ("a.jp", "b.jp")]
    for one in asked:
        request = b"POST /v1/ HTTP/1.1\r\nHost: example.org\r\n\r\n" + one.body
        archive.append(
            one,
            b"HTTP/1.1 200 OK\r\n\r\nabout " + one.body,
            run="1",
            peer="11.0.0.1:443",
            asked_at=datetime(2026, 11, 24, tzinfo=UTC),
            origin=Provenance.RECORDED,
            outcome=Outcome.ANSWERED,
            http_request=request,
        )
    again = Archive(archive.path)
    assert again.exchanges() == archive.exchanges()
    for one in asked:
        found = again.find(posted.key(one), "1")
        assert found is not None
        assert found.data == b"about " + one.body
    with archive.path.open("rb") as file:
        records = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert {uri for _, uri, _ in records} == {"https://example.org/v1/"}
    assert [body for kind, _, body in records if kind == "request"] == [one.body for one in asked]
