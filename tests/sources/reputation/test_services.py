"""Each service whatever its server answers: five states, and nothing that could not be read is one of "clean"."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab.records import Answer, Level, Link, Listing, ListingState, Lookup, Outcome, Weight
from phishlab.sources.reputation import (
    abusech,
    abuseipdb,
    openphish,
    otx,
    phishtank,
    safebrowsing,
    subject,
    urlscan,
    virustotal,
)
from phishlab.wire import Wire
from tests.servers import services as real

LISTED, NOT_LISTED = ListingState.LISTED, ListingState.NOT_LISTED
UNKNOWN, ERROR, NOT_ASKED = ListingState.UNKNOWN_TO_SERVICE, ListingState.ERROR, ListingState.NOT_ASKED
LINK = Link(url=real.URL, host=real.HOST, registrable=real.HOST, path="/kagoya/activemail.kagoya")

CLIENTS: dict[str, Callable[[Wire], Lookup[Listing]]] = {
    "openphish": lambda wire: openphish.url(wire, real.URL),
    "phishtank": lambda wire: phishtank.url(wire, real.URL),
    "google": lambda wire: safebrowsing.url(wire, real.URL),
    "google-v4": lambda wire: safebrowsing.url_v4(wire, real.URL),
    "urlhaus-url": lambda wire: abusech.urlhaus_url(wire, real.URL),
    "urlhaus-host": lambda wire: abusech.urlhaus_host(wire, real.HOST),
    "threatfox": lambda wire: abusech.threatfox_link(wire, LINK),
    "virustotal": lambda wire: virustotal.url(wire, real.URL),
    "abuseipdb": lambda wire: abuseipdb.address(wire, real.IP),
    "urlscan": lambda wire: urlscan.host(wire, real.HOST),
    "otx": lambda wire: otx.domain(wire, real.HOST),
}
JSON = [name for name in CLIENTS if name not in {"openphish", "google"}]
HOSTILE = '<img src=x onerror=alert(1)>{{7*7}}\u202e\x00\r\nX: y" OR 1=1'


def answered(body: object, status: int = 200, **more: Any) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(outcome=Outcome.ANSWERED, data=data, status=status, **more)


def said(
    scripted: Any, service: str, answer: Answer, level: Level = Level.THIRD_PARTY
) -> tuple[Listing, Lookup[Any]]:
    found = CLIENTS[service](scripted(lambda _uri: answer, level))
    assert found.record is not None
    assert found.record.state is ListingState.ERROR or found.outcome is not Outcome.FAILED
    return found.record, found


@pytest.mark.parametrize("service", CLIENTS)
@pytest.mark.parametrize(
    ("status", "note"),
    [
        (400, "the service finds the key or the question malformed: HTTP 400"),
        (401, "the service refuses: HTTP 401"),
        (403, "the service refuses: HTTP 403"),
        (404, "the server answered HTTP 404"),
        (422, "the server answered HTTP 422"),
        (429, "asked too often: HTTP 429"),
        (500, "the server answered HTTP 500"),
        (503, "the server answered HTTP 503"),
        (509, "asked too often: HTTP 509"),
        (204, "the server answered HTTP 204"),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"<html>Just a moment...</html>", b'{"error": "x", "query_status": "no_results"}']
)
def test_a_status_that_is_no_answer_is_an_error(
    scripted: Any, service: str, status: int, note: str, body: bytes
) -> None:
    record, found = said(scripted, service, answered(body, status))
    assert (record.state, found.outcome) == (ERROR, Outcome.FAILED)
    assert found.note == note or (service == "virustotal" and status == 404)
    assert found.evidence, "what came is kept all the same"


@pytest.mark.parametrize("service", CLIENTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>Checking your browser</title>",
        b"[]",
        b"null",
        b"42",
        b'"ok"',
        b"true",
        b"{",
        b'{"query_status": "ok", "data": [{"ioc": "sgog',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"\x00" * 1_000,
        b'{"x": 1' + b"0" * 5_000 + b"}",
        json.dumps({"query_status": HOSTILE, "data": HOSTILE, "results": HOSTILE, "total": HOSTILE}).encode(),
        json.dumps({"data": {"attributes": {"last_analysis_stats": "9"}}, "pulse_info": 3, "total": True}).encode(),
        json.dumps({"data": {"abuseConfidenceScore": "87", "totalReports": None}, "total": -1}).encode(),
        json.dumps({"query_status": "unknown_auth_key", "errortext": "x", "meta": {"status": "error"}}).encode(),
        json.dumps({"pulse_info": {"count": "3"}, "total": "2", "results": {"in_database": True}, "meta": 7,
                    "errortext": ""}).encode(),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_an_error(scripted: Any, service: str, body: bytes) -> None:
    record, found = said(scripted, service, answered(body))
    assert (record.state, found.outcome) == (ERROR, Outcome.FAILED)
    assert found.note
    assert record.detail == found.note


@pytest.mark.parametrize("service", CLIENTS)
def test_what_the_wire_could_not_ask_passes_through(scripted: Any, service: str) -> None:
    failed = Answer(outcome=Outcome.FAILED, note="timed out after 20 s")
    refused = Answer(outcome=Outcome.REFUSED, note="it is at 10.0.0.1, which is no public address")
    no_key = Answer(outcome=Outcome.NOT_ASKED, note="asked with a key only: PHISHLAB_X_KEY")
    for answer, state in ((failed, ERROR), (refused, ERROR), (no_key, NOT_ASKED)):
        record, found = said(scripted, service, answer)
        assert (record.state, found.outcome, found.note) == (state, answer.outcome, answer.note)


@pytest.mark.parametrize("service", CLIENTS)
def test_below_its_level_a_service_is_not_asked(scripted: Any, service: str) -> None:
    record, found = said(scripted, service, answered({}), Level.PASSIVE)
    assert (record.state, found.note) == (NOT_ASKED, "needs level third-party")


@pytest.mark.parametrize("service", JSON)
def test_hostile_words_in_every_field_raise_nothing(scripted: Any, service: str) -> None:
    def spoiled(found: Any) -> Any:
        match found:
            case dict():
                return {name: spoiled(value) for name, value in found.items()}
            case list():
                return [spoiled(value) for value in found]
            case str() if found not in {"ok", "success"}:
                return HOSTILE
        return found

    good = {
        "phishtank": real.PHISHTANK, "google-v4": {"matches": [{"threatType": "MALWARE"}]},
        "urlhaus-url": real.URLHAUS_URL, "urlhaus-host": real.URLHAUS_HOST, "threatfox": real.THREATFOX,
        "virustotal": real.VIRUSTOTAL, "abuseipdb": real.ABUSEIPDB, "urlscan": real.URLSCAN, "otx": real.OTX,
    }  # fmt: skip
    record, _ = said(scripted, service, answered(spoiled(good[service])))
    assert record.state is not NOT_ASKED
    for text in (record.category, record.detail, record.service):
        assert len(text) < 600


def _results(**changes: Any) -> dict[str, Any]:
    return {"meta": {"status": "success"}, "results": {**real.PHISHTANK["results"], **changes}}  # type: ignore[dict-item]


def _stats(**counts: Any) -> dict[str, Any]:
    return {"data": {"attributes": {"last_analysis_stats": counts, "last_analysis_date": 1705374000}}}


def _ioc(ioc: str, confidence: Any = 100) -> dict[str, Any]:
    return {"query_status": "ok", "data": [{"ioc": ioc, "confidence_level": confidence}]}


def _score(score: int, reports: int, **more: Any) -> dict[str, Any]:
    return {"data": {"abuseConfidenceScore": score, "totalReports": reports, **more}}


@pytest.mark.parametrize(
    ("service", "body", "state", "category", "detail", "weight", "mentions"),
    [
        ("openphish", real.FEED.encode(), LISTED, "phishing", "", Weight.STRONG, 0),
        (
            "openphish",
            b"http://sgogoj.com/other\nhttp://b.example/\n",
            UNKNOWN,
            "",
            "1 other URLs of this host are in the feed",
            Weight.STRONG,
            1,
        ),
        ("openphish", b"https://other.example/\n\n\xff\xff\n", UNKNOWN, "", "", Weight.STRONG, 0),
        ("openphish", b"HTTP://SGOGOJ.com./x\n", UNKNOWN, "", "", Weight.STRONG, 0),
        ("phishtank", _results(), LISTED, "phishing", "submission 123", Weight.STRONG, 0),
        (
            "phishtank",
            _results(verified="y", valid="y", phish_id=7),
            LISTED,
            "phishing",
            "submission 7",
            Weight.STRONG,
            0,
        ),
        ("phishtank", _results(in_database=False), UNKNOWN, "", "", Weight.STRONG, 0),
        (
            "phishtank",
            _results(verified=False, valid=False),
            NOT_LISTED,
            "",
            "submitted, and not verified",
            Weight.STRONG,
            1,
        ),
        (
            "phishtank",
            _results(valid=False),
            NOT_LISTED,
            "",
            "submitted, and voted to be no phishing",
            Weight.STRONG,
            1,
        ),
        ("google-v4", {}, NOT_LISTED, "", "", Weight.STRONG, 0),
        (
            "google-v4",
            {"matches": [{"threatType": "SOCIAL_ENGINEERING"}, {"threatType": "NEW"}]},
            LISTED,
            "suspected phishing (social engineering)",
            "",
            Weight.STRONG,
            0,
        ),
        ("google-v4", {"matches": [{"threatType": "NEW"}]}, LISTED, "suspected", "", Weight.STRONG, 0),
        ("urlhaus-url", real.URLHAUS_URL, LISTED, "malware_download", "online; elf, Mozi", Weight.STRONG, 0),
        ("urlhaus-url", {"query_status": "no_results"}, UNKNOWN, "", "", Weight.STRONG, 0),
        ("urlhaus-url", {"query_status": "ok"}, LISTED, "malware", "", Weight.STRONG, 0),
        (
            "urlhaus-host",
            real.URLHAUS_HOST,
            LISTED,
            "URLs that spread malware: 2",
            "some online",
            Weight.MODERATE,
            0,
        ),
        (
            "urlhaus-host",
            {"query_status": "ok", "url_count": "1", "urls": []},
            LISTED,
            "URLs that spread malware: 1",
            "none online",
            Weight.WEAK,
            0,
        ),
        (
            "urlhaus-host",
            {"query_status": "ok", "url_count": "0", "urls": []},
            UNKNOWN,
            "",
            "",
            Weight.STRONG,
            0,
        ),
        ("urlhaus-host", {"query_status": "no_results"}, UNKNOWN, "", "", Weight.STRONG, 0),
        ("threatfox", real.THREATFOX, LISTED, "payload_delivery, Unknown", "confidence 75", Weight.STRONG, 0),
        (
            "threatfox",
            _ioc("http://sgogoj.com/kagoya/activemail.kagoya?x"),
            LISTED,
            "indicator",
            "confidence 100",
            Weight.STRONG,
            0,
        ),
        ("threatfox", _ioc("sgogoj.com:443", 50), LISTED, "indicator", "confidence 50", Weight.MODERATE, 0),
        ("threatfox", _ioc("sgogoj.com", "x"), LISTED, "indicator", "confidence 0", Weight.WEAK, 0),
        ("threatfox", _ioc("notsgogoj.com"), UNKNOWN, "", "1 other indicators name it", Weight.STRONG, 1),
        (
            "threatfox",
            _ioc("http://sgogoj.com/elsewhere"),
            UNKNOWN,
            "",
            "1 other indicators name it",
            Weight.STRONG,
            1,
        ),
        (
            "threatfox",
            {"query_status": "no_result", "data": "Your search did not yield any results"},
            UNKNOWN,
            "",
            "",
            Weight.STRONG,
            0,
        ),
        (
            "virustotal",
            real.VIRUSTOTAL,
            LISTED,
            "malicious",
            "9 of 94 engines say malicious, 1 suspicious",
            Weight.STRONG,
            0,
        ),
        (
            "virustotal",
            _stats(malicious=2, harmless=90),
            LISTED,
            "malicious",
            "2 of 92 engines say malicious, 0 suspicious",
            Weight.MODERATE,
            0,
        ),
        (
            "virustotal",
            _stats(malicious=1, harmless=90),
            LISTED,
            "malicious",
            "1 of 91 engines say malicious, 0 suspicious",
            Weight.WEAK,
            0,
        ),
        (
            "virustotal",
            _stats(malicious=0, suspicious=3, harmless=90),
            NOT_LISTED,
            "",
            "0 of 93 engines say malicious, 3 suspicious",
            Weight.STRONG,
            0,
        ),
        (
            "virustotal",
            _stats(malicious=0, harmless=0),
            UNKNOWN,
            "",
            "known, and never analysed",
            Weight.STRONG,
            0,
        ),
        (
            "abuseipdb",
            _score(87, 12),
            LISTED,
            "reported for abuse",
            "score 87 of 100, 12 reports in 90 days",
            Weight.STRONG,
            0,
        ),
        (
            "abuseipdb",
            _score(25, 1),
            LISTED,
            "reported for abuse",
            "score 25 of 100, 1 reports in 90 days",
            Weight.MODERATE,
            0,
        ),
        (
            "abuseipdb",
            _score(3, 1),
            LISTED,
            "reported for abuse",
            "score 3 of 100, 1 reports in 90 days",
            Weight.WEAK,
            0,
        ),
        (
            "abuseipdb",
            _score(0, 4, isWhitelisted=True),
            NOT_LISTED,
            "",
            "score 0 of 100, 4 reports in 90 days, whitelisted",
            Weight.STRONG,
            4,
        ),
        ("abuseipdb", _score(0, 0), UNKNOWN, "", "no reports in 90 days", Weight.STRONG, 0),
        (
            "urlscan",
            real.URLSCAN,
            NOT_LISTED,
            "",
            "2 scans by others: a scan is no verdict",
            Weight.STRONG,
            2,
        ),
        ("urlscan", {"results": [], "total": 0}, UNKNOWN, "", "", Weight.STRONG, 0),
        ("otx", real.OTX, NOT_LISTED, "", "named in 3 pulses: a mention is no verdict", Weight.STRONG, 3),
        ("otx", {"pulse_info": {"count": 0}}, UNKNOWN, "", "", Weight.STRONG, 0),
    ],
)
def test_what_it_says(
    scripted: Any,
    service: str,
    body: Any,
    state: ListingState,
    category: str,
    detail: str,
    weight: Weight,
    mentions: int,
) -> None:
    record, found = said(scripted, service, answered(body))
    assert (record.state, record.category, record.detail) == (state, category, detail)
    assert (record.weight, record.mentions, found.outcome) == (weight, mentions, Outcome.ANSWERED)
    assert record.as_of is not None
    assert record.link.startswith("https://")


@pytest.mark.parametrize(
    ("service", "body", "as_of"),
    [
        ("phishtank", real.PHISHTANK, datetime(2024, 1, 16, 2, tzinfo=UTC)),
        ("urlhaus-url", real.URLHAUS_URL, datetime(2024, 1, 16, 3, 4, 5, tzinfo=UTC)),
        ("threatfox", real.THREATFOX, datetime(2024, 1, 16, 3, 4, 5, tzinfo=UTC)),
        ("virustotal", real.VIRUSTOTAL, datetime(2024, 1, 16, 3, 0, tzinfo=UTC)),
        (
            "abuseipdb",
            _score(87, 2, lastReportedAt="2024-01-16T12:04:05+09:00"),
            datetime(2024, 1, 16, 3, 4, 5, tzinfo=UTC),
        ),
        ("urlscan", real.URLSCAN, datetime(2024, 1, 16, 3, 4, 5, tzinfo=UTC)),
        (
            "virustotal",
            {"data": {"attributes": {"last_analysis_stats": {"malicious": 1}, "last_analysis_date": 10**30}}},
            datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        ),
        (
            "urlhaus-url",
            {"query_status": "ok", "date_added": "yesterday"},
            datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        ),
    ],
)
def test_it_is_told_as_of_the_service_s_own_time_or_that_of_asking(
    scripted: Any, service: str, body: Any, as_of: datetime
) -> None:
    assert said(scripted, service, answered(body))[0].as_of == as_of


def test_virustotal_s_404_is_unknown_only_in_its_own_words(scripted: Any) -> None:
    record, _ = said(scripted, "virustotal", answered(real.VIRUSTOTAL_MISSING, 404))
    assert record.state is UNKNOWN
    assert (
        said(scripted, "virustotal", answered({"error": {"code": "ForbiddenError"}}, 404))[0].state is ERROR
    )


def test_the_feed_s_own_time_is_told_where_its_server_says_it(scripted: Any) -> None:
    dated = answered(real.FEED.encode(), headers=(("Last-Modified", "Tue, 16 Jan 2024 01:00:00 GMT"),))
    wire = scripted(lambda _uri: dated)
    wire._kept = lambda _question, answer: answer  # as the archive hands it back, with its headers
    found = openphish.url(wire, real.URL)
    assert found.record is not None
    assert found.record.detail == "feed of Tue, 16 Jan 2024 01:00:00 GMT"


@pytest.mark.parametrize("ip", ["10.0.0.1", "192.0.2.1", "::1", "nonsense", ""])
@pytest.mark.parametrize("ask", [abuseipdb.address, virustotal.address, urlscan.address, otx.address])
def test_addresses_that_nobody_holds_are_not_asked_about(scripted: Any, ip: str, ask: Any) -> None:
    wire = scripted({})
    found = ask(wire, ip)
    assert (found.record.state, found.outcome, wire.asked) == (NOT_ASKED, Outcome.NOT_ASKED, [])
    if ip and ip != "nonsense":
        for other in (abusech.urlhaus_host, abusech.threatfox_address):
            assert other(wire, ip).outcome is Outcome.NOT_ASKED
    assert wire.asked == []


def test_no_key_stands_in_a_question_and_each_names_its_own(
    scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ABUSE_CH", "VIRUSTOTAL", "ABUSEIPDB", "OTX", "URLSCAN", "GOOGLE_SAFE_BROWSING"):
        monkeypatch.setenv(f"PHISHLAB_{name}_KEY", "canary-key-3f9d")
    variables = set()
    for ask in CLIENTS.values():
        wire = scripted(lambda _uri: answered({}))
        ask(wire)
        for question in wire.asked:
            assert "canary" not in repr(question) + str(question.headers) + str(question.body)
            assert question.secret_headers == ()
            variables |= {question.credential.variable} if question.credential else set()
    assert variables == {
        f"PHISHLAB_{name}_KEY"
        for name in ("ABUSE_CH", "VIRUSTOTAL", "ABUSEIPDB", "OTX", "URLSCAN", "GOOGLE_SAFE_BROWSING")
    }


GOOD: dict[str, Any] = {
    "phishtank": real.PHISHTANK, "google-v4": {"matches": [{"threatType": "MALWARE"}]},
    "urlhaus-url": real.URLHAUS_URL, "urlhaus-host": real.URLHAUS_HOST, "threatfox": real.THREATFOX,
    "virustotal": real.VIRUSTOTAL, "abuseipdb": real.ABUSEIPDB, "urlscan": real.URLSCAN, "otx": real.OTX,
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 10**400, 1.5, float("inf"), float("nan"), "", "ok", "no_results", "\ud800",
    "x" * 9999, [], {}, [[]], [None], {"a": 1}, "2024-99-99", "9999-12-31 23:59:59 UTC", "0001-01-01T00:00:00+14:00",
    -(10**18), 253402300800,
]  # fmt: skip


def _mutant(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.12:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {name: _mutant(inner, chance) for name, inner in value.items() if chance.random() > 0.05}
    if isinstance(value, list):
        return [_mutant(inner, chance) for inner in value] * chance.choice([1, 1, 1, 0, 3])
    return value


@pytest.mark.parametrize("service", JSON)
def test_no_shape_of_an_answer_raises_and_each_is_one_of_the_five(scripted: Any, service: str) -> None:
    chance = random.Random(service)
    for _ in range(400):
        body = json.dumps(_mutant(GOOD[service], chance)).encode()
        record, found = said(
            scripted, service, answered(body[: chance.choice([None, None, None, len(body) // 2])])
        )
        assert isinstance(record.state, ListingState)
        assert len(f"{record.category}{record.detail}{found.note}".encode()) < 2_000
        assert record.state is not NOT_ASKED


@pytest.mark.parametrize("at", range(len(ODD)))
def test_a_time_is_a_time_or_none(at: int) -> None:
    time = subject.moment(ODD[at])
    assert time is None or (time.tzinfo is UTC and 1 < time.year <= 9999)
