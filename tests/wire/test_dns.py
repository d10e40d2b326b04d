"""DNS outcomes, over real NSD and over a server that misbehaves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import dns.message
import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Level, Outcome, Question
from phishlab.sources import dns as names
from phishlab.wire import dns as wire_dns
from phishlab.wire.live import LiveWire
from tests.servers import dns_odd, nsd
from tests.servers.world import World

pytestmark = pytest.mark.loopback


def asked(text: str) -> Question:
    return Question(uri=f"dns:{text}", level=Level.ACTIVE)


@pytest.fixture(scope="module")
def odd() -> Iterator[tuple[str, int]]:
    with dns_odd.serving() as server:
        yield server


@pytest.fixture(scope="module")
def every_type() -> Iterator[tuple[str, int]]:
    zone = """@ IN A 192.0.2.1
@ IN AAAA 2001:db8::1
@ IN MX 10 mail
@ IN TXT "v=spf1 " "-all"
@ IN CAA 0 issue "ca.example"
www IN CNAME web
web IN CNAME @
"""
    with nsd.serving({"zone.example": zone}) as server:
        yield server


@pytest.mark.parametrize(
    ("question", "outcome", "texts"),
    [
        ("aica-interior.co.jp?type=A", Outcome.ANSWERED, ["153.123.7.53"]),
        ("AICA-Interior.co.jp?type=a", Outcome.ANSWERED, ["153.123.7.53"]),
        ("sgogoj.com?type=A", Outcome.ANSWERED, ["8.217.61.41"]),
        ("sgogoj.com?type=TXT", Outcome.ANSWERED, ['"v=spf1 a mx -all"']),
        (
            "215.196.226.74.in-addr.arpa?type=PTR",
            Outcome.ANSWERED,
            ["ioooo.japaneast.cloudapp.azure.com."],
        ),
        (
            "2.0.0.127.zen.spamhaus.org?type=A",
            Outcome.ANSWERED,
            ["127.0.0.10", "127.0.0.2", "127.0.0.4"],
        ),
        (
            "215.196.226.74.origin.asn.cymru.com?type=TXT",
            Outcome.ANSWERED,
            ['"8075 | 74.224.0.0/14 | US | arin | 2022-01-01"'],
        ),
        ("nobody.sgogoj.com?type=A", Outcome.NO_SUCH_NAME, []),
        ("sgogoj.com?type=AAAA", Outcome.NO_DATA, []),
        ("example.org?type=A", Outcome.REFUSED, []),
    ],
)
def test_a_real_server_answers(
    article: World, archive: Archive, question: str, outcome: Outcome, texts: list[str]
) -> None:
    answer = article.wire(archive).ask(asked(question))
    message = dns.message.from_wire(answer.data)
    assert answer.outcome is outcome
    assert sorted(rdata.to_text() for rrset in message.answer for rdata in rrset) == texts
    assert answer.exchange is not None
    assert answer.exchange.peer == "{}:{}".format(*article.nameservers[0])
    assert answer.media_type == "application/dns-message"


@pytest.mark.parametrize(
    ("label", "outcome", "note"),
    [
        ("servfail", Outcome.FAILED, "the server answers SERVFAIL"),
        ("refused", Outcome.REFUSED, "the server answers REFUSED"),
        ("formerr", Outcome.FAILED, "the server answers FORMERR"),
        ("notimp", Outcome.FAILED, "the server answers NOTIMP"),
        ("yxdomain", Outcome.FAILED, "the server answers YXDOMAIN"),
        ("silent", Outcome.FAILED, "timed out after 0.4 s"),
        ("garbage", Outcome.FAILED, "timed out after 0.4 s"),
        ("liar", Outcome.FAILED, "timed out after 0.4 s"),
        ("wrong-id", Outcome.ANSWERED, ""),
        ("formerr-edns", Outcome.ANSWERED, ""),
        ("truncated", Outcome.ANSWERED, ""),
        ("loop", Outcome.FAILED, "its CNAMEs lead nowhere"),
    ],
)
def test_an_odd_server_never_reads_as_clean(
    odd: tuple[str, int], archive: Archive, label: str, outcome: Outcome, note: str
) -> None:
    wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[odd], timeout=0.4)
    answer = wire.ask(asked(f"{label}.example.com?type=A"))
    assert answer.outcome is outcome
    assert note in answer.note
    if outcome is Outcome.ANSWERED:
        assert wire_dns.addresses(answer.data) == [dns_odd.GOOD]


def test_a_cut_answer_without_tcp_is_a_failure(archive: Archive) -> None:
    with dns_odd.serving(tcp=False) as server:
        wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], timeout=0.4)
        assert wire.ask(asked("truncated.example.com?type=A")).outcome is Outcome.FAILED


def test_a_dead_port_is_a_failure_and_in_time(archive: Archive) -> None:
    wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[("127.0.0.1", 9)], timeout=0.4)
    began = time.monotonic()
    answer = wire.ask(asked("sgogoj.com?type=A"))
    assert (answer.outcome, answer.data) == (Outcome.FAILED, b"")
    assert answer.note
    assert time.monotonic() - began < 3.0


def test_forty_one_texts_that_no_datagram_holds_come_whole_over_tcp(archive: Archive) -> None:
    texts = [f"record number {number} " + "x" * 60 for number in range(41)]
    zone = "".join(f'@ IN TXT "{text}"\n' for text in texts)
    with nsd.serving({"many.example": zone}) as server:
        wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], timeout=1.0)
        answer = wire.ask(asked("many.example?type=TXT"))
    message = dns.message.from_wire(answer.data)
    assert answer.outcome is Outcome.ANSWERED
    assert len(answer.data) > 3000
    assert {rdata.strings[0].decode() for rrset in message.answer for rdata in rrset} == set(texts)


def test_a_name_in_another_script_is_asked_for_by_its_a_label(archive: Archive) -> None:
    with nsd.serving({"xn--wgv71a119e.jp": "@ IN A 192.0.2.7\n"}) as server:
        wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], timeout=1.0)
        found = names.addresses(wire, "日本語.jp")
    assert found.record is not None
    assert found.record.values == ("192.0.2.7",)


def test_who_was_asked_stands_in_the_evidence(archive: Archive, article: World) -> None:
    found = names.addresses(article.wire(archive), "sgogoj.com")
    assert [exchange.peer for exchange in found.evidence] == ["{}:{}".format(*article.nameservers[0])]


@pytest.mark.parametrize(
    ("rdtype", "values"),
    [
        ("A", ("192.0.2.1",)),
        ("AAAA", ("2001:db8::1",)),
        ("MX", ("10 mail.zone.example",)),
        ("NS", ("ns.zone.example",)),
        ("SOA", ("ns.zone.example. hostmaster.zone.example. 1 3600 600 86400 60",)),
        ("TXT", ("v=spf1 -all",)),
        ("CAA", ('0 issue "ca.example"',)),
    ],
)
def test_each_type_from_a_real_server(
    every_type: tuple[str, int], archive: Archive, rdtype: str, values: tuple[str, ...]
) -> None:
    wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[every_type], timeout=1.0)
    found = names.addresses(wire, "zone.example", rdtype)
    assert found.record is not None
    assert (found.record.values, found.record.chain) == (values, ())
    alias = names.addresses(wire, "www.zone.example", "A")
    assert alias.record is not None
    assert (alias.record.values, alias.record.chain) == (
        ("192.0.2.1",),
        ("www.zone.example", "web.zone.example", "zone.example"),
    )


def test_silence_ends_at_the_deadline(odd: tuple[str, int], archive: Archive) -> None:
    wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[odd, odd], timeout=0.5)
    began = time.monotonic()
    wire.ask(asked("silent.example.com?type=A"))
    assert time.monotonic() - began < 3.0


def test_a_second_server_is_asked_when_the_first_fails(odd: tuple[str, int], article: World) -> None:
    dead = ("127.0.0.1", 9)
    reply = wire_dns.ask("dns:sgogoj.com?type=A", [dead, *article.nameservers], 2.0)
    assert reply.outcome is Outcome.ANSWERED
    assert reply.peer == "{}:{}".format(*article.nameservers[0])


@pytest.mark.parametrize(
    "uri",
    [
        "dns:?type=NOSUCHTYPE",
        "dns:" + "a" * 64 + ".jp?type=A",
        "dns:a..jp?type=A",
        "dns:%5C300.jp?type=A",
        "dns:sgogoj.com?type=",
    ],
)
def test_what_is_no_question_is_not_sent(uri: str) -> None:
    reply = wire_dns.ask(uri, [("127.0.0.1", 9)], 1.0)
    assert (reply.outcome, reply.kept) == (Outcome.FAILED, b"")
    assert reply.note == "not a name and type that DNS can be asked for"


def test_without_a_name_server_nothing_is_asked() -> None:
    assert wire_dns.ask("dns:sgogoj.com?type=A", [], 1.0).note == "this machine has no name server to ask"
