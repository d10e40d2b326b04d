"""Parsing in a process that is split off this one: for a program that reads one mail and ends.

Its memory and time are bounded as those of ``bounded``'s child are, and its answer is read by the same reader. But it
begins with all that is loaded already, which a new interpreter would load once more.

The bound on memory is one on all that it has, so what this program has had and freed by then can be used again: for a
program that goes on to the next mail, ``bounded`` is the right one.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from phishlab.mail import answers, message
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Limit, Message


def parse(data: bytes, bounds: Limits = STANDARD) -> Message:
    """``bounded.parse``, with its limits and its answers; never raises.

    Where no process can be split off (Windows; a program of several threads, of which a split would have one), it is
    that very function.
    """
    try:
        answer = _asked(data, bounds) if _divisible() else None
    except OSError:
        answer = None
    if isinstance(answer, Message):
        return answer
    from phishlab.mail import bounded

    return bounded.parse(data, bounds) if answer is None else bounded.without(answer, data, bounds)


def _divisible() -> bool:
    threading = sys.modules.get("threading")
    return hasattr(os, "fork") and (threading is None or threading.active_count() == 1)


def _asked(data: bytes, bounds: Limits) -> Message | Limit:
    """The message, or the limit that ended the other process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(writing, data, bounds)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as source:
            answer = source.read(answers.MOST)
    except BaseException:  # somebody interrupts: nobody waits for the answer any more
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    if (found := answers.read(answer)) is not None:
        return found
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return Limit(what="parse-time", detail=f"{bounds.seconds:g}")
    return Limit(what="parse-memory", detail=f"exit {os.waitstatus_to_exitcode(status)}")


def _answer(writing: int, data: bytes, bounds: Limits) -> NoReturn:
    """The other process: parse, answer, end. It must never come back to what this one was about to do."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # what a library prints is no answer
            os.dup2(nowhere, stream)
        answers.bound_memory(bounds.memory)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        answers.bound_time(bounds.seconds)
        with os.fdopen(writing, "wb") as target:
            target.write(answers.pickled(message.parse(data, bounds)))
        os._exit(0)
    finally:
        os._exit(1)
