"""The live wire asks once, keeps, hands back what it kept; and says no before it does anything."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phishlab.errors import DataError, MissingExtraError
from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Provenance, Question
from phishlab.wire import Wire
from phishlab.wire.live import LiveWire
from phishlab.wire.pacing import Pace
from phishlab.wire.replay import ReplayWire
from tests.servers import dns_odd, web, whois
from tests.servers.world import ARTICLE, World, world

JPRS = {"aica-interior.co.jp": "[登録者名] アイカインテリア工業株式会社\r\n".encode()}
RDAP = {"objectClassName": "domain", "ldhName": "sgogoj.com"}
QUESTIONS = [
    Question(uri="dns:aica-interior.co.jp?type=A", level=Level.ACTIVE),
    Question(uri="dns:215.196.226.74.in-addr.arpa?type=PTR", level=Level.ACTIVE),
    Question(uri="dns:gone.sgogoj.com?type=A", level=Level.ACTIVE),
    Question(uri="dns:example.org?type=A", level=Level.ACTIVE),
    Question(uri="whois://whois.jprs.jp/aica-interior.co.jp", level=Level.PASSIVE),
    Question(uri="whois://whois.jprs.jp/unknown.jp", level=Level.PASSIVE),
    Question(uri="https://rdap.verisign.com/com/v1/domain/sgogoj.com", level=Level.PASSIVE),
    Question(uri="https://rdap.verisign.com/com/v1/domain/moved.com", level=Level.PASSIVE),
    Question(uri="https://rdap.verisign.com/nothing", level=Level.PASSIVE),
    Question(uri="http://sgogoj.com/kagoya/activemail.kagoya?login=x", level=Level.ACTIVE),
    Question(uri="http://127.0.0.1/", level=Level.ACTIVE),
    Question(uri="visit:http://sgogoj.com/", level=Level.ACTIVE),
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pages: dict[str, web.Page] = {
        "rdap.verisign.com/com/v1/domain/sgogoj.com": web.rdap(RDAP),
        "rdap.verisign.com/com/v1/domain/moved.com": web.redirect("/com/v1/domain/sgogoj.com"),
        "sgogoj.com/kagoya/activemail.kagoya?login=x": web.page("<form>"),
    }
    folder = tmp_path_factory.mktemp("world")
    with world(folder, zones=ARTICLE, whois_answers={"whois.jprs.jp": JPRS}, pages=pages) as made:
        yield made


def visitor(url: str, folder: Path) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "screenshot.png").write_bytes(url.encode())
    return json.dumps({"url": url, "peer": "8.217.61.41", "files": {"screenshot.png": "00"}}).encode()


@pytest.mark.loopback
def test_replay_gives_the_very_answers_of_the_live_run_without_a_socket(
    here: World, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    live: Wire = here.wire(archive, visitor=visitor)
    asked = [live.ask(question) for question in QUESTIONS]
    asked.append(live.consult(Question(uri="geoip:x/1.1.1.1", level=Level.OFFLINE), lambda: b'{"city": "x"}'))
    asked.append(live.consult(Question(uri="geoip:x/1.1.1.2", level=Level.OFFLINE), lambda: None))
    # These times move; nothing is answered from memory.
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    replay: Wire = ReplayWire(Archive(archive.path), Level.ACTIVE, "1")
    again = [replay.ask(question) for question in QUESTIONS]
    again += [replay.consult(Question(uri=f"geoip:x/1.1.1.{n}", level=Level.OFFLINE), unread) for n in (1, 2)]
    assert again == asked
    outcomes = [answer.outcome for answer in asked]
    assert outcomes == [
        Outcome.ANSWERED, Outcome.ANSWERED, Outcome.NO_SUCH_NAME, Outcome.REFUSED, Outcome.ANSWERED,
        Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ANSWERED,
        Outcome.REFUSED, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.NO_DATA,
    ]  # fmt: skip
    assert json.loads(asked[7].data) == RDAP


def unread() -> bytes:
    raise AssertionError("replay reads no database")


@pytest.mark.parametrize(
    "uri",
    [
        "dns:sgogoj.com?type=A",
        "whois://whois.jprs.jp/x.jp",
        "http://sgogoj.com/",
        "https://8.217.61.41/",
        "visit:http://x/",
    ],
)
@pytest.mark.parametrize("level", [Level.OFFLINE, Level.PASSIVE, Level.THIRD_PARTY])
def test_a_level_that_is_not_allowed_is_refused_before_any_io(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, uri: str, level: Level
) -> None:
    def touched(*arguments: Any, **_: Any) -> Any:
        raise AssertionError(arguments)

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, touched)
    monkeypatch.setattr("dns.resolver.Resolver", touched)
    wire = LiveWire(archive, level, "1", visitor=touched, clock=touched, on_question=touched)
    for answer in (
        wire.ask(Question(uri=uri, level=Level.ACTIVE)),
        wire.consult(Question(uri=uri, level=Level.ACTIVE), touched),
    ):
        assert answer == Answer(outcome=Outcome.NOT_ASKED, note="needs level active")
    assert not archive.path.exists()


def test_a_recipient_is_refused_before_any_io_and_leaves_no_trace(archive: Archive) -> None:
    wire = LiveWire(archive, Level.ACTIVE, "1", recipients=["taro@victim.example"])
    answer = wire.ask(Question(uri="http://sgogoj.com/?login=taro%40victim.example", level=Level.ACTIVE))
    assert answer.outcome is Outcome.NOT_ASKED
    assert not archive.path.exists()


@pytest.mark.loopback
def test_inside_a_run_a_question_is_put_once(here: World, archive: Archive) -> None:
    words: list[tuple[str, str]] = []
    wire = here.wire(archive, on_question=lambda question, word: words.append((question.uri, word)))
    question = Question(uri="whois://whois.jprs.jp/aica-interior.co.jp", level=Level.PASSIVE)
    here.whois_asked.clear()
    first = wire.ask(question)
    assert wire.ask(question) == first
    assert here.wire(Archive(archive.path)).ask(question) == first
    assert here.whois_asked == ["aica-interior.co.jp"]
    assert words == [
        (question.uri, "asking"),
        ("dns:whois.jprs.jp?type=A", "asking"),
        ("dns:whois.jprs.jp?type=A", "answered"),
        (question.uri, "answered"),
    ]


@pytest.mark.loopback
def test_a_new_run_asks_again(here: World, archive: Archive) -> None:
    question = Question(uri="whois://whois.jprs.jp/aica-interior.co.jp", level=Level.PASSIVE)
    here.whois_asked.clear()
    for run in ("1", "2"):
        here.wire(archive, run=run).ask(question)
    assert here.whois_asked == ["aica-interior.co.jp"] * 2
    assert [exchange.run for exchange in archive.exchanges() if exchange.question == question.uri] == [
        "1",
        "2",
    ]


@pytest.mark.loopback
def test_threads_with_one_question_put_it_once(here: World, archive: Archive) -> None:
    wire = here.wire(archive)
    question = Question(uri="whois://whois.jprs.jp/aica-interior.co.jp", level=Level.PASSIVE)
    here.whois_asked.clear()
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(wire.ask(question))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert here.whois_asked == ["aica-interior.co.jp"]
    assert len(answers) == 8
    assert len(set(map(repr, answers))) == 1


@pytest.mark.loopback
def test_a_name_that_turns_inward_between_check_and_dial_gains_nothing(archive: Archive) -> None:
    """Rebinding: the second look at the name would say 127.0.0.1, and there is none."""
    asked: list[str] = []
    with dns_odd.serving(asked) as server, web.serving({"rebind.example/": web.page("public")}) as page:
        dial = {(dns_odd.GOOD, 80): page}
        wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], dial=dial, timeout=5, pace={})
        answer = wire.ask(Question(uri="http://rebind.example/", level=Level.ACTIVE))
        assert (answer.data, asked) == (b"public", ["rebind.example A"])
        again = LiveWire(archive, Level.ACTIVE, "2", nameservers=[server], dial=dial, timeout=5, pace={})
        answer = again.ask(Question(uri="http://rebind.example/", level=Level.ACTIVE))
        assert (answer.outcome, answer.note) == (
            Outcome.REFUSED, "rebind.example is at 127.0.0.1, which is no public address",
        )  # fmt: skip


@pytest.mark.loopback
@pytest.mark.parametrize("label", ["loopback", "metadata", "mixed", "v6mapped"])
def test_a_name_that_leads_inside_is_refused(archive: Archive, label: str) -> None:
    with dns_odd.serving() as server:
        wire = LiveWire(archive, Level.ACTIVE, "1", nameservers=[server], timeout=5)
        for uri in (f"http://{label}.example/", f"https://{label}.example/", f"whois://{label}.example/x"):
            assert wire.ask(Question(uri=uri, level=Level.ACTIVE)).outcome is Outcome.REFUSED


def test_a_scheme_of_this_machine_is_consulted_not_asked(archive: Archive) -> None:
    wire = LiveWire(archive, Level.OFFLINE, "1")
    question = Question(uri="geoip:dbip-city/8.217.61.41", level=Level.OFFLINE)
    answer = wire.ask(question)
    assert (answer.outcome, answer.exchange) == (Outcome.NOT_ASKED, None)
    assert wire.consult(question, lambda: b"{}").data == b"{}"
    assert wire.ask(question).data == b"{}"
    assert wire.consult(question, unread).data == b"{}"


def test_what_an_analyst_brought_in_answers_in_every_run(archive: Archive) -> None:
    question = Question(uri="observed:norton/http://sgogoj.com/", level=Level.OFFLINE)
    archive.append(
        question, b"safe", run="article", peer="", asked_at=datetime(2024, 1, 17, tzinfo=UTC),
        origin=Provenance.IMPORTED, outcome=Outcome.ANSWERED, source="the article",
    )  # fmt: skip
    for wire in (LiveWire(archive, Level.OFFLINE, "2"), ReplayWire(archive, Level.OFFLINE, "2")):
        assert wire.ask(question).data == b"safe"


def test_a_missing_database_is_not_asked_and_replays_so(archive: Archive) -> None:
    def missing() -> bytes:
        raise DataError("there is no database: phishlab data update")

    question = Question(uri="geoip:dbip-city/8.217.61.41", level=Level.OFFLINE)
    answer = LiveWire(archive, Level.OFFLINE, "1").consult(question, missing)
    assert (answer.outcome, answer.note) == (Outcome.NOT_ASKED, "there is no database: phishlab data update")
    assert ReplayWire(archive, Level.OFFLINE).ask(question) == answer


def test_a_visit_without_its_extra_is_not_asked(archive: Archive) -> None:
    def visit(_url: str, _folder: Path) -> bytes:
        raise MissingExtraError("pip install 'phishlab[page]'")

    wire = LiveWire(archive, Level.ACTIVE, "1", visitor=visit)
    answer = wire.ask(Question(uri="visit:http://sgogoj.com/", level=Level.ACTIVE))
    assert (answer.outcome, answer.note) == (Outcome.NOT_ASKED, "pip install 'phishlab[page]'")


@pytest.mark.parametrize("manifest", [b"", b"[]", b"\xff", b'{"files": 3}'])
def test_a_visit_that_tells_nothing_is_a_failure(archive: Archive, manifest: bytes) -> None:
    (archive.path.parents[1] / "visit").mkdir(parents=True)
    (archive.path.parents[1] / "visit" / "earlier.png").write_bytes(b"x")
    wire = LiveWire(archive, Level.ACTIVE, "1", visitor=lambda _url, _folder: manifest)
    assert wire.ask(Question(uri="visit:http://sgogoj.com/", level=Level.ACTIVE)).outcome is Outcome.FAILED


def test_each_later_visit_leaves_the_files_of_the_earlier_ones(archive: Archive) -> None:
    urls = ["http://sgogoj.com/", "http://sgogoj.com/a", "http://sgogoj.com/b"]
    wire = LiveWire(archive, Level.ACTIVE, "1", visitor=visitor)
    told = [wire.ask(Question(uri=f"visit:{url}", level=Level.ACTIVE)) for url in urls]
    again = LiveWire(archive, Level.ACTIVE, "2", visitor=visitor)
    told.append(again.ask(Question(uri=f"visit:{urls[0]}", level=Level.ACTIVE)))
    files = [name for answer in told for name in json.loads(answer.data)["files"]]
    assert files[0] == "screenshot.png"
    assert len(set(files)) == 4
    assert all((archive.path.parents[1] / "visit" / name).is_file() for name in files)


def test_authorities_that_are_not_there_are_told_of_at_once(archive: Archive) -> None:
    with pytest.raises(DataError, match="no file of certificate authorities"):
        LiveWire(archive, Level.OFFLINE, "1", ca_file="nowhere.pem")


def test_the_clock_is_the_wires_own(archive: Archive) -> None:
    noon = datetime(2024, 1, 17, 12, tzinfo=UTC)
    wire = LiveWire(archive, Level.OFFLINE, "1", clock=lambda: noon)
    answer = wire.consult(Question(uri="geoip:x/1", level=Level.OFFLINE), lambda: b"x")
    assert answer.exchange is not None
    assert (wire.now(), answer.exchange.asked_at) == (noon, noon)


def test_two_questions_to_one_server_are_kept_apart() -> None:
    pace = Pace({"whois": 1.0})  # long beside what a busy machine takes for the rest
    began = time.monotonic()
    pace.wait("whois", "11.0.0.1:43")
    pace.wait("whois", "11.0.0.2:43")
    pace.wait("http", "11.0.0.3:80")
    assert time.monotonic() - began < 0.9
    pace.wait("whois", "11.0.0.1:43")
    assert time.monotonic() - began >= 1.0


@pytest.mark.loopback
@pytest.mark.parametrize("uri", ["whois://whois.sgogoj.com/x.jp", "https://rdap.sgogoj.com/domain/x.com"])
def test_a_registry_without_an_address_is_no_word_about_what_was_asked(
    here: World, archive: Archive, uri: str
) -> None:
    answer = here.wire(archive).ask(Question(uri=uri, level=Level.PASSIVE))
    assert (answer.outcome, answer.note.endswith("no such name")) == (Outcome.FAILED, True)


@pytest.mark.loopback
def test_side_by_side_one_server_is_still_asked_at_its_pace_and_tells_come_one_by_one(
    archive: Archive,
) -> None:
    came: list[float] = []
    telling = threading.Lock()
    overlaps: list[str] = []

    def answer(connection: socket.socket) -> None:
        came.append(time.monotonic())
        connection.sendall(b"[Domain Name] X.JP\r\n")

    def told(_question: Question, word: str) -> None:
        if not telling.acquire(blocking=False):
            overlaps.append(word)
            return
        time.sleep(0.002)
        telling.release()

    names = [f"x{number}.jp" for number in range(4)]
    with dns_odd.serving() as server, whois.serving(dict.fromkeys(names, answer)) as site:
        wire = LiveWire(
            archive,
            Level.PASSIVE,
            "1",
            nameservers=[server],
            dial={(dns_odd.GOOD, 43): site},
            pace={"whois": 0.15},
            on_question=told,
        )

        def ask(name: str) -> Callable[[], tuple[()]]:
            def work() -> tuple[()]:
                wire.ask(Question(uri=f"whois://whois.example/{name}", level=Level.PASSIVE))
                return ()

            return work

        wire.together([ask(name) for name in names])
    came.sort()
    assert len(came) == 4
    assert min(later - sooner for sooner, later in itertools.pairwise(came)) > 0.1
    assert overlaps == []
    assert len(archive.exchanges()) == 5
