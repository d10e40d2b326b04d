"""A live run killed at any moment leaves a case that opens, is proven up to its last whole answer, and goes on."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import pytest_socket

from phishlab import case as cases
from phishlab import walkthrough
from phishlab.case import Case
from phishlab.evidence import bag, warc
from phishlab.evidence.folder import ANSWERS
from phishlab.evidence.verify import UNSEALED, verify
from phishlab.records import Exchange, Level
from tests.conftest import KAGOYA, ROOT
from tests.servers import victim, web
from tests.servers.world import World, world

pytestmark = pytest.mark.loopback

BUILD = ROOT / "data" / "build" / "kagoya"
MAIL = KAGOYA / "data" / "evidence" / "original.eml"
RECEIVER = str(BUILD / "studio-example.toml")
MOMENTS = 20
SEED = 20260117


def _late(answer: bytes) -> web.Page:
    def talk(connection: socket.socket) -> None:
        time.sleep(0.02)
        connection.sendall(answer[: len(answer) // 2])
        time.sleep(0.02)
        connection.sendall(answer[len(answer) // 2 :])

    return talk


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The article's servers, each taking its time."""
    pytest_socket.enable_socket()
    names = {
        "rdap.verisign.com/com/v1/domain/sgogoj.com": "rdap-sgogoj.com.json",
        "rdap.arin.net/registry/ip/74.226.196.215": "rdap-74.226.196.215.json",
        "rdap.arin.net/registry/ip/8.217.61.41": "rdap-8.217.61.41.json",
    }
    pages = {
        url: _late(web.page((BUILD / name).read_bytes(), "application/rdap+json"))
        for url, name in names.items()
    }
    jprs = (BUILD / "whois-aica-interior.co.jp.txt").read_bytes().replace(b"\n", b"\r\n")
    with world(
        tmp_path_factory.mktemp("world"),
        pages=pages,
        whois_answers={"whois.jprs.jp": {"aica-interior.co.jp": jprs}},
    ) as made:
        yield made


class Runs:
    """Live runs in children of one process that has imported everything."""

    def __init__(self, told: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.victim", str(told)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._out.readline() == "ready\n"

    @property
    def _out(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def run(self, folder: Path, after: str) -> None:
        """One run, killed *after* so many seconds, or ``never``."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder} {after}\n")
        self._process.stdin.flush()
        assert self._out.readline() == "gone\n"

    def stop(self) -> None:
        """No more runs."""
        self._process.communicate()


@pytest.fixture(scope="module")
def told(servers: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the process of the runs is told."""
    path = tmp_path_factory.mktemp("told") / "options.json"
    wire = {
        "nameservers": servers.nameservers,
        "dial": [[real, here] for real, here in servers.dial.items()],
        "ca_file": str(servers.ca_file),
    }
    path.write_text(json.dumps({"mail": str(MAIL), "receiver": RECEIVER, **wire}), encoding="utf-8")
    return path


@contextmanager
def _runs(told: Path) -> Iterator[Runs]:
    runs = Runs(told)
    try:
        yield runs
    finally:
        runs.stop()


def _seconds(runs: Runs, folder: Path) -> float:
    begun = time.monotonic()
    runs.run(folder, "never")
    return time.monotonic() - begun


def _goes_on(folder: Path, wire: dict[str, object]) -> Case:
    if folder.exists():
        case = cases.again(folder, MAIL.read_bytes(), cases.open_case(folder).level, wire=wire)
    else:
        case = cases.create(MAIL.read_bytes(), folder, level=Level.ACTIVE, receiver=RECEIVER, wire=wire)
    walkthrough.casefile(case)
    case.seal()
    return case


def _told_by(case: Case) -> dict[str, str]:
    return {exchange.question: exchange.outcome for exchange in case.exchanges}


def test_a_run_killed_at_any_of_20_moments_is_proven_and_goes_on(told: Path, tmp_path: Path) -> None:
    draws = random.Random(SEED)
    wire = victim.options(json.loads(told.read_bytes()))
    with _runs(told) as runs:
        # The quicker of two: what else runs on the machine must not push every moment behind the end.
        whole = min(_seconds(runs, tmp_path / name) for name in ("whole", "once more"))
        for number in range(MOMENTS):
            runs.run(tmp_path / f"case{number}", f"{draws.uniform(0.02, 1.0) * whole:.4f}")
    expected = _told_by(cases.open_case(tmp_path / "whole"))
    stopped_on_the_way = 0
    for number in range(MOMENTS):
        folder = tmp_path / f"case{number}"
        kept = _proven(folder)
        stopped_on_the_way += 0 < len(kept) < len(expected)
        case = _goes_on(folder, wire)
        assert verify(folder) == (), number
        assert cases.open_case(folder).finished
        assert case.folder.answers.exchanges()[: len(kept)] == kept, (
            "what was kept before the kill stays, and stays first"
        )
        assert len({exchange.question for exchange in case.exchanges}) == len(case.exchanges)
        assert _told_by(case) == expected, number
    assert stopped_on_the_way >= MOMENTS // 3, "too few runs were killed while they asked"


def _proven(folder: Path) -> tuple[Exchange, ...]:
    """The answers of a half-written case; nothing in it may be found changed."""
    if not folder.exists():
        return ()
    case = cases.open_case(folder)
    assert case.original == MAIL.read_bytes()
    assert {problem.kind for problem in verify(folder)} <= {UNSEALED}
    archive = folder / ANSWERS
    if archive.exists():
        assert all(warc.intact(member.content) for member in warc.members(archive.read_bytes()))
    kept = case.folder.answers.exchanges()
    assert [case.folder.answers.answer(exchange).exchange for exchange in kept] == list(kept)
    return kept


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.mark.parametrize("at", range(9))
def test_a_case_killed_while_it_is_sealed_is_proven_and_sealed_again(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Manifests are six files: between any two of them they are half old and half new."""
    folder = tmp_path / "case"
    case = cases.create(MAIL.read_bytes(), folder)
    walkthrough.casefile(case)
    left, replace = at, bag.replace

    def killed(path: Path, content: bytes) -> None:
        nonlocal left
        if not left:
            (path.parent / f".{path.name}.half.part").write_bytes(content[: len(content) // 2])
            raise Killed
        left -= 1
        replace(path, content)

    monkeypatch.setattr(bag, "replace", killed)
    try:
        case.seal()
    except Killed:
        assert {problem.kind for problem in verify(folder)} == {UNSEALED}
        assert not cases.open_case(folder).finished
    else:
        assert at >= 8, "a seal replaces the mark, case.json, two tag files and four manifests"
    monkeypatch.undo()
    case = _goes_on(folder, {})
    assert verify(folder) == ()
    assert case.finished
    assert not [path.name for path in folder.rglob(".*")]
