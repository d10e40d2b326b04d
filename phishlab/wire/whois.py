"""WHOIS (RFC 3912): one line out, everything that comes back kept as it came."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import unquote

from phishlab.records import Outcome
from phishlab.wire.clock import Deadline
from phishlab.wire.guard import NotDialledError, Target
from phishlab.wire.reply import Reply, failed

PORT = 43
LIMIT = 1_000_000
"""Bytes of an answer; the longest real ones are a few kilobytes."""


def ask(uri: str, find: Callable[[str, int], Target], timeout: float) -> Reply:
    """The answer to ``whois://whois.jprs.jp/aica-interior.co.jp``, within *timeout* seconds in all.

    Nothing at all, a reset or too much is FAILED: none of them means that a name is not registered.
    """
    server, _, text = uri.partition(":")[2].lstrip("/").partition("/")
    host, _, port = server.partition(":")
    line = unquote(text)
    if not host or not line or not line.isprintable() or (port and not port.isdecimal()):
        return failed("not a WHOIS question")
    try:
        target = find(host, int(port or PORT))
    except NotDialledError as refused:
        return Reply(outcome=refused.outcome, note=refused.note)
    return _put(line, target, Deadline(timeout))


def _put(line: str, target: Target, deadline: Deadline) -> Reply:
    try:
        with socket.create_connection(target.dialled, timeout=deadline.left()) as server:
            server.sendall(line.encode() + b"\r\n")
            answer = _read(server, deadline)
    except TimeoutError:
        return failed(deadline.words, target.peer)
    except OSError as error:
        return failed(f"the server was not reached: {error.strerror or error}", target.peer)
    if not answer:
        return failed("the server answered nothing", target.peer)
    if len(answer) > LIMIT:
        return failed(f"the server answered more than {LIMIT} bytes", target.peer)
    return Reply(outcome=Outcome.ANSWERED, kept=answer, peer=target.peer, media_type="text/plain")


def _read(server: socket.socket, deadline: Deadline) -> bytes:
    answer = bytearray()
    while len(answer) <= LIMIT:
        if deadline.passed:
            raise TimeoutError
        server.settimeout(deadline.left())
        chunk = server.recv(65_536)
        if not chunk:
            break
        answer += chunk
    return bytes(answer)
