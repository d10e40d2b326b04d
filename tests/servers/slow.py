"""Servers that answer late: what they say is right, and takes its time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def relay(server: tuple[str, int], seconds: float) -> Iterator[tuple[str, int]]:
    """Address and port that hand each DNS datagram on to *server*, *seconds* after it came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as front:
        front.bind(("127.0.0.1", 0))
        front.settimeout(0.05)
        stop = threading.Event()

        def hand_on(wire: bytes, peer: tuple[str, int]) -> None:
            stop.wait(seconds)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back, suppress(OSError):
                back.settimeout(2)
                back.sendto(wire, server)
                front.sendto(back.recv(65_535), peer)

        def talk() -> None:
            while not stop.is_set():
                with suppress(TimeoutError):
                    threading.Thread(target=hand_on, args=front.recvfrom(65_535), daemon=True).start()

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        try:
            yield front.getsockname()
        finally:
            stop.set()
            thread.join()


def late(content: bytes, seconds: float) -> Callable[[socket.socket], None]:
    """A web page or a WHOIS answer that comes after *seconds*."""

    def talk(connection: socket.socket) -> None:
        threading.Event().wait(seconds)
        connection.sendall(content)

    return talk
