from __future__ import annotations

import json
from typing import Any

import pytest

from phishlab import wording
from phishlab.records import Form, Level, Outcome, PageVisit
from phishlab.sources import page

LINK = "http://sgogoj.com/kagoya/activemail.kagoya?login=yamada%40recipient.example"
ASKED = "http://sgogoj.com/kagoya/activemail.kagoya?login=example%40example.or.jp"
MANIFEST: dict[str, Any] = {
    "url": ASKED,
    "final_url": "http://sgogoj.com/kagoya/",
    "chain": [{"url": ASKED, "status": 302}, {"url": "http://sgogoj.com/kagoya/", "status": 200}],
    "title": "ログイン <script>alert(1)</script>",
    "forms": [
        {
            "action": "http://sgogoj.com/kagoya/post.php",
            "method": "post",
            "fields": [{"type": "text", "name": "login"}, {"type": "password", "name": "password"}],
        }
    ],
    "peer": "8.217.61.41",
    "requests": [{"url": ASKED}, {"url": "http://sgogoj.com/kagoya/"}],
    "blocked": [
        {"url": "http://10.0.0.5/x", "reason": "not-public", "browser_own": False},
        {"url": "http://10.0.0.5/x", "reason": "not-public", "browser_own": False},
        {"url": "update.googleapis.com:443", "reason": "browser-own", "browser_own": True},
    ],
    "files": {"page.png": "aa", "dom.html": "bb"},
    "browser": "Chromium 156.0.8078.79",
    "error": "",
}
RECORD = PageVisit(
    url=ASKED,
    final_url="http://sgogoj.com/kagoya/",
    chain=((ASKED, 302), ("http://sgogoj.com/kagoya/", 200)),
    title="ログイン <script>alert(1)</script>",
    forms=(
        Form(
            action="http://sgogoj.com/kagoya/post.php",
            method="post",
            fields=(("text", "login"), ("password", "password")),
        ),
    ),
    peer="8.217.61.41",
    blocked=("http://10.0.0.5/x (not-public)",),
    requests=2,
    files=(("dom.html", "bb"), ("page.png", "aa")),
    browser="Chromium 156.0.8078.79",
)


def _bytes(**changes: Any) -> bytes:
    return json.dumps(MANIFEST | changes).encode()


def test_a_manifest_becomes_a_record_and_the_browsers_own_calls_are_not_the_pages() -> None:
    record = page.parse(_bytes())
    assert record == RECORD
    assert record.forms[0].asks_password


def test_the_recipient_is_replaced_before_the_page_is_asked(scripted: Any) -> None:
    wire = scripted({f"visit:{ASKED}": _bytes()})
    found = page.visit(wire, LINK, ("yamada@recipient.example",))
    assert [(asked.uri, asked.level) for asked in wire.asked] == [(f"visit:{ASKED}", Level.ACTIVE)]
    assert (found.outcome, found.record, found.note) == (Outcome.ANSWERED, RECORD, "")
    assert [exchange.question for exchange in found.evidence] == [f"visit:{ASKED}"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("no-such-name", Outcome.NO_SUCH_NAME),
        ("no-address", Outcome.NO_DATA),
        ("not-public", Outcome.NOT_ASKED),
        ("scheme", Outcome.NOT_ASKED),
        ("unresolved", Outcome.FAILED),
        ("unreachable", Outcome.FAILED),
        ("timeout", Outcome.FAILED),
        ("a word of tomorrow", Outcome.FAILED),
    ],
)
def test_a_visit_that_saw_nothing_is_never_an_answer(scripted: Any, error: str, outcome: Outcome) -> None:
    wire = scripted({f"visit:{ASKED}": _bytes(error=error, chain=[], forms=[])})
    found = page.visit(wire, ASKED)
    assert (found.outcome, found.record) == (outcome, None)
    assert found.note
    assert len(found.evidence) == 1


@pytest.mark.parametrize(("error", "status"), [("empty", 404), ("download", 200)])
def test_a_server_that_answers_without_a_page_has_answered(scripted: Any, error: str, status: int) -> None:
    chain = [{"url": ASKED, "status": status}]
    found = page.visit(scripted({f"visit:{ASKED}": _bytes(error=error, chain=chain)}), ASKED)
    assert found.outcome is Outcome.ANSWERED
    assert found.record
    assert found.record.chain == ((ASKED, status),)


def test_a_chain_that_never_ends_is_kept_as_far_as_it_went(scripted: Any) -> None:
    chain = [{"url": ASKED, "status": 302}] * 11
    found = page.visit(scripted({f"visit:{ASKED}": _bytes(error="too-many-redirects", chain=chain)}), ASKED)
    assert found.outcome is Outcome.FAILED
    assert found.record
    assert len(found.record.chain) == 11


def test_below_the_active_level_no_page_is_visited(scripted: Any) -> None:
    found = page.visit(scripted({}, level=Level.THIRD_PARTY), ASKED)
    assert (found.outcome, found.record, found.note) == (Outcome.NOT_ASKED, None, "needs level active")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"chain": 5, "forms": {"a": 1}, "files": [], "blocked": [1, null], "requests": "x"}',
        b'{"chain": [{"url": 1, "status": "200"}, []], "forms": [{"fields": [[], {"type": 3}]}], "peer": {}}',
    ],
    ids=["empty", "not UTF-8", "list", "null", "deep", "wrong types", "wrong types inside"],
)
def test_bytes_that_are_no_manifest_raise_nothing_and_invent_nothing(scripted: Any, data: bytes) -> None:
    record = page.parse(data)
    assert (record.url, record.title, record.chain, record.peer, record.files) == ("", "", (), None, ())
    assert page.visit(scripted({f"visit:{ASKED}": data}), ASKED).subject == ASKED


def test_an_answer_that_is_no_manifest_is_a_failure(scripted: Any) -> None:
    found = page.visit(scripted({f"visit:{ASKED}": b"<html>"}), ASKED)
    assert (found.outcome, found.record, found.note) == (
        Outcome.FAILED,
        None,
        "the kept visit cannot be read",
    )


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("error", sorted(page.OUTCOMES))
def test_each_error_is_worded(lang: str, error: str) -> None:
    assert wording.known(lang, f"page-error.{error}")
