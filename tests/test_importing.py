"""Answers got elsewhere are read by the sources as if they had asked, and are never taken for recorded."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab import case as cases
from phishlab import cli, importing, report, walkthrough, wording
from phishlab.case import Case
from phishlab.cli import verbs
from phishlab.errors import InputError
from phishlab.evidence import har
from phishlab.evidence.verify import verify
from phishlab.importing import Origin
from phishlab.records import Level, ListingState, Lookup, Outcome, Provenance
from phishlab.sources import network, registration
from phishlab.sources.reputation import urlscan, virustotal
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA, ROOT

BUILD = ROOT / "data" / "build" / "kagoya"
MAIL = (KAGOYA / "data" / "evidence" / "original.eml").read_bytes()
RECIPIENT = "office@studio.example"
SEEN = datetime(2024, 1, 17, 3, tzinfo=UTC)
JPRS = (BUILD / "whois-aica-interior.co.jp.txt").read_bytes()
RDAP = (BUILD / "rdap-sgogoj.com.json").read_bytes()
VIRUSTOTAL = json.dumps(
    {"data": {"attributes": {"last_analysis_stats": {"malicious": 9, "harmless": 60, "undetected": 24}}}}
).encode()
URLSCAN = json.dumps({"total": 2, "results": [{"task": {"time": "2024-01-16T02:00:00.000Z"}}]}).encode()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """The article's mail, offline: nobody was asked."""
    made = cases.create(MAIL, tmp_path / "case")
    walkthrough.casefile(made)
    made.seal()
    return cases.open_case(tmp_path / "case")


def _origin(case: Case, data: bytes) -> Origin:
    return importing.origin(case, data, "the registry's own page", SEEN)


def _evidence(found: Lookup[Any]) -> set[tuple[str, datetime]]:
    return {
        (one.origin, one.asked_at) for one in found.evidence if one.question.startswith(("whois", "http"))
    }


IMPORTED = {(Provenance.IMPORTED, SEEN)}


def test_a_pasted_whois_answer_is_read_by_the_registration_source(case: Case) -> None:
    kept = importing.answer(case, JPRS, "whois", "aica-interior[.]co[.]jp", _origin(case, JPRS))
    assert kept.question == "whois://whois.jprs.jp/aica-interior.co.jp"
    found = registration.domain(case.wire, "aica-interior.co.jp")
    assert found.outcome is Outcome.ANSWERED
    assert _evidence(found) == IMPORTED
    assert found.record is not None
    assert found.record.registrant


def test_a_saved_rdap_answer_is_read_for_a_domain_and_for_an_address(case: Case) -> None:
    importing.answer(case, RDAP, "rdap", "sgogoj.com", _origin(case, RDAP))
    found = registration.domain(case.wire, "sgogoj.com")
    assert (found.outcome, _evidence(found)) == (Outcome.ANSWERED, IMPORTED)
    told = (BUILD / "rdap-74.226.196.215.json").read_bytes()
    importing.answer(case, told, "rdap", "74.226.196.215", _origin(case, told))
    held = network.registration(case.wire, "74.226.196.215")
    assert (held.outcome, _evidence(held)) == (Outcome.ANSWERED, IMPORTED)


PASTED = b"""\
   Domain Name: SGOGOJ.COM\r
   Registrar WHOIS Server: whois.registrar.example\r
   Updated Date: 2024-01-10T04:00:00Z\r
   Creation Date: 2024-01-09T04:00:00Z\r
   Registry Expiry Date: 2025-01-09T04:00:00Z\r
   Registrar: Registrar Example, Inc.\r
   Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited\r
   Name Server: NS1.DNS.EXAMPLE\r
"""


def test_a_pasted_whois_answer_is_read_where_rdap_told_nothing(case: Case) -> None:
    """.com is asked by RDAP; a web page shows its WHOIS."""
    kept = importing.answer(case, PASTED, "whois", "www.sgogoj.com", _origin(case, PASTED))
    assert kept.question == "whois://whois.verisign-grs.com/sgogoj.com"
    found = registration.domain(case.wire, "sgogoj.com")
    assert (found.outcome, _evidence(found)) == (Outcome.ANSWERED, IMPORTED)
    assert found.record is not None
    assert found.record.created == datetime(2024, 1, 9, 4, tzinfo=UTC)
    importing.answer(case, RDAP, "rdap", "sgogoj.com", _origin(case, RDAP))
    registry = registration.domain(case.wire, "sgogoj.com")
    assert all(not one.question.startswith("whois") for one in registry.evidence)


def test_an_answer_is_not_kept_under_the_question_who_answers(case: Case) -> None:
    with pytest.raises(InputError, match="asks nothing"):
        importing.answer(case, PASTED, "whois", "a.invalid-top", _origin(case, PASTED))


def test_one_scan_of_urlscan_is_kept_under_its_own_address(case: Case) -> None:
    scan = b'{"task": {"uuid": "0E37E828-A9D9-45C0-AC50-1CA579B86C72"}, "page": {"domain": "sgogoj.com"}}'
    kept = importing.answer(case, scan, "urlscan", "sgogoj.com", _origin(case, scan))
    assert kept.question == "https://urlscan.io/api/v1/result/0e37e828-a9d9-45c0-ac50-1ca579b86c72/"
    found = urlscan.host(case.wire, "sgogoj.com")
    assert found.outcome is Outcome.NOT_ASKED


def test_a_service_that_wants_a_key_is_read_without_one(case: Case) -> None:
    url = "http://sgogoj.com/kagoya/activemail.kagoya?login=example@example.or.jp"
    importing.answer(case, VIRUSTOTAL, "virustotal", url, _origin(case, VIRUSTOTAL))
    found = virustotal.url(case.wire, url)
    assert found.record is not None
    assert (found.record.state, _evidence(found)) == (ListingState.LISTED, IMPORTED)
    importing.answer(case, URLSCAN, "urlscan", "sgogoj.com", _origin(case, URLSCAN))
    assert _evidence(urlscan.host(case.wire, "sgogoj.com")) == IMPORTED


@pytest.mark.parametrize(
    ("kind", "body", "outcome"),
    [
        ("rdap", b'{"errorCode": 404, "title": "Not Found"}', Outcome.NO_SUCH_NAME),
        ("rdap", b'{"errorCode": 429}', Outcome.REFUSED),
        ("rdap", b"<html>blocked</html>", Outcome.FAILED),
        ("rdap", b'{"ldhName": "other.example"}', Outcome.FAILED),
    ],
)
def test_what_an_imported_answer_says_is_judged_like_any_other(
    case: Case, kind: str, body: bytes, outcome: Outcome
) -> None:
    importing.answer(case, body, kind, "sgogoj.com", _origin(case, body))
    assert registration.domain(case.wire, "sgogoj.com").outcome is outcome


def test_an_unknown_to_virustotal_is_not_a_clean_one(case: Case) -> None:
    body = b'{"error": {"code": "NotFoundError", "message": "not found"}}'
    importing.answer(case, body, "virustotal", "sgogoj.com", _origin(case, body))
    found = virustotal.domain(case.wire, "sgogoj.com")
    assert found.record is not None
    assert found.record.state is ListingState.UNKNOWN_TO_SERVICE


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_the_case_stays_sealed_and_its_report_says_imported(case: Case, lang: str) -> None:
    importing.answer(case, JPRS, "whois", "aica-interior.co.jp", _origin(case, JPRS))
    path = case.folder.path
    assert verify(path) == ()
    assert case.folder.custody()[-2].action == "imported"
    opened = cases.open_case(path)
    document = walkthrough.casefile(opened)
    (kept,) = (one for one in document.exchanges if one.origin is Provenance.IMPORTED)
    assert (kept.level, kept.run, kept.peer) == (Level.OFFLINE, importing.RUN, "")
    lens = Lens(lang=lang, recipients=opened.message.recipients)
    made = report.render(document, "md", lens, opened.attachment).decode()
    assert lens.say("notice.imported-title") in made
    assert "the registry's own page" in made.replace("\\", "")
    again = walkthrough.casefile(cases.open_case(path))
    assert report.render(again, "md", lens, opened.attachment).decode() == made


def test_what_was_recorded_stands_over_what_was_brought_in(tmp_path: Path) -> None:
    """The article's case holds an answer of its own to this question."""
    import shutil

    path = Path(shutil.copytree(KAGOYA, tmp_path / "case"))
    opened = cases.open_case(path)
    other = RDAP.replace(b"sgogoj.com", b"SGOGOJ.COM")
    importing.answer(opened, other, "rdap", "sgogoj.com", _origin(opened, other))
    found = registration.domain(cases.open_case(path).wire, "sgogoj.com")
    assert Provenance.IMPORTED not in {one.origin for one in found.evidence}


@pytest.mark.parametrize(
    "spelled",
    [
        RECIPIENT,
        RECIPIENT.upper(),
        RECIPIENT.replace("@", "%40"),
        base64.b64encode(RECIPIENT.encode()).decode(),
        RECIPIENT.encode().hex(),
        RECIPIENT.replace("@", "\\u0040"),
    ],
)
def test_an_answer_that_names_the_recipient_stays_outside(case: Case, spelled: str) -> None:
    body = f'{{"x": "{spelled}"}}'.encode()
    with pytest.raises(InputError, match="names the recipient"):
        importing.answer(case, body, "rdap", "sgogoj.com", _origin(case, body))
    with pytest.raises(InputError, match="names the recipient"):
        importing.origin(case, body, f"a mail to {spelled}", SEEN)
    with pytest.raises(InputError, match="would tell who received"):
        importing.named(case, b"{}", f"https://a.example/?q={spelled}", _origin(case, body))
    assert not [one for one in case.exchanges if one.origin is Provenance.IMPORTED]


@pytest.mark.parametrize(
    ("kind", "subject", "message"),
    [
        ("whois", "a..example", "asks nothing"),
        ("abuseipdb", "192.168.0.1", "asks nothing"),
        ("rdap", "", "asks nothing"),
        ("telepathy", "sgogoj.com", "no kind"),
    ],
)
def test_a_subject_that_the_source_asks_nothing_about_is_said(
    case: Case, kind: str, subject: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        importing.answer(case, b"{}", kind, subject, _origin(case, b"{}"))


def test_empty_too_long_and_future_answers_are_refused(case: Case) -> None:
    for data in (b"", b" \r\n", b"x" * (importing.LARGEST + 1)):
        with pytest.raises(InputError, match="cannot be brought in"):
            importing.answer(case, data, "whois", "aica-interior.co.jp", _origin(case, b"x"))
    with pytest.raises(InputError, match="yet to come"):
        importing.origin(case, b"x", "a page", datetime(2999, 1, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="HTTP status"):
        importing.answer(case, b"{}", "rdap", "sgogoj.com", _origin(case, b"{}"), status=99)
    with pytest.raises(InputError, match="begins with"):
        importing.named(case, b"{}", "file:///etc/passwd", _origin(case, b"{}"))


# --- HAR ------------------------------------------------------------------------------------------------

BAD_BASE64 = {"text": "%", "encoding": "base64"}
KEY, COOKIE, BEARER = "k3y-0123456789", "sess-abcdef-012345", "bearer-secret-777"


def _entry(url: str, body: bytes | str, *, status: object = 200, **more: Any) -> dict[str, Any]:
    content = (
        {"text": body}
        if isinstance(body, str)
        else {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    )
    request = {
        "method": more.get("method", "GET"),
        "url": url,
        "headers": [
            {"name": "Authorization", "value": f"Bearer {BEARER}"},
            {"name": "Cookie", "value": f"sid={COOKIE}; theme=dark"},
            {"name": "x-apikey", "value": KEY},
        ],
        "cookies": [{"name": "sid", "value": COOKIE}],
    }
    response = {
        "status": status,
        "headers": [
            {"name": "Content-Type", "value": "application/rdap+json"},
            {"name": "Content-Encoding", "value": "br"},
            {"name": "Set-Cookie", "value": f"sid={COOKIE}"},
            {"name": "X-Odd", "value": "a\r\nWARC-Type: request"},
            {"name": "bad name", "value": "x"},
        ],
        "content": content,
    }
    return {"startedDateTime": "2024-01-17T12:00:00.5+09:00", "request": request, "response": response}


def _har(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def test_each_response_of_a_har_file_becomes_an_answer_under_its_address(case: Case) -> None:
    registry = "https://rdap.verisign.com/com/v1/domain/sgogoj.com"
    data = _har(
        _entry(registry, RDAP.decode()), _entry(f"https://a.example/p?key={KEY}&q=1#frag", b"\x89PNG")
    )
    made, left = importing.archive(case, data, _origin(case, data))
    assert left == ()
    assert [one.question for one in made] == [registry, "https://a.example/p?q=1"]
    assert {one.asked_at for one in made} == {datetime(2024, 1, 17, 3, 0, 0, tzinfo=UTC)}
    found = registration.domain(case.wire, "sgogoj.com")
    assert (found.outcome, {one.origin for one in found.evidence if one.question == registry}) == (
        Outcome.ANSWERED,
        {Provenance.IMPORTED},
    )
    head = case.folder.answers.body(made[0]).partition(b"\r\n\r\n")[0]
    assert b"Content-Type: application/rdap+json" in head
    assert b"Set-Cookie" not in head
    assert b"\r\nWARC-Type" not in head
    assert case.folder.answers.answer(made[1]).data == b"\x89PNG"
    assert verify(case.folder.path) == ()


def test_no_secret_of_the_session_enters_the_case(case: Case) -> None:
    data = _har(
        _entry(f"https://a.example/?api_key={KEY}&access_token=tok-123456", "fine"),
        _entry("https://a.example/echo", f"your key is {KEY}"),
        _entry("https://a.example/cookie", f"<script>c='{COOKIE}'</script>"),
        _entry("https://a.example/auth", f"{BEARER}"),
        _entry(f"https://a.example/?login={RECIPIENT}", "hello"),
        _entry("https://a.example/page", f"Dear {RECIPIENT}"),
        _entry("https://user:pass-word@a.example/", "x"),
    )
    made, left = importing.archive(case, data, _origin(case, data))
    assert [one.question for one in made] == [
        "https://a.example/",
        "https://a.example/?login=example@example.or.jp",
    ]
    assert len(left) == 5
    for path in case.folder.path.rglob("*"):
        if path.is_file() and path.name != "original.eml":
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            for secret in (KEY, COOKIE, BEARER, "tok-123456", "pass-word", RECIPIENT):
                assert secret.encode() not in content, (path, secret)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"request": [], "response": 3},
        _entry("javascript:alert(1)", "x"),
        _entry("https://a.example/", "x", method="POST"),
        _entry("https://a.example/", "x", status="200"),
        _entry("https://a.example/", "x", status=0),
        _entry("https://a.example/", "x", status=True),
        _entry("https://[::1", "x"),
        {**_entry("https://a.example/", ""), "response": {"status": 200, "content": {"text": 5}}},
        {**_entry("https://a.example/", "x"), "startedDateTime": ["x"], "request": {"url": "https://a.example/"}},
        {**_entry("https://a.example/", ""), "response": {"status": 200, "content": BAD_BASE64}},
    ],
)  # fmt: skip
def test_a_hostile_entry_is_left_out_with_its_reason(case: Case, entry: object) -> None:
    good = _entry("https://b.example/", "good")
    made, left = importing.archive(case, _har(entry, good), _origin(case, b"x"))
    assert [one.question for one in made] == ["https://b.example/"]
    assert [bool(one.why) for one in left] == [True]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"log": 1}', b'{"log": {"entries": 5}}', b"[" * 200_000, b"\xff"]
)
def test_what_is_no_har_file_is_said_in_one_line(data: bytes) -> None:
    with pytest.raises(InputError, match="no HAR file"):
        har.parse(data)


def test_too_many_and_too_long_entries_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "ENTRIES", 3)
    monkeypatch.setattr(har, "BODY", 100)
    monkeypatch.setattr(har, "TOTAL", 400)
    entries = har.parse(_har(*[_entry("https://a.example/", "x" * size) for size in (10, 101, 90, 90)]))
    assert [bool(entry.response) for entry in entries] == [True, False, True]


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_brings_in_says_so_and_leaves_a_sealed_case(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, file = case.folder.path, tmp_path / "whois.txt"
    file.write_bytes(JPRS)
    words = ["import", str(path), str(file), "--as", "whois", "--subject", "aica-interior.co.jp"]
    more = ["--from", "JPRS' web page", "--seen-at", "2024-01-17T12:00:00+09:00", "--lang", "en"]
    assert cli.main([*words, *more]) == cli.OK
    said = capsys.readouterr().out
    assert "Kept as imported: whois:" in said
    assert "2024-01-17T03:00:00Z" in said
    assert cli.main(["verify", str(path)]) == cli.OK
    file.write_bytes(_har(_entry("https://b.example/", "good"), {}))
    har_words = ["import", str(path), str(file), "--as", "har", "--from", "devtools", "--lang", "ja"]
    assert cli.main(har_words) == cli.OK
    assert "取り込みませんでした" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--subject", "a.example"], ["--as", "rdap"], ["--as", "nothing"]])
def test_the_command_wants_to_know_what_it_is_the_answer_to(
    case: Case, tmp_path: Path, words: list[str]
) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"{}")
    try:
        code = cli.main(["import", str(case.folder.path), str(file), "--from", "x", *words])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    assert code in {cli.NOT_A_MAIL, cli.USAGE}


def test_nothing_is_brought_into_a_changed_case(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"{}")
    (case.folder.path / "data" / "more.txt").write_text("x", encoding="ascii")
    words = ["import", str(case.folder.path), str(file), "--as", "rdap", "--subject", "a.example"]
    assert cli.main([*words, "--from", "x"]) == cli.NOT_AS_SEALED


def test_the_kinds_of_the_grammar_are_those_that_are_read() -> None:
    assert verbs.IMPORTS == importing.KINDS
