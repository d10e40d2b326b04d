"""Which servers are asked by WHOIS, and what their answers may and may not say."""

from __future__ import annotations

from typing import Any

import pytest

from phishlab.records import Answer, DomainRegistration, Level, Outcome
from phishlab.sources import whois
from phishlab.sources.whois import answer, registries
from tests.conftest import ROOT

DE = "whois://whois.denic.de/-T%20dn,ace%20x.de"
IT = "whois://whois.nic.it/x.it"
REGISTERED = b"""Domain:             x.it
Status:             ok
Created:            1999-12-10 00:00:00
Last Update:        2013-04-21 01:05:35
Expire Date:        2014-04-21

Registrant
  Organization:     Example S.p.A.
  Created:          2013-04-21 01:05:35

Registrar
  Organization:     Registrar S.r.l.

Nameservers
  ns1.example.com
  ns2.example.com
"""


def test_a_registration_with_the_dates_of_the_domain_and_not_of_its_holder(scripted: Any) -> None:
    wire = scripted({IT: REGISTERED})
    found = whois.domain(wire, "x.it")
    record = found.record
    assert (found.source, found.outcome, found.note) == ("whois.nic.it", Outcome.ANSWERED, "")
    assert [question.level for question in wire.asked] == [Level.PASSIVE]
    assert record is not None
    assert (record.domain, record.registrant, record.registrar) == (
        "x.it",
        "Example S.p.A.",
        "Registrar S.r.l.",
    )
    assert (str(record.created), str(record.updated), str(record.expires)) == (
        "1999-12-10 00:00:00+00:00",
        "2013-04-21 01:05:35+00:00",
        "2014-04-21 00:00:00+00:00",
    )
    assert record.name_servers == ("ns1.example.com", "ns2.example.com")
    assert record.status == ("ok",)


def test_unknown_labels_are_kept(scripted: Any) -> None:
    record = whois.domain(scripted({IT: REGISTERED + b"\nSigned: yes\n"}), "x.it").record
    assert record is not None
    assert ("Signed", "yes") in record.fields


@pytest.mark.parametrize(
    ("answer", "outcome", "note"),
    [
        (b"Domain: x.it\nStatus: AVAILABLE\n", Outcome.NO_SUCH_NAME, "whois.nic.it has no such domain"),
        # Another registry's words say nothing here.
        (b'No match for "x.it".\n', Outcome.FAILED, "says nothing of a registration"),
        (b"Domain not found.\n", Outcome.FAILED, "says nothing of a registration"),
        # A holder that calls itself so does not make its domain free.
        (REGISTERED + b"\nStatus: AVAILABLE\n", Outcome.ANSWERED, ""),
        (b"Domain: y.it\nStatus: AVAILABLE\n", Outcome.FAILED, "the answer is about y.it"),
        (b"Domain: y.it\nCreated: 1999-12-10\n", Outcome.FAILED, "the answer is about y.it"),
        (b"Too many requests\nDomain: x.it\nStatus: AVAILABLE\n", Outcome.REFUSED, "asked too often"),
        (b"<html><body>Blocked</body></html>", Outcome.FAILED, "says nothing of a registration"),
        (b"\xff\xfe\x00\x00" * 20, Outcome.FAILED, "says nothing of a registration"),
        (b"", Outcome.FAILED, "the server closed without a word"),
        (Answer(outcome=Outcome.FAILED, note="Connection reset by peer"), Outcome.FAILED, "reset by peer"),
        (Answer(outcome=Outcome.REFUSED, note="no public address"), Outcome.REFUSED, "no public address"),
        (Answer(outcome=Outcome.NOT_ASKED, note="needs level passive"), Outcome.NOT_ASKED, "passive"),
    ],
)
def test_only_the_registrys_own_line_means_not_registered(
    scripted: Any, answer: Any, outcome: Outcome, note: str
) -> None:
    found = whois.domain(scripted({IT: answer}), "x.it")
    assert found.outcome is outcome
    assert note in found.note
    assert (found.record is None) == (outcome is not Outcome.ANSWERED)


def test_a_name_that_the_registry_keeps_is_neither_free_nor_someones(scripted: Any) -> None:
    found = whois.domain(scripted({"whois://whois.nic.io/x.io": b"Reserved by Registry\r\n"}), "x.io")
    assert found.record is not None
    assert (found.outcome, found.record.status, found.record.created) == (
        Outcome.ANSWERED,
        ("reserved by registry",),
        None,
    )


def test_denic_is_asked_in_its_own_way(scripted: Any) -> None:
    found = whois.domain(scripted({DE: b"Domain: x.de\nStatus: free\n"}), "x.de")
    assert found.outcome is Outcome.NO_SUCH_NAME


THIN = b"""Domain Name: X.CC
Registrar WHOIS Server: %s
Registrar: Registrar Inc.
Creation Date: 1999-06-07T04:00:00Z
"""
REGISTRAR = b"""Domain Name: x.cc
Registrar Abuse Contact Email: abuse@registrar.example
Creation Date: 1999-06-08T04:00:00Z
Registrant Name: REDACTED FOR PRIVACY
Registrant Organization: Domains By Proxy, LLC
"""
CC = "whois://ccwhois.verisign-grs.com/x.cc"


def test_a_registrar_on_the_list_is_asked_and_kept_apart(scripted: Any) -> None:
    wire = scripted({CC: THIN % b"whois.godaddy.com", "whois://whois.godaddy.com/x.cc": REGISTRAR})
    found = whois.domain(wire, "x.cc")
    record = found.record
    assert record is not None
    assert record.registrar_answer is not None
    assert len(found.evidence) == 2
    assert (str(record.created)[:10], str(record.registrar_answer.created)[:10]) == (
        "1999-06-07",
        "1999-06-08",
    )
    assert (record.privacy, record.abuse) == ("Domains By Proxy", ("abuse@registrar.example",))


@pytest.mark.parametrize(
    "host", [b"whois.evil.example", b"127.0.0.1", b"localhost", b"whois.godaddy.com.evil.example", b"a..b"]
)
def test_no_other_host_is_dialled_on_an_answers_word(scripted: Any, host: bytes) -> None:
    wire = scripted({CC: THIN % host})
    found = whois.domain(wire, "x.cc")
    assert [question.uri for question in wire.asked] == [CC]
    assert found.outcome is Outcome.ANSWERED


def test_a_chain_of_referrals_ends_at_the_second_server(scripted: Any) -> None:
    onward = REGISTRAR + b"Registrar WHOIS Server: whois.tucows.com\n"
    wire = scripted({CC: THIN % b"whois.godaddy.com", "whois://whois.godaddy.com/x.cc": onward})
    whois.domain(wire, "x.cc")
    assert [question.uri for question in wire.asked] == [CC, "whois://whois.godaddy.com/x.cc"]


def test_a_silent_registrar_leaves_the_registrys_facts_standing(scripted: Any) -> None:
    found = whois.domain(scripted({CC: THIN % b"whois.godaddy.com"}), "x.cc")
    assert (found.outcome, found.note) == (
        Outcome.ANSWERED,
        "the registrar's answer is missing: not in the script",
    )


@pytest.mark.parametrize(
    ("script", "asked", "outcome", "note"),
    [
        (
            {
                "whois://whois.iana.org/zz": b"domain: ZZ\nwhois: whois.nic.zz\n",
                "whois://whois.nic.zz/x.zz": b"hi",
            },
            2,
            Outcome.FAILED,
            "not one that is read: the answer is kept",
        ),
        (
            {"whois://whois.iana.org/zz": b"domain: ZZ\nwhois:\n"},
            1,
            Outcome.NOT_ASKED,
            "names no WHOIS server",
        ),
        ({"whois://whois.iana.org/zz": b"whois: whois.nic.zz\n"}, 2, Outcome.FAILED, "not in the script"),
        ({}, 1, Outcome.FAILED, "not in the script"),
    ],
)
def test_an_unread_registry_is_found_through_iana_and_its_answer_kept(
    scripted: Any, script: Any, asked: int, outcome: Outcome, note: str
) -> None:
    wire = scripted(script)
    found = whois.domain(wire, "x.zz")
    assert (found.outcome, found.record, len(wire.asked)) == (outcome, None, asked)
    assert note in found.note


def test_names_that_cannot_be_asked_for(scripted: Any) -> None:
    wire = scripted({})
    for bad in ("", "a..de", "192.0.2.1"):
        assert whois.domain(wire, bad).outcome is Outcome.FAILED
    assert wire.asked == []


def test_the_list_of_what_is_read() -> None:
    known = registries.everything()
    assert len(known) > 150
    assert {"de", "it", "cn", "tw", "eu", "io", "us", "au", "uk.com"} <= set(known)
    assert "jp" not in known  # JPRS has a reader of its own
    assert all(registry.server.isascii() and "." in registry.server for registry in known.values())
    assert registries.of("a.b.uk.com") == known["uk.com"]
    assert registries.of("de") is None
    page = (ROOT / "docs" / "registries.md").read_text(encoding="utf-8")
    assert f"for {len(known)} endings" in page


def _record(name: str, text: str) -> DomainRegistration:
    registry = registries.of(name)
    assert registry is not None
    record = answer.read(text, name, registry)[2]
    assert record is not None
    return record


def test_a_registrant_that_is_a_handle_is_named_by_its_object() -> None:
    text = """domain:       x.cz
registrant:   MM12383
nsset:        NS1
registrar:    REG-X
registered:   21.07.2000 15:21:00
expire:       22.07.2024

contact:      TECH1
org:          Somebody Else
created:      01.01.2005 12:00:00

contact:      MM12383
org:          Example a.s.
name:         A Person
created:      29.07.2011 18:47:18
"""
    record = _record("x.cz", text)
    assert (record.registrant, str(record.created), str(record.expires)) == (
        "Example a.s.",
        "2000-07-21 15:21:00+00:00",
        "2024-07-22 00:00:00+00:00",
    )


def test_of_a_block_the_first_line_is_the_name_and_the_rest_an_address() -> None:
    text = """** Domain Name: x.com.tr

** Registrant:
   Example Ltd.
   1 Some Street
   Türkiye

** Registrar:
NIC Handle\t\t: reg1
Organization Name\t: Registrar A.S.

** Additional Info:
Created on..............: 2001-Aug-23.
"""
    record = _record("x.com.tr", text)
    assert (record.registrant, record.registrar) == ("Example Ltd.", "Registrar A.S.")
    hidden = _record("x.com.tr", text.replace("Example Ltd.", "Hidden upon user request"))
    assert (hidden.registrant, hidden.privacy) == (None, "Hidden upon user request")


def test_an_organisation_goes_before_the_person_that_acts_for_it() -> None:
    text = "Domain Name: x.com.au\nRegistrant Contact Name: Domain Manager\nName Server: ns1.x.example\n"
    text += "Registrant: Example Pty\n"
    assert _record("x.com.au", text).registrant == "Example Pty"
