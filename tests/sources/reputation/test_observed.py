"""What an analyst saw, and the link where nothing was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from phishlab.records import Answer, Level, Link, ListingState, Outcome
from phishlab.sources import reputation
from phishlab.sources.reputation import observed

URL = "http://sgogoj.com/kagoya/activemail.kagoya?login=victim@studio.example"
VICTIM = ("victim@studio.example",)


def _nothing(uri: str) -> Answer:
    return Answer(outcome=Outcome.NOT_ASKED, note="the wire cannot put this question")


def test_what_was_seen_is_told_as_an_observation(scripted: Any) -> None:
    seen = datetime(2024, 1, 17, 3, 0, tzinfo=UTC)
    asked = observed.question("norton-safe-web", URL, VICTIM)
    wire = scripted({asked.uri: observed.format(state="listed", category="フィッシング", seen_at=seen)})
    found = observed.listing(wire, "norton-safe-web", URL, VICTIM)
    record = found.record
    assert record is not None
    assert (record.service, record.state, record.category) == (
        "Norton Safe Web",
        ListingState.LISTED,
        "フィッシング",
    )
    assert (record.as_of, found.note, found.outcome) == (seen, "seen by the analyst", Outcome.ANSWERED)
    assert asked.level is Level.OFFLINE


def test_what_was_not_seen_is_not_asked_and_has_its_link(scripted: Any) -> None:
    found = observed.listing(scripted(_nothing), "google-transparency-report", "http://a.example/?q=1&r=2")
    assert found.record is not None
    assert (found.record.state, found.outcome) == (ListingState.NOT_ASKED, Outcome.NOT_ASKED)
    assert found.record.link.endswith("search?url=http%3A%2F%2Fa.example%2F%3Fq%3D1%26r%3D2")


def test_the_recipient_is_in_no_question_and_in_no_link(scripted: Any) -> None:
    wire = scripted(_nothing)
    found = observed.listing(wire, "norton-safe-web", URL, VICTIM)
    assert found.record is not None
    for text in (wire.asked[0].uri, found.record.link, found.record.subject, found.subject):
        assert "victim" not in text


@pytest.mark.parametrize(
    "kept", [b"x", b"[]", b"{}", b'{"state": "clean"}', b'{"state": []}', b"[" * 100_000]
)
def test_what_is_no_observation_is_an_error(scripted: Any, kept: bytes) -> None:
    wire = scripted({observed.question("cisco-talos", URL).uri: kept})
    found = observed.listing(wire, "cisco-talos", URL)
    assert found.record is not None
    assert (found.record.state, found.outcome) == (ListingState.ERROR, Outcome.FAILED)


def test_an_observation_survives_the_round_trip() -> None:
    for state in ListingState:
        told = observed.parse(observed.format(state=state.value, category="危険", detail="x"))
        assert told == {"state": state.value, "category": "危険", "detail": "x", "seen_at": None}
    with pytest.raises(ValueError, match="clean"):
        observed.format(state="clean")


def test_a_time_without_a_zone_is_taken_for_utc_on_any_machine() -> None:
    naive = datetime(2024, 1, 17, 12, 0)  # noqa: DTZ001 # what a person may type
    told = observed.parse(observed.format(state="listed", seen_at=naive))
    assert told is not None
    assert told["seen_at"] == "2024-01-17T12:00:00+00:00"


def test_a_page_that_takes_a_host_gets_no_path() -> None:
    assert observed.link("cisco-talos", "http://sgogoj.com/kagoya/").endswith("search=sgogoj.com")
    assert observed.link("nobody", "http://sgogoj.com/") == ""


def test_every_service_speaks_of_a_link_and_none_learns_of_the_recipient(scripted: Any) -> None:
    link = Link(url=URL, host="sgogoj.com", registrable="sgogoj.com")
    wire = scripted(_nothing, Level.THIRD_PARTY)
    found = list(reputation.of_link(wire, link, VICTIM))
    assert {lookup.record.state for lookup in found if lookup.record} == {ListingState.NOT_ASKED}
    assert len(found) == 17, "one row for each question, whatever came of it"
    assert not any("victim" in f"{question.uri} {question.body!r}" for question in wire.asked)


def test_an_address_in_place_of_a_host_is_asked_of_the_list_of_addresses(scripted: Any) -> None:
    link = Link(url="http://8.217.61.41/", host="8.217.61.41", registrable=None)
    wire = scripted({}, Level.THIRD_PARTY)
    services = [lookup.record.service for lookup in reputation.of_link(wire, link) if lookup.record]
    assert "Spamhaus ZEN" in services
    assert "Spamhaus DBL" not in services
