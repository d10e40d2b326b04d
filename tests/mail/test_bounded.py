"""Parsing in a child process: bounds on memory and time, and a parent that lives on."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from phishlab.mail import answers, bounded, message
from phishlab.mail.limits import STANDARD
from tests import mails

DATA = Path(__file__).parent / "data"


def test_the_message_is_the_same_as_in_process() -> None:
    data = mails.raw("https://evil.example/a", subject="【重要】")
    assert bounded.parse(data) == message.parse(data)


def test_every_mail_of_a_folder_comes_back_the_same(shared_data: Path) -> None:
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml"))[::25]:
        data = path.read_bytes()
        assert bounded.parse(data) == message.parse(data)


def test_a_mail_that_takes_too_long_gives_its_header_fields_and_says_so() -> None:
    bounded.parse(mails.raw())  # the child is there
    slow = (
        b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n"
        + b"<div>" * 100_000
        + b"<a href='http://d.example'>"
    )
    start = time.perf_counter()
    found = bounded.parse(slow * 8, replace(STANDARD, seconds=0.05, text=10**8))
    assert time.perf_counter() - start < 10
    assert found.limits[0].what == "parse-time"
    assert found.size == len(slow * 8)
    assert bounded.parse(mails.raw()).limits == ()


@pytest.mark.skipif(
    sys.platform == "win32", reason="memory is bounded by resource.setrlimit, which Windows has not"
)
def test_a_mail_that_needs_too_much_memory_gives_its_header_fields_and_says_so() -> None:
    large = mails.raw("x" * 40_000_000, subject="large")
    found = bounded.parse(large, replace(STANDARD, memory=120 * 2**20))
    assert found.limits[0].what == "parse-memory"
    assert found.sha256 == message.parse(large).sha256
    assert bounded.parse(mails.raw()).limits == ()


def test_where_the_search_for_codes_is_what_takes_too_long_the_rest_is_read() -> None:
    pictures = pytest.importorskip("PIL.Image")
    pytest.importorskip("zxingcpp")
    bounded.parse(mails.raw())
    blank = io.BytesIO()
    pictures.new("L", (6000, 6000), 255).save(blank, "PNG")
    many = (
        b"--b\r\nContent-Type: image/png\r\n\r\n%s%d\r\n" % (blank.getvalue(), number) for number in range(60)
    )
    data = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhttps://evil.example/\r\n"
        + b"".join(many) + b"--b--\r\n"
    )  # fmt: skip
    found = bounded.parse(data, replace(STANDARD, seconds=3, image_pixels=10**10))
    assert [link.url for link in found.links] == ["https://evil.example/"]
    assert found.limits[0].what == "codes-stopped"


def test_a_child_that_dies_is_followed_by_another() -> None:
    bounded.parse(mails.raw())
    child = bounded._current()[0]
    child._process.kill()
    child._process.wait()
    assert bounded.parse(mails.raw()).limits == ()
    assert bounded._current()[0] is not child


def test_where_no_process_can_be_started_the_mail_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> bounded._Child:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(bounded, "_reader", refuse)
    found = bounded.parse(mails.raw("https://evil.example/"))
    assert [limit.what for limit in found.limits] == ["parse-unbounded"]
    assert len(found.links) == 1


def test_an_answer_that_is_no_record_is_not_made() -> None:
    for hostile in (os.system, subprocess.Popen, eval):
        with pytest.raises(pickle.UnpicklingError, match="no record"):
            answers.Reader(BytesIO(pickle.dumps(hostile))).load()


def test_a_child_is_ended_with_its_parent() -> None:
    code = (
        "from phishlab.mail import bounded; from tests import mails; bounded.parse(mails.raw());"
        "print(bounded._current()[0]._process.pid)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are of POSIX: Windows has no os.getpgid")
def test_an_interrupt_of_the_terminal_or_a_kernels_stop_does_not_reach_the_child() -> None:
    bounded.parse(mails.raw())
    assert os.getpgid(bounded._current()[0]._process.pid) != os.getpgrp()


@pytest.mark.skipif(
    sys.platform == "win32", reason="a child ends itself by signal.alarm, which Windows has not"
)
def test_a_child_whose_parent_is_gone_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "import time; bounded._GRACE = 0; bounded.mail_message.parse = lambda *_: time.sleep(600)"
    monkeypatch.setattr(
        bounded, "_CODE", bounded._CODE.replace("bounded.serve()", f"{endless}; bounded.serve()")
    )
    child = bounded._Child()
    assert child._exchange(pickle.dumps((b"", replace(STANDARD, seconds=0.1)))) is None
    assert child._process.wait(30) == -signal.SIGALRM
    child.close()


def test_a_process_that_is_forked_gets_a_child_of_its_own() -> None:
    code = (
        "import os; from phishlab.mail import bounded; from tests import mails; bounded.parse(mails.raw());"
        "first = bounded._current()[0]._process.pid; child = os.fork();"
        "ok = not bounded.parse(mails.raw()).limits and (child > 0) == (bounded._current()[0]._process.pid == first);"
        "os._exit(0 if ok else 1) if child == 0 else None;"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), ok)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["0", "True"]


def test_bombs_end_within_seconds_and_leave_the_parent_small() -> None:
    import runpy

    bombs = runpy.run_path(str(DATA / "bombs.py"))
    for kind, size in bombs["SIZES"]:
        start = time.perf_counter()
        found = bounded.parse(bombs["bomb"](kind, size))
        assert time.perf_counter() - start < 10, kind
        assert found.limits == () or found.limits[0].what not in {"parse-time", "parse-memory"}
