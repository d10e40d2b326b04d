"""What is refused before anything is asked."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from phishlab.records import Level, Outcome, Question
from phishlab.wire import gate

VICTIM = "Taro+x@victim.example"
URL = "http://sgogoj.com/kagoya/activemail.kagoya?login="


@pytest.mark.parametrize("allowed", list(Level))
@pytest.mark.parametrize("needed", list(Level))
def test_a_question_needs_its_level(allowed: Level, needed: Level) -> None:
    refused = gate.refusal(Question(uri="dns:sgogoj.com?type=A", level=needed), allowed)
    if needed <= allowed:
        assert refused is None
    else:
        assert refused is not None
        assert (refused.outcome, refused.note) == (Outcome.NOT_ASKED, f"needs level {needed.word}")
        assert refused.exchange is None


@pytest.mark.parametrize(
    "written",
    [
        VICTIM,
        VICTIM.lower(),
        VICTIM.upper(),
        quote(VICTIM),
        quote(VICTIM, safe=""),
        quote(quote(VICTIM, safe=""), safe=""),
        quote(quote(quote(VICTIM, safe=""), safe=""), safe=""),
        "".join(f"%{byte:02x}" for byte in VICTIM.encode()),
        VICTIM.encode().hex(),
        VICTIM.encode().hex().upper(),
        base64.b64encode(VICTIM.encode()).decode(),
        base64.urlsafe_b64encode(VICTIM.lower().encode()).decode().rstrip("="),
        quote(base64.b64encode(b"u=" + VICTIM.encode()).decode(), safe=""),
        base64.b64encode(b"u" + VICTIM.encode() + b"&a=1").decode(),
    ],
)
def test_a_recipient_never_enters_a_question(written: str) -> None:
    for question in (
        Question(uri=URL + written, level=Level.OFFLINE),
        Question(uri="visit:" + URL + written, level=Level.OFFLINE),
        Question(uri=URL, level=Level.OFFLINE, headers=(("X-User", written),)),
        Question(uri=URL, level=Level.OFFLINE, body=b"url=" + written.encode()),
        Question(uri=URL, level=Level.OFFLINE, body=json.dumps({"url": URL + written}).encode()),
        Question(uri=URL, level=Level.OFFLINE, body=written.replace("@", "\\u0040").encode()),
    ):
        refused = gate.refusal(question, Level.ACTIVE, [VICTIM])
        assert refused is not None
        assert refused.outcome is Outcome.NOT_ASKED
        assert VICTIM.lower() not in refused.note.lower()


@pytest.mark.parametrize(
    "uri", [URL, URL + "someone@victim.example", URL + "taro", "dns:victim.example?type=MX"]
)
def test_another_address_may_be_asked_about(uri: str) -> None:
    assert gate.refusal(Question(uri=uri, level=Level.OFFLINE), Level.OFFLINE, [VICTIM, ""]) is None


@pytest.mark.parametrize("uri", ["", "sgogoj.com", "dns:a b", "dns:a\r\nb", "http://a/\0"])
def test_what_is_no_uri_is_not_asked(uri: str) -> None:
    refused = gate.refusal(Question(uri=uri, level=Level.OFFLINE), Level.ACTIVE)
    assert refused is not None
    assert refused.note == "this is no URI"
