"""DNS outcomes, over real NSD and over a server that misbehaves."""

from __future__ import annotations

import time
from collections.abc import Iterator

import dns.message
import pytest

from phishlab.evidence.archive import Archive
from phishlab.records import Level, Outcome, Question
from phishlab.wire import dns as wire_dns
from phishlab.wire.live import LiveWire
from tests.servers import dns_odd
from tests.servers.world import World

pytestmark = pytest.mark.loopback


def asked(text: str) -> Question:
    return Question(uri=f"dns:{text}", level=Level.ACTIVE)


@pytest.fixture(scope="module")
def odd() -> Iterator[tuple[str, int]]:
    with dns_odd.serving() as server:
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


def test_silence_ends_at_the_deadline(odd: tuple[str, int], archive: Archive) -> None:
    wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[odd, odd], timeout=0.5)
    began = time.monotonic()
    wire.ask(asked("silent.example.com?type=A"))
    assert time.monotonic() - began < 1.0


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
