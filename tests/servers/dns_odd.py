"""A name server that does what real ones should not: its first label says what."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from tests.servers import sockets

GOOD = "8.217.61.41"


@contextmanager
def serving(asked: list[str] | None = None, *, tcp: bool = True) -> Iterator[tuple[str, int]]:
    """Address and port. Behaviours, by the first label of the name that is asked:

    ``servfail`` ``refused`` ``formerr`` ``notimp`` ``yxdomain`` ``formerr-edns``
    (with EDNS) ``silent`` ``garbage`` (then nothing) ``wrong-id``
    (a lie first, then the truth) ``liar`` (a lie alone) ``truncated`` (whole over TCP) ``rebind`` (public once,
    then loopback) ``loopback`` ``metadata`` ``mixed`` (public and private) ``v6mapped`` ``loop`` (a CNAME to
    itself); any other name is at 8.217.61.41.
    """
    seen = [] if asked is None else asked
    turns = itertools.count()
    talk = _tcp(seen, turns) if tcp else _hang_up
    with sockets.serving(talk) as address, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(address)
        datagrams.settimeout(0.05)
        stop = threading.Event()
        thread = threading.Thread(target=_udp, args=(datagrams, stop, seen, turns), daemon=True)
        thread.start()
        try:
            yield address
        finally:
            stop.set()
            thread.join()


def _hang_up(_connection: socket.socket) -> None:
    """No DNS over TCP here."""


def _tcp(seen: list[str], turns: Iterator[int]) -> sockets.Talk:
    def talk(connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        wire = stream.read(int.from_bytes(stream.read(2), "big"))
        stream.close()
        for answer in _answers(wire, seen, turns, whole=True):
            connection.sendall(len(answer).to_bytes(2, "big") + answer)

    return talk


def _udp(datagrams: socket.socket, stop: threading.Event, seen: list[str], turns: Iterator[int]) -> None:
    while not stop.is_set():
        with suppress(TimeoutError):
            wire, peer = datagrams.recvfrom(65_535)
            for answer in _answers(wire, seen, turns, whole=False):
                datagrams.sendto(answer, peer)


def _answers(wire: bytes, seen: list[str], turns: Iterator[int], *, whole: bool) -> list[bytes]:
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return []
    name = query.question[0].name.to_text(omit_final_dot=True)
    rdtype = dns.rdatatype.to_text(query.question[0].rdtype)
    seen.append(f"{name} {rdtype}")
    label = name.partition(".")[0]
    if label in _CODES and not (label == "formerr-edns" and query.edns < 0):
        return [_coded(query, _CODES[label])]
    if label in {"silent", "garbage"}:
        return [b"\xff" * 30] if label == "garbage" else []
    if label in {"wrong-id", "liar"}:
        lie = _addressed(query, "192.0.43.10")
        lie[0:2] = ((lie[0] << 8 | lie[1]) ^ 1).to_bytes(2, "big")
        return [bytes(lie)] + ([bytes(_addressed(query, GOOD))] if label == "wrong-id" else [])
    if label == "truncated" and not whole:
        return [_cut(query)]
    if label == "loop":
        return [_pointed(query, name)]
    return [bytes(_addressed(query, *_addresses(label, rdtype, turns)))]


_CODES = {
    "servfail": dns.rcode.SERVFAIL,
    "refused": dns.rcode.REFUSED,
    "formerr": dns.rcode.FORMERR,
    "notimp": dns.rcode.NOTIMP,
    "yxdomain": dns.rcode.YXDOMAIN,
    "formerr-edns": dns.rcode.FORMERR,
}


def _addresses(label: str, rdtype: str, turns: Iterator[int]) -> tuple[str, ...]:
    if rdtype == "AAAA":
        return ("::ffff:10.0.0.5",) if label == "v6mapped" else ()
    if label == "v6mapped":
        return ()
    if label == "rebind":
        return (GOOD,) if next(turns) == 0 else ("127.0.0.1",)
    return _FIXED.get(label, (GOOD,))


_FIXED = {"loopback": ("127.0.0.1",), "metadata": ("169.254.169.254",), "mixed": (GOOD, "10.0.0.5")}


def _addressed(query: dns.message.Message, *addresses: str) -> bytearray:
    answer = dns.message.make_response(query)
    asked = query.question[0]
    if addresses:
        answer.answer.append(
            dns.rrset.from_text(asked.name, 60, "IN", dns.rdatatype.to_text(asked.rdtype), *addresses)
        )
    return bytearray(answer.to_wire())


def _pointed(query: dns.message.Message, name: str) -> bytes:
    answer = dns.message.make_response(query)
    answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{name}."))
    return answer.to_wire()


def _coded(query: dns.message.Message, code: dns.rcode.Rcode) -> bytes:
    answer = dns.message.make_response(query)
    answer.set_rcode(code)
    return answer.to_wire()


def _cut(query: dns.message.Message) -> bytes:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.TC
    return answer.to_wire()
