"""Spamhaus over DNS: every way in which an answer is no statement about the subject."""

from __future__ import annotations

from typing import Any

import pytest

from phishlab.records import Level, ListingState, Lookup, Outcome
from phishlab.sources.reputation import spamhaus

ZEN_ALIVE = ("2.0.0.127.zen.spamhaus.org", ("127.0.0.2", "127.0.0.4", "127.0.0.10"))
DBL_ALIVE = ("dbltest.com.dbl.spamhaus.org", ("127.0.1.2",))
IP = "74.226.196.215"
IP_NAME = "215.196.226.74.zen.spamhaus.org"
DOMAIN_NAME = "sgogoj.com.dbl.spamhaus.org"


@pytest.fixture
def zone(scripted: Any, dns_says: Any) -> Any:
    """A wire for names and their addresses; a text in place of addresses is an rcode."""

    def wire(*names: tuple[str, Any], level: Level = Level.THIRD_PARTY) -> Any:
        return scripted(
            {
                f"dns:{name}?type=A": dns_says(name, "A", rcode=values)
                if isinstance(values, str)
                else dns_says(name, "A", *(f"{name}. 60 IN A {value}" for value in values))
                for name, values in names
            },
            level,
        )

    return wire


def _state(found: Lookup[Any]) -> tuple[ListingState, Outcome]:
    assert found.record is not None
    return found.record.state, found.outcome


@pytest.mark.parametrize(
    ("values", "state", "category"),
    [
        ("NXDOMAIN", ListingState.NOT_LISTED, ""),
        (("127.0.0.2",), ListingState.LISTED, "SBL (spam source)"),
        (
            ("127.0.0.4", "127.0.0.3"),
            ListingState.LISTED,
            "SBL CSS (snowshoe or low reputation), XBL (exploited host)",
        ),
        (("127.0.0.11",), ListingState.LISTED, "PBL (a policy about mail servers: not abuse)"),
        (("127.255.255.252",), ListingState.ERROR, ""),
        (("127.255.255.254",), ListingState.ERROR, ""),
        (("127.255.255.255",), ListingState.ERROR, ""),
        (("127.255.255.250",), ListingState.ERROR, ""),
        (("127.0.0.2", "127.255.255.254"), ListingState.ERROR, ""),
        (("127.0.0.99",), ListingState.ERROR, ""),
        (("127.0.1.2",), ListingState.ERROR, ""),
        (("192.0.2.7",), ListingState.ERROR, ""),
        ((), ListingState.ERROR, ""),
        ("SERVFAIL", ListingState.ERROR, ""),
        ("REFUSED", ListingState.ERROR, ""),
    ],
)
def test_an_address(zone: Any, values: Any, state: ListingState, category: str) -> None:
    found = spamhaus.address(zone(ZEN_ALIVE, (IP_NAME, values)), IP)
    assert found.record is not None
    assert (found.record.state, found.record.category) == (state, category)
    assert (found.outcome is Outcome.ANSWERED) == (state is not ListingState.ERROR)
    if state is ListingState.ERROR:
        assert found.note


@pytest.mark.parametrize(
    ("values", "state", "category"),
    [
        ("NXDOMAIN", ListingState.NOT_LISTED, ""),
        (("127.0.1.4",), ListingState.LISTED, "phishing"),
        (("127.0.1.104",), ListingState.LISTED, "abused legitimate: phishing"),
        (("127.0.1.255",), ListingState.ERROR, ""),
        (("127.255.255.254",), ListingState.ERROR, ""),
        (("10.0.0.1",), ListingState.ERROR, ""),
    ],
)
def test_a_domain(zone: Any, values: Any, state: ListingState, category: str) -> None:
    found = spamhaus.domain(zone(DBL_ALIVE, (DOMAIN_NAME, values)), "sgogoj.com")
    assert found.record is not None
    assert (found.record.state, found.record.category) == (state, category)


@pytest.mark.parametrize("canary", ["NXDOMAIN", "SERVFAIL", ("192.0.2.1",), ("127.255.255.254",)])
def test_a_list_whose_canary_is_dead_never_says_not_listed(zone: Any, canary: Any) -> None:
    wire = zone((ZEN_ALIVE[0], canary), (IP_NAME, "NXDOMAIN"))
    assert _state(spamhaus.address(wire, IP))[0] is ListingState.ERROR
    assert len(wire.asked) == 1


def test_a_clean_answer_has_its_time_and_both_answers_as_evidence(zone: Any) -> None:
    wire = zone(ZEN_ALIVE, (IP_NAME, "NXDOMAIN"))
    found = spamhaus.address(wire, IP)
    assert found.record is not None
    assert (found.record.as_of, len(found.evidence)) == (wire.now(), 2)
    assert {question.level for question in wire.asked} == {Level.THIRD_PARTY}


def test_silence_is_an_error_and_a_forbidden_question_is_not_asked(zone: Any) -> None:
    assert _state(spamhaus.address(zone(ZEN_ALIVE), IP)) == (ListingState.ERROR, Outcome.FAILED)
    forbidden = spamhaus.address(zone(ZEN_ALIVE, level=Level.PASSIVE), IP)
    assert _state(forbidden) == (ListingState.NOT_ASKED, Outcome.NOT_ASKED)
    assert forbidden.note == "needs level third-party"


@pytest.mark.parametrize("ip", ["10.0.0.1", "192.0.2.1", "nonsense", ""])
def test_addresses_that_nobody_holds_are_not_asked_about(zone: Any, ip: str) -> None:
    wire = zone()
    assert _state(spamhaus.address(wire, ip)) == (ListingState.NOT_ASKED, Outcome.NOT_ASKED)
    assert wire.asked == []


@pytest.mark.parametrize("name", ["8.217.61.41", "[2001:db8::1]", "", "."])
def test_the_list_of_domains_is_not_asked_about_addresses(zone: Any, name: str) -> None:
    wire = zone()
    assert _state(spamhaus.domain(wire, name)) == (ListingState.NOT_ASKED, Outcome.NOT_ASKED)
    assert wire.asked == []


def test_an_ipv6_address_is_asked_nibble_by_nibble(zone: Any) -> None:
    wire = zone(ZEN_ALIVE)
    spamhaus.address(wire, "2606:4700::1111")
    nibbles = wire.asked[1].uri.removeprefix("dns:").removesuffix(".zen.spamhaus.org?type=A").split(".")
    assert "".join(reversed(nibbles)) == "26064700" + "0" * 20 + "1111"
