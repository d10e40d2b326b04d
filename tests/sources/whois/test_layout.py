"""The shapes in which registries write a label and its value, each with what is read from it."""

from __future__ import annotations

import time

import pytest

from phishlab.sources.whois import answer, layout, registries


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(entry.label, entry.value) for entry in layout.entries(text)]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Domain Name: GOOGLE.CC\n", [("Domain Name", "GOOGLE.CC")]),
        ("created..............: 2003/09/11\n", [("created", "2003/09/11")]),
        ("Domain   \t: google.tn\n", [("Domain", "google.tn")]),
        ("Nom de domaine#. . . . . .google.dz\n", [("Nom de domaine", "google.dz")]),
        ("Domain-name         google.sk\n", [("Domain-name", "google.sk")]),
        ("c [Record Created]              13-MAY-2009\n", [("Record Created", "13-MAY-2009")]),
        ("a. [ドメイン名]     EXAMPLE.CO.JP\n", [("ドメイン名", "EXAMPLE.CO.JP")]),
        (
            "   Record expires on 2011-11-09 (YYYY-MM-DD)\n",
            [("Record expires on", "2011-11-09 (YYYY-MM-DD)")],
        ),
        (
            "Record expires on Sun Mar 30 23:59:00 2014\n",
            [("Record expires on", "Sun Mar 30 23:59:00 2014")],
        ),
        ('created: "2011-01-13T15:45:18+01:00"\n', [("created", "2011-01-13T15:45:18+01:00")]),
        ("% comment: no\n;x: y\n>>> z: 1\n# a: b\n", []),
        ("Please see http://example.jp/ for more.\n", []),
        ("A sentence that ends in a full stop.\n\n", []),
    ],
)
def test_one_line(text: str, pairs: list[tuple[str, str]]) -> None:
    assert _pairs(text) == pairs


def test_values_below_their_label() -> None:
    text = "nameservers:           ns2.google.com. \n                       ns1.google.com.\ncreated: 2002\n"
    assert _pairs(text) == [
        ("nameservers", "ns2.google.com."),
        ("nameservers", "ns1.google.com."),
        ("created", "2002"),
    ]


def test_values_below_a_heading_also_after_a_blank_line() -> None:
    for text in (
        "Name servers:\n    ns1.google.com   192.0.2.1\n    ns2.google.com   2001:db8::1\n\nx\n",
        "  Domain servers:\n\n  NS1.GOOGLE.COM   192.0.2.1\n  NS2.GOOGLE.COM  2001:db8::1\n",
        "Nameservers\n  - ns1.google.com\n  - ns2.google.com\n",
    ):
        values = [value for _, value in _pairs(text) if value]
        assert [value.split()[0].lower() for value in values] == ["ns1.google.com", "ns2.google.com"], text


def test_a_heading_without_a_colon_has_labels_of_its_own() -> None:
    text = (
        "Created:    1999-12-10\n\nRegistrant\n  Name:  X\n  Created:  2013-04-21\n\nRegistrar\n  Name: Y\n"
    )
    assert [(entry.section, entry.label, entry.value) for entry in layout.entries(text) if entry.value] == [
        ("", "Created", "1999-12-10"),
        ("Registrant", "Name", "X"),
        ("Registrant", "Created", "2013-04-21"),
        ("Registrar", "Name", "Y"),
    ]


def test_an_empty_value_among_other_labels_is_no_heading() -> None:
    text = (
        "Domain name: x\nRegistrant organisation:\nRegistrar name: MarkMonitor\nCreation date: 2002-10-22\n"
    )
    assert [entry.section for entry in layout.entries(text)] == ["", "", "", ""]


@pytest.mark.parametrize(
    "unit",
    [
        "Domain: x.de\n",
        ":" * 100,
        ". " * 50,
        "a" * 99 + "\n",
        "Record " + "a " * 40 + "on\n",
        "\n",
        "x\n y\n",
        "created: " + "1-" * 200 + "\n",
        "nserver: " + "a." * 200 + "\n",
        "x#" + " ." * 50,
        "\t" * 50,
        "[" * 100,
        "x   " * 50 + "\n",
        "registrant: AB1-C\n",
        "Registrant:\n AB1-C\n",
    ],
)
def test_a_hostile_megabyte_costs_four_times_a_quarter_of_it(unit: str) -> None:
    registry = registries.everything()["ie"]
    spent = []
    for size in (250_000, 1_000_000):
        text = (unit * (size // len(unit) + 1))[:size]
        began = time.process_time()
        answer.read(text, "x.ie", registry)
        spent.append(time.process_time() - began)
    assert spent[1] < 8 * spent[0] + 0.2
    assert spent[1] < 4
