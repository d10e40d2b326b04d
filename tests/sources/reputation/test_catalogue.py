"""The services as they are declared: in the program, in the document, and in what is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phishlab.records import Answer, Level, Link, ListingState, Outcome
from phishlab.sources import reputation
from phishlab.sources.reputation import LEFT_OUT, SERVICES, observed
from tests.servers import services as real

DOCUMENT = Path(__file__).parents[3] / "docs" / "services.md"
LINK = Link(url=real.URL, host=real.HOST, registrable=real.HOST, path="/kagoya/activemail.kagoya")
NOTHING = Answer(outcome=Outcome.NOT_ASKED, note="no answer to this is kept in the case")


def _table(heading: str) -> list[list[str]]:
    """The rows of the first table below *heading*."""
    below = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    rows = re.search(r"\n\|(?:.+\n\|)*.+\n", below)
    assert rows is not None, heading
    lines = rows[0].strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_document_says_of_each_service_what_the_program_does() -> None:
    rows = {row[1].strip("`"): row for row in _table("What each learns")}
    assert list(rows) == [service.id for service in SERVICES]
    for service in SERVICES:
        title, _, access, key, learns, level = rows[service.id]
        assert title == service.title + (" (when named)" if service.when_named else "")
        assert access == service.access.replace("-", " ")
        wanted = service.credential
        needed = f"`{wanted.variable}`" + ("" if wanted.required else " (not needed)") if wanted else "–"
        assert key == needed
        assert learns == (", ".join(service.learns).replace("-", " ") or "–")
        assert level == service.level.word


@pytest.mark.parametrize("heading", ["What their terms say", "How an answer is read"])
def test_every_service_that_is_asked_stands_in_the_other_tables(heading: str) -> None:
    named = {id_ for row in _table(heading) for id_ in re.findall(r"`([a-z0-9-]+)`", row[0])}
    by_hand = set(observed.SERVICES)
    all_of_them = {service.id for service in SERVICES}
    missing = by_hand | {"google-safe-browsing-v4"} if heading == "How an answer is read" else set()
    assert named == all_of_them - missing


def test_what_is_declared_is_what_is_asked(scripted: Any) -> None:
    """Each service learns what it is said to learn and nothing more, at its level, with its credential."""
    parts = {
        "url": [real.URL, real.vt_id(real.URL), "kagoya%2Factivemail"], "host": [real.HOST], "domain": [real.HOST],
        "address": [real.IP, "41.61.217.8"], "hash-prefixes": ["hashPrefixes="],
    }  # fmt: skip
    for service in SERVICES:
        wire = scripted(lambda _uri: NOTHING)
        if service.of_link:
            service.of_link(wire, LINK, None)
        if service.of_address:
            service.of_address(wire, real.IP)
        assert wire.asked, service.id
        for question in wire.asked:
            text = f"{question.uri} {question.body.decode()}"
            canary = question.uri.startswith(("dns:2.0.0.127", "dns:dbltest", "dns:surbl-org"))
            if question.level is Level.OFFLINE:
                assert service.access in {"by-hand", "own-copy"}
                continue
            told = {kind for kind, words in parts.items() if any(word in text for word in words)}
            if "url" in told or "domain" in service.learns or "host" in service.learns:
                told -= {"host", "domain"} - set(service.learns)
            assert question.level is service.level
            assert canary or service.id == "openphish" or told & set(service.learns), (service.id, text)
            assert told <= {*service.learns, *({"host", "domain"} if "url" in service.learns else set())}
            assert question.credential == service.credential


def test_an_address_and_a_link_are_asked_of_those_that_know_them(scripted: Any) -> None:
    wire = scripted(lambda _uri: NOTHING)
    addresses = [lookup.source for lookup in reputation.of_address(wire, real.IP)]
    assert addresses == [
        "Cisco Talos", "Spamhaus ZEN", "URLhaus", "ThreatFox", "VirusTotal", "AbuseIPDB", "urlscan.io", "OTX",
    ]  # fmt: skip
    bare = Link(url=f"http://{real.IP}/x", host=real.IP, registrable=None)
    links = list(reputation.of_link(wire, bare))
    assert {lookup.subject for lookup in links} == {real.IP, f"http://{real.IP}/x"}
    assert "AbuseIPDB" in [lookup.source for lookup in links]


def test_a_chosen_few_are_asked_and_the_others_say_that_they_were_left_out(scripted: Any) -> None:
    wire = scripted(lambda _uri: NOTHING, Level.THIRD_PARTY)
    found = list(reputation.of_link(wire, LINK, chosen=("surbl", "google-safe-browsing-v4")))
    assert {question.uri.partition("?")[0] for question in wire.asked if question.level > Level.OFFLINE} == {
        "dns:surbl-org-permanent-test-point.com.multi.surbl.org",
        "https://safebrowsing.googleapis.com/v4/threatMatches:find",
    }
    left_out = [lookup for lookup in found if lookup.note == LEFT_OUT]
    assert {lookup.source for lookup in left_out} == {
        "Spamhaus ZEN and DBL", "OpenPhish", "PhishTank", "Google Safe Browsing", "URLhaus", "ThreatFox",
        "VirusTotal", "urlscan.io", "OTX",
    }  # fmt: skip
    assert {lookup.record.state for lookup in left_out if lookup.record} == {ListingState.NOT_ASKED}


def test_version_4_is_asked_only_where_it_is_named(scripted: Any) -> None:
    wire = scripted(lambda _uri: NOTHING)
    found = list(reputation.of_link(wire, LINK))
    assert "Google Safe Browsing v4" not in [lookup.source for lookup in found]
    assert not any("/v4/" in question.uri for question in wire.asked)


def test_each_can_be_asked_by_itself_in_any_order(scripted: Any) -> None:
    wire = scripted(lambda _uri: NOTHING)
    asks = list(reputation.asked_of_link(wire, LINK))
    assert wire.asked == [], "nothing is asked before it is called"
    backwards = [found for ask in reversed(asks) for found in reversed(ask())]
    in_turn = list(reputation.of_link(wire, LINK))
    assert [replace(one, evidence=()) for one in backwards[::-1]] == [
        replace(one, evidence=()) for one in in_turn
    ]


@pytest.mark.parametrize(
    "host",
    ["intranet", "localhost", "wiki.corp", "nas.local", "router.home.arpa", "x.internal.", "10.0.0.5", "192.168.1.1",
     "169.254.169.254", "127.0.0.1", "fd12::1", "::1"],
)  # fmt: skip
def test_nobody_outside_hears_of_a_host_inside_a_network(scripted: Any, host: str) -> None:
    url = f"http://[{host}]/secret" if ":" in host else f"http://{host}/secret"
    wire = scripted(lambda _uri: NOTHING)
    found = list(reputation.of_link(wire, Link(url=url, host=host, registrable=None)))
    assert {question.level for question in wire.asked} == {Level.OFFLINE}
    outside = [lookup for lookup in found if lookup.note and "nobody" in lookup.note]
    assert len(outside) == len([one for one in SERVICES if one.level is not Level.OFFLINE]) - 1, (
        "but version 4"
    )


def test_a_name_that_only_looks_like_one_is_asked_about(scripted: Any) -> None:
    wire = scripted(lambda _uri: NOTHING)
    list(
        reputation.of_link(
            wire, Link(url="http://local.example.com/", host="local.example.com", registrable="example.com")
        )
    )
    assert any(question.level is Level.THIRD_PARTY for question in wire.asked)
