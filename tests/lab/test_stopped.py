"""Work that is stopped half-way goes on from the evidence, and ends as if nobody had stopped it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.message
import dns.rcode
import pytest

from phishlab import case as cases
from phishlab import cli, walkthrough
from phishlab.errors import EvidenceError, StoppedError
from phishlab.evidence.verify import verify
from phishlab.records import Level
from phishlab.report import render
from phishlab.views.safe import Lens
from tests.conftest import KAGOYA, ROOT

pytestmark = pytest.mark.loopback
MAIL = KAGOYA / "data" / "evidence" / "original.eml"
SILENT_AFTER = 2
"""Questions that are answered before the name server falls silent."""

# One resolver, one moment and one message number, so that two runs can be held against each other;
# and the handler of Ctrl-C that an interactive start would have.
PREPARED = """
import signal, sys
from datetime import UTC, datetime
import dns.entropy
dns.entropy.random_16 = lambda: 4711
from phishlab.wire import clock, live
from phishlab.wire import dns as names
signal.signal(signal.SIGINT, signal.default_int_handler)
names.system_servers = lambda: (("127.0.0.1", int(sys.argv[1])),)
clock.utc = lambda: datetime(2026, 11, 24, tzinfo=UTC)
live.LiveWire.__init__.__kwdefaults__.update(clock=clock.utc, timeout=60.0)
mail, folder = sys.argv[2:]
"""
COMMAND = """
from phishlab import cli
sys.exit(cli.main(["investigate", mail, "-o", folder, "--level", "passive", "--no-notebook", "--lang", "en"]))
"""
CELL = """
import builtins
import phishlab as pl
from phishlab.errors import EvidenceError, StoppedError
builtins.get_ipython = None
try:
    pl.investigate(mail, folder, level="passive")
except StoppedError as stopped:
    print(*stopped._render_traceback_())
    sys.exit(130)
"""
RESUMED = """
import phishlab as pl
pl.resume(folder)
"""


class Names:
    """A name server that knows no name; after so many questions it says nothing until it is let go on."""

    def __init__(self, silent_after: int, port: int = 0) -> None:
        self.asked: list[str] = []
        self.silent = threading.Event()
        self.left = silent_after
        self.port = port

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        self.asked.append(query.question[0].to_text())
        self.left -= 1
        if self.left < 0:
            self.silent.set()
            return None
        answer = dns.message.make_response(query)
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


@contextmanager
def serving(names: Names) -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", names.port))
        names.port = datagrams.getsockname()[1]
        datagrams.settimeout(0.05)
        stop = threading.Event()

        def talk() -> None:
            while not stop.is_set():
                with suppress(TimeoutError):
                    wire, peer = datagrams.recvfrom(65_535)
                    if answer := names.answer(wire):
                        datagrams.sendto(answer, peer)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        try:
            yield names.port
        finally:
            stop.set()
            thread.join()


def _run(names: Names, code: str, folder: Path, *, stopped: bool = False) -> tuple[int, str]:
    """Exit code and what was printed of a process that works on *folder*, stopped when the server is silent."""
    with serving(names) as port:
        process = subprocess.Popen(
            [sys.executable, "-c", PREPARED + code, str(port), str(MAIL), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            if stopped:
                assert names.silent.wait(90)
                process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=90)
        finally:
            process.kill()
    return process.returncode, said


def _names(folder: Path) -> set[str]:
    """The names that the case has answers to, as the name server writes them down."""
    asked = [exchange.question for exchange in cases.open_case(folder).exchanges]
    pairs = (question.removeprefix("dns:").split("?type=") for question in asked if question[:4] == "dns:")
    return {f"{name}. IN {rdtype}" for name, rdtype in pairs}


def _report(folder: Path) -> str:
    case = cases.open_case(folder)
    lens = Lens(recipients=case.message.recipients)
    return render(walkthrough.casefile(case), "json", lens, case.attachment).decode()


@pytest.mark.parametrize(
    ("code", "again"), [(COMMAND, COMMAND), (CELL, CELL), (CELL, RESUMED)], ids=["command", "cell", "resumed"]
)
def test_what_was_answered_is_not_asked_again_and_the_report_is_the_same(
    tmp_path: Path, code: str, again: str
) -> None:
    folder, whole = tmp_path / "stopped" / "case", tmp_path / "whole" / "case"
    first = Names(SILENT_AFTER)
    stopped, said = _run(first, code, folder, stopped=True)
    assert stopped == cli.INTERRUPTED
    assert "Traceback" not in said
    assert not cases.open_case(folder).finished
    assert verify(folder) == ()
    kept = _names(folder)

    second, never = Names(1000, first.port), Names(1000, first.port)
    done, said = _run(second, again, folder)
    assert (done, "Traceback" in said) == (0, False)
    assert cases.open_case(folder).finished
    assert verify(folder) == ()
    # The questions that got no answer are put again, and none of those that had one. An answer that came in
    # the moment of the stop may not be kept.
    assert set(first.asked[SILENT_AFTER:]) <= set(second.asked)
    assert kept <= set(first.asked[:SILENT_AFTER])
    assert not kept & set(second.asked)

    assert _run(never, code, whole)[0] == 0
    assert sorted(never.asked) == sorted([*kept, *second.asked])
    assert _report(folder) == _report(whole)


def test_a_cell_tells_what_is_asked_how_far_it_is_and_how_it_goes_on(tmp_path: Path) -> None:
    _, said = _run(Names(SILENT_AFTER), CELL, tmp_path / "case", stopped=True)
    assert re.search(r"Asking side by side: \d+ left, \d+ answered · \S+\[\.\]\S+", said)
    last = said.splitlines()[-1]
    assert re.match(r"phishlab: Stopped with \d+ look-ups left\. \d+ answers are kept in ", last)
    assert last.endswith("run the same again, and it goes on from there.")
    _, said = _run(Names(1000), CELL, tmp_path / "case")
    assert "[ 1/14] The mail itself · nothing asked" in said
    assert re.search(
        r"\[ 4/14\] The simple check: does the address belong to the domain\? · answers: \d", said
    )


def test_a_finished_case_is_opened_and_nothing_is_asked(tmp_path: Path) -> None:
    quiet = Names(1000)
    _run(quiet, CELL, tmp_path / "case")
    asked = len(quiet.asked)
    assert asked > SILENT_AFTER
    assert _run(quiet, CELL, tmp_path / "case")[0] == 0
    assert _run(quiet, RESUMED, tmp_path / "case")[0] == 0
    assert len(quiet.asked) == asked


def test_a_case_that_was_stopped_is_not_raised_to_a_higher_level(tmp_path: Path) -> None:
    case = cases.create(MAIL.read_bytes(), tmp_path / "case", level=Level.OFFLINE)
    with pytest.raises(EvidenceError, match="choose another folder"):
        cases.again(tmp_path / "case", case.original, Level.PASSIVE)
    assert cases.again(tmp_path / "case", case.original, Level.OFFLINE).wire is not None


def test_a_stop_is_an_interrupt_that_says_what_to_do() -> None:
    stopped = StoppedError("go on\nlike \x1b[31mthis")
    assert isinstance(stopped, KeyboardInterrupt)
    assert stopped._render_traceback_() == ["phishlab: go on like \N{REPLACEMENT CHARACTER}[31mthis"]
