"""The quick look: which mails need no process of their own, and the process that is split off for the others."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from phishlab.mail import answers, apart, message, quick
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Message
from tests import mails

ROOT = Path(__file__).parents[2]
PAGE = b'<meta name="viewport" content="width=device-width"><input name=user style="a:b;" name="c">'


def _with_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("invoice.html", '<a href="https://evil.example/a">Pay</a>')
    return (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhttps://evil.example/\r\n"
        b'--b\r\nContent-Type: application/zip; name="invoice.zip"\r\n\r\n'
        + packed.getvalue()
        + b"\r\n--b--\r\n"
    )


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are split off. (pytest's own threads would forbid it.)"""
    found: list[int] = []
    fork = os.fork

    def forked() -> int:
        child = fork()
        if child:
            found.append(child)
        return child

    monkeypatch.setattr(os, "fork", forked)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    return found


@pytest.mark.parametrize(
    ("data", "processes"),
    [
        (mails.raw("https://evil.example/"), 0),
        (mails.raw("x").replace(b"text/plain", b"text/html") + PAGE, 0),
        (mails.raw("x").replace(b"text/plain", b'text/plain; name="a.txt"'), 1),
        (mails.raw("x").replace(b"text/plain", b"text/plain;\r\n\tname*0=a"), 1),
        (mails.raw("x").replace(b"text/plain", b"image/png"), 1),
        (mails.raw("data:image/png;base64,"), 1),
        (mails.raw("x" * 300_000), 1),
        (_with_zip(), 1),
    ],
)
def test_a_small_mail_without_files_is_read_right_here(data: bytes, processes: int, split: list[int]) -> None:
    assert quick.parse(data) == message.parse(data)
    assert len(split) == processes


def test_the_process_is_gone_when_it_has_answered(split: list[int]) -> None:
    assert apart.parse(_with_zip()).attachments[0].name == "invoice.zip"
    with pytest.raises(ChildProcessError):
        os.waitpid(split[0], 0)


def test_a_mail_that_takes_too_long_gives_its_header_fields_and_says_so(split: list[int]) -> None:
    slow = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 400_000
    began = time.perf_counter()
    found = apart.parse(slow, replace(STANDARD, seconds=0.3, text=10**8, html=10**8))
    assert time.perf_counter() - began < 15
    assert split
    assert found.limits[0].what == "parse-time"
    assert (found.from_.address, found.size) == ("a@b.example", len(slow))


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory in use is read from /proc: Linux alone"
)
def test_a_mail_that_needs_too_much_memory_says_so() -> None:
    """In a program of its own, as it is meant: what this one has had and freed, a process split off it could use."""
    code = (
        "import resource\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from phishlab.mail import apart\n"
        "from phishlab.mail.limits import STANDARD\n"
        "from tests import mails\n"
        "large = mails.raw('x' * 40_000_000, subject='large')\n"
        "mine = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "found = apart.parse(large, replace(STANDARD, memory=mine + 8 * 2**20))\n"
        "print(found.limits[0].what, found.subject.text)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "parse-memory large\n"


def test_a_process_that_ends_without_an_answer_costs_the_mail_its_body_alone(
    split: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_data: bytes, _bounds: Limits) -> Message:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    monkeypatch.setattr(message, "parse", end)
    found = apart.parse(_with_zip(), replace(STANDARD, pictures=0))
    assert split
    assert (found.limits[0].what, found.from_.address) == ("parse-memory", "a@b.example")


def test_what_the_process_prints_is_no_answer(
    split: list[int], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def parse(data: bytes, bounds: Limits) -> Message:
        os.write(1, b"one")
        os.write(2, b"two")
        return real(data, bounds)

    real = message.parse
    monkeypatch.setattr(message, "parse", parse)
    assert apart.parse(_with_zip()).attachments
    assert capfd.readouterr() == ("", "")


def test_with_threads_and_without_forks_a_child_is_started(
    split: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert apart.parse(_with_zip()).attachments
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.delattr(os, "fork")
    assert apart.parse(_with_zip()).attachments
    assert split == []


def test_an_interrupt_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(_with_zip())
    code = (
        "import os, signal, sys, threading, time\n"
        "from phishlab.mail import apart, message\n"
        "message.parse = lambda *_: time.sleep(60)\n"
        "signal.signal(signal.SIGALRM, signal.default_int_handler)\n"
        "signal.setitimer(signal.ITIMER_REAL, 1)\n"
        "try:\n    apart.parse(open(sys.argv[1], 'rb').read())\n"
        "except KeyboardInterrupt:\n    pass\n"
        "try:\n    os.waitpid(-1, os.WNOHANG)\n"
        "except ChildProcessError:\n    print('alone')\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "mail.eml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (run.stdout, run.stderr) == ("alone\n", "")


@pytest.mark.parametrize("answer", [b"", b"\x80", b"N.", b"\x80\x05N.", b"cos\nsystem\n."])
def test_an_answer_that_is_no_message_is_none(answer: bytes) -> None:
    assert answers.read(answer) is None
