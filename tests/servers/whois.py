"""A WHOIS server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from tests.servers import sockets

Answers = Mapping[str, bytes | Callable[[socket.socket], None]]
"""Answers by the line that was asked; a callable does with the connection what it wants."""

NO_MATCH = b"No match!!\r\n"


@contextmanager
def serving(answers: Answers, asked: list[str] | None = None) -> Iterator[tuple[str, int]]:
    """Address and port; *asked* collects the lines that came. An unknown line gets JPRS's ``No match!!``."""

    def talk(connection: socket.socket) -> None:
        line = connection.makefile("rb").readline(4096).decode().strip()
        if asked is not None:
            asked.append(line)
        answer = answers.get(line, NO_MATCH)
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)

    with sockets.serving(talk) as address:
        yield address
