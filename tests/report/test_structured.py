from __future__ import annotations

import json
from typing import Any

import pytest

from phishlab.mail import message
from phishlab.report import structured
from phishlab.views.safe import Lens
from tests import casefiles

LENS = Lens(recipients=(casefiles.RECIPIENT,))


def document() -> dict[str, Any]:
    return dict(json.loads(structured.text(casefiles.kagoya(), LENS)))


def test_every_record_says_what_it_is() -> None:
    made = document()
    assert made["class"] == "CaseFile"
    networks = next(one for one in made["steps"][5]["exhibits"] if one["kind"] == "networks")
    assert [(one["class"], one["record"]["class"]) for one in networks["items"]] == [
        ("Lookup", "NetworkRegistration"),
        ("Lookup", "AutonomousSystem"),
        ("Lookup", "Cloud"),
    ]


def test_times_are_utc_and_levels_are_words() -> None:
    made = document()
    assert made["opened_at"] == "2024-01-16T01:00:00Z"
    assert made["exchanges"][6]["level"] == "third-party"
    assert made["exchanges"][6]["origin"] == "imported"


def test_links_stay_live_for_machines_but_the_recipient_is_left_out() -> None:
    text = structured.text(casefiles.kagoya(), LENS)
    assert "http://sgogoj.com/kagoya/activemail.kagoya?login=[redacted:recipient]" in text
    assert "taro" not in text
    assert "taro@recipient.example" in structured.text(casefiles.kagoya(), Lens(redacted=False))


def test_a_hostile_text_reaches_no_terminal() -> None:
    text = structured.text(casefiles.hostile(casefiles.kagoya(), "\x1b[31m\u202e日本"), LENS)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["message"]["subject"]["text"] == "\x1b[31m\u202e日本"


def test_one_record_or_a_tuple_of_them() -> None:
    assert structured.plain(casefiles.HOPS[1]) == json.loads(json.dumps(structured.plain(casefiles.HOPS[1])))
    made = structured.plain(casefiles.HOPS)
    assert isinstance(made, list)
    assert len(made) == 3


@pytest.mark.parametrize("name", ["with_", "for_"])
def test_a_field_named_like_a_word_of_python_loses_its_underscore(name: str) -> None:
    made = structured.plain(casefiles.HOPS[0])
    assert isinstance(made, dict)
    assert name not in made
    assert name.rstrip("_") in made


def test_the_fields_of_a_mail_that_nobody_has_looked_at_yet_are_records_too() -> None:
    found = structured.plain(message.parse(b"From: a@example.jp\r\nX-Other: b\r\n\r\n"))
    assert isinstance(found, dict)
    assert found["headers"] == [
        {"class": "Header", "name": "From", "value": "a@example.jp", "raw": "a@example.jp"},
        {"class": "Header", "name": "X-Other", "value": "b", "raw": "b"},
    ]
