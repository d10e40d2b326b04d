"""DNS messages: every way a name server can answer, and the ways it can be no answer."""

from __future__ import annotations

from typing import Any

import dns.flags
import pytest

from phishlab.records import Answer, Level, Outcome
from phishlab.sources import dns as names
from phishlab.wire import dns as wire_dns


def test_the_walkthroughs_own_question(scripted: Any, dns_says: Any) -> None:
    message = dns_says("aica-interior.co.jp", "A", "aica-interior.co.jp. 3600 IN A 153.123.7.53")
    wire = scripted({"dns:aica-interior.co.jp?type=A": message})
    found = names.addresses(wire, "Aica-Interior.CO.JP.")
    assert found.record is not None
    assert (found.outcome, found.record.values, found.record.ttl) == (
        Outcome.ANSWERED,
        ("153.123.7.53",),
        3600,
    )
    assert found.evidence[0].question == "dns:aica-interior.co.jp?type=A"
    assert wire.asked[0].level is Level.ACTIVE


def test_a_chain_of_cnames_is_followed_inside_the_answer(scripted: Any, dns_says: Any) -> None:
    message = dns_says(
        "www.example.jp",
        "A",
        "www.example.jp. 300 IN CNAME cdn.example.net.",
        "cdn.example.net. 60 IN CNAME edge.example.net.",
        "edge.example.net. 30 IN A 192.0.2.7",
    )
    record = names.addresses(scripted({"dns:www.example.jp?type=A": message}), "www.example.jp").record
    assert record is not None
    assert (record.values, record.canonical, record.ttl) == (("192.0.2.7",), "edge.example.net", 30)
    assert record.chain == ("www.example.jp", "cdn.example.net", "edge.example.net")


def test_an_alias_that_the_server_did_not_follow_is_asked_for(scripted: Any, dns_says: Any) -> None:
    """It has said nothing of that name: "no data" would be an invention."""
    wire = scripted(
        {
            "dns:www.example.jp?type=A": dns_says(
                "www.example.jp", "A", "www.example.jp. 300 IN CNAME a.cdn.example."
            ),
            "dns:a.cdn.example?type=A": dns_says(
                "a.cdn.example", "A", "a.cdn.example. 60 IN CNAME b.cdn.example."
            ),
            "dns:b.cdn.example?type=A": dns_says("b.cdn.example", "A", "b.cdn.example. 90 IN A 192.0.2.7"),
        }
    )
    found = names.addresses(wire, "www.example.jp")
    assert (found.subject, found.outcome, len(found.evidence)) == ("www.example.jp", Outcome.ANSWERED, 3)
    assert found.record is not None
    assert found.record.chain == ("www.example.jp", "a.cdn.example", "b.cdn.example")
    assert (found.record.name, found.record.values, found.record.ttl) == (
        "www.example.jp",
        ("192.0.2.7",),
        90,
    )


def test_aliases_without_an_end_are_given_up(scripted: Any, dns_says: Any) -> None:
    def onward(uri: str) -> bytes:
        number = int(uri.removeprefix("dns:n").partition(".")[0])
        name = f"n{number}.example"
        answer: bytes = dns_says(name, "A", f"{name}. 60 IN CNAME n{number + 1}.example.")
        return answer

    wire = scripted(onward)
    found = names.addresses(wire, "n0.example")
    assert (found.outcome, found.record, len(wire.asked)) == (Outcome.NO_DATA, None, 9)


def test_an_alias_whose_end_has_none_is_no_data_without_another_question(
    scripted: Any, dns_says: Any
) -> None:
    import dns.message
    import dns.rrset

    message = dns.message.from_wire(
        dns_says("www.example.jp", "AAAA", "www.example.jp. 300 IN CNAME a.cdn.example.")
    )
    message.authority.append(dns.rrset.from_text("cdn.example.", 60, "IN", "SOA", "ns. h. 1 2 3 4 5"))
    wire = scripted({"dns:www.example.jp?type=AAAA": message.to_wire()})
    found = names.addresses(wire, "www.example.jp", "AAAA")
    assert (found.outcome, found.note, len(wire.asked)) == (
        Outcome.NO_DATA,
        "a.cdn.example has no AAAA record",
        1,
    )


@pytest.mark.parametrize(
    ("rdtype", "records", "values"),
    [
        ("AAAA", ["2001:db8::1"], ("2001:db8::1",)),
        ("MX", ["10 mx1.example.jp.", "20 mx2.example.jp."], ("10 mx1.example.jp", "20 mx2.example.jp")),
        ("NS", ["ns1.example.jp."], ("ns1.example.jp",)),
        ("CNAME", ["real.example.net."], ("real.example.net",)),
        ("TXT", ['"v=spf1 " "-all"', '"日本"'], ("v=spf1 -all", "日本")),
        ("CAA", ['0 issue "ca.example"'], ('0 issue "ca.example"',)),
        ("SOA", ["ns1.jp. h.jp. 1 2 3 4 5"], ("ns1.jp. h.jp. 1 2 3 4 5",)),
    ],
)
def test_each_type_as_text(
    scripted: Any, dns_says: Any, rdtype: str, records: list[str], values: tuple[str, ...]
) -> None:
    message = dns_says("example.jp", rdtype, *(f"example.jp. 60 IN {rdtype} {record}" for record in records))
    record = names.addresses(
        scripted({f"dns:example.jp?type={rdtype}": message}), "example.jp", rdtype
    ).record
    assert record is not None
    assert record.values == values


def test_txt_bytes_that_are_no_text_are_spelled_out(scripted: Any, dns_says: Any) -> None:
    message = dns_says("example.jp", "TXT", r'example.jp. 60 IN TXT "\255x"')
    record = names.addresses(scripted({"dns:example.jp?type=TXT": message}), "example.jp", "TXT").record
    assert record is not None
    assert record.values == (r"\xffx",)


@pytest.mark.parametrize(
    ("rcode", "outcome"),
    [
        ("NXDOMAIN", Outcome.NO_SUCH_NAME),
        ("REFUSED", Outcome.REFUSED),
        ("SERVFAIL", Outcome.FAILED),
        ("FORMERR", Outcome.FAILED),
        ("NOTIMP", Outcome.FAILED),
        ("NOERROR", Outcome.NO_DATA),
    ],
)
def test_what_is_no_record_is_still_an_outcome_with_evidence(
    scripted: Any, dns_says: Any, rcode: str, outcome: Outcome
) -> None:
    wire = scripted({"dns:example.jp?type=A": dns_says("example.jp", "A", rcode=rcode)})
    found = names.addresses(wire, "example.jp")
    assert (found.outcome, found.record, len(found.evidence)) == (outcome, None, 1)
    assert found.note


def test_what_does_not_answer_the_question_is_failed(scripted: Any, dns_says: Any) -> None:
    good = dns_says("example.jp", "A", "example.jp. 60 IN A 192.0.2.1")
    query = bytearray(good)
    query[2] &= 0x7F  # the QR bit: a question, not an answer
    for data in (
        b"\x00",
        b"not dns at all",
        good[:-2],
        bytes(query),
        dns_says("other.jp", "A", "other.jp. 60 IN A 192.0.2.1"),
        dns_says("example.jp", "AAAA"),
        dns_says("example.jp", "A", "example.jp. 60 IN A 192.0.2.1", flags=dns.flags.TC),
        dns_says("example.jp", "A", "example.jp. 60 IN A 192.0.2.1") + b"trailing",
    ):
        found = names.addresses(scripted({"dns:example.jp?type=A": data}), "example.jp")
        assert (found.outcome, found.record) == (Outcome.FAILED, None), data


def test_an_endless_chain_and_a_chain_to_nowhere(scripted: Any, dns_says: Any) -> None:
    loop = dns_says("a.jp", "A", "a.jp. 60 IN CNAME b.jp.", "b.jp. 60 IN CNAME a.jp.")
    nowhere = dns_says("a.jp", "A", "a.jp. 60 IN CNAME gone.jp.", rcode="NXDOMAIN")
    for message, outcome in ((loop, Outcome.FAILED), (nowhere, Outcome.NO_SUCH_NAME)):
        assert names.addresses(scripted({"dns:a.jp?type=A": message}), "a.jp").outcome is outcome


@pytest.mark.parametrize(
    "bad", ["", ".", "a..jp", "a" * 64 + ".jp", "a." * 130 + "jp", r"\300.jp", "192.0.2.1", "日" * 60]
)
def test_a_name_that_cannot_stand_in_the_dns_is_failed_without_a_question(scripted: Any, bad: str) -> None:
    wire = scripted({})
    found = names.addresses(wire, bad)
    assert (found.outcome, wire.asked) == (Outcome.FAILED, [])
    assert found.note


def test_the_wires_own_word_is_passed_on(scripted: Any, dns_says: Any) -> None:
    found = names.addresses(scripted({}, Level.PASSIVE), "example.jp")
    assert (found.outcome, found.note, found.evidence) == (Outcome.NOT_ASKED, "needs level active", ())
    empty = scripted({"dns:example.jp?type=A": Answer(outcome=Outcome.ANSWERED)})
    assert names.addresses(empty, "example.jp").outcome is Outcome.FAILED


def test_registries_and_services_are_no_attackers() -> None:
    assert names.level_of("4.3.2.1.origin.asn.cymru.com") is Level.PASSIVE
    assert names.level_of("sgogoj.com.dbl.spamhaus.org.") is Level.THIRD_PARTY
    assert names.level_of("asn.cymru.com.evil.example") is Level.ACTIVE
    assert names.level_of("notasn.cymru.com") is Level.ACTIVE


PTR = "dns:215.196.226.74.in-addr.arpa?type=PTR"
AZURE = "ioooo.japaneast.cloudapp.azure.com"


def test_a_reverse_name_is_a_claim_until_it_resolves_back(scripted: Any, dns_says: Any) -> None:
    pointer = dns_says(
        "215.196.226.74.in-addr.arpa", "PTR", f"215.196.226.74.in-addr.arpa. 60 IN PTR {AZURE}."
    )
    for back, outcome in (("74.226.196.215", Outcome.ANSWERED), ("192.0.2.1", Outcome.NO_DATA)):
        forward = dns_says(AZURE, "A", f"{AZURE}. 60 IN A {back}")
        wire = scripted({PTR: pointer, f"dns:{AZURE}?type=A": forward})
        found = names.pointer(wire, "74.226.196.215")
        assert found.record is not None
        assert found.record.values == (AZURE,)
        checked = names.confirmed(wire, "74.226.196.215", found)
        assert (checked.outcome, len(checked.evidence)) == (outcome, 2)


def test_a_reverse_name_that_cannot_be_checked_is_not_called_unconfirmed(
    scripted: Any, dns_says: Any
) -> None:
    wire = scripted(
        {
            PTR: dns_says(
                "215.196.226.74.in-addr.arpa", "PTR", f"215.196.226.74.in-addr.arpa. 60 IN PTR {AZURE}."
            )
        }
    )
    checked = names.confirmed(wire, "74.226.196.215", names.pointer(wire, "74.226.196.215"))
    assert checked.outcome is Outcome.FAILED


def test_an_address_with_a_hundred_names_costs_ten_questions(scripted: Any, dns_says: Any) -> None:
    owner = "215.196.226.74.in-addr.arpa"
    pointer = dns_says(owner, "PTR", *(f"{owner}. 60 IN PTR n{n}.example." for n in range(100)))
    wire = scripted({PTR: pointer})
    names.confirmed(wire, "74.226.196.215", names.pointer(wire, "74.226.196.215"))
    assert len(wire.asked) == 11


@pytest.mark.parametrize(
    "ip", ["192.0.2.1", "10.0.0.1", "100.64.0.1", "2001:db8::1", "224.0.0.1", "2002:7f00:1::", "x"]
)
def test_nobody_is_asked_about_an_address_that_nobody_holds(scripted: Any, ip: str) -> None:
    wire = scripted({})
    found = names.pointer(wire, ip)
    assert (found.outcome, wire.asked) == (Outcome.NOT_ASKED, [])
    assert ip in found.note


@pytest.mark.parametrize(
    "text",
    [
        "aica-interior.co.jp",
        "_dmarc.aica-interior.co.jp",
        "日本語.jp",
        r"macro%percent\032\032space%20x.example.com",
        "foo:bar/baz.example.com",
        "a?b#c;d&e.example.com",
        r"back\\slash.dot\.in.label.example",
        r"\000\255.example",
    ],
)
def test_the_wire_reads_the_very_name_out_of_the_question(text: str) -> None:
    name = names.name(text)
    message = wire_dns.query(names.question(name, "TXT").uri)
    assert message is not None
    assert (message.question[0].name, message.question[0].rdtype.name) == (name, "TXT")


def test_a_host_with_ipv6_alone_is_found_and_one_with_ipv4_costs_one_question(
    scripted: Any, dns_says: Any
) -> None:
    six = scripted(
        {
            "dns:six.example?type=A": dns_says("six.example", "A"),
            "dns:six.example?type=AAAA": dns_says(
                "six.example", "AAAA", "six.example. 60 IN AAAA 2001:db8::1"
            ),
        }
    )
    found = names.hosts(six, "six.example")
    assert [(lookup.outcome, lookup.record and lookup.record.values) for lookup in found] == [
        (Outcome.NO_DATA, None),
        (Outcome.ANSWERED, ("2001:db8::1",)),
    ]
    four = scripted(
        {"dns:four.example?type=A": dns_says("four.example", "A", "four.example. 60 IN A 192.0.2.1")}
    )
    assert len(names.hosts(four, "four.example")) == len(four.asked) == 1
    assert len(names.hosts(scripted({}), "silent.example")) == 1
