"""DNS messages over UDP, and over TCP where they were cut (RFC 1035, RFC 7766), asked of a resolver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from phishlab.records import Outcome
from phishlab.wire.clock import Deadline
from phishlab.wire.reply import Reply, failed

Server = tuple[str, int]

MEDIA_TYPE = "application/dns-message"
_ROUNDS = 2
_PAYLOAD = 1232
"""Bytes of a UDP answer that pass without fragments (DNS flag day 2020)."""
_NO_EDNS = frozenset({dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS})


def system_servers() -> tuple[Server, ...]:
    """The resolvers that this machine is set up with; none where it has none."""
    # Only to read which servers the system names: nothing is ever asked through it.
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError):
        return ()
    return tuple((str(server), resolver.port) for server in resolver.nameservers)


def query(uri: str) -> dns.message.QueryMessage | None:
    """The message for ``dns:aica-interior.co.jp?type=A`` (RFC 4501); None where it asks for nothing."""
    path, _, parameters = uri.partition(":")[2].partition("?")
    given = dict(part.lower().partition("=")[::2] for part in parameters.split(";"))
    try:
        name = dns.name.from_text(unquote(path.lstrip("/")))
        rdtype = dns.rdatatype.from_text(given.get("type", "A"))
        return dns.message.make_query(name, rdtype, use_edns=0, payload=_PAYLOAD)
    except (dns.exception.DNSException, ValueError):
        return None


def ask(uri: str, servers: Sequence[Server], timeout: float) -> Reply:
    """The message that a resolver answers to *uri*, as it came.

    Each server is asked twice at most, *timeout* seconds in all; a server that fails is passed over while
    another is left. A message with a wrong id, from elsewhere, or that is none, is not taken for the answer.
    """
    if query(uri) is None:
        return failed("not a name and type that DNS can be asked for")
    if not servers:
        return failed("this machine has no name server to ask")
    deadline = Deadline(timeout)
    last = failed(deadline.words, _peer(servers[0]))
    for server in [*servers] * _ROUNDS:
        if deadline.passed:
            break
        wait = min(deadline.left(), timeout / _ROUNDS / len(servers))
        reply = _put(uri, server, wait, deadline)
        if reply.kept and reply.outcome is not Outcome.FAILED:
            return reply
        last = reply if reply.kept or not last.kept else last
        if reply.kept and len(servers) == 1:
            break
    return last


def outcome(message: dns.message.Message) -> Outcome:
    """What a message says: its code, and whether the asked type is in it when its CNAMEs are followed."""
    code = message.rcode()
    if code == dns.rcode.NXDOMAIN:
        return Outcome.NO_SUCH_NAME
    if code == dns.rcode.REFUSED:
        return Outcome.REFUSED
    if code != dns.rcode.NOERROR or not isinstance(message, dns.message.QueryMessage):
        return Outcome.FAILED
    try:
        return Outcome.ANSWERED if message.resolve_chaining().answer else Outcome.NO_DATA
    except dns.exception.DNSException:
        return Outcome.FAILED


def addresses(data: bytes) -> list[str]:
    """The addresses in a kept answer to a question for A or AAAA, its CNAMEs followed."""
    return list(_addresses(data))


def _addresses(data: bytes) -> Iterator[str]:
    try:
        message = dns.message.from_wire(data)
        found = message.resolve_chaining().answer if isinstance(message, dns.message.QueryMessage) else None
    except dns.exception.DNSException:
        return
    for rdata in found or ():
        yield rdata.address


def _put(uri: str, server: Server, wait: float, deadline: Deadline) -> Reply:
    message = query(uri)
    assert message is not None  # noqa: S101 - ask() has seen that there is one
    try:
        answer = _exchange(message, server, wait)
        if answer.rcode() in _NO_EDNS:
            message.use_edns(False)  # noqa: FBT003 - dnspython's own way to say so
            answer = _exchange(message, server, wait)
    except dns.exception.Timeout:
        return failed(deadline.words, _peer(server))
    except (dns.exception.DNSException, OSError, EOFError) as error:
        return failed(f"no usable answer: {error}", _peer(server))
    said = outcome(answer)
    return Reply(
        outcome=said,
        kept=answer.wire or b"",
        peer=_peer(server),
        media_type=MEDIA_TYPE,
        note=_note(answer) if said in {Outcome.FAILED, Outcome.REFUSED} else "",
    )


def _note(answer: dns.message.Message) -> str:
    if answer.rcode() == dns.rcode.NOERROR:
        return "its CNAMEs lead nowhere"
    return f"the server answers {dns.rcode.to_text(answer.rcode())}"


def _exchange(message: dns.message.Message, server: Server, wait: float) -> dns.message.Message:
    host, port = server
    try:
        return dns.query.udp(
            message, host, wait, port, ignore_unexpected=True, ignore_errors=True, raise_on_truncation=True
        )
    except dns.message.Truncated:
        return dns.query.tcp(message, host, wait, port)


def _peer(server: Server) -> str:
    host, port = server
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
