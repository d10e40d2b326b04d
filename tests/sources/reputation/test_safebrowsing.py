"""Safe Browsing v5: canonical forms, expressions, prefixes, and its answers in Protocol Buffers."""

from __future__ import annotations

import base64
import time
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import pytest

from phishlab.records import Answer, ListingState, Outcome, Weight
from phishlab.sources.reputation import expressions, protobuf, safebrowsing
from tests.servers import services as real

URL = real.URL
OURS = list(expressions.hashes(URL))
OTHER = sha256(b"somebody else's").digest()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        # Google's own examples, but for those that are no URL by the WHATWG's rules.
        ("http://host/%25%32%35", "host/%25"),
        ("http://host/%25%32%35%25%32%35", "host/%25%25"),
        ("http://host/%2525252525252525", "host/%25"),
        ("http://host/asdf%25%32%35asd", "host/asdf%25asd"),
        ("http://host/%%%25%32%35asd%%", "host/%25%25%25asd%25%25"),
        ("http://www.google.com/", "www.google.com/"),
        ("http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
         "168.188.99.26/.secure/www.ebay.com/"),
        ("http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn/",
         "195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn/"),
        ("http://host.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B",
         "host.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+"),
        ("http://3279880203/blah", "195.127.0.11/blah"),
        ("http://www.google.com/blah/..", "www.google.com/"),
        ("http://www.evil.com/blah#frag", "www.evil.com/blah"),
        ("http://www.GOOgle.com/", "www.google.com/"),
        ("http://www.google.com.../", "www.google.com/"),
        ("http://www.google.com/foo\tbar\rbaz\n2", "www.google.com/foobarbaz2"),
        ("http://www.google.com/q?", "www.google.com/q?"),
        ("http://www.google.com/q?r?", "www.google.com/q?r?"),
        ("http://www.google.com/q?r?s", "www.google.com/q?r?s"),
        ("http://evil.com/foo#bar#baz", "evil.com/foo"),
        ("http://evil.com/foo;", "evil.com/foo;"),
        ("http://evil.com/foo?bar;", "evil.com/foo?bar;"),
        ("http://notrailingslash.com", "notrailingslash.com/"),
        ("http://www.gotaport.com:1234/", "www.gotaport.com/"),
        ("  http://www.google.com/  ", "www.google.com/"),
        ("https://www.securesite.com/", "www.securesite.com/"),
        ("http://host.com/ab%23cd", "host.com/ab%23cd"),
        ("http://host.com//twoslashes?more//slashes", "host.com/twoslashes?more//slashes"),
        ("http://[::ffff:1.2.3.4]/", "1.2.3.4/"),
        ("http://[64:ff9b::1.2.3.4]/", "1.2.3.4/"),
        ("http://[2001:0db8:0000::1]/", "[2001:db8::1]/"),
        # Beyond them.
        ("http://user:pass@a.example/%252e%252e/%2e/b", "a.example/b"),
        ("http://日本.example/日本", "xn--wgv71a.example/%E6%97%A5%E6%9C%AC"),
    ],
)  # fmt: skip
def test_the_canonical_form(url: str, expected: str) -> None:
    found = expressions.canonical(url)
    assert found is not None
    host, path, query = found
    assert host + path + ("" if query is None else f"?{query}") == expected


@pytest.mark.parametrize(
    "url", ["", "mailto:a@b.example", "ftp://a.example/", "http://", "javascript:alert(1)", "x"]
)
def test_what_is_no_web_address_has_none(url: str) -> None:
    assert expressions.canonical(url) is None
    assert expressions.of(url) == ()
    assert safebrowsing.question(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        # The examples of Google's page, which walks up from the registrable domain.
        ("http://a.b.com/1/2.html?param=1", {
            "a.b.com/1/2.html?param=1", "a.b.com/1/2.html", "a.b.com/", "a.b.com/1/",
            "b.com/1/2.html?param=1", "b.com/1/2.html", "b.com/", "b.com/1/"}),
        ("http://a.b.c.d.e.f.com/1.html", {
            "a.b.c.d.e.f.com/1.html", "a.b.c.d.e.f.com/", "c.d.e.f.com/1.html", "c.d.e.f.com/",
            "d.e.f.com/1.html", "d.e.f.com/", "e.f.com/1.html", "e.f.com/", "f.com/1.html", "f.com/"}),
        ("http://1.2.3.4/1/", {"1.2.3.4/1/", "1.2.3.4/"}),
        ("http://example.co.uk/1", {"example.co.uk/1", "example.co.uk/"}),
        ("http://co.uk/1", {"co.uk/1", "co.uk/"}),
        ("http://x.example/a/b/c/d/e.html?q", {
            "x.example/a/b/c/d/e.html?q", "x.example/a/b/c/d/e.html", "x.example/", "x.example/a/", "x.example/a/b/",
            "x.example/a/b/c/"}),
    ],
)  # fmt: skip
def test_the_expressions(url: str, expected: set[str]) -> None:
    found = expressions.of(url)
    assert set(found) == expected
    assert len(found) == len(expected)


def test_never_more_than_thirty_and_never_slow() -> None:
    long = "http://" + "a." * 60 + "example.co.jp/" + "b/" * 500 + "?" + "%25" * 50_000 + "41"
    began = time.process_time()
    assert len(expressions.of(long)) == 30
    assert time.process_time() - began < 1.0


def test_four_bytes_of_each_hash_are_asked_and_nothing_of_the_url() -> None:
    asked = safebrowsing.question(URL)
    assert asked is not None
    prefixes = [base64.b64decode(one) for one in parse_qs(asked.uri.partition("?")[2])["hashPrefixes"]]
    assert prefixes == sorted({digest[:4] for digest in OURS})
    assert {len(prefix) for prefix in prefixes} == {4}
    assert "sgogoj" not in asked.uri
    assert asked == safebrowsing.question(URL)


def _said(scripted: Any, body: bytes) -> Any:
    answer = Answer(outcome=Outcome.ANSWERED, data=body, status=200, media_type="application/x-protobuf")
    found = safebrowsing.url(scripted(lambda _uri: answer), URL)
    assert found.record is not None
    return found.record


def test_a_full_hash_of_ours_is_a_listing_with_its_words_and_its_end(scripted: Any) -> None:
    record = _said(
        scripted, real.searched(real.full_hash(OTHER), real.full_hash(OURS[0]), real.full_hash(OURS[0], 1))
    )
    assert (record.state, record.weight) == (ListingState.LISTED, Weight.STRONG)
    assert record.category == "suspected phishing (social engineering), suspected malware"
    assert record.detail.endswith("; true until 2026-11-24T09:05:00Z")
    assert record.detail.startswith("by sgogoj.com/")


def test_somebody_else_s_hash_with_our_prefix_is_no_listing(scripted: Any) -> None:
    record = _said(scripted, real.searched(real.full_hash(OURS[0][:4] + OTHER[4:])))
    assert (record.state, record.detail) == (ListingState.NOT_LISTED, "true until 2026-11-24T09:05:00Z")


def test_nothing_found_holds_for_a_day_at_the_most(scripted: Any) -> None:
    assert _said(scripted, real.searched(seconds=10**12)).detail == "true until 2026-11-25T09:00:00Z"
    assert _said(scripted, real.searched(seconds=0)).state is ListingState.NOT_LISTED


@pytest.mark.parametrize("attributes", [(1,), (99,), (1, 2)])
@pytest.mark.parametrize("packed", [False, True])
def test_a_canary_and_what_is_not_known_is_passed_over(
    scripted: Any, attributes: tuple[int, ...], packed: bool
) -> None:
    hit = real.full_hash(OURS[0], 2, attributes, packed=packed)
    assert _said(scripted, real.searched(hit)).state is ListingState.NOT_LISTED


def test_a_kind_of_threat_that_is_not_known_is_passed_over(scripted: Any) -> None:
    for kind in (0, 5, 2**40):
        assert _said(scripted, real.searched(real.full_hash(OURS[0], kind))).state is ListingState.NOT_LISTED


def test_what_is_true_of_frames_alone_weighs_less(scripted: Any) -> None:
    record = _said(scripted, real.searched(real.full_hash(OURS[0], 2, (2,), packed=True)))
    assert (record.state, record.weight) == (ListingState.LISTED, Weight.MODERATE)
    assert "in frames alone" in record.detail


def test_an_answer_cut_anywhere_is_never_clean(scripted: Any) -> None:
    whole = real.searched(real.full_hash(OURS[0]), real.full_hash(OTHER))
    states = {_said(scripted, whole[:length]).state for length in range(len(whole))}
    assert states == {ListingState.ERROR, ListingState.LISTED}
    nothing = real.message(2, real.scalar(1, 300))
    for length in range(len(nothing)):
        assert _said(scripted, nothing[:length]).state is ListingState.ERROR


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01",
        b"\x07",
        b"\x0b\x0c",
        b"\x0a",
        b"\x0a\x05abc",
        b"\x08" + b"\xff" * 11,
        b"\x0d\x00",
        b"\x09\x00",
        b"\xff",
    ],
)
def test_what_is_no_message_is_malformed(data: bytes) -> None:
    with pytest.raises(protobuf.MalformedError):
        list(protobuf.fields(data))
    assert safebrowsing.parse(data) is None


def test_fields_are_read_as_they_stand() -> None:
    data = real.scalar(1, 300) + real.message(2, b"abc") + b"\x1d\x01\x02\x03\x04" + b"\x21" + b"\x00" * 8
    assert list(protobuf.fields(data)) == [(1, 300), (2, b"abc"), (3, b"\x01\x02\x03\x04"), (4, b"\x00" * 8)]
    assert list(protobuf.numbers([5, b"\x01\xac\x02"])) == [5, 1, 300]
