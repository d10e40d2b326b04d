"""Parsing in a process of its own, with bounds on memory and time, so that no mail can take this one down.

A child is started once and kept; it reads mails from its standard input and writes records to its output. One that
grows past ``Limits.memory`` or works longer than ``Limits.seconds`` is ended, and the header fields alone are read.
What comes back is unpickled by a reader that makes nothing but phishlab's records and times.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import struct
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import IO

from phishlab.classes import replace
from phishlab.mail import answers, headers
from phishlab.mail import message as mail_message
from phishlab.mail.limits import STANDARD, Limits
from phishlab.records import Claim, Limit, Message, Sender

_LENGTH = struct.Struct(">Q")
_GRACE = 5
"""Seconds after which a child ends itself that its parent has not ended."""
_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from phishlab.mail import bounded; bounded.serve()"


def parse(data: bytes, bounds: Limits = STANDARD) -> Message:
    """``message.parse`` within ``bounds.memory`` and ``bounds.seconds``; never raises.

    Where they do not suffice, pictures and pages are not searched for codes; where that does not help, the message
    has its header fields alone. A limit says so.
    """
    try:
        answer = _reader().ask(data, bounds)
    except OSError as trouble:
        return _unbounded(
            mail_message.parse(data, bounds), f"no process could be started ({trouble.strerror})"
        )
    if isinstance(answer, Message):
        return answer if sys.platform != "win32" else _unbounded(answer, "Windows bounds the time alone")
    return without(answer, data, bounds)


def without(answer: Limit, data: bytes, bounds: Limits) -> Message:
    """What can be read of a mail whose whole reading ended in *answer*: without pictures, or the fields alone."""
    if bounds.pictures and isinstance(again := _reader().ask(data, replace(bounds, pictures=0)), Message):
        return replace(
            again, limits=(Limit(what="codes-stopped", detail=f"{bounds.seconds:g}"), *again.limits)
        )
    only, _ = headers.split(data, bounds)
    retried = _headers_alone(only[: bounds.header_block], data, bounds)
    return replace(retried, limits=(answer, *retried.limits))


def serve() -> None:
    """The child's side: mails in, pickled messages out, until the input ends."""
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    _send(target, b"")  # ready: the time to start is no mail's
    while (request := _receive(source)) is not None:
        data, bounds = pickle.loads(request)  # noqa: S301 - from the parent
        answers.bound_memory(bounds.memory)
        answers.bound_time(bounds.seconds + _GRACE)
        try:
            answer = answers.pickled(mail_message.parse(data, bounds))
        except MemoryError:
            os._exit(1)
        answers.bound_time(0)
        _send(target, answer)


class _Child:
    """The parent's side."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
            [sys.executable, "-I", "-c", _CODE, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # An interrupt at the terminal is the parent's. And a Jupyter kernel that is told to stop ends the
            # processes of its group and waits seconds for those that nobody has waited for.
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self.owner = os.getpid()
        if _receive(_open(self._process.stdout)) is None:
            self.close()
            raise OSError(0, "it ended before it began")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, data: bytes, bounds: Limits) -> Message | Limit:
        """The message, or the limit that ended the child."""
        late = threading.Event()
        with self._lock:
            timer = threading.Timer(bounds.seconds, self._end, [late])
            timer.daemon = True
            timer.start()
            try:
                answer = self._exchange(pickle.dumps((data, bounds), protocol=5))
            finally:
                timer.cancel()
            if answer is not None:
                return answer
            self.close()
        if late.is_set():
            return Limit(what="parse-time", detail=f"{bounds.seconds:g}")
        return Limit(what="parse-memory", detail=f"exit {self._process.returncode}")

    def _end(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _exchange(self, request: bytes) -> Message | None:
        try:
            _send(_open(self._process.stdin), request)
            answer = _receive(_open(self._process.stdout))
        except (OSError, ValueError):
            return None
        return None if answer is None else answers.read(answer)

    def close(self) -> None:
        """End the child; its exit is waited for."""
        self._process.kill()
        self._process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close this end of the pipes, and leave the child to its owner."""
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue  # what was not flushed is of no use any more


@cache
def _current() -> list[_Child]:
    """The child of this process, if any; ended with it."""
    kept: list[_Child] = []
    atexit.register(_close, kept)
    return kept


def _close(kept: list[_Child]) -> None:
    for child in kept:
        if child.owner == os.getpid():
            child.close()


def _reader() -> _Child:
    kept = _current()
    if kept and kept[0].owner == os.getpid() and kept[0].alive:
        return kept[0]
    for child in kept:  # it has died, or belongs to the process that this one was forked from
        child.close() if child.owner == os.getpid() else child.let_go()
    kept[:] = [_Child()]
    return kept[0]


def _headers_alone(block: bytes, data: bytes, bounds: Limits) -> Message:
    answer = _reader().ask(block + b"\r\n\r\n", bounds)
    found = answer if isinstance(answer, Message) else _nothing(answer)
    return replace(
        found,
        sha256=hashlib.sha256(data).hexdigest(),
        sha512=hashlib.sha512(data).hexdigest(),
        size=len(data),
    )


def _nothing(limit: Limit) -> Message:
    return Message(
        sha256="", sha512="", size=0, headers=(), from_=Sender(raw=""), subject=Claim(text="", field="Subject"),
        date_utc=None, date_raw="", message_id=None, return_path=None, reply_to=None, sender=None, recipients=(),
        text="", html=None, hops=(), authentication=(), links=(), attachments=(),
        limits=(limit, Limit(what="parse-nothing")),
    )  # fmt: skip


def _unbounded(message: Message, why: str) -> Message:
    return replace(message, limits=(*message.limits, Limit(what="parse-unbounded", detail=why)))


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("no pipe to the process")
    return pipe


def _send(target: IO[bytes], data: bytes) -> None:
    target.write(_LENGTH.pack(len(data)))
    target.write(data)
    target.flush()


def _receive(source: IO[bytes]) -> bytes | None:
    start = source.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    length: int = _LENGTH.unpack(start)[0]
    if length > answers.MOST:
        return None
    data = source.read(length)
    return data if len(data) == length else None
