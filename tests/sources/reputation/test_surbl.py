"""SURBL by its mask, its test point, and its refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from phishlab.records import Level, Link, ListingState, Outcome
from phishlab.sources.reputation import surbl

POINT = "surbl-org-permanent-test-point.com.multi.surbl.org"
NAME = "sgogoj.com.multi.surbl.org"
LINK = Link(url="http://www.sgogoj.com/", host="www.sgogoj.com", registrable="sgogoj.com")


@pytest.fixture
def zone(scripted: Any, dns_says: Any) -> Callable[..., Any]:
    """A wire on which these names have these addresses, or fail with an rcode."""

    def wire(level: Level = Level.ACTIVE, **names: Any) -> Any:
        script = {}
        for name, values in {POINT: names.get("point", ("127.0.0.254",)), **names.get("more", {})}.items():
            records = [f"{name}. 60 IN A {value}" for value in values] if isinstance(values, tuple) else []
            rcode = values if isinstance(values, str) else "NOERROR"
            script[f"dns:{name}?type=A"] = dns_says(name, "A", *records, rcode=rcode)
        return scripted(script, level)

    return wire


@pytest.mark.parametrize(
    ("values", "state", "category"),
    [
        ("NXDOMAIN", ListingState.NOT_LISTED, ""),
        (("127.0.0.8",), ListingState.LISTED, "PH (phishing)"),
        (("127.0.0.80",), ListingState.LISTED, "MW (malware), ABUSE (spam and abuse)"),
        (
            ("127.0.0.248",),
            ListingState.LISTED,
            "PH (phishing), MW (malware), ABUSE (spam and abuse), CR (cracked sites)",
        ),
        (("127.0.0.4",), ListingState.LISTED, "list 4"),
        (("127.0.0.1",), ListingState.ERROR, ""),
        (("127.0.0.9",), ListingState.ERROR, ""),
        (("127.0.0.0",), ListingState.ERROR, ""),
        (("127.0.1.8",), ListingState.ERROR, ""),
        (("127.255.255.254",), ListingState.ERROR, ""),
        (("192.0.2.8",), ListingState.ERROR, ""),
        (("127.0.0.8", "127.0.0.1"), ListingState.ERROR, ""),
        ((), ListingState.ERROR, ""),
        ("SERVFAIL", ListingState.ERROR, ""),
    ],
)
def test_the_registered_domain_alone_is_asked(
    zone: Any, values: Any, state: ListingState, category: str
) -> None:
    wire = zone(more={NAME: values})
    found: Any = surbl.link(wire, LINK)
    assert (found.record.state, found.record.category, found.subject) == (state, category, "sgogoj.com")
    assert [question.uri for question in wire.asked] == [f"dns:{POINT}?type=A", f"dns:{NAME}?type=A"]
    assert {question.level for question in wire.asked} == {Level.THIRD_PARTY}
    if state is ListingState.ERROR:
        assert found.note


def test_a_refused_resolver_says_so(zone: Any) -> None:
    note = surbl.link(zone(more={NAME: ("127.0.0.1",)}), LINK).note
    assert note == "the list answers with an error: the resolver is refused"


@pytest.mark.parametrize(
    "point", ["NXDOMAIN", "SERVFAIL", ("127.0.0.1",), ("192.0.2.254",), ("127.255.255.254",)]
)
def test_a_list_whose_test_point_is_dead_never_says_not_listed(zone: Any, point: Any) -> None:
    wire = zone(point=point, more={NAME: "NXDOMAIN"})
    found: Any = surbl.link(wire, LINK)
    assert found.record.state is ListingState.ERROR
    assert len(wire.asked) == 1


def test_an_address_in_a_link_is_asked_backwards(zone: Any) -> None:
    wire = zone(more={"41.61.217.8.multi.surbl.org": ("127.0.0.8",)})
    found: Any = surbl.link(wire, Link(url="http://8.217.61.41/", host="8.217.61.41", registrable=None))
    assert (found.subject, found.record.state) == ("8.217.61.41", ListingState.LISTED)


@pytest.mark.parametrize("host", ["10.0.0.1", "2606:4700::1111", "192.0.2.1"])
def test_an_address_that_the_list_cannot_have_is_not_asked(zone: Any, host: str) -> None:
    wire = zone()
    found: Any = surbl.link(wire, Link(url=f"http://{host}/", host=host, registrable=None))
    assert (found.outcome, wire.asked) == (Outcome.NOT_ASKED, [])


def test_below_its_level_it_is_not_asked(zone: Any) -> None:
    found: Any = surbl.link(zone(Level.PASSIVE), LINK)
    assert (found.record.state, found.note) == (ListingState.NOT_ASKED, "needs level third-party")
