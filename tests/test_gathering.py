"""The questions of a case, put side by side: nothing is left to the steps, and the report is the same each time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

from phishlab import case as cases
from phishlab import gathering, report, walkthrough
from phishlab.case import Case
from phishlab.errors import EvidenceError, StoppedError
from phishlab.evidence.verify import verify
from phishlab.records import Level, Outcome, Question
from phishlab.views.safe import Lens
from phishlab.wire.workers import Task, Workers
from tests.conftest import KAGOYA, ROOT
from tests.servers import web
from tests.servers.world import ARTICLE, World, world

BUILD = ROOT / "data" / "build" / "kagoya"
ORIGINAL = (KAGOYA / "data" / "evidence" / "original.eml").read_bytes()
SLOW = 0.05
answering = threading.Event()
"""The registries answer while it is set."""
answering.set()


def _slowly(content: bytes) -> web.Page:
    def talk(connection: Any) -> None:
        answering.wait(20)
        time.sleep(SLOW)
        connection.sendall(content)

    return talk


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pytest_socket.enable_socket()
    pages: dict[str, web.Page] = {
        name: _slowly(web.page((BUILD / file).read_bytes(), "application/rdap+json"))
        for name, file in {
            "rdap.verisign.com/com/v1/domain/sgogoj.com": "rdap-sgogoj.com.json",
            "rdap.arin.net/registry/ip/74.226.196.215": "rdap-74.226.196.215.json",
            "rdap.arin.net/registry/ip/8.217.61.41": "rdap-8.217.61.41.json",
        }.items()
    }
    jprs = (BUILD / "whois-aica-interior.co.jp.txt").read_bytes().replace(b"\n", b"\r\n")
    whois: dict[str, dict[str, Any]] = {"whois.jprs.jp": {"aica-interior.co.jp": _slowly(jprs)}}
    with world(tmp_path_factory.mktemp("world"), zones=ARTICLE, pages=pages, whois_answers=whois) as made:
        yield made


def _case(here: World, path: Path, *, level: Level = Level.ACTIVE, **more: Any) -> Case:
    options = {"visitor": _no_page, "clock": lambda: datetime(2026, 11, 24, tzinfo=UTC)}
    receiver = str(BUILD / "studio-example.toml")
    return cases.create(
        ORIGINAL, path, level=level, receiver=receiver, wire=here.options | options | more.pop("wire", {}), **more
    )  # fmt: skip


def _no_page(url: str, _folder: Path) -> bytes:
    return f'{{"url": "{url}", "error": "no-such-name"}}'.encode()


@pytest.mark.loopback
@pytest.mark.parametrize("level", [Level.PASSIVE, Level.THIRD_PARTY, Level.ACTIVE])
def test_what_is_gathered_is_all_that_the_steps_ask(here: World, tmp_path: Path, level: Level) -> None:
    asked: list[str] = []
    case = _case(
        here, tmp_path / "case", level=level, on_question=lambda question, _word: asked.append(question.uri)
    )
    gathering.gather(case)
    assert asked
    asked.clear()
    walkthrough.casefile(case)
    # The database on this machine is no server: what it says of hops and of other names is read in passing.
    assert [uri for uri in asked if not uri.startswith("geoip:")] == []


@pytest.mark.loopback
def test_two_live_runs_and_their_replays_are_told_alike_whatever_came_first(
    here: World, tmp_path: Path
) -> None:
    told = []
    for number in range(2):
        path = tmp_path / str(number) / "case"
        case = _case(here, path)
        documents = [walkthrough.casefile(case)]
        case.seal()
        documents.append(walkthrough.casefile(cases.open_case(path)))
        lens = Lens(recipients=case.message.recipients)
        told += [report.render(document, "md", lens, case.attachment) for document in documents]
        assert verify(path) == ()
    assert told[0] == told[1]
    assert told[2] == told[3]
    # The messages of DNS carry a number of their own.
    assert _without_digests(told[0]) == _without_digests(told[2])


def _without_digests(told: bytes) -> list[bytes]:
    return [line.rpartition(b"| ")[0].rpartition(b"| ")[0] for line in told.splitlines()]


@pytest.mark.loopback
def test_what_is_left_is_told_down_to_nothing(here: World, tmp_path: Path) -> None:
    left: list[int] = []
    gathering.gather(_case(here, tmp_path / "case"), left.append)
    assert left[0] > 10
    assert left[-1] == 0


def test_a_replay_and_an_offline_case_gather_nothing(tmp_path: Path) -> None:
    asked: list[Question] = []
    offline = cases.create(
        ORIGINAL, tmp_path / "case", on_question=lambda question, _word: asked.append(question)
    )
    gathering.gather(offline)
    gathering.gather(cases.open_case(KAGOYA))
    assert asked == []


@pytest.mark.loopback
def test_a_stop_keeps_what_came_and_takes_nothing_that_comes_after(here: World, tmp_path: Path) -> None:
    """The stop comes while the page is visited, and the registries answer when it is over."""

    def interrupted(_url: str, _folder: Path) -> bytes:
        raise KeyboardInterrupt

    case = _case(here, tmp_path / "case", wire={"visitor": interrupted})
    answering.clear()
    try:
        with pytest.raises(KeyboardInterrupt):
            gathering.gather(case)
        kept = case.exchanges
        case.seal(finished=False)
    finally:
        answering.set()
    time.sleep(6 * SLOW)
    assert case.exchanges == kept
    assert {problem.kind for problem in verify(case.folder.path)} <= {"unsealed"}
    with pytest.raises(StoppedError):
        case.wire.ask(Question(uri="dns:never.example?type=A", level=Level.ACTIVE))
    again = cases.resume(tmp_path / "case", wire=here.options | {"visitor": _no_page})
    walkthrough.casefile(again)
    assert {exchange.id for exchange in kept} <= {exchange.id for exchange in again.exchanges}
    assert any(
        exchange.question.startswith("whois:") and exchange.outcome is Outcome.ANSWERED
        for exchange in again.exchanges
    )


def test_tasks_run_side_by_side_and_what_they_lead_to_as_well() -> None:
    together = threading.Barrier(6, timeout=10)
    done: list[str] = []

    def first() -> list[Task]:
        together.wait()
        return [second]

    def second() -> list[Task]:
        together.wait()
        done.append("second")
        return []

    workers = Workers([first] * 6)
    workers.start()
    workers.wait()
    assert done == ["second"] * 6


def test_no_task_is_an_end_at_once() -> None:
    workers = Workers([])
    workers.start()
    workers.wait()


def test_the_trouble_of_a_task_ends_the_work_and_is_told() -> None:
    def full() -> list[Task]:
        raise EvidenceError("cannot write: no space left on device")

    workers = Workers([full, full])
    workers.start()
    with pytest.raises(EvidenceError, match="no space"):
        workers.wait()
